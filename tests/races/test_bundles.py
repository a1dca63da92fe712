"""Parts of one application that end at the same moment: the whole goes on exactly once."""

from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, TaskState
from tests.cases.bundled import ALL_BUT_THREE, LICENCE_DONE, parts, started
from tests.cases.factories import looking_at, open_task
from tests.factories import make_user
from tests.races.crowd import Click, Crowd, Window, statuses
from tests.races.factories import broken_chains, kinds

TASKS = {
    "tax": "confirm",
    "social": "record",
    "medical": "record",
    "fund": "record",
    "seals": "make",
    "bank": "call",
}


def test_parts_that_end_at_once_move_the_whole_once_each(session: Session, crowd: Crowd) -> None:
    whole = started(session, LICENCE_DONE)

    at_work = [key for key in TASKS if key != "bank"]

    answers = crowd.click([_decide(session, crowd, whole, key) for key in at_work])

    assert statuses(answers) == [303] * len(at_work)
    happened = kinds(session, whole)
    assert happened.count("part_ended") == 1 + len(at_work)
    assert happened.count("part_opened") == 7  # the bank began once, when the seals were there
    assert [task.key for task in whole.tasks if task.state is TaskState.WAITING] == ["bank"]
    assert broken_chains(session) == []


def test_when_the_last_parts_end_at_once_the_whole_ends_once(
    session: Session, crowd: Crowd
) -> None:
    whole = started(session, ALL_BUT_THREE, example=3)

    answers = crowd.click(
        [_decide(session, crowd, whole, key) for key in ("social", "fund", "bank", "bank")]
    )

    assert statuses(answers) == [303, 303, 303, 409]
    assert whole.status is CaseStatus.APPROVED
    assert kinds(session, whole).count("approved") == 1
    assert broken_chains(session) == []


def test_a_withdrawal_of_the_whole_and_the_end_of_a_part_at_once_leave_nothing_open(
    session: Session, crowd: Crowd
) -> None:
    whole = started(session, LICENCE_DONE)
    leaves = Click(
        crowd.window(whole.applicant),
        f"/cases/{whole.reference}/withdraw",
        {"reason": "Other plans.", "understood": "y"},
    )

    answers = crowd.click([leaves, _decide(session, crowd, whole, "tax")])

    tax = parts(session, whole)["tax"]
    assert statuses(answers) in ([303, 303], [303, 404], [303, 409])
    assert whole.status is CaseStatus.WITHDRAWN
    assert tax.status in {CaseStatus.APPROVED, CaseStatus.ENDED}
    assert all(case.is_closed for case in parts(session, whole).values())
    assert broken_chains(session) == []


def _decide(session: Session, crowd: Crowd, whole: Case, key: str) -> Click:
    case = parts(session, whole)[key]
    task = open_task(session, case, TASKS[key])
    path = f"/desk/cases/{case.reference}/tasks/{task.id}/do/approve"
    return Click(_officer(session, crowd, task.department), path, looking_at(session, task))


def _officer(session: Session, crowd: Crowd, department: str) -> Window:
    return crowd.window(make_user(session, role=Role.CLERK, posts={department: "clerk"}))

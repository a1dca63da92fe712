"""One task and several members of staff who reach for it at the same moment."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.enterprises.models import Certificate, Enterprise, Filing
from tests.cases.factories import looking_at, make_case, open_task
from tests.factories import make_user
from tests.races.crowd import Click, Crowd, statuses
from tests.races.factories import broken_chains, kinds

LEAVES = {"reason": "Other premises.", "understood": "y"}


@pytest.mark.parametrize("how_many", [2, 20])
def test_of_clerks_who_claim_one_task_at_once_exactly_one_holds_it(
    session: Session, crowd: Crowd, how_many: int
) -> None:
    case = make_case(session)
    task = open_task(session, case, "accept")
    clerks = [_clerk(session) for _ in range(how_many)]
    windows = [crowd.window(clerk) for clerk in clerks]

    answers = crowd.click([Click(one, _path(case, task, "claim")) for one in windows])

    assert statuses(answers) == [303] + [409] * (how_many - 1)
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    assert task.holder_id == clerks[winner].id
    assert kinds(session, case).count("task_claimed") == 1
    assert broken_chains(session) == []
    for answer in answers:
        if answer.status_code == 409:
            assert "A colleague has this task already. Nothing was changed." in answer.text


def test_clerks_who_ask_for_the_next_task_at_once_get_one_each(
    session: Session, crowd: Crowd
) -> None:
    for example in (0, 1, 2):
        make_case(session, example=example)
    clerks = [_clerk(session) for _ in range(3)]

    answers = crowd.click([Click(crowd.window(clerk), "/desk/next") for clerk in clerks])

    assert statuses(answers) == [303, 303, 303]
    holders = session.scalars(sa.select(Task.holder_id).where(Task.state == TaskState.OPEN)).all()
    assert len(holders) == 3
    assert set(holders) == {clerk.id for clerk in clerks}


def test_when_two_do_one_task_at_once_it_is_done_once(session: Session, crowd: Crowd) -> None:
    case = make_case(session)
    task = open_task(session, case, "accept")
    windows = [crowd.window(_clerk(session)) for _ in range(2)]

    answers = crowd.click(
        [Click(one, _path(case, task, "do/accept"), looking_at(session, task)) for one in windows]
    )

    assert statuses(answers) == [303, 409]
    happened = kinds(session, case)
    assert happened.count("task_done") == happened.count("accepted") == 1
    opened = session.scalars(sa.select(Task.key).where(Task.state == TaskState.OPEN)).all()
    assert len(opened) == len(set(opened))
    assert broken_chains(session) == []
    _tells_clearly(answers)


def test_when_two_decide_at_once_one_enterprise_comes_of_it(session: Session, crowd: Crowd) -> None:
    case = make_case(session, steps=3)
    task = open_task(session, case, "decide")
    windows = [
        crowd.window(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))
        for _ in range(2)
    ]

    answers = crowd.click(
        [Click(one, _path(case, task, "do/approve"), looking_at(session, task)) for one in windows]
    )

    assert statuses(answers) == [303, 409]
    assert case.status is CaseStatus.APPROVED
    for model in (Enterprise, Filing, Certificate):
        assert len(session.scalars(sa.select(model)).all()) == 1
    assert kinds(session, case).count("approved") == 1
    assert broken_chains(session) == []
    _tells_clearly(answers)


def test_when_one_approves_and_one_refuses_at_once_one_of_them_counts(
    session: Session, crowd: Crowd
) -> None:
    case = make_case(session, steps=3)
    task = open_task(session, case, "decide")
    first, second = (
        crowd.window(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))
        for _ in range(2)
    )

    answers = crowd.click(
        [
            Click(first, _path(case, task, "do/approve"), looking_at(session, task)),
            Click(
                second,
                _path(case, task, "do/refuse"),
                looking_at(session, task) | {"reason": "No."},
            ),
        ]
    )

    assert statuses(answers) == [303, 409]
    happened = kinds(session, case)
    assert happened.count("approved") + happened.count("refused") == 1
    assert broken_chains(session) == []


def test_a_withdrawal_and_a_decision_at_once_leave_one_ending(
    session: Session, crowd: Crowd
) -> None:
    case = make_case(session, steps=3)
    task = open_task(session, case, "decide")
    decider = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    applicant, decides = crowd.window(case.applicant), crowd.window(decider)

    answers = crowd.click(
        [
            Click(applicant, f"/cases/{case.reference}/withdraw", LEAVES),
            Click(decides, _path(case, task, "do/approve"), looking_at(session, task)),
        ]
    )

    assert statuses(answers) == [303, 409]
    happened = kinds(session, case)
    assert happened.count("approved") + happened.count("withdrawn") == 1
    assert len(session.scalars(sa.select(Enterprise)).all()) == happened.count("approved")
    assert broken_chains(session) == []


def _clerk(session: Session) -> User:
    return make_user(session, role=Role.CLERK, posts={"window": "clerk"})


def _path(case: Case, task: Task, what: str) -> str:
    return f"/desk/cases/{case.reference}/tasks/{task.id}/{what}"


def _tells_clearly(answers: Sequence[TestResponse]) -> None:
    for answer in answers:
        if answer.status_code == 409:
            assert "Somebody else has just changed this." in answer.text

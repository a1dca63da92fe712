"""What happens beside the stages of one case, wished by several at the same moment."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import deputies
from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, TaskState
from servicedesk.cases.operations import consulting, housekeeping, tasks
from servicedesk.cases.proceedings import HandOut, Question
from servicedesk.park import local_day
from tests.cases.definitions import TEXT
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_joint, make_licence, officer, take
from tests.factories import MONDAY_MORNING
from tests.races.crowd import Click, Crowd, at_once, statuses
from tests.races.factories import broken_chains, kinds

NOW = MONDAY_MORNING + timedelta(days=1)


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def accepted(session: Session, **result: str) -> Case:
    case = apply_for(session, make_licence(result=result))
    take(session, case, "accept", "accept")
    return case


def path(case: Case, what: str) -> str:
    return f"/desk/cases/{case.reference}/{what}"


def test_of_two_who_open_a_case_again_at_once_one_does(session: Session, crowd: Crowd) -> None:
    case = accepted(session)
    take(session, case, "examine", "advise_refusal")
    take(session, case, "decide", "refuse")
    windows = [crowd.window(officer(session, market="supervisor")) for _ in range(2)]
    form = {"ground": "ruling", "stage": "review", "reason": "The court says so."}

    answers = crowd.click([Click(one, path(case, "reopen"), form) for one in windows])

    assert statuses(answers) == [303, 409]
    assert kinds(session, case).count("reopened") == 1
    assert len([task for task in case.tasks if task.state is TaskState.OPEN]) == 1
    assert broken_chains(session) == []


def test_of_two_who_hand_a_result_out_at_once_one_does(session: Session, crowd: Crowd) -> None:
    case = accepted(session, handover="counter")
    take(session, case, "examine", "recommend")
    take(session, case, "decide", "approve")
    windows = [crowd.window(officer(session, window="clerk")) for _ in range(2)]
    form = {"way": "counter", "to": "Example Person"}

    answers = crowd.click([Click(one, path(case, "hand-out"), form) for one in windows])

    assert statuses(answers) == [303, 409]
    assert len(session.scalars(sa.select(HandOut.given_at)).all()) == 1
    assert kinds(session, case).count("delivered") == 1
    assert broken_chains(session) == []


def test_of_two_who_answer_one_question_at_once_one_does(session: Session, crowd: Crowd) -> None:
    case = accepted(session)
    question = consulting.ask_department(
        session, case, definition(case), open_task(session, case, "examine"),
        department="tax", body="Known to you?", by=officer(session), now=NOW,
    )  # fmt: skip
    session.commit()
    windows = [crowd.window(officer(session, tax="clerk")) for _ in range(2)]

    answers = crowd.click(
        [Click(one, f"/desk/questions/{question.id}", {"answer": "Yes."}) for one in windows]
    )

    assert statuses(answers) == [303, 409]
    assert len(session.scalars(sa.select(Question.answered_by_id)).all()) == 1
    assert kinds(session, case).count("question_answered") == 1
    assert broken_chains(session) == []


def test_a_holder_who_decides_while_the_deputy_takes_over_leaves_one_of_both(
    session: Session, crowd: Crowd
) -> None:
    case = accepted(session)
    task, holder, deputy = open_task(session, case, "examine"), officer(session), officer(session)
    tasks.claim(session, case, definition(case), task, by=holder, now=NOW)
    _away(session, holder, deputy)
    does, takes = crowd.window(holder), crowd.window(deputy)
    seen = looking_at(session, task)

    answers = crowd.click(
        [
            Click(does, path(case, f"tasks/{task.id}/do/recommend"), seen),
            Click(takes, path(case, f"tasks/{task.id}/take-over")),
        ]
    )

    assert statuses(answers) in ([303, 409], [303, 403])
    happened = kinds(session, case)
    done = [one for one in case.tasks if one.key == "examine" and one.state is TaskState.DONE]
    assert len(done) + happened.count("task_taken_over") == 1
    assert broken_chains(session) == []


def test_a_person_goes_away_once_however_often_it_is_sent(session: Session, crowd: Crowd) -> None:
    holder, deputy = officer(session), officer(session)
    window, today = crowd.window(holder), local_day(NOW)
    form = {"deputy": str(deputy.id)}
    for name in ("first_day", "last_day"):
        parts = zip("ymd", (today.year, today.month, today.day), strict=True)
        form |= {f"{name}-{part}": str(number) for part, number in parts}

    answers = crowd.click([Click(window, "/desk/absences", form) for _ in range(4)])

    assert statuses(answers) == [303, 422, 422, 422]


def test_silence_and_a_decision_at_once_leave_one_ending(
    session: Session, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"by": "expires_on", "apply_before_days": 8, "basis": TEXT, "source": "L_ALL"}
    service = make_licence({"deemed_granted": rule})
    case = apply_for(session, service, expires_on="2026-03-10")
    take(session, case, "accept", "accept")
    take(session, case, "examine", "recommend")
    task, decider = open_task(session, case, "decide"), officer(session)
    late = MONDAY_MORNING + timedelta(days=9)  # the old permit has ended
    monkeypatch.setattr(clock, "now", lambda: late)
    form = looking_at(session, task) | {"reason": "No."}
    refuse = Click(crowd.window(decider), path(case, f"tasks/{task.id}/do/refuse"), form)
    bind, case_id = session.get_bind(), case.id

    def silence() -> None:
        with Session(bind) as own:
            housekeeping.deem_granted(own, case_id, now=late)
            own.commit()

    _, answers = at_once([silence, lambda: crowd.click([refuse])])

    session.expire_all()
    assert case.status is CaseStatus.APPROVED
    assert answers is not None
    assert statuses(answers) == [409]
    assert broken_chains(session) == []


def test_one_person_at_two_windows_takes_one_of_two_decisions(
    session: Session, crowd: Crowd
) -> None:
    case = apply_for(session, make_joint())
    person = officer(session, market="reviewer", police="reviewer")
    tasks = [open_task(session, case, key) for key in ("decide_work", "decide_residence")]
    clicks = [
        Click(
            crowd.window(person),
            path(case, f"tasks/{task.id}/do/confirm"),
            looking_at(session, task),
        )
        for task in tasks
    ]

    answers = crowd.click(clicks)

    assert statuses(answers) == [303, 403]
    session.expire_all()
    assert sorted(task.state for task in tasks) == [TaskState.DONE, TaskState.OPEN]


def _away(session: Session, holder: User, deputy: User) -> None:
    today = local_day(NOW)
    deputies.go_away(
        session, holder, deputy=deputy, first_day=today, last_day=today, today=today, now=NOW
    )
    session.commit()

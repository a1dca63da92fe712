"""The clock of one case, and several who reach for it at the same moment."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import extensions
from servicedesk.cases.proceedings import ClockExtension, ClockStop, ExtensionState
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.factories import MONDAY_MORNING
from tests.races.crowd import Click, Crowd, statuses
from tests.races.factories import broken_chains, kinds

NOW = MONDAY_MORNING + timedelta(days=1)
STOP = {"kind": "test", "working_days": "5", "reason": "A test."}


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def case(session: Session) -> Case:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.mark.parametrize("other", ["grant", "refuse"])
def test_of_two_supervisors_who_answer_at_once_one_counts(
    session: Session, crowd: Crowd, case: Case, other: str
) -> None:
    asked = _asked(session, case)
    before = case.legal_due
    first, second = (crowd.window(officer(session, market="supervisor")) for _ in range(2))

    answers = crowd.click(
        [
            Click(first, _desk(case, f"extensions/{asked.id}/grant")),
            Click(second, _desk(case, f"extensions/{asked.id}/{other}"), {"reason": "No."}),
        ]
    )

    assert statuses(answers) == [303, 409]
    happened = kinds(session, case)
    assert happened.count("extended") + happened.count("extension_refused") == 1
    is_granted = asked.state is ExtensionState.GRANTED
    assert (case.legal_due != before) == is_granted
    assert broken_chains(session) == []


def test_of_two_who_ask_for_an_extension_at_once_one_is_asked_for(
    session: Session, crowd: Crowd, case: Case
) -> None:
    task = open_task(session, case, "examine")
    windows = [crowd.window(officer(session)) for _ in range(2)]
    form = looking_at(session, task) | {"reason": "Not enough time."}

    answers = crowd.click(
        [Click(one, _desk(case, f"tasks/{task.id}/extend"), form) for one in windows]
    )

    assert statuses(answers) == [303, 409]
    assert len(session.scalars(sa.select(ClockExtension)).all()) == 1
    assert broken_chains(session) == []


def test_a_stop_and_a_decision_at_once_leave_one_of_them(
    session: Session, crowd: Crowd, case: Case
) -> None:
    take(session, case, "examine", "recommend", by=officer(session), now=NOW)
    task = open_task(session, case, "decide")
    stops, decides = (crowd.window(officer(session)) for _ in range(2))
    seen = looking_at(session, task)

    answers = crowd.click(
        [
            Click(stops, _desk(case, f"tasks/{task.id}/stop"), seen | STOP),
            Click(decides, _desk(case, f"tasks/{task.id}/do/approve"), seen),
        ]
    )

    assert statuses(answers) == [303, 409]
    is_stopped = len(session.scalars(sa.select(ClockStop)).all()) == 1
    assert (case.status is CaseStatus.APPROVED) != is_stopped
    assert [one.kind for one in case.intervals if not one.until] == ["excluded"] * is_stopped
    assert broken_chains(session) == []


def test_of_two_who_stop_the_clock_at_once_one_does(
    session: Session, crowd: Crowd, case: Case
) -> None:
    task = open_task(session, case, "examine")
    windows = [crowd.window(officer(session)) for _ in range(2)]
    form = looking_at(session, task) | STOP

    answers = crowd.click(
        [Click(one, _desk(case, f"tasks/{task.id}/stop"), form) for one in windows]
    )

    assert statuses(answers) == [303, 409]
    assert len(session.scalars(sa.select(ClockStop)).all()) == 1
    assert broken_chains(session) == []


def _asked(session: Session, case: Case, by: User | None = None) -> ClockExtension:
    asked = extensions.ask(
        session, case, definition(case), open_task(session, case, "examine"),
        reason="Not enough time.", by=by or officer(session), now=NOW,
    )  # fmt: skip
    session.commit()
    return asked


def _desk(case: Case, what: str) -> str:
    return f"/desk/cases/{case.reference}/{what}"

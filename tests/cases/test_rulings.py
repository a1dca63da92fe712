"""Several authorities decide in one case: each on what is its own, by a person of its own."""

from html import unescape

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import tasks
from servicedesk.cases.route import route_of
from servicedesk.catalogue.definition import Action
from servicedesk.errors import NotPermitted
from tests.cases.factories import make_case, open_task
from tests.cases.licences import apply_for, definition, make_joint, officer
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

REMEDY = "You may go to the people's court"


@pytest.fixture
def case(session: Session) -> Case:
    """Return an application on which two authorities are to decide."""
    return apply_for(session, make_joint())


def decide(session: Session, case: Case, key: str, action: str, reason: str | None = None) -> None:
    """Let somebody of the task's department decide."""
    department = {"decide_work": "market", "decide_residence": "police"}[key]
    person = officer(session, **{department: "reviewer"})
    tasks.do(
        session, case, definition(case), open_task(session, case, key), Action(action),
        by=person, reason=reason, now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()


def letter_of(session: Session, browser: Browser, case: Case) -> str:
    """Return the last letter in English, without the spaces between lines."""
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]
    page = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    return " ".join(unescape(page).split())


def test_a_granted_permit_is_told_beside_a_refused_one_that_is_final(
    session: Session, browser: Browser, case: Case
) -> None:
    decide(session, case, "decide_residence", "object", "No accommodation is registered.")
    assert not case.is_closed
    decide(session, case, "decide_work", "confirm", "All criteria are met.")

    text = letter_of(session, browser, case)
    work, _, residence = text.partition("Residence permit: refused")
    assert case.status is CaseStatus.REFUSED
    assert "Notice of decisions" in work
    assert "Work permit: granted" in work
    assert "All criteria are met." in work
    assert "It stands by itself." in work
    assert "No accommodation is registered." in residence
    assert "It is final." in residence
    assert REMEDY not in text
    assert "If you do not agree" not in text
    page = browser.get(f"/cases/{case.reference}").text
    assert "The letter says what each authority decided." in page
    assert "Your application was refused" not in page


def test_a_refused_permit_has_its_own_remedies(
    session: Session, browser: Browser, case: Case
) -> None:
    decide(session, case, "decide_work", "object", "The post is closed.")
    decide(session, case, "decide_residence", "object", "There is no work permit.")

    work, _, residence = letter_of(session, browser, case).partition("Residence permit: refused")
    assert "Work permit: refused" in work
    assert REMEDY in work
    assert REMEDY not in residence
    ended = next(e for e in queries.events_of(session, case) if e.kind == "refused")
    assert ended.details["reason"] == "The post is closed.\nThere is no work permit."


def test_an_approval_tells_of_both_too(session: Session, browser: Browser, case: Case) -> None:
    decide(session, case, "decide_work", "confirm")
    decide(session, case, "decide_residence", "confirm")

    text = letter_of(session, browser, case)
    assert case.status is CaseStatus.APPROVED
    assert "Notice of decision: approved" in text
    assert "Work permit: granted" in text
    assert "Residence permit: granted" in text


def test_nobody_takes_both_decisions_nor_has_both_in_hand(session: Session, case: Case) -> None:
    person = officer(session, market="reviewer", police="reviewer")
    work, residence = (open_task(session, case, f"decide_{key}") for key in ("work", "residence"))
    service = definition(case)
    tasks.claim(session, case, service, work, by=person, now=MONDAY_MORNING)

    with pytest.raises(NotPermitted, match="nor takes two decisions"):
        tasks.claim(session, case, service, residence, by=person, now=MONDAY_MORNING)
    tasks.do(
        session, case, service, work, Action.CONFIRM, by=person, reason=None, now=MONDAY_MORNING
    )
    with pytest.raises(NotPermitted, match="nor takes two decisions"):
        tasks.do(
            session, case, service, residence, Action.CONFIRM,
            by=person, reason=None, now=MONDAY_MORNING,
        )  # fmt: skip


def test_the_acceptance_tells_the_legal_limit_of_each(session: Session, browser: Browser) -> None:
    case = make_case(session, "JOINT_2", example=1, steps=3)  # accepted on Saturday 9 May 2026

    text = letter_of(session, browser, case)
    assert "Work permit: By law it is due by Friday 5 June" in text
    assert "Work residence permit: By law it is due by Friday 29 May" in text


def test_the_way_tells_what_each_decided_once_all_have(session: Session, case: Case) -> None:
    def notes() -> list[object]:
        route = route_of(case, definition(case), case.tasks)
        return [getattr(one.note, "msgid", None) for one in route.columns[1]]

    decide(session, case, "decide_residence", "object", "No accommodation is registered.")
    assert notes() == ["at work on it", "Examined"]
    decide(session, case, "decide_work", "confirm")
    assert notes() == ["granted", "refused"]


def test_a_decision_in_favour_is_no_more_told_before_the_other_than_one_against(
    session: Session, case: Case
) -> None:
    decide(session, case, "decide_work", "confirm")

    here, there = (
        [getattr(one.note, "msgid", None) for one in route.columns[1]]
        for route in (
            route_of(case, definition(case), case.tasks),
            route_of(case, definition(case), case.tasks, for_desk=True),
        )
    )
    assert here == ["Examined", "at work on it"]
    assert there == ["Confirmed", "at work on it"]

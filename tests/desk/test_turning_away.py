"""An application is turned away for one of three reasons, and the letter says which."""

from html import unescape

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.turning_away import BodyMissing, Kind, TurningAway
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

BODY = "北京市海淀区市场监督管理局"
REASON = "The domicile is in Haidian."


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY_MORNING)


@pytest.fixture
def case(session: Session) -> Case:
    """Return an application that waits to be accepted."""
    return apply_for(session, make_licence())


def send(session: Session, browser: Browser, case: Case, **form: str) -> int:
    """Turn the application away by the form; return the status of the answer."""
    task = open_task(session, case, "accept")
    browser.sign_in(officer(session))
    address = f"/desk/cases/{case.reference}/tasks/{task.id}/do/refuse_acceptance"
    return browser.post(address, data=looking_at(session, task) | form).status_code


def letter_of(session: Session, browser: Browser, case: Case) -> str:
    """Return the last letter, in both languages."""
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]
    return unescape(browser.get(f"/cases/{case.reference}/letters/{letter.id}").text)


@pytest.mark.parametrize(
    ("form", "words", "is_sent_elsewhere"),
    [
        ({"kind": "not_needed"}, "needs no application by law", False),
        ({"kind": "not_competent", "body": BODY}, f"Apply to the body that is: {BODY}.", True),
        ({"kind": "conditions_not_met"}, "does not meet the conditions of acceptance", False),
        ({"kind": "conditions_not_met", "body": BODY}, "the conditions of acceptance", False),
    ],
)
def test_the_letter_says_it_in_the_words_of_its_kind(
    session: Session,
    browser: Browser,
    case: Case,
    form: dict[str, str],
    words: str,
    *,
    is_sent_elsewhere: bool,
) -> None:
    assert send(session, browser, case, reason=REASON, **form) == 303

    text = letter_of(session, browser, case)
    assert case.status is CaseStatus.NOT_ACCEPTED
    assert words in text
    assert REASON in text
    assert (BODY in text) is is_sent_elsewhere


@pytest.mark.parametrize(
    "form",
    [
        {"reason": REASON},
        {"kind": "not_competent", "reason": REASON},
        {"kind": "not_competent", "reason": REASON, "body": "  "},
        {"kind": "not_competent", "body": BODY},
        {"kind": "nobody knows", "reason": REASON},
    ],
)
def test_kind_reason_and_the_right_body_have_to_be_said(
    session: Session, browser: Browser, case: Case, form: dict[str, str]
) -> None:
    assert send(session, browser, case, **form) == 422
    assert case.status is CaseStatus.SUBMITTED


def test_nobody_is_sent_away_without_being_told_where() -> None:
    with pytest.raises(BodyMissing):
        TurningAway(Kind.NOT_COMPETENT)


def test_where_nothing_is_said_the_conditions_are_not_met(
    session: Session, browser: Browser, case: Case
) -> None:
    take(session, case, "accept", "refuse_acceptance")
    assert "does not meet the conditions of acceptance" in letter_of(session, browser, case)


def test_other_actions_ask_for_no_kind(session: Session, browser: Browser, case: Case) -> None:
    take(session, case, "accept", "accept")
    task = open_task(session, case, "examine")
    browser.sign_in(officer(session))
    address = f"/desk/cases/{case.reference}/tasks/{task.id}/do/advise_refusal"
    assert "Why is it not accepted?" not in browser.get(address).text

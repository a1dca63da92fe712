"""A case that was turned down, taken up again."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import grounds, integrity, queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import housekeeping
from servicedesk.integrity import Place
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

LATER = MONDAY_MORNING + timedelta(days=28)  # Monday 30 March
FORM = {"ground": "reconsideration", "stage": "review", "reason": "The file was incomplete."}


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def supervisor(session: Session) -> User:
    return officer(session, market="supervisor")


@pytest.fixture
def case(session: Session) -> Case:
    """Return a licence that was refused."""
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    take(session, case, "examine", "advise_refusal")
    take(session, case, "decide", "refuse")
    return case


def path(case: Case) -> str:
    return f"/desk/cases/{case.reference}/reopen"


def test_a_refused_case_is_examined_again_and_its_clock_begins_anew(
    session: Session, browser: Browser, tmp_path: Path, case: Case, supervisor: User
) -> None:
    browser.sign_in(supervisor)
    assert path(case) in browser.get(f"/desk/cases/{case.reference}").text
    page = browser.get(path(case)).text
    assert 'value="review" checked' in page  # the one before the decision
    assert 'value="acceptance"' not in page

    assert browser.post(path(case), data=FORM).status_code == 303

    assert case.status is CaseStatus.IN_PROGRESS
    assert case.closed_at is None
    assert open_task(session, case, "examine").due_at == case.committed_due
    last = case.intervals[-1]
    assert (last.kind, last.round, last.until, last.basis_en) == (
        "handling", 2, None, "Opened again after reconsideration",
    )  # fmt: skip
    assert case.committed_due is not None
    assert case.committed_due.date().isoformat() == "2026-04-14"  # ten days from 30 March
    place = Place(session, tmp_path)
    for check in (integrity.events, integrity.standing, integrity.witnesses, integrity.at_work):
        assert list(check(place)) == []
    take(session, case, "examine", "recommend", now=LATER)
    take(session, case, "decide", "approve", now=LATER)
    assert status_of(case) is CaseStatus.APPROVED
    assert list(integrity.standing(place)) == []


def status_of(case: Case) -> CaseStatus:
    """Return the status as it is now; a type checker takes the first for granted."""
    return case.status


def test_the_applicant_reads_on_what_grounds_why_and_by_when(
    session: Session, browser: Browser, case: Case, supervisor: User
) -> None:
    browser.sign_in(supervisor)
    browser.post(path(case), data=FORM)
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    assert letter.kind == "reopened"
    for words in ("reconsideration", FORM["reason"], "We promise a decision by Tuesday 14 April"):
        assert words in text, words
    assert "is working on your application" in browser.get(f"/cases/{case.reference}").text
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert "reopened" in {mail.facts.get("letter") for mail in mails}


def test_what_was_not_accepted_is_looked_at_again_from_then_on(
    session: Session, browser: Browser
) -> None:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "refuse_acceptance")
    browser.sign_in(officer(session, window="supervisor"))
    assert browser.post(path(case), data=FORM).status_code == 422  # past the acceptance

    assert browser.post(path(case), data=FORM | {"stage": "acceptance"}).status_code == 303

    assert case.status is CaseStatus.SUBMITTED
    assert (case.intervals[-1].kind, case.intervals[-1].round) == ("acceptance", 2)
    assert not housekeeping.deem_accepted(session, case.id, now=LATER + timedelta(days=3))
    assert housekeeping.deem_accepted(session, case.id, now=LATER + timedelta(days=14))
    assert case.accepted_at == LATER


@pytest.mark.parametrize(
    ("posts", "status"),
    [({"market": "reviewer"}, 403), ({"window": "supervisor"}, 403), ({"tax": "supervisor"}, 404)],
)
def test_only_supervisors_of_the_deciding_department_open_it_again(
    session: Session, browser: Browser, case: Case, posts: dict[str, str], status: int
) -> None:
    browser.sign_in(officer(session, **posts))

    assert browser.get(path(case)).status_code == status
    assert browser.post(path(case), data=FORM).status_code == status
    assert case.status is CaseStatus.REFUSED


def test_nobody_opens_again_what_they_decided(session: Session, browser: Browser) -> None:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    take(session, case, "examine", "advise_refusal")
    decider = officer(session, market="supervisor")
    take(session, case, "decide", "refuse", by=decider)
    browser.sign_in(decider)

    assert path(case) not in browser.get(f"/desk/cases/{case.reference}").text
    assert browser.post(path(case), data=FORM).status_code == 403


@pytest.mark.parametrize("missing", ["ground", "stage", "reason"])
def test_ground_stage_and_reason_are_asked_for(
    browser: Browser, case: Case, supervisor: User, missing: str
) -> None:
    browser.sign_in(supervisor)

    assert browser.post(path(case), data=FORM | {missing: " "}).status_code == 422
    assert case.status is CaseStatus.REFUSED


def test_only_what_was_turned_down_is_opened_again(session: Session, browser: Browser) -> None:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    browser.sign_in(officer(session, market="supervisor", window="supervisor"))

    assert browser.get(path(case)).status_code == 409
    take(session, case, "examine", "recommend")
    take(session, case, "decide", "approve")
    assert browser.post(path(case), data=FORM).status_code == 409


HELD = sa.text("SELECT count(*) FROM enterprise_names WHERE case_id = :id AND state = 'reserved'")


def test_what_it_held_is_held_again(session: Session, browser: Browser) -> None:
    refused = make_case(session, "E_SET_LLC", example=2, steps=4)
    assert refused.status is CaseStatus.REFUSED
    assert session.scalar(HELD, {"id": refused.id}) == 0
    browser.sign_in(officer(session, market="supervisor"))

    answer = browser.post(path(refused), data=FORM | {"stage": _usual(refused)})

    assert answer.status_code == 303
    assert session.scalar(HELD, {"id": refused.id}) == 1


def test_it_stays_closed_when_somebody_else_has_what_it_held(
    session: Session, browser: Browser
) -> None:
    refused = make_case(session, "E_SET_LLC", example=2, steps=4)
    make_case(session, "E_SET_LLC", example=2)  # somebody else's, of the same name
    browser.sign_in(officer(session, market="supervisor"))

    answer = browser.post(path(refused), data=FORM | {"stage": _usual(refused)})

    assert answer.status_code == 409
    assert refused.status is CaseStatus.REFUSED
    assert session.scalar(HELD, {"id": refused.id}) == 0


def _usual(case: Case) -> str:
    stages = grounds.stages_for(definition(case), case.status, case.answers)
    decided = case.last_done.stage if case.last_done else None
    return grounds.usual_stage(stages, decided).key

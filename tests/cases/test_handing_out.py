"""Results handed over after the decision (行政许可法 art. 44), from the duty to the letter."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import handovers, queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.proceedings import HandOut
from servicedesk.catalogue.definition import Service
from servicedesk.integrity import Place, findings
from servicedesk.notices.models import Notice
from tests.cases.licences import apply_for, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = MONDAY_MORNING + timedelta(days=1)
TAKEN = {"way": "counter", "to": "Example Person"}


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def approved(session: Session, service: Service) -> Case:
    case = apply_for(session, service)
    take(session, case, "accept", "accept")
    take(session, case, "examine", "recommend")
    take(session, case, "decide", "approve")
    return case


@pytest.fixture
def case(session: Session) -> Case:
    """Return a licence that is approved and is collected at the counter."""
    return approved(session, make_licence(result={"handover": "counter"}))


@pytest.fixture
def clerk(session: Session) -> User:
    return officer(session, window="clerk")


def path(case: Case) -> str:
    return f"/desk/cases/{case.reference}/hand-out"


def duty(session: Session, case: Case) -> HandOut:
    found = queries.find_hand_out(session, case)
    assert found is not None
    return found


def test_an_approval_opens_the_duty_where_applications_are_taken_in(
    session: Session, browser: Browser, case: Case, clerk: User
) -> None:
    assert duty(session, case).department == "window"
    assert duty(session, case).due_at == datetime(2026, 3, 16, 17, tzinfo=BEIJING)  # ten days on
    browser.sign_in(clerk)

    assert case.reference in browser.get("/desk/hand-outs").text
    assert '<b class="sd-num">1</b>' in browser.get("/desk").text
    assert path(case) in browser.get(f"/desk/cases/{case.reference}").text
    browser.sign_in(officer(session, market="reviewer"))
    assert case.reference not in browser.get("/desk/hand-outs").text


def test_the_applicant_reads_where_from_when_and_until_when(
    session: Session, browser: Browser, case: Case
) -> None:
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]

    page = browser.get(f"/cases/{case.reference}").text
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    for words in ("Your result is ready to collect", "from Monday 2 March", "by Monday 16 March"):
        assert words in page, words
    assert letter.kind == "approved"
    assert "Collect it at" in text
    assert "by 16 March 2026 at the latest" in text


def test_it_is_handed_out_once_and_the_case_stays_approved(
    session: Session, browser: Browser, case: Case, clerk: User
) -> None:
    browser.sign_in(clerk)
    assert browser.get(path(case)).status_code == 200
    assert browser.post(path(case), data=TAKEN | {"to": " "}).status_code == 422
    assert browser.post(path(case), data=TAKEN | {"way": "pigeon"}).status_code == 422

    assert browser.post(path(case), data=TAKEN).status_code == 303

    given = duty(session, case)
    assert (given.given_to, given.given_way, given.given_by_id) == (
        *reversed(TAKEN.values()),
        clerk.id,
    )
    assert case.status is CaseStatus.APPROVED
    assert browser.post(path(case), data=TAKEN).status_code == 409
    assert case.reference not in browser.get("/desk/hand-outs").text
    browser.sign_in(case.applicant)
    assert "Collected at the counter on" in browser.get(f"/cases/{case.reference}").text
    letter = queries.letters_of(session, case)[0]
    assert letter.kind == "delivered"
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    assert "Collected at the counter" in text
    assert "Example Person" in text
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert "delivered" in {mail.facts.get("letter") for mail in mails}


def test_late_shows_red(
    session: Session, browser: Browser, case: Case, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = duty(session, case).due_at
    assert due is not None
    monkeypatch.setattr(clock, "now", lambda: due + timedelta(days=1))
    browser.sign_in(clerk)

    for page in ("/desk/hand-outs", f"/desk/cases/{case.reference}"):
        assert "1 day over" in browser.get(page).text


@pytest.mark.parametrize(
    ("posts", "status"), [({"market": "reviewer"}, 403), ({"tax": "clerk"}, 404)]
)
def test_only_who_takes_applications_in_hands_results_out(
    session: Session, browser: Browser, case: Case, posts: dict[str, str], status: int
) -> None:
    browser.sign_in(officer(session, **posts))

    assert browser.get(path(case)).status_code == status
    assert browser.post(path(case), data=TAKEN).status_code == status
    assert duty(session, case).given_at is None


def test_nobody_hands_out_to_themselves(session: Session, browser: Browser, clerk: User) -> None:
    case = approved(session, make_licence(result={"handover": "courier"}))
    case.applicant_id = clerk.id
    session.commit()
    browser.sign_in(clerk)

    assert browser.post(path(case), data=TAKEN).status_code == 403


def test_what_is_online_is_delivered_with_the_decision(session: Session) -> None:
    case = approved(session, make_licence())

    assert queries.find_hand_out(session, case) is None
    assert queries.letters_of(session, case)[0].kind == "approved"


def test_the_limit_is_the_definition_s_or_for_licences_the_law_s() -> None:
    delivery = {"delivery": {"working_days": 3, "source": "OWN"}}
    said, licence = make_licence(delivery), make_licence()
    other = make_licence(item_type="confirmation")

    limits = [handovers.limit_of(one) for one in (said, licence, other)]

    assert [one.working_days if one else None for one in limits] == [3, 10, None]


def test_whoever_alters_a_handing_over_is_found_out(
    session: Session, browser: Browser, tmp_path: Path, case: Case, clerk: User
) -> None:
    browser.sign_in(clerk)
    browser.post(path(case), data=TAKEN)
    assert witnesses(session, tmp_path) == []

    for tampering in ("given_way = 'courier'", "given_at = NULL", "due_at = now()"):
        session.execute(sa.text(f"UPDATE hand_outs SET {tampering}"))  # noqa: S608
        session.expire_all()
        assert witnesses(session, tmp_path) == ["was altered"]
        session.rollback()


def witnesses(session: Session, nowhere: Path) -> list[str]:
    return [one.what for one in findings(Place(session, nowhere), only="cases.witnesses")]

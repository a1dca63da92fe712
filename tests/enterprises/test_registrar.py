"""The registrar's own filings, and the page on which an enterprise is seen at any time."""

import hashlib
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise
from tests.factories import make_user
from tests.races.statements import counted

FORM = {"reason": "Obtained with false papers.", "request_key": "k" * 24}


@pytest.fixture
def registrar(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    """Return an enterprise that has changed its legal representative once."""
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_legal_representative", full_name="周若谷")
    return enterprise


def send(browser: Browser, at: str, **typed: str) -> TestResponse:
    """Send the form of a page as it stands now."""
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', browser.get(at).text)
    return browser.post(at, data=FORM | {"seen": seen[1] if seen else ""} | typed)


def path(enterprise: Enterprise, rest: str) -> str:
    return f"/desk/register/{enterprise.credit_code}/{rest}"


def test_an_annulment_needs_a_reason_and_stands_in_the_history(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    strike = path(enterprise, "filings/2/strike")
    assert strike in browser.get(f"/enterprises/{enterprise.id}").text

    assert send(browser, strike, reason=" ").status_code == 422
    assert send(browser, strike).status_code == 303

    page = browser.get(f"/enterprises/{enterprise.id}").text
    assert "Annulment by the registrar" in page
    assert "Does not count any more" in page
    session.refresh(enterprise)
    assert enterprise.facts["legal_representative"] == "林乔"
    assert send(browser, strike, request_key="l" * 24).status_code == 409


def test_who_annuls_an_annulment_takes_it_back_and_not_more(
    browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    told = []
    for seq in (2, 3, 4):  # annulled, brought back, annulled again
        form = browser.get(path(enterprise, f"filings/{seq}/strike")).text
        assert "To undo this, annul the filing that is made by it." in form
        send(browser, path(enterprise, f"filings/{seq}/strike"), request_key=f"{seq}" * 24)
        page = browser.get(f"/register/{enterprise.credit_code}?filing={seq + 1}").text
        told.append(re.findall(r'What filing \d changed <span class="sd-muted">([^<]*)', page)[0])

    assert told == [
        "Annulment by the registrar", "Annulment taken back", "Annulment by the registrar",
    ]  # fmt: skip
    assert page.count("Annulment taken back") == 1  # in the history


def test_a_wrong_word_is_corrected_in_its_place(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    correction = path(enterprise, "filings/2/correct")
    there = f"{correction}/legal_representative"
    assert there in browser.get(correction).text
    assert "周若谷</textarea>" in browser.get(there).text

    same = send(browser, there, right="周若谷")
    right = send(browser, there, right="周若古")

    assert (same.status_code, right.status_code) == (422, 303)
    assert "The register says this already." in same.text
    assert browser.post(f"{correction}/name", data=FORM).status_code == 404
    session.refresh(enterprise)
    assert enterprise.facts["legal_representative"] == "周若古"
    heads = [one for one in enterprise.facts["officers"] if "legal_representative" in one["posts"]]
    assert [one["name"] for one in heads] == ["周若古"]


def test_wrong_amounts_and_owners_of_the_set_up_are_corrected(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    there, before = path(enterprise, "filings/1/correct"), dict(enterprise.facts)
    first = before["shareholders"][0]
    typed = f"{first['name']} | person | CN | 700万元 | cash | 2031-03-31"

    bad = send(browser, f"{there}/shareholders", right="林乔 | 700万元")
    good = send(browser, f"{there}/shareholders", right=typed)

    assert bad.status_code == 422
    assert "林乔 | 700万元" in bad.text
    assert good.status_code == 303
    session.refresh(enterprise)
    assert enterprise.facts["shareholders"][0]["contribution"]["amount"] == "7000000.00"
    assert enterprise.facts["capital"] == {"currency": "CNY", "amount": "7000000.00"}
    assert enterprise.facts["name"] == before["name"]


def test_what_was_typed_about_an_older_state_is_kept_and_not_filed(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    there = path(enterprise, "filings/2/correct/legal_representative")
    stale = FORM | {"seen": str(enterprise.last_seq), "right": "周若古", "reason": "A slip."}
    send(browser, path(enterprise, "filings/2/strike"), request_key="o" * 24)

    late = browser.post(there, data=stale)
    again = send(browser, there, right="周若古", request_key="q" * 24)

    assert (late.status_code, again.status_code) == (409, 409)
    assert "Somebody else has just changed this." in late.text
    assert "Another filing stands in the place of this one already." in again.text
    for answer in (late, again):
        assert "周若古" in answer.text
    session.refresh(enterprise)
    assert enterprise.last_seq == 3


@pytest.mark.parametrize(
    ("role", "posts"),
    [
        (Role.SUPERVISOR, {"window": "supervisor"}),  # not of the registrar
        (Role.CLERK, {"market": "clerk"}),
        (Role.REVIEWER, {"market": "reviewer"}),
        (Role.ADMIN, {}),
    ],
)
def test_nobody_else_files(
    session: Session, browser: Browser, enterprise: Enterprise, role: Role, posts: dict[str, str]
) -> None:
    browser.sign_in(make_user(session, role=role, posts=posts))

    for rest in ("filings/2/strike", "orders/revoke_licence"):
        assert browser.post(path(enterprise, rest), data=FORM).status_code == 403
    assert "As the registrar" not in browser.get(f"/enterprises/{enterprise.id}").text
    session.refresh(enterprise)
    assert enterprise.last_seq == 2


def test_an_enterprise_ends_by_force_after_three_years_and_an_announcement(
    session: Session,
    browser: Browser,
    registrar: User,
    enterprise: Enterprise,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def order(kind: str, year: int, month: int, day: int) -> int:
        moment = datetime(year, month, day, 4, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)
        browser.sign_in(registrar)
        form = FORM | {"request_key": f"{kind}{year}{month}{day}".ljust(24, "x")[:32]}
        return send(browser, path(enterprise, f"orders/{kind}"), **form).status_code

    assert order("announce_deregistration", 2026, 6, 1) == 409  # its licence is in force
    assert order("revoke_licence", 2026, 6, 1) == 303
    assert order("announce_deregistration", 2029, 5, 31) == 409
    assert order("announce_deregistration", 2029, 6, 1) == 303
    assert order("deregister_by_force", 2029, 8, 30) == 409  # the ninetieth day
    assert order("deregister_by_force", 2029, 8, 31) == 303

    session.refresh(enterprise)
    assert enterprise.state == EnterpriseState.DEREGISTERED
    assert [filing.kind for filing in register.locked(session, enterprise.id).filings][2:] == [
        "revoke_licence",
        "announce_deregistration",
        "deregister_by_force",
    ]


def test_business_is_resumed_before_its_time(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    browser.sign_in(registrar)

    assert send(browser, path(enterprise, "orders/resume")).status_code == 303

    session.refresh(enterprise)
    assert (enterprise.state, enterprise.next_effect_on) == (EnterpriseState.REGISTERED, None)
    again = send(browser, path(enterprise, "orders/resume"), request_key="r" * 24)
    assert again.status_code == 409


def test_a_revoked_licence_stays_revoked_when_a_suspension_was_to_begin(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-09-01", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    browser.sign_in(registrar)

    send(browser, path(enterprise, "orders/revoke_licence"))

    session.refresh(enterprise)
    assert (enterprise.state, enterprise.next_effect_on) == (EnterpriseState.REVOKED, None)


def test_the_public_sees_an_enterprise_at_a_filing_and_on_a_day(
    browser: Browser, enterprise: Enterprise
) -> None:
    entry = f"/register/{enterprise.credit_code}"

    now, then = browser.get(entry).text, browser.get(f"{entry}?filing=1").text
    before = browser.get(f"{entry}?on=2020-01-01").text
    that_day = browser.get(f"{entry}?on={enterprise.registered_on}").text

    assert "What filing 2 changed" in now
    assert "This is not how it stands today" not in now
    assert "周若谷" not in then.split("History")[0].split("Shareholders")[0]
    assert "This is not how it stands today" in then
    assert before.index("It was not registered on 1 January 2020") < before.index('id="facts"')
    assert "It was set up on" in before
    assert "It was not registered on" not in now + then + that_day
    assert 'id="on-y" name="on-y" inputmode="numeric" maxlength="4" value="2020"' in before


def test_the_day_of_the_time_travel_is_asked_in_boxes_and_stays_empty(
    browser: Browser, enterprise: Enterprise
) -> None:
    """A day that nobody chose does not go along when the slider is moved."""
    entry = f"/register/{enterprise.credit_code}"

    page = browser.get(entry).text
    boxed = browser.get(f"{entry}?filing=2&on-y=2020&on-m=1&on-d=1").text
    wrong = browser.get(f"{entry}?on-y=2020&on-m=13&on-d=1").text

    assert 'type="date"' not in page
    assert page.index('name="on-y"') < page.index('name="on-m"') < page.index('name="on-d"')
    for part in ("y", "m", "d"):
        assert re.search(f'name="on-{part}"[^>]* value=""', page)
        empty = browser.get(f"{entry}?filing=1&on-y=&on-m=&on-d=").text
    assert "This is not how it stands today" in empty
    assert "It was not registered on 1 January 2020" in boxed
    assert "There is no such day" in wrong


def test_the_history_says_by_which_decision(
    app: Flask, session: Session, browser: Browser, registrar: User
) -> None:
    """Which office, recorded when; to members and staff also the application and the reason."""
    founder = make_user(session)
    enterprise = make_enterprise(session, founder)
    case = make_case(session, "E_ARCH", applicant=founder)
    changed = {**enterprise.facts, "legal_representative": "周若谷"}
    decision = Decision(case.id, registrar, NOW, reason="The court said so.")
    register.file(session, enterprise, "change", changed, decision=decision)
    session.commit()

    public = browser.get(f"/register/{enterprise.credit_code}").text
    assert "Decided by " in public
    assert "recorded on 6 May 2026" in public.replace("\xa0", " ")
    for hidden in (case.reference, "The court said so.", registrar.name):
        assert hidden not in public

    browser.sign_in(founder)
    own = browser.get(f"/enterprises/{enterprise.id}").text
    assert f'href="/cases/{case.reference}"' in own
    assert "The court said so." in own
    browser.sign_in(registrar)
    with counted(app) as statements:
        staff = browser.get(f"/enterprises/{enterprise.id}").text
    assert case.reference in staff
    assert f'href="/cases/{case.reference}"' not in staff
    assert len([one for one in statements if "SELECT cases.id, cases.reference," in str(one)]) == 1


def test_anybody_who_acts_for_it_can_work_the_chain_out(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    address = f"/enterprises/{enterprise.id}/filings.json"
    assert browser.get(address).status_code == 303  # sign in first
    browser.sign_in(make_user(session))
    assert browser.get(address).status_code == 404
    browser.sign_in(registrar)

    filings = browser.get(address).get_json()["filings"]

    previous = b""
    for filing in filings:
        assert bytes.fromhex(filing["previous_hash"]) == previous
        previous = hashlib.sha256(previous + filing["said"].encode()).digest()
        assert filing["hash"] == previous.hex()
    assert len(filings) == 2


@pytest.mark.parametrize("asked", ["filing=99", "filing=x", "on=yesterday", "filing=-1&on="])
def test_a_time_that_there_is_not_shows_today(
    browser: Browser, enterprise: Enterprise, asked: str
) -> None:
    answer = browser.get(f"/register/{enterprise.credit_code}?{asked}")

    assert answer.status_code == 200
    assert "This is not how it stands today" not in answer.text


@pytest.mark.parametrize(("department", "moves"), [("market", True), ("window", False)])
def test_the_desk_follows_what_is_filed(
    session: Session, browser: Browser, enterprise: Enterprise, department: str, *, moves: bool
) -> None:
    posts = {department: "supervisor"}
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts=posts))

    page = browser.get("/desk/register").text

    assert f"/enterprises/{enterprise.id}?filing=2" in page
    assert ("Import enterprises" in page) is moves


def test_an_applicant_has_no_register_at_the_desk(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))
    assert browser.get("/desk/register").status_code == 403


def test_the_desk_sees_what_takes_effect_later(
    session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    browser.sign_in(registrar)

    page = browser.get("/desk/register").text

    assert "Takes effect later" in page
    assert "6 May 2027" in page


def test_the_list_of_filings_asks_as_often_for_one_as_for_many(
    app: Flask, session: Session, browser: Browser, registrar: User, enterprise: Enterprise
) -> None:
    browser.sign_in(registrar)
    browser.get("/desk/register")
    with counted(app) as one:
        browser.get("/desk/register")
    for phrase in ("BS001", "BS002"):
        approved(session, enterprise, "change_scope", scope=[phrase], main_scope=phrase)
    with counted(app) as many:
        browser.get("/desk/register")

    assert len(one) == len(many)


def test_the_history_says_from_when_until_when(browser: Browser, enterprise: Enterprise) -> None:
    page = browser.get(f"/register/{enterprise.credit_code}").text
    told = page[page.index("What was so, from when until when") :]

    assert enterprise.name in told
    assert "still so" in told

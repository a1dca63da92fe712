"""What the registrar is shown before a filing is struck, and told after one is corrected."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import coherence
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import orders, register
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise
from tests.factories import make_user

FORM = {"reason": "Obtained with false papers.", "request_key": "k" * 24}
WOULD_DIFFER = "The contributions come to"


@pytest.fixture
def registrar(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


def yuan(amount: str) -> dict[str, str]:
    return {"currency": "CNY", "amount": amount}


def owned(first: str, second: str) -> list[dict[str, Any]]:
    terms = {"method": "cash", "pay_by": "2031-03-31"}
    return [
        {"full_name": "林乔", "contribution": yuan(first), **terms},
        {"full_name": "周若谷", "contribution": yuan(second), **terms},
    ]


@pytest.fixture
def raised(session: Session) -> Enterprise:
    """Return a company whose capital rose to eight million, of which one million was then sold."""
    enterprise = make_enterprise(session)
    shareholders = owned("6000000", "2000000")
    approved(
        session, enterprise, "increase_capital", capital=yuan("8000000"), shareholders=shareholders
    )
    sold = {"seller": "林乔", "buyer": "周若谷", "contribution": yuan("1000000")}
    approved(session, enterprise, "change_shareholders", transfers=[sold])
    return enterprise


def strike_page(browser: Browser, enterprise: Enterprise, seq: int) -> str:
    return browser.get(f"/desk/register/{enterprise.credit_code}/filings/{seq}/strike").text


def test_before_an_annulment_one_sees_what_it_makes_of_the_register(
    browser: Browser, registrar: User, raised: Enterprise
) -> None:
    browser.sign_in(registrar)

    page = strike_page(browser, raised, 2)

    assert "What the register then says" in page
    assert "8,000,000" in page.split("<del>")[1]
    assert "5,000,000" in page.split("<ins>")[1]
    assert WOULD_DIFFER in page


def test_where_capital_and_contributions_go_together_nobody_is_warned(
    browser: Browser, registrar: User, raised: Enterprise
) -> None:
    browser.sign_in(registrar)

    page = strike_page(browser, raised, 3)

    assert "What the register then says" in page
    assert WOULD_DIFFER not in page


def test_a_filing_that_a_later_one_repeats_changes_nothing(
    session: Session, browser: Browser, registrar: User
) -> None:
    enterprise = make_enterprise(session)
    for name in ("周若谷", "林乔"):
        approved(session, enterprise, "change_legal_representative", full_name=name)
    browser.sign_in(registrar)

    page = strike_page(browser, enterprise, 2)

    assert "What the register then says" in page
    assert "<del>" not in page


@pytest.mark.parametrize(
    ("parts", "is_apart"),
    [
        (["5000000"], False),
        (["3000000", "2000000"], False),
        (["3000000", "3000000"], True),
        (["3000000", None], False),  # not known whole
        ([], False),
    ],
)
def test_capital_is_the_contributions_together(parts: list[str | None], *, is_apart: bool) -> None:
    owners = [{"name": "林乔", "contribution": part and yuan(part)} for part in parts]

    found = list(coherence.faults({"capital": yuan("5000000"), "shareholders": owners}))

    assert bool(found) is is_apart


@pytest.mark.parametrize("seq", range(3, 7))
def test_what_is_shown_before_is_what_the_register_says_after(
    session: Session, registrar: User, raised: Enterprise, seq: int
) -> None:
    """Filings 4 and 5 are a suspension and its resumption, 6 corrects the increase."""
    approved(
        session, raised, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    held = register.locked(session, raised.id)
    orders.correct(
        session, held, 2, {"capital": yuan("9000000")}, by=registrar, reason="A slip.", now=NOW
    )
    _, after = orders.without(held, seq, today=NOW.date())

    orders.strike(session, held, seq, by=registrar, reason="In error.", now=NOW)

    day = max(NOW.date(), held.filings[seq - 1].effective_on)
    assert register.facts_on(held, day) == after


def test_who_corrects_what_a_later_filing_repeats_hears_of_that(
    browser: Browser, registrar: User, raised: Enterprise
) -> None:
    browser.sign_in(registrar)
    there = f"/desk/register/{raised.credit_code}/filings/1/correct"
    hint = "A later filing says it too: correct filing 3 as well."
    typed = [
        f"{name} | person | CN | {amount} | cash | 2031-03-31"
        for name, amount in (("林乔", "300万元"), ("周若古", "200万元"))
    ]

    browser.post(f"{there}/shareholders", data=FORM | {"right": "\n".join(typed), "seen": "3"})
    assert hint in browser.get(f"/enterprises/{raised.id}").text

    key = {"request_key": "m" * 24, "right": "周若谷", "seen": "4"}
    browser.post(f"{there}/legal_representative", data=FORM | key)
    assert "A later filing says it too" not in browser.get(f"/enterprises/{raised.id}").text

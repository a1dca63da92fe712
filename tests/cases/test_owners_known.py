"""Who owns the company is not asked: forms about its owners begin with what the register says."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.cases import known
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.operations.register import Decision, set_up
from tests.cases.factories import fill_in, published
from tests.cases.pages import form_data
from tests.conftest import Browser
from tests.enterprises.factories import NOW
from tests.enterprises.members import add_member
from tests.factories import make_user

CODE = "91110114MA7XCP003J"
OWNERS = [  # as an import writes them: an amount without its hundredths among them
    {"name": "林乔", "kind": "person", "country": "CN", "percent": "60.00", "method": "cash",
     "contribution": {"currency": "CNY", "amount": "3000000"}, "pay_by": "2031-03-31"},
    {"name": "北京启棠样例咨询有限公司", "kind": "organisation", "country": "CN",
     "contribution": {"currency": "CNY", "amount": "2000000.00"}, "percent": "40.00",
     "method": "in_kind", "pay_by": "2030-06-30", "credit_code": CODE},
]  # fmt: skip
FACTS = {
    "name": "北京澄野样例生物科技有限公司",
    "org_form": "llc",
    "type": {"en": "Limited liability company", "zh": "有限责任公司"},
    "capital": {"currency": "CNY", "amount": "5000000"},
    "shareholders": OWNERS,
}


DECISION = Decision(None, None, NOW)
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {  # kind of filing, page, answers before
    "E_CHG_CAP_INC": ("increase_capital", "capital", {}),
    "E_CHG_CAP_DEC": ("decrease_capital", "capital", {}),
    "E_FILE": ("file_particulars", "contributions", {"filing_kinds": ["contributions"]}),
}


@pytest.mark.parametrize("code", FORMS)
def test_owners_who_are_left_as_they_are_differ_in_nothing(
    app: Flask, session: Session, browser: Browser, code: str
) -> None:
    kind, key, given = FORMS[code]
    version, service = published(session, code)
    enterprise = set_up(session, FACTS, decision=Decision(None, None, NOW))
    session.flush()
    person = add_member(session, enterprise.id)
    case = drafts.start(session, version, service, by=person, enterprise_id=enterprise.id, now=NOW)
    case.answers = case.answers | given
    session.commit()
    browser.sign_in(person)
    path = f"/cases/{case.reference}/{key}"

    shown = browser.get(path).text
    page = next(one for one in service.pages if one.key == key)
    with app.app_context():
        known_here = known.found(session, case, page, person)
    found = {one: each.answer for one, each in known_here.items()}
    cards = [one | {"contribution": _as_sent(one["contribution"])} for one in found["shareholders"]]
    sent = case.answers | {"capital": FACTS["capital"], "shareholders": cards}

    assert "From the register" in shown
    assert 'value="北京启棠样例咨询有限公司"' in shown
    assert [one["contribution"]["amount"] for one in cards] == ["3000000.00", "2000000.00"]
    assert asked_difference(session, kind, sent, date(2026, 5, 6)) == []


def _as_sent(amount: dict[str, str]) -> dict[str, str]:
    return amount | {"amount": f"{Decimal(amount['amount']):.2f}"}


@pytest.mark.parametrize(
    ("code", "key", "given", "names"),
    [
        ("E_BO", "owners", {}, ["林乔", CODE]),
        ("E_FI_REP", "investors", {"kind": "initial"}, ["Ada Example"]),
    ],
)
def test_who_reports_on_owners_begins_with_those_of_the_register(
    session: Session, browser: Browser, *, code: str, key: str, given: dict[str, Any],
    names: list[str],
) -> None:  # fmt: skip
    ada = OWNERS[0] | {"name": "Ada Example", "country": "DE", "percent": "12.50"}
    owners = OWNERS if code == "E_BO" else [*OWNERS, ada]
    enterprise = set_up(session, FACTS | {"shareholders": owners}, decision=DECISION)
    session.flush()
    person = add_member(session, enterprise.id)
    version, service = published(session, code)
    case = drafts.start(session, version, service, by=person, enterprise_id=enterprise.id, now=NOW)
    case.answers = case.answers | given
    session.commit()
    browser.sign_in(person)

    shown = browser.get(f"/cases/{case.reference}/{key}").text

    assert "From the register" in shown
    for name in names:
        assert f'value="{name}"' in shown
    assert ('value="林乔"' in shown) is (code == "E_BO")
    assert ('value="12.50"' in shown) is (code == "E_FI_REP")
    assert bool(re.search('value="5,?000,?000', shown)) is (code == "E_BO")


def test_who_gives_is_chosen_among_the_owners_of_the_register(
    session: Session, browser: Browser
) -> None:
    version, service = published(session, "E_CHG_SH")
    enterprise = set_up(session, FACTS, decision=Decision(None, None, NOW))
    session.flush()
    person = add_member(session, enterprise.id)
    case = drafts.start(session, version, service, by=person, enterprise_id=enterprise.id, now=NOW)
    session.commit()
    browser.sign_in(person)
    path = f"/cases/{case.reference}/transfers"
    page = next(one for one in service.pages if one.key == "transfers")
    sale = {
        "seller": "林乔",
        "seller_party": "person",
        "buyer": "北京启棠样例咨询有限公司",
        "buyer_kind": "present",
        "buyer_party": "organisation",
        "contribution": {"currency": "CNY", "amount": "1000000.00"},
    }
    given = {"happened_on": "2026-05-04", "licence_changes": False}

    shown = browser.get(path).text
    wrong = fill_in(
        browser, path, form_data(page, given | {"transfers": [sale | {"seller": "Mallory"}]})
    )
    assert case.answers.get("transfers") is None
    right = fill_in(browser, path, form_data(page, given | {"transfers": [sale]}))
    session.expire_all()

    for one in OWNERS:
        assert re.search(f'type="radio"[^>]* value="{one["name"]}"', shown)
    assert "CNY\xa03,000,000.00" in shown
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Choose one of the answers offered." in wrong.text
    assert case.answers["transfers"] == [sale]


def test_who_gives_in_a_company_of_another_register_is_typed(
    session: Session, browser: Browser
) -> None:
    version, service = published(session, "E_CHG_SH")
    person = make_user(session)
    case = drafts.start(session, version, service, by=person, enterprise_id=None, now=NOW)
    session.commit()
    browser.sign_in(person)

    shown = browser.get(f"/cases/{case.reference}/transfers").text

    assert re.search(r'<input[^>]* name="f_transfers-0-f_seller"[^>]* type="text"', shown)

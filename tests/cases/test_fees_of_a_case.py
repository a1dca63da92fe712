"""What an application costs is told wherever it is looked at, and in the letters."""

from html import unescape

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fees import Fee
from tests.cases.licences import apply_for, make_licence, officer, take
from tests.conftest import Browser

FEE = {
    "source": "OWN",
    "basis": {"en": "The fee rule of the example", "zh": "样例收费规定"},
    "lines": [
        {"key": "all", "name": {"en": "Application", "zh": "申请费"}, "amount": 1500},
        {"key": "card", "name": {"en": "Card", "zh": "证件费"}, "amount": 300},
        {
            "key": "none",
            "name": {"en": "Never asked for", "zh": "不适用"},
            "amount": 70,
            "when": {"==": [{"var": "matter"}, "?"]},
        },
    ],
}
TOLD = ("CNY 1,500", "CNY 300", "In all", "CNY 1,800", "The fee rule of")


def costing(fee: dict[str, object]) -> Service:
    """Return a licence that costs something."""
    return make_licence(fee=Fee.model_validate(fee).model_dump(mode="json"))


def pages_of(session: Session, browser: Browser, case: Case) -> list[str]:
    """Return the pages of the case, of applicant and desk, and its letters."""
    letters = [f"/letters/{one.id}" for one in queries.letters_of(session, case)]
    browser.sign_in(case.applicant)
    pages = [
        browser.get(f"/cases/{case.reference}{rest}").text for rest in ["", "/check", *letters]
    ]
    browser.sign_in(officer(session))
    pages.append(browser.get(f"/desk/cases/{case.reference}").text)
    return [unescape(page).replace("\xa0", " ").replace(".00", "") for page in pages]


@pytest.mark.parametrize("fee", [FEE, {"source": "OWN"}])
def test_the_fee_is_on_every_page_of_the_case_and_in_both_letters(
    session: Session, browser: Browser, fee: dict[str, object]
) -> None:
    case = apply_for(session, costing(fee))
    take(session, case, "accept", "accept")

    pages = pages_of(session, browser, case)

    assert len(pages) == 5  # two of the applicant's, receipt, acceptance, the desk's
    for page in pages:
        assert [words in page for words in TOLD] == [fee is FEE] * len(TOLD)
        assert "Never asked for" not in page

"""What the desk sees of who confirmed their own data."""

from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from tests.cases.factories import make_case
from tests.confirmations.factories import PEOPLE, change
from tests.conftest import Browser
from tests.factories import make_user


def panel(browser: Browser, reference: str) -> str:
    page = browser.get(f"/desk/cases/{reference}").text
    return page.partition('id="confirmations"')[2].partition("</section>")[0]


def test_the_desk_sees_who_confirmed_when_and_what_changed_since(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, steps=3)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))

    before = panel(browser, case.reference)
    change(session, case, capital={"currency": "CNY", "amount": "6000000.00"})
    after = panel(browser, case.reference)

    assert all(name in before for name in PEOPLE)
    assert before.count("Confirmed on") == len(PEOPLE)
    assert "<form" not in before
    assert after.count("Changed since") == len(PEOPLE)

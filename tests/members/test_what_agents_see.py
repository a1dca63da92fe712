"""Of an enterprise that mandated them, agents see what everybody sees."""

import pytest
from sqlalchemy.orm import Session

from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import make_enterprise
from tests.enterprises.members import add_member, give_mandate
from tests.factories import make_user

REVENUE = "7654321"


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    """Return an enterprise that has reported a quarter."""
    enterprise = make_enterprise(session)
    money = {"currency": "CNY", "amount": f"{REVENUE}.00"}
    approved(
        session,
        enterprise,
        "report_quarter",
        report_year="2026",
        quarter="q1",
        revenue=money,
        output=money,
    )
    return enterprise


def page(browser: Browser, enterprise: Enterprise, rest: str = "") -> str:
    answer = browser.get(f"/enterprises/{enterprise.id}{rest}")
    assert answer.status_code == 200
    return answer.text.replace(",", "")


def test_a_member_sees_what_was_reported(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.VIEWER))

    assert REVENUE in page(browser, enterprise)
    assert REVENUE in page(browser, enterprise, "/filings.json")


def test_an_agent_sees_nothing_of_it(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    agent = make_user(session)
    give_mandate(session, enterprise.id, agent, services=("E_CHG_NAME",))
    browser.sign_in(agent)

    shown = page(browser, enterprise)
    assert enterprise.name in shown
    assert REVENUE not in shown
    assert "filings.json" not in shown
    assert browser.get(f"/enterprises/{enterprise.id}/filings.json").status_code == 404

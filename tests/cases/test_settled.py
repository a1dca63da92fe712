"""What the register knows of the enterprise an application is for is not asked."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise
from tests.factories import make_user

KNOWN = {"company_name", "credit_code"}


@pytest.fixture
def founder(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def enterprise(session: Session, founder: User) -> Enterprise:
    return make_enterprise(session, founder)


def begun(session: Session, code: str, founder: User, enterprise: Enterprise | None) -> Case:
    version, service = published(session, code)
    enterprise_id = enterprise.id if enterprise else None
    case = drafts.start(session, version, service, by=founder, enterprise_id=enterprise_id, now=NOW)
    session.commit()
    return case


def asked(session: Session, code: str, case: Case) -> set[str]:
    pages = queries.open_pages(session, case, published(session, code)[1]).values()
    return {field.key for page in pages for field in page.fields}


@pytest.mark.parametrize("code", ["E_ANNUAL", "E_CHG_ADDR", "E_CHG_CAP_DEC", "E_DEREG_S", "E_SUSP"])
def test_name_and_code_come_from_the_register(
    session: Session, founder: User, enterprise: Enterprise, code: str
) -> None:
    case = begun(session, code, founder, enterprise)

    given = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    assert case.answers == given
    assert KNOWN.isdisjoint(asked(session, code, case))


def test_who_applies_for_themselves_is_asked(session: Session, founder: User) -> None:
    case = begun(session, "E_CHG_ADDR", founder, None)

    assert case.answers == {}
    assert asked(session, "E_CHG_ADDR", case) >= KNOWN


def test_what_has_changed_meanwhile_is_asked(
    session: Session, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_ADDR", founder, enterprise)
    renamed: dict[str, Any] = {**enterprise.facts, "name": "北京另名样例科技有限公司"}
    register.file(session, enterprise, "change_name", renamed, decision=Decision(None, None, NOW))
    session.commit()

    assert asked(session, "E_CHG_ADDR", case) & KNOWN == {"company_name"}


def test_the_pages_show_it_and_do_not_ask(
    session: Session, browser: Browser, founder: User, enterprise: Enterprise
) -> None:
    case = begun(session, "E_CHG_ADDR", founder, enterprise)
    browser.sign_in(founder)
    service = published(session, "E_CHG_ADDR")[1]
    holder = next(
        page for page in service.pages if any(one.key == "credit_code" for one in page.fields)
    )

    assert enterprise.credit_code in browser.get(f"/cases/{case.reference}/check").text
    assert "f_credit_code" not in browser.get(f"/cases/{case.reference}/{holder.key}").text

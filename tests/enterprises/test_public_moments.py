"""The public entry of an enterprise at another time than today."""

import re

from sqlalchemy.orm import Session

from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise


def test_the_public_sees_the_name_and_the_reports_of_that_time(
    session: Session, browser: Browser
) -> None:
    enterprise = make_enterprise(session)
    was = enterprise.name
    renamed = {"name_source": "new", "division": "北京", "trade_name": "听澜",
               "industry": "生物科技", "name_form": "有限公司"}  # fmt: skip
    approved(session, enterprise, "change_name", **renamed)
    report = {"annual_report_2025": {"year": 2025, "publish_figures": False}}
    register.file(
        session, enterprise, "report_year", {**enterprise.facts, **report},
        decision=Decision(None, None, NOW),
    )  # fmt: skip
    session.commit()
    entry = f"/register/{enterprise.credit_code}"

    now, then = browser.get(entry).text, browser.get(f"{entry}?filing=1").text
    between = browser.get(f"{entry}?filing=2").text

    assert [heading(page) for page in (now, then, between)] == [
        enterprise.name, was, enterprise.name,
    ]  # fmt: skip
    assert f"<title>{was}" in then
    assert f'Today it is called: <span lang="zh-CN">{enterprise.name}</span>' in then
    assert "Today it is called" not in now + between
    told = "Reported. The enterprise does not publish its figures."
    assert [told in page for page in (now, then, between)] == [True, False, False]


def heading(page: str) -> str:
    found = re.search("<h1[^>]*>([^<]*)</h1>", page)
    return found[1] if found else ""

"""Nothing but what is public leaves the public pages of the register."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import public_fields, register_limits
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise
from tests.factories import make_user

SECRET = "s3cret-of-the-enterprise"  # noqa: S105 - what must not come out
REPORT = {
    "year": 2025, "state": "open", "staff": 4321, "publish_figures": False, "handler": SECRET,
    "revenue": {"currency": "CNY", "amount": "87654321.00"},
    "contributions": [{"name": "林乔", "phone": SECRET}],
}  # fmt: skip


def with_facts(session: Session, **facts: object) -> Enterprise:
    enterprise = make_enterprise(session)
    together: dict[str, Any] = {**enterprise.facts, **facts}
    register.file(session, enterprise, "change", together, decision=Decision(None, None, NOW))
    session.commit()
    return enterprise


def answers(browser: Browser, enterprise: Enterprise) -> str:
    """Return everything that the public can read of an enterprise."""
    code = enterprise.credit_code
    paths = (
        f"/register/{code}", f"/register/{code}.json", f"/register?q={code}",
        f"/register?q={enterprise.name}", "/register", "/register?scope=BS002",
        "/register?address=8",
        "/register/statistics",
    )  # fmt: skip
    texts = [browser.get(path) for path in paths]
    assert {one.status_code for one in texts} == {200}
    return "".join(one.text for one in texts)


def test_a_secret_in_any_fact_stays_inside(session: Session, browser: Browser) -> None:
    first = make_enterprise(session, trade_name="听松")
    officer = {"name": "林乔", "posts": ["manager"], "id_number": SECRET}
    enterprise = with_facts(
        session,
        telephone=SECRET, address_unit=SECRET, scientist_founded=SECRET,
        quarterly_report_2025q1={"year": 2025, "quarter": 1, "staff": SECRET},
        annual_report_2025=REPORT, annual_report_x=SECRET, annual_report_20255=SECRET,
        officers=[officer], supervisors=[{"name": SECRET}], legal_representative={"phone": SECRET},
        shareholders=[{**first.facts["shareholders"][0], "pass": SECRET, "home": {"zh": SECRET}}],
        capital={"currency": "CNY", "amount": "5.00", "source": SECRET},
        address={"en": "8 Elm Road", "zh": "榆树路 8 号", "home": SECRET},
        parent={"name": "母公司", "credit_code": "9", "bank": SECRET},
    )  # fmt: skip

    read = answers(browser, enterprise)

    assert "林乔" in read
    assert SECRET not in read
    assert "4321" not in read
    assert "87654321" not in read


@pytest.mark.parametrize("choice", [False, None, "yes", 1])
def test_figures_are_public_only_where_the_enterprise_chose_so(
    session: Session, browser: Browser, choice: object
) -> None:
    hidden = with_facts(session, annual_report_2025={**REPORT, "publish_figures": choice})
    assert "87,654,321" not in answers(browser, hidden)
    assert "does not publish its figures" in browser.get(f"/register/{hidden.credit_code}").text


def test_published_figures_are_shown_to_people_and_programs(
    session: Session, browser: Browser
) -> None:
    shown = with_facts(session, annual_report_2025={**REPORT, "publish_figures": True})

    assert "87,654,321" in browser.get(f"/register/{shown.credit_code}").text
    entry = browser.get(f"/register/{shown.credit_code}.json").json
    assert entry is not None
    assert entry["facts"]["annual_report_2025"]["staff"] == 4321


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_entry_with_hardly_a_fact_is_a_page_all_the_same(
    session: Session, browser: Browser, language: str
) -> None:
    enterprise = make_enterprise(session)
    bare = {"name": enterprise.name, "org_form": "branch", "state": "suspended"}
    register.file(session, enterprise, "change", bare, decision=Decision(None, None, NOW))
    session.commit()

    page = browser.get(f"/register/{enterprise.credit_code}?lang={language}", follow_redirects=True)

    assert page.status_code == 200


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*public_fields.FIELDS, "annual_report_2025", "x"]), _JSON))
def test_whatever_the_facts_are_only_named_places_come_through(facts: dict[str, Any]) -> None:
    def places(value: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:  # noqa: ANN401
        if isinstance(value, dict):
            return {path}.union(*(places(part, (*path, key)) for key, part in value.items()))
        if isinstance(value, list):
            return {path}.union(*(places(part, path) for part in value))
        return {path}

    report = {**public_fields.REPORT, **public_fields.FIGURES}
    allowed = places({**public_fields.FIELDS, "annual_report_2025": report})
    assert places(public_fields.public(facts)) <= allowed


# how often one may ask


def test_one_address_is_slowed_and_the_others_are_not(session: Session, browser: Browser) -> None:
    make_enterprise(session)
    here = {"REMOTE_ADDR": "192.0.2.1"}

    for _ in range(60):
        assert browser.get("/register?q=澄野", environ_overrides=here).status_code == 200
    refused = browser.get("/register", environ_overrides=here)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Try again" in refused.text
    elsewhere = {"REMOTE_ADDR": "192.0.2.2"}
    assert browser.get("/register", environ_overrides=elsewhere).status_code == 200
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"window": "clerk"}))
    assert browser.get("/register", environ_overrides=here).status_code == 200


def test_everybody_together_is_counted_too() -> None:
    widest = register_limits.asking("192.0.2.1")[-1]

    assert widest.whom == register_limits.asking("198.51.100.9")[-1].whom


def test_programs_are_asked_not_to_walk_through_the_register(browser: Browser) -> None:
    rules = browser.get("/robots.txt").text

    assert "Disallow: /register?" in rules
    assert "Disallow: /register\n" not in rules

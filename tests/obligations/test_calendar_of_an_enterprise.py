"""The page of one enterprise: what is due, for whose eyes, and the button that starts it."""

import re
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import AddressHolding, Enterprise, HoldingState
from servicedesk.obligations.models import ObligationStart
from servicedesk.obligations.operations import starting
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.factories import make_unit
from tests.enterprises.members import add_member, give_mandate
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.obligations.factories import NOW, change, enter
from tests.races.statements import counted

REPORT = {"kind": "annual_report", "subject": "2025"}
STATEMENTS = 22  # of the calendar of an enterprise, session and person among them


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return enter(session, {"scope": ["BS001", "BS088"]})


def names(page: str) -> list[str]:
    found = re.findall(r"<h3>(.*?)</h3>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def starts(enterprise: Enterprise) -> str:
    return f"/enterprises/{enterprise.id}/obligations/start"


def draft(session: Session, enterprise: Enterprise, by: User, code: str, **answers: str) -> Case:
    version, service = published(session, code)
    case = drafts.start(session, version, service, by=by, enterprise_id=enterprise.id, now=NOW)
    case.answers = dict(answers)
    session.commit()
    return case


def test_it_shows_what_is_due_and_by_which_rule(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert names(page) == [
        "Annual report for 2025",
        "Licence to follow: Drug production",
        "Annual report for 2026",
    ]
    assert "Due soon" in page
    assert "30 June 2026" in page
    assert "art. 63" in page
    assert "from 1 January 2027" in page
    assert page.count(">Start<") == 1  # the other one comes later


def test_what_is_filed_is_not_there_any_more(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    change(session, enterprise, annual_report_2025={"year": 2025})

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert "Annual report for 2025" not in names(page)


def test_start_begins_the_right_service_for_it_with_what_is_known(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.PREPARER))

    answer = browser.post(starts(enterprise), data=REPORT)

    case = session.scalars(sa.select(Case)).one()
    assert answer.status_code == 303
    assert answer.location == f"/cases/{case.reference}"
    assert (case.service_code, case.enterprise_id) == ("E_ANNUAL", enterprise.id)
    assert case.for_enterprise
    form = browser.get(f"/cases/{case.reference}/enterprise").text
    assert 'value="2025"' in form
    assert case.answers["credit_code"] == enterprise.credit_code
    assert "the calendar of what is due" in form


def test_what_runs_is_gone_on_with_instead(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    first = browser.post(starts(enterprise), data=REPORT).location
    browser.sign_in(add_member(session, enterprise.id))  # a colleague

    again = browser.post(starts(enterprise), data=REPORT).location
    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert again == first
    assert f'href="{first}">Continue' in page
    assert ">Start<" not in page


def test_reports_of_two_years_are_two_applications(session: Session, browser: Browser) -> None:
    old = enter(session, registered_on=NOW.date().replace(year=2020))
    browser.sign_in(add_member(session, old.id))

    locations = {
        browser.post(starts(old), data=REPORT | {"subject": year}).location
        for year in ("2024", "2025")
    }

    assert len(locations) == 2


@pytest.mark.parametrize(
    ("answers", "counts"),
    [({"report_year": "2025"}, True), ({"report_year": "2019"}, False), ({}, False)],
)
def test_one_that_was_begun_by_itself_counts_where_it_says_the_same(
    session: Session,
    browser: Browser,
    enterprise: Enterprise,
    *,
    answers: dict[str, str],
    counts: bool,
) -> None:
    member = add_member(session, enterprise.id)
    case = draft(session, enterprise, member, "E_ANNUAL")
    case.answers = answers
    session.commit()
    browser.sign_in(member)

    answer = browser.post(starts(enterprise), data=REPORT)
    assert (answer.location == f"/cases/{case.reference}") is counts


def test_of_two_who_press_at_once_both_get_the_same(
    engine_url: str, session: Session, enterprise: Enterprise
) -> None:
    people = [add_member(session, enterprise.id).id for _ in range(4)]

    number = enterprise.id

    def press(own: Session, person: int) -> str:
        by = own.get_one(User, person)
        return starting.start(own, number, "annual_report", "2025", by=by, now=NOW)

    found = at_once(engine_url, [partial(press, person=person) for person in people])

    assert len(set(map(str, found))) == 1
    assert session.scalars(sa.select(sa.func.count()).select_from(ObligationStart)).one() == 1


@pytest.mark.parametrize(
    "asked",
    [
        REPORT | {"subject": "2026"},  # too early
        REPORT | {"subject": "1999"},
        {"kind": "nothing", "subject": ""},
    ],
)
def test_nothing_else_can_be_started(
    session: Session, browser: Browser, enterprise: Enterprise, asked: dict[str, str]
) -> None:
    browser.sign_in(add_member(session, enterprise.id))

    assert browser.post(starts(enterprise), data=asked).status_code == 409
    assert session.scalars(sa.select(Case)).all() == []


def test_a_viewer_looks_and_begins_nothing(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.VIEWER))

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert "Annual report for 2025" in names(page)
    assert ">Start<" not in page
    assert browser.post(starts(enterprise), data=REPORT).status_code == 403


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"services": ("E_ANNUAL",)}, (200, 303)),
        ({"services": ("E_CHG_NAME",)}, (200, 403)),
        ({}, (200, 303)),
        ({"days": 0}, (200, 303)),  # its last day
        ({"days": -1}, (404, 404)),
    ],
)
def test_an_agent_begins_what_the_mandate_covers(
    session: Session,
    browser: Browser,
    enterprise: Enterprise,
    terms: dict[str, Any],
    expected: tuple[int, int],
) -> None:
    agent = make_user(session)
    give_mandate(session, enterprise.id, agent, **terms)
    browser.sign_in(agent)

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").status_code
    assert (page, browser.post(starts(enterprise), data=REPORT).status_code) == expected


def test_a_stranger_finds_nothing(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(make_user(session))

    assert browser.get(f"/enterprises/{enterprise.id}/obligations").status_code == 404
    assert browser.post(starts(enterprise), data=REPORT).status_code == 404


def test_a_draft_is_shown_to_nobody_but_the_enterprise(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    member = add_member(session, enterprise.id)
    case = draft(session, enterprise, member, "E_CHG_NAME", happened_on="2026-05-01")
    other_agent = make_user(session)
    give_mandate(session, enterprise.id, other_agent, services=("E_ANNUAL",))
    clerk = make_user(session, role=Role.CLERK, posts={"market": "clerk"})
    seen = {}
    for who in (member, other_agent, clerk):
        browser.sign_in(who)
        page = browser.get(f"/enterprises/{enterprise.id}/obligations").text
        seen[who.id] = case.reference in page

    assert seen == {member.id: True, other_agent.id: False, clerk.id: False}


@pytest.mark.parametrize(
    "code",
    ["E_CHG_NAME", "E_CHG_CAP_INC", "E_CHG_LR", "E_CHG_SCOPE", "E_CHG_SH", "E_CHG_TYPE", "E_FILE"],
)
def test_a_change_is_to_be_registered_within_thirty_days(
    session: Session, browser: Browser, enterprise: Enterprise, code: str
) -> None:
    member = add_member(session, enterprise.id)
    case = draft(session, enterprise, member, code, happened_on="2026-05-01")
    browser.sign_in(member)

    assert case.reference in browser.get(f"/enterprises/{enterprise.id}/obligations").text


def test_a_clerk_sees_the_register_and_starts_nothing(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"market": "clerk"}))

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert "Annual report for 2025" in names(page)
    assert ">Start<" not in page
    assert browser.post(starts(enterprise), data=REPORT).status_code == 403


def test_the_page_costs_no_more_for_more_obligations(
    app: Flask, session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    member = add_member(session, enterprise.id)
    browser.sign_in(member)
    address = f"/enterprises/{enterprise.id}/obligations"
    browser.get(address)  # what is looked up once a process
    draft(session, enterprise, member, "E_CHG_NAME", happened_on="2026-05-01")
    with counted(app) as few:
        browser.get(address)
    unit = make_unit(session, capacity=9)
    for _ in range(4):
        draft(session, enterprise, member, "E_FILE", happened_on="2026-05-01")
        until = NOW.date()
        session.add(
            AddressHolding(
                unit=unit, enterprise_id=enterprise.id, state=HoldingState.TAKEN,
                since=NOW, until=until,
            )
        )  # fmt: skip
    session.commit()
    with counted(app) as many:
        browser.get(address)

    assert len(few) == len(many) <= STATEMENTS


def test_the_enterprise_s_own_page_shows_what_is_next(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))

    page = browser.get(f"/enterprises/{enterprise.id}").text

    assert "What is due" in page
    assert "Annual report for 2025" in page


def test_what_is_due_soon_warns_and_what_is_due_first_is_the_button(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    member = add_member(session, enterprise.id)
    draft(session, enterprise, member, "E_ANNUAL").answers = {"report_year": "2025"}
    session.commit()
    browser.sign_in(member)

    page = browser.get(f"/enterprises/{enterprise.id}/obligations").text

    assert "sd-light is-ok" not in page
    assert page.count("btn-primary") == 1
    assert page.index("btn-primary") < page.index("Continue")

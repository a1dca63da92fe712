"""Licences that follow the registration: by when, who is reminded, and in which lists."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.reference import scope_phrases
from servicedesk.notices.models import Notice
from servicedesk.obligations import duties, queries
from servicedesk.obligations.licences import Licence, Line
from servicedesk.obligations.models import OpenObligation
from servicedesk.obligations.operations import reckoning, reminding
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate
from tests.factories import make_user
from tests.obligations.factories import NOW, TODAY, change, enter, reckon
from tests.obligations.licensed import REMINDER, enter_licensed, owed

OLD = date(2021, 2, 3)


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return enter_licensed(session)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("untold", [("licence", date(2026, 3, 31))]),
        (None, []),  # told, and it names no last day
        (date(2026, 6, 30), [("licence_renewal", date(2026, 6, 30))]),
        (date(2026, 5, 5), [("licence_renewal", date(2026, 5, 5))]),  # yesterday: overdue
    ],
)
def test_what_is_owed_of_a_line(until: date | str | None, expected: list[tuple[str, date]]) -> None:
    licence = None if isinstance(until, str) else Licence("1", "A", date(2020, 1, 1), until)
    line = Line(scope_phrases()["BS088"], date(2026, 1, 30), licence)
    facts = {f"annual_report_{year}": {"year": year} for year in (2024, 2025, 2026)}
    filed = {"beneficial_owners_filed": {"on": "2025-01-02", "by": "list"}}
    one = duties.Enterprise(facts | filed, "registered", "llc", OLD, lines=[line])

    assert [(each.kind.value, each.due_on) for each in duties.owed(one, TODAY)] == expected


def test_the_words_say_that_the_day_is_our_reminder_and_business_may_not_begin(
    session: Session, enterprise: Enterprise
) -> None:
    (one,) = queries.owed_by(session, [enterprise], today=TODAY)[enterprise.id]

    assert "No law sets a day" in one.rule.en
    assert "may not begin before the licence is held" in one.rule.en
    assert "drug production licence (provincial drug administration)" in one.rule.en
    assert "60" in one.rule.zh


def test_the_days_count_from_when_the_line_came_into_the_register(session: Session) -> None:
    old = enter(session, {"scope": ["BS001"]}, registered_on=OLD, now=NOW - timedelta(days=1900))
    change(session, old, scope=["BS001", "BS088"])

    assert ("licence", "BS088", REMINDER) in owed(session, old)


def test_a_line_that_comes_back_counts_anew(session: Session) -> None:
    then = NOW - timedelta(days=100)
    one = enter(session, {"scope": ["BS001", "BS088"]}, now=then)
    change(session, one, then, scope=["BS001"])
    between = owed(session, one)
    change(session, one, scope=["BS001", "BS088"])

    assert "licence" not in [kind for kind, _, _ in between]
    assert ("licence", "BS088", REMINDER) in owed(session, one)


def test_who_was_there_before_this_register_is_not_late_from_the_first_day(
    session: Session,
) -> None:
    imported = enter(session, {"scope": ["BS088"]}, registered_on=OLD)

    assert ("licence", "BS088", REMINDER) in owed(session, imported)


def test_those_who_tell_are_reminded_sixty_thirty_and_seven_days_before(
    session: Session, enterprise: Enterprise
) -> None:
    officer = add_member(session, enterprise.id)
    add_member(session, enterprise.id, role=MemberRole.PREPARER)
    give_mandate(session, enterprise.id, make_user(session), may_send=True)
    reckon(session)
    counts = []
    for left in (60, 31, 30, 8, 7, 0, -1):
        now = NOW + timedelta(days=60 - left)
        for number in reminding.to_remind(session, today=now.date()):
            reminding.remind(session, number, now=now)
        session.commit()
        counts.append(session.scalar(sa.select(sa.func.count()).select_from(Notice)))

    assert counts == [1, 1, 2, 2, 3, 3, 3]
    assert {one.user_id for one in session.scalars(sa.select(Notice))} == {officer.id}
    name = session.scalars(sa.select(Notice)).first().facts["enterprises"][0]["due"][0]["name"]  # type: ignore[union-attr]
    assert "Licence to follow: Drug production" in str(name)


def test_it_stands_in_the_calendar_that_programs_read_and_in_the_list_of_a_person(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    reckon(session)
    link = re.search(
        r"http://localhost(/obligations/calendar/[\w-]+\.ics)",
        browser.post("/obligations/calendar").text,
    )
    assert link

    file: Any = Calendar.from_ical(browser.get(link[1]).data)
    (event,) = file.walk("VEVENT")

    assert str(event["summary"]) == f"Licence to follow: Drug production ({enterprise.name})"
    assert event["dtstart"].dt == REMINDER
    assert "No law sets a day" in str(event["description"])
    assert "Licence to follow: Drug production" in browser.get("/obligations").text


def test_the_supervisor_s_list_has_those_that_nobody_told_of(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    reckon(session)
    late = REMINDER + timedelta(days=1)
    session.execute(sa.update(OpenObligation).values(due_on=TODAY - timedelta(days=1)))
    session.commit()
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))

    page = browser.get("/desk/register/obligations?kind=licence").text

    assert owed(session, enterprise, late)[0][2] < late
    assert "Licences to follow, not told" in page
    assert enterprise.name in page


def test_each_line_of_each_enterprise_is_kept(session: Session) -> None:
    ids = [enter(session, {"scope": ["BS088", "BS111"]}).id for _ in range(3)]

    assert reckoning.renew(session, ids, now=NOW) == 12

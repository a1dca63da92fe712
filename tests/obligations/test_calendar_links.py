"""The calendar that programs read at a secret address."""

import re
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session

from servicedesk.obligations.models import CalendarLink
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate
from tests.factories import make_user
from tests.obligations.factories import NOW, change, enter, reckon

LONG = "Example Company With A Name That Is Far Longer Than One Line Of A Calendar 北京示例 Ltd"


def make_link(browser: Browser) -> str:
    page = browser.post("/obligations/calendar").text
    found = re.search(r"http://localhost(/obligations/calendar/[\w-]+\.ics)", page)
    assert found
    return found[1]


def events(browser: Browser, address: str) -> dict[str, date]:
    file: Any = Calendar.from_ical(browser.get(address).data)
    return {str(one["summary"]): one["dtstart"].dt for one in file.walk("VEVENT")}


def test_it_says_what_is_due_and_forgets_what_is_done(session: Session, browser: Browser) -> None:
    enterprise = enter(session, name=LONG)
    browser.sign_in(add_member(session, enterprise.id))
    reckon(session)
    address = make_link(browser)
    browser.sign_out()

    before = events(browser, address)
    change(session, enterprise, annual_report_2025={"year": 2025})
    reckon(session)
    after = events(browser, address)

    assert before == {
        f"Annual report for 2025 ({LONG})": date(2026, 6, 30),
        f"Annual report for 2026 ({LONG})": date(2027, 6, 30),
    }
    assert list(after.values()) == [date(2027, 6, 30)]


def test_it_is_a_calendar_as_programs_expect_it(session: Session, browser: Browser) -> None:
    enterprise = enter(session, name=LONG)
    browser.sign_in(add_member(session, enterprise.id))
    reckon(session)
    address = make_link(browser)
    browser.sign_out()

    answer = browser.get(address)
    again = browser.get(address)

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    uids = [re.findall(rb"UID:.*", one.data.replace(b"\r\n ", b"")) for one in (answer, again)]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 2
    file: Any = Calendar.from_ical(answer.data)
    event = file.walk("VEVENT")[0]
    assert event["dtstamp"].dt == NOW
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
    assert event["url"] == f"http://localhost/enterprises/{enterprise.id}/obligations"


def test_a_new_address_takes_the_place_of_the_old_one(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))
    first, second = make_link(browser), make_link(browser)

    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    assert browser.get("/obligations/calendar/guessed.ics").status_code == 404
    assert browser.post("/obligations/calendar/end").status_code == 303
    assert browser.get(second).status_code == 404


def test_the_secret_is_in_no_table(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))
    secret = make_link(browser).removeprefix("/obligations/calendar/").removesuffix(".ics")

    kept = session.scalars(sa.select(CalendarLink)).one()
    answers = session.execute(sa.text("SELECT answer::text FROM request_keys")).scalars().all()

    assert secret.encode() not in kept.secret_hash
    assert all(secret not in (one or "") for one in answers)
    assert len(secret) >= 43


def test_it_shows_the_enterprises_of_its_day(session: Session, browser: Browser) -> None:
    enterprise = enter(session)
    agent = make_user(session)
    given = give_mandate(session, enterprise.id, agent)
    reckon(session)
    browser.sign_in(agent)
    address = make_link(browser)
    before = events(browser, address)
    given.revoked_at = NOW
    session.commit()

    assert len(before) == 2
    assert events(browser, address) == {}


def test_who_may_not_sign_in_any_more_has_no_calendar(session: Session, browser: Browser) -> None:
    person = make_user(session)
    browser.sign_in(person)
    address = make_link(browser)
    person.is_active = False
    session.commit()

    assert browser.get(address).status_code == 404

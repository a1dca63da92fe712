"""Booking a time over HTTP: free times, holding, confirming, moving, cancelling, checking in."""

import html
import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.hall import tasks
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus, Slot
from servicedesk.hall.links import link_of
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import appointments, closing, hours
from servicedesk.hall.operations.appointment_mails import missing_papers
from servicedesk.notices import mails as mails_of
from servicedesk.notices.models import Notice
from servicedesk.web.paging import PAGE_SIZE
from tests.cases.factories import make_case, published
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of

BOOK = "/hall/training/book"
ASK = f"{BOOK}?line=advice&persons=1"


@pytest.fixture
def person(session: Session, browser: Browser) -> User:
    """Return somebody who is signed in; the slots of the days ahead are open."""
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    person = make_user(session)
    browser.sign_in(person)
    return person


def free_times(browser: Browser, address: str = ASK) -> list[str]:
    return re.findall(r'name="start" value="([^"]+)"', browser.get(address).text)


def hold(browser: Browser, start: str, line: str = "advice", persons: int = 1) -> int:
    data = {"start": start, "what": line, "persons": str(persons)}
    return browser.post(BOOK, data=data).status_code


def the_one(session: Session) -> Appointment:
    session.expire_all()
    return session.scalars(sa.select(Appointment).order_by(Appointment.id.desc())).first()  # type: ignore[return-value]


def booked(browser: Browser, session: Session, number: int = 5) -> Appointment:
    assert hold(browser, free_times(browser)[number]) == 303
    found = the_one(session)
    answer = browser.post(f"/appointments/{found.id}/confirm", data={"language": "en", "case": ""})
    assert answer.status_code == 303
    return found


def taken(session: Session, start: datetime) -> int:
    session.expire_all()
    return (
        session.scalars(
            sa.select(Slot.taken).where(Slot.starts_at == start, Slot.taken > 0)
        ).first()
        or 0
    )


def drafted(session: Session, person: User) -> Case:
    """Begin an application, which has no papers yet."""
    version, service = published(session, "E_SET_LLC")
    return drafts.start(session, version, service, by=person, enterprise_id=None, now=clock.now())


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.usefixtures("person")
def test_somebody_books_a_time_and_is_mailed(browser: Browser, session: Session) -> None:
    found = booked(browser, session)

    assert found.status is AppointmentStatus.BOOKED
    assert taken(session, found.starts_at) == 1
    notice = session.scalars(sa.select(Notice)).one()
    assert notice.kind == "appointment_booked"
    assert found.code in browser.get(f"/appointments/{found.id}").text
    assert found.code in browser.get("/appointments").text


@pytest.mark.usefixtures("person")
def test_nothing_is_free_within_the_lead_time(browser: Browser) -> None:
    first = datetime.fromisoformat(free_times(browser)[0])

    assert first >= clock.now() + timedelta(minutes=60)


@pytest.mark.usefixtures("person")
def test_a_family_takes_as_long_as_all_of_it_needs(browser: Browser, session: Session) -> None:
    start = free_times(browser, f"{BOOK}?line=registration&persons=3")[0]

    hold(browser, start, "registration", persons=3)

    assert the_one(session).slots == 2
    assert session.scalar(sa.select(sa.func.sum(Slot.taken))) == 2


@pytest.mark.usefixtures("person")
def test_a_full_time_is_not_offered_and_refused_with_what_is_free_near_it(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    start = free_times(browser)[3]
    hold(browser, start)
    hold(browser, start)
    another_browser.sign_in(make_user(session))

    assert start not in free_times(another_browser)
    answer = another_browser.post(BOOK, data={"start": start, "what": "advice", "persons": "1"})

    assert answer.status_code == 409
    assert answer.text.count(":") > 3
    assert "Nearest to it are free" in answer.text


@pytest.mark.usefixtures("person")
def test_nobody_has_more_than_two_open(browser: Browser) -> None:
    times = free_times(browser)

    assert [hold(browser, start) for start in times[:3]] == [303, 303, 409]


@pytest.mark.usefixtures("person")
def test_a_time_is_held_for_ten_minutes_and_then_free_again(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(browser, free_times(browser)[0])
    found = the_one(session)
    at(monkeypatch, clock.now() + timedelta(minutes=11))

    late = browser.post(f"/appointments/{found.id}/confirm", data={"language": "en", "case": ""})
    appointments.lapse(session, now=clock.now())
    session.commit()

    assert late.status_code == 409
    assert the_one(session).status is AppointmentStatus.LAPSED
    assert taken(session, found.starts_at) == 0


@pytest.mark.usefixtures("person")
def test_a_cancelled_place_is_free_a_while_after_and_once(
    browser: Browser, session: Session
) -> None:
    found = booked(browser, session)

    assert browser.post(f"/appointments/{found.id}/cancel").status_code == 303
    assert taken(session, found.starts_at) == 1
    with browser.application.app_context():
        for _ in range(2):
            tasks.free_places(found.id)

    assert taken(session, found.starts_at) == 0


@pytest.mark.usefixtures("person")
def test_it_is_not_cancelled_two_hours_before(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = booked(browser, session)
    at(monkeypatch, found.starts_at - timedelta(minutes=119))

    assert browser.post(f"/appointments/{found.id}/cancel").status_code == 409
    assert the_one(session).status is AppointmentStatus.BOOKED


@pytest.mark.usefixtures("person")
def test_it_is_moved_and_the_old_place_is_free(browser: Browser, session: Session) -> None:
    found = booked(browser, session)
    old, new = found.starts_at, free_times(browser, f"/appointments/{found.id}/move")[-1]

    assert browser.post(f"/appointments/{found.id}/move", data={"start": new}).status_code == 303

    assert the_one(session).starts_at == datetime.fromisoformat(new)
    assert (taken(session, old), taken(session, datetime.fromisoformat(new))) == (0, 1)


@pytest.mark.usefixtures("person")
def test_somebody_else_s_appointment_is_not_there(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    found = booked(browser, session)
    another_browser.sign_in(make_user(session))

    assert another_browser.get(f"/appointments/{found.id}").status_code == 404
    assert another_browser.post(f"/appointments/{found.id}/cancel").status_code == 404


@pytest.mark.usefixtures("person")
def test_the_code_at_the_kiosk_gives_the_ticket_that_goes_first(
    browser: Browser, another_browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = booked(browser, session)
    data = {"code": found.code.lower()}
    early, unknown = (
        another_browser.post("/hall/training/check-in", data={"code": code})
        for code in (found.code, "AAAAAA")
    )
    assert (early.status_code, unknown.status_code) == (422, 422), "neither tells which exist"
    assert "Look at the code and the time" in early.text
    assert early.text.replace(found.code, "AAAAAA").count("AAAAAA") == unknown.text.count("AAAAAA")
    at(monkeypatch, found.starts_at - timedelta(minutes=4))

    first = another_browser.post("/hall/training/check-in", data=data)
    again = another_browser.post("/hall/training/check-in", data=data)

    assert first.status_code == 303
    assert first.location == again.location
    assert session.scalars(sa.select(Ticket)).one().booked_for == found.starts_at
    assert the_one(session).status is AppointmentStatus.HERE


def test_a_code_of_nobody_says_so(browser: Browser) -> None:
    answer = browser.post("/hall/training/check-in", data={"code": "ABCDEF"})

    assert answer.status_code == 422
    assert "Nobody can be checked in" in answer.text


@pytest.mark.usefixtures("person")
def test_the_calendar_entry_is_one_that_calendars_read(browser: Browser, session: Session) -> None:
    found = booked(browser, session)

    answer = browser.get(f"/appointments/{found.id}/appointment.ics")

    (event,) = Calendar.from_ical(answer.text).events
    assert event.start == found.starts_at
    assert event.end - event.start == timedelta(minutes=30)


def test_it_says_what_is_missing_of_the_application(browser: Browser, session: Session) -> None:
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    case = make_case(session, steps=0)
    browser.sign_in(case.applicant)
    assert hold(browser, free_times(browser)[0]) == 303
    found = the_one(session)

    browser.post(f"/appointments/{found.id}/confirm", data={"language": "en", "case": str(case.id)})

    assert case.reference in browser.get(f"/appointments/{found.id}").text


def test_nobody_joins_somebody_else_s_application(browser: Browser, session: Session) -> None:
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    case = make_case(session, steps=0)
    browser.sign_in(make_user(session))
    hold(browser, free_times(browser)[0])
    found = the_one(session)

    answer = browser.post(
        f"/appointments/{found.id}/confirm", data={"language": "en", "case": str(case.id)}
    )

    assert answer.status_code == 422


def test_strangers_sign_in_first(browser: Browser) -> None:
    answer = browser.get(ASK)

    assert "/sign-in" in answer.location


@pytest.mark.usefixtures("person")
def test_somebody_is_reminded_once_a_day_before(browser: Browser, session: Session) -> None:
    found = booked(browser, session)
    moment = found.starts_at - timedelta(hours=23)

    sent = [appointments.remind(session, now=when) for when in (moment, moment)]
    session.commit()

    assert sent == [1, 0]
    kinds = session.scalars(sa.select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["appointment_booked", "appointment_reminder"]


def test_who_misses_two_appointments_cannot_book_for_a_while_and_is_told(
    browser: Browser, session: Session, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = [booked(browser, session, number) for number in (3, 6)]
    after = max(one.starts_at for one in missed) + timedelta(days=1)
    closing.close_days(session, now=after)
    hours.follow_calendar(session, hall_of(session), now=after)
    session.commit()
    at(monkeypatch, after)
    browser.sign_in(person)

    start = free_times(browser)[0]
    answer = browser.post(BOOK, data={"start": start, "what": "advice", "persons": "1"})
    barred = browser.get("/appointments").text
    at(monkeypatch, after + timedelta(days=60))
    browser.sign_in(person)
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()

    assert answer.status_code == 409
    assert "You did not come to 2 appointments" in answer.text
    assert "You can book again from" in barred
    assert hold(browser, free_times(browser)[0]) == 303
    told = session.scalars(sa.select(Notice).where(Notice.kind == "appointment_missed")).all()
    assert [one.facts["until"] is not None for one in told] == [False, True]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_mail_says_when_and_where_and_leads_back(
    app: Flask, browser: Browser, session: Session, person: User, language: str
) -> None:
    person.language = language
    session.commit()
    found = booked(browser, session)
    appointments.remind(session, now=found.starts_at - timedelta(hours=3))
    session.commit()
    browser.post(f"/appointments/{found.id}/cancel")
    appointments.note_missed(session, found, now=clock.now())
    session.commit()

    with app.app_context():
        mails = [mails_of.compose(one, person) for one in session.scalars(sa.select(Notice))]

    assert len(mails) == 4
    for mail in mails:
        for part in mail.iter_parts():
            assert ("Training hall" if language == "en" else "演练大厅") in part.get_content()
    assert "/hall/appointments/" in mails[0].get_body().get_content()  # type: ignore[union-attr]


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("sooner", [timedelta(0), timedelta(minutes=31)])
def test_a_time_that_no_page_offers_is_not_booked_either(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch, sooner: timedelta
) -> None:
    mine = booked(browser, session)
    start = free_times(browser)[0]
    at(monkeypatch, datetime.fromisoformat(start) - timedelta(minutes=30) + sooner)

    assert hold(browser, start) == 409
    moved = browser.post(f"/appointments/{mine.id}/move", data={"start": start})
    assert moved.status_code == 409
    assert taken(session, datetime.fromisoformat(start)) == 0


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("start", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_beyond_all_calendars_is_none(
    browser: Browser, session: Session, start: str
) -> None:
    hold(browser, start)

    assert session.scalars(sa.select(Appointment)).all() == []


@pytest.mark.usefixtures("person")
def test_a_reminder_and_the_link_say_what_the_application_lacks(
    app: Flask, browser: Browser, session: Session, person: User
) -> None:
    found = booked(browser, session)
    found.case = drafted(session, person)
    session.commit()

    appointments.remind(session, now=found.starts_at - timedelta(hours=2))
    session.commit()

    lacks = missing_papers(session, found.case)[0].en
    told = session.scalars(sa.select(Notice).where(Notice.kind == "appointment_reminder")).one()
    with app.app_context():
        mail = mails_of.compose(told, person)
        parts = [part.get_content() for part in mail.iter_parts()]
    assert len(parts) == 2
    assert all(html.escape(lacks, quote=False) in html.unescape(one) for one in parts)
    assert html.escape(lacks) in browser.get(f"/hall/appointments/{link_of(found.nonce)}").text


@pytest.mark.usefixtures("person")
def test_every_open_application_can_be_what_it_is_about(
    browser: Browser, session: Session, person: User
) -> None:
    cases = [drafted(session, person) for _ in range(PAGE_SIZE + 1)]
    session.commit()
    hold(browser, free_times(browser)[5])

    page = browser.get(f"/appointments/{the_one(session).id}/confirm").text

    assert all(case.reference in page for case in cases)

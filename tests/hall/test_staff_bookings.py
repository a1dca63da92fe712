"""Staff book for people, with an account and without, and see who comes."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.hall import appointment_queries, queries
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus, Slot
from servicedesk.hall.booking import Leg
from servicedesk.hall.operations import appointments, calling, hours, staff_bookings
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.operations.staff_bookings import Guest
from servicedesk.notices.models import Notice
from servicedesk.park import local_day
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, queue_of
from tests.races.statements import counted

DESK = "/desk/hall/training/appointments"
ASK = f"{DESK}/new?what=advice&what=WP_CAN&persons=1&language=zh"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk who is signed in; the slots of the days ahead are open."""
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    return clerk


def book(browser: Browser, session: Session, **who: str) -> Appointment:
    times = re.findall(r'name="start" value="([^"]+)"', browser.get(ASK).text)
    data = {"start": times[4], "what": "advice,WP_CAN", "persons": "1", "language": "zh"} | who
    answer = browser.post(f"{DESK}/new", data=data)
    assert answer.status_code == 303, answer.text
    session.expire_all()
    found = session.scalars(sa.select(Appointment).order_by(Appointment.id.desc())).first()
    assert found is not None
    return found


def taken(session: Session) -> tuple[int, int]:
    """Return how many places of the public and of the staff are taken."""
    session.expire_all()
    row = session.execute(sa.select(sa.func.sum(Slot.taken), sa.func.sum(Slot.staff_taken))).one()
    return row[0], row[1]


@pytest.mark.usefixtures("clerk")
def test_staff_book_from_their_own_places_for_an_account(
    browser: Browser, session: Session
) -> None:
    person = make_user(session)

    found = book(browser, session, email=person.email, urgent="The permit ends tomorrow.")

    assert (found.user_id, found.status) == (person.id, AppointmentStatus.BOOKED)
    assert found.by_staff
    assert taken(session) == (0, 2)
    assert session.scalars(sa.select(Notice)).one().kind == "appointment_booked"
    page = browser.get(f"{DESK}?day={local_day(found.starts_at)}").text
    assert person.name in page
    assert "Urgent" in page
    assert "The permit ends tomorrow." in browser.get(f"{DESK}/{found.id}").text


@pytest.mark.usefixtures("clerk")
def test_a_guest_s_name_lies_sealed_and_is_forgotten_a_month_later(
    browser: Browser, session: Session
) -> None:
    found = book(browser, session, name="Ada Example", phone="010 5550 0100")

    assert found.guest == {"name": "Ada Example", "phone": "010 5550 0100"}
    assert "Ada Example" in browser.get(f"{DESK}?day={local_day(found.starts_at)}").text
    raw = session.execute(sa.text("SELECT guest FROM appointments")).scalar_one()
    assert b"Ada" not in bytes(raw)
    assert session.scalars(sa.select(Notice)).all() == []

    appointments.cancel(session, found, now=clock.now(), by_staff=True)
    session.commit()
    for days, count in ((29, 0), (31, 1), (32, 0)):
        when = found.starts_at + timedelta(days=days)
        assert staff_bookings.forget_people(session, now=when) == count
        session.commit()
    assert found.guest is None
    assert taken(session) == (0, 0)


@pytest.mark.usefixtures("clerk")
def test_what_is_not_in_order_is_said_and_kept(browser: Browser, session: Session) -> None:
    times = re.findall(r'name="start" value="([^"]+)"', browser.get(ASK).text)
    data = {"start": times[0], "what": "advice,WP_CAN", "persons": "1", "language": "zh"}

    nobody = browser.post(f"{DESK}/new", data=data | {"phone": "12345"})
    unknown = browser.post(f"{DESK}/new", data=data | {"email": "nobody@example.org"})
    others = (make_clerk(session), make_user(session, confirmed_at=None))
    refused = [browser.post(f"{DESK}/new", data=data | {"email": one.email}) for one in others]

    assert (nobody.status_code, unknown.status_code) == (422, 422)
    assert all("no account with this address" in one.text for one in refused)
    assert "Say for whom" in nobody.text
    assert 'value="12345"' in nobody.text
    assert "no account with this address" in unknown.text
    assert times[0] in unknown.text


@pytest.mark.usefixtures("clerk")
def test_staff_move_check_in_and_cancel_until_it_begins(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, other = (book(browser, session, name="Ada Example") for _ in range(2))
    offered = re.findall(
        r'name="start" value="([^"]+)"', browser.get(f"{DESK}/{found.id}/move").text
    )
    soon = timedelta(minutes=5)
    starts = [(one, datetime.fromisoformat(one)) for one in offered]
    to = next(one for one, at in starts if local_day(at - soon) == local_day(at))
    assert browser.post(f"{DESK}/{found.id}/move", data={"start": to}).status_code == 303
    session.expire_all()
    assert found.starts_at == datetime.fromisoformat(to)
    assert taken(session) == (0, 4)

    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: found.starts_at - soon)
        assert browser.post(f"{DESK}/{other.id}/check-in").status_code == 409
        assert browser.post(f"{DESK}/{found.id}/check-in").status_code == 303
    session.expire_all()
    assert found.ticket is not None
    assert len(found.ticket.stops) == 2
    assert browser.post(f"{DESK}/{other.id}/urgent", data={"urgent": "Ill."}).status_code == 303
    assert browser.post(f"{DESK}/{other.id}/cancel").status_code == 303
    session.expire_all()
    assert other.status is AppointmentStatus.CANCELLED
    assert other.urgent == "Ill."
    assert taken(session) == (0, 2)


@pytest.mark.usefixtures("clerk")
def test_another_hall_s_appointment_is_not_there(browser: Browser, session: Session) -> None:
    found = book(browser, session, name="Ada Example")

    assert browser.get(f"/desk/hall/changping/appointments/{found.id}").status_code == 404
    browser.sign_in(make_user(session, role=Role.APPLICANT))
    assert browser.get(DESK).status_code == 403


@pytest.mark.usefixtures("clerk")
def test_lists_and_booking_cost_no_more_for_more_appointments(
    app: Flask, session: Session, browser: Browser, another_browser: Browser
) -> None:
    hall, person = hall_of(session), make_user(session)
    another_browser.sign_in(person)
    day = local_day(clock.now()) + timedelta(days=2)
    pages = {
        f"{DESK}?day={day}": browser,
        "/appointments": another_browser,
        "/hall/training/book?what=advice&what=WP_CAN&persons=1&language=en": another_browser,
    }
    session.execute(sa.update(Slot).values(staff=40))
    session.commit()
    costs = []
    for how_many in (2, 20):
        for number in range(how_many):
            _on(session, day, person if number % 2 else Guest(f"Guest {number}", "1"))
        found = []
        for page, who in pages.items():
            who.get(page)
            with counted(app) as sent:
                assert who.get(page).status_code == 200
            found.append(len(sent))
        costs.append(found)

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 14
    assert queries.get_hall(session, hall.key).booking


def _on(session: Session, day: object, person: User | Guest) -> None:
    advice = queue_of(session, "advice")
    start = session.scalars(
        sa.select(Slot.starts_at).where(Slot.queue_id == advice.id).order_by(Slot.starts_at)
    )
    at = next(one for one in start if local_day(one) == day)
    staff_bookings.book(
        session, Visit(advice, at, 1, "en"), person, urgent="", by=make_clerk(session),
        now=clock.now(),
    )  # fmt: skip
    session.commit()


@pytest.mark.usefixtures("clerk")
def test_staff_book_nothing_that_has_begun_nor_a_service_at_other_hours(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = re.findall(r'name="start" value="([^"]+)"', browser.get(ASK).text)
    data = {"start": times[4], "what": "advice,WP_CAN", "persons": "1", "name": "Ada Example"}
    hall = hall_of(session)
    hall.hours = hall.hours | {"services": {"WP_CAN": {"week": {}}}}
    session.commit()

    closed = browser.post(f"{DESK}/new", data=data)
    begun = datetime.fromisoformat(times[4]) + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: begun)
    past = browser.post(f"{DESK}/new", data=data | {"what": "advice"})

    assert "not served at that time" in closed.text
    assert (closed.status_code, past.status_code) == (409, 409)
    assert taken(session) == (0, 0)


@pytest.mark.usefixtures("clerk")
def test_a_form_that_says_too_many_people_is_shown_again_at_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = re.findall(r'name="start" value="([^"]+)"', browser.get(ASK).text)
    data = {"start": times[4], "what": "advice", "persons": "3000000", "name": "Ada Example"}
    looked_for: list[int] = []

    def starts_free(
        _session: object, _hall: object, legs: list[Leg], **_: object
    ) -> list[datetime]:
        looked_for.append(legs[0].slots)
        return []

    monkeypatch.setattr(appointment_queries, "starts_free", starts_free)

    assert browser.post(f"{DESK}/new", data=data).status_code == 422
    assert [one <= 10 for one in looked_for] == [True]


def test_the_counter_has_who_comes_and_why_it_is_urgent_beside_the_visit(
    browser: Browser, session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = book(browser, session, name="Zoe Guest", phone="+8613800000000", urgent="Visa ends")
    found.people = ["Yan Guest"]
    sitting = make_sitting(session, clerk=clerk)
    monkeypatch.setattr(clock, "now", lambda: found.starts_at)
    ticket = appointments.check_in(session, found, now=clock.now())
    assert calling.call_next(session, sitting, now=clock.now()) is ticket
    session.commit()

    page = browser.get("/desk/counter").text

    for shown in ("Zoe Guest", "+8613800000000", "Visa ends", "Yan Guest"):
        assert shown in page

"""Who waits for a time is offered what others give back, one after the other."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall import tasks
from servicedesk.hall.appointment_models import (
    Appointment,
    AppointmentStatus,
    FreedPlace,
    Slot,
    WaitingEntry,
    WaitingStatus,
)
from servicedesk.hall.links import link_of, token_of
from servicedesk.hall.operations import appointments, booking_limits, by_phone, hours, waitlist
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.operations.waitlist import Wanted
from servicedesk.notices.models import Notice
from servicedesk.park import local_day
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, queue_of

WAIT = "/hall/training/wait"


@pytest.fixture
def start(session: Session) -> datetime:
    """Return a time in the only slot of the hall that is open; it has two places."""
    hall = hall_of(session)
    hours.follow_calendar(session, hall, now=clock.now())
    advice = queue_of(session, "advice").id
    start = session.scalar(
        sa.select(Slot.starts_at)
        .where(Slot.queue_id == advice, Slot.starts_at > clock.now() + timedelta(hours=6))
        .order_by(Slot.starts_at)
        .limit(1)
    )
    assert start is not None
    session.execute(sa.delete(Slot).where((Slot.starts_at != start) | (Slot.queue_id != advice)))
    session.commit()
    return start


def book(session: Session, start: datetime, by: User | None = None) -> Appointment:
    visit = Visit(queue_of(session, "advice"), start, 1, "en")
    user = by or make_user(session)
    found = appointments.hold(session, visit, by=user, enterprise_id=None, now=clock.now())
    appointments.confirm(session, found, case_id=None, now=clock.now())
    session.commit()
    return found


def wait(session: Session, user: User | None = None, **more: object) -> WaitingEntry:
    today = local_day(clock.now())
    days = {"first_day": today, "last_day": today + timedelta(days=14)}
    wanted = waitlist.Wanted(["advice"], 1, "en", None, **days | more)  # type: ignore[arg-type]
    person = user or make_user(session)
    entry = waitlist.join(session, hall_of(session), wanted, by=person, now=clock.now())
    session.commit()
    return entry


def serve(app: Flask, session: Session) -> list[Appointment]:
    with app.app_context():
        tasks.offer_places(hall_of(session).id)
    session.expire_all()
    offers = sa.select(Appointment).where(
        Appointment.status == AppointmentStatus.HELD, Appointment.waiting_id.is_not(None)
    )
    return list(session.scalars(offers.order_by(Appointment.id)))


def slot(session: Session) -> Slot:
    session.expire_all()
    return session.scalars(sa.select(Slot)).one()


def full(session: Session, start: datetime) -> tuple[Appointment, Appointment]:
    return book(session, start), book(session, start)


def test_what_is_given_back_is_offered_to_who_waited_longest(
    app: Flask, session: Session, start: datetime
) -> None:
    given, _kept = full(session, start)
    first, second = wait(session), wait(session)

    appointments.cancel(session, given, now=clock.now())
    session.commit()
    (offer,) = serve(app, session)

    assert (offer.user_id, offer.starts_at) == (first.user_id, start)
    assert (first.status, second.status) == (WaitingStatus.OFFERED, WaitingStatus.WAITING)
    assert slot(session).taken == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(FreedPlace)) == 0
    told = session.scalars(sa.select(Notice).where(Notice.kind == "waitlist_offer")).one()
    assert told.user_id == first.user_id
    with app.app_context():
        tasks.free_places(given.id)
    assert slot(session).taken == 2, "the place is somebody's"


def test_nobody_else_gets_it_meanwhile(
    app: Flask, session: Session, start: datetime, browser: Browser
) -> None:
    given, _kept = full(session, start)
    wait(session)
    appointments.cancel(session, given, now=clock.now())
    session.commit()
    browser.sign_in(make_user(session))
    data = {"start": start.isoformat(), "what": "advice", "persons": "1"}

    assert browser.post("/hall/training/book", data=data).status_code == 409
    assert len(serve(app, session)) == 1
    assert browser.post("/hall/training/book", data=data).status_code == 409


def test_who_takes_it_has_it(
    app: Flask, session: Session, start: datetime, browser: Browser
) -> None:
    given, _kept = full(session, start)
    entry = wait(session)
    appointments.cancel(session, given, now=clock.now())
    session.commit()
    (offer,) = serve(app, session)
    address = f"/hall/appointments/{link_of(offer.nonce)}"

    assert "Take this time" in browser.get(address).text
    assert browser.post(f"{address}/accept").status_code == 303

    session.expire_all()
    assert offer.status is AppointmentStatus.BOOKED
    assert entry.status is WaitingStatus.BOOKED
    assert slot(session).taken == 2


def test_who_declines_lets_the_next_one_have_it_and_is_not_offered_it_again(
    app: Flask, session: Session, start: datetime, browser: Browser
) -> None:
    given, _kept = full(session, start)
    first, second = wait(session), wait(session)
    appointments.cancel(session, given, now=clock.now())
    session.commit()
    (offer,) = serve(app, session)

    browser.post(f"/hall/appointments/{link_of(offer.nonce)}/cancel")
    (another,) = serve(app, session)

    assert another.user_id == second.user_id
    assert first.status is WaitingStatus.WAITING
    appointments.cancel(session, another, now=clock.now())
    session.commit()
    assert serve(app, session) == []
    with app.app_context():
        for one in (offer, another):
            tasks.free_places(one.id)
    assert slot(session).taken == 1, "nobody else waits for it: it comes back"


def test_an_offer_that_nobody_answers_goes_to_the_next_one(
    app: Flask, session: Session, start: datetime
) -> None:
    given, _kept = full(session, start)
    first, second = wait(session), wait(session)
    appointments.cancel(session, given, now=clock.now())
    session.commit()
    (offer,) = serve(app, session)
    assert offer.held_until is not None
    assert timedelta(minutes=110) < offer.held_until - clock.now() <= timedelta(minutes=120)

    appointments.lapse(session, now=offer.held_until)
    session.commit()
    (another,) = serve(app, session)

    assert another.user_id == second.user_id
    assert first.status is WaitingStatus.UNANSWERED


def test_a_place_that_a_move_leaves_is_offered_too(
    app: Flask, session: Session, start: datetime
) -> None:
    given, _kept = full(session, start)
    later = start + timedelta(days=1)
    session.add(Slot(queue_id=given.queue_id, starts_at=later, public=1, staff=0))
    entry = wait(session, last_day=local_day(start))
    session.commit()

    appointments.move(session, given, later, now=clock.now())
    session.commit()
    (offer,) = serve(app, session)

    assert (offer.waiting_id, offer.starts_at) == (entry.id, start)


def test_more_places_are_offered(app: Flask, session: Session, start: datetime) -> None:
    full(session, start)
    entries = [wait(session) for _ in range(3)]
    session.execute(sa.update(Slot).values(public=4))
    session.commit()

    offers = serve(app, session)

    assert [one.waiting_id for one in offers] == [one.id for one in entries[:2]]
    assert slot(session).taken == 4


def test_days_and_hours_that_do_not_suit_are_passed_over(
    app: Flask, session: Session, start: datetime
) -> None:
    given, _kept = full(session, start)
    after = local_day(start) + timedelta(days=1)
    late, suits = wait(session, first_day=after), wait(session)
    appointments.cancel(session, given, now=clock.now())
    session.commit()

    (offer,) = serve(app, session)

    assert offer.waiting_id == suits.id
    assert late.status is WaitingStatus.WAITING


def test_somebody_goes_on_the_waitlist_sees_it_and_leaves_it(
    session: Session, start: datetime, browser: Browser
) -> None:
    full(session, start)
    person = make_user(session)
    browser.sign_in(person)
    assert "Tell me when an earlier time is free" in browser.get(
        "/hall/training/book?what=advice&persons=1&language=en"
    ).text  # fmt: skip
    page = browser.get(f"{WAIT}?what=advice&persons=1&language=en")
    days = re.findall(r'<option[^>]* value="(\d{4}-\d\d-\d\d)"', page.text)
    data = {"what": "advice", "persons": "1", "language": "en", "first_day": days[0],
            "last_day": days[-1], "part_of_day": "any"}  # fmt: skip

    assert (
        browser.post(WAIT, data=data | {"first_day": days[3], "last_day": days[0]}).status_code
        == 422
    )
    assert [browser.post(WAIT, data=data).status_code for _ in range(3)] == [303, 303, 409]
    entry = session.scalars(sa.select(WaitingEntry).order_by(WaitingEntry.id)).first()
    assert entry is not None
    assert entry.user_id == person.id
    assert "On the waitlist" in browser.get("/appointments").text

    assert browser.post(f"/appointments/waiting/{entry.id}/leave").status_code == 303
    assert browser.post(f"/appointments/waiting/{entry.id}/leave").status_code == 409
    browser.sign_in(make_user(session))
    assert browser.post(f"/appointments/waiting/{entry.id}/leave").status_code == 404


def test_nobody_waits_for_what_is_free(session: Session, start: datetime, browser: Browser) -> None:
    browser.sign_in(make_user(session))
    day = local_day(start)
    data = {"what": "advice", "persons": "1", "language": "en", "part_of_day": "any"}
    days = {"first_day": str(day), "last_day": str(day + timedelta(days=1))}

    answer = browser.post(WAIT, data=data | days)

    assert answer.status_code == 422
    assert "is free: book it, or choose other days." in answer.text


@pytest.mark.usefixtures("start")
def test_wishes_whose_days_are_over_end_by_themselves(app: Flask, session: Session) -> None:
    today = local_day(clock.now())
    entry = wait(session, first_day=today, last_day=today)

    assert waitlist.expire(session, now=clock.now()) == 0
    assert waitlist.expire(session, now=clock.now() + timedelta(days=1)) == 1
    session.commit()
    assert entry.status is WaitingStatus.EXPIRED
    assert serve(app, session) == []


def test_an_appointment_is_moved_and_cancelled_by_its_link_until_the_stated_hour(
    session: Session, start: datetime, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = book(session, start)
    address = f"/hall/appointments/{link_of(found.nonce)}"
    later = start + timedelta(days=1)
    session.add(Slot(queue_id=found.queue_id, starts_at=later, public=1, staff=0))
    session.commit()

    assert found.code in browser.get(address).text
    assert browser.get(f"{address}/appointment.ics").status_code == 200
    assert later.isoformat() in browser.get(f"{address}/move").text
    assert browser.post(f"{address}/move", data={"start": later.isoformat()}).status_code == 303
    session.expire_all()
    assert found.starts_at == later
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later - timedelta(minutes=119))
        assert browser.post(f"{address}/cancel").status_code == 409
    assert browser.post(f"{address}/cancel").status_code == 303
    session.expire_all()
    assert found.status is AppointmentStatus.CANCELLED


def test_a_made_up_link_opens_nothing_and_is_slowed(
    session: Session, start: datetime, browser: Browser
) -> None:
    found = book(session, start)
    ticket_s = token_of(found.nonce)

    assert browser.get(f"/hall/appointments/{ticket_s}").status_code == 404
    assert browser.get("/hall/appointments/AAAA").status_code == 404
    answers = {browser.get("/hall/appointments/AAAA").status_code for _ in range(60)}
    assert answers == {404, 429}


def test_who_could_not_take_it_is_passed_over_and_waits_on(
    app: Flask, session: Session, start: datetime
) -> None:
    given, kept = full(session, start)
    at_limit, barred, next_one = wait(session), wait(session), wait(session)
    for number in range(2):
        mine = Appointment(
            nonce=bytes([number]) * 9, code=f"AAAA{number}", user_id=at_limit.user_id,
            queue_id=kept.queue_id, starts_at=start, slots=1, persons=1, language="en",
            status=AppointmentStatus.BOOKED, created_at=clock.now(), changed_at=clock.now(),
        )  # fmt: skip
        missed = Appointment(
            nonce=bytes([number + 2]) * 9, code=f"BBBB{number}", user_id=barred.user_id,
            queue_id=kept.queue_id, starts_at=clock.now() - timedelta(days=1), slots=1,
            persons=1, language="en", status=AppointmentStatus.MISSED,
            created_at=clock.now(), changed_at=clock.now(),
        )  # fmt: skip
        session.add_all([mine, missed])
    appointments.cancel(session, given, now=clock.now())
    session.commit()

    (offer,) = serve(app, session)

    assert offer.waiting_id == next_one.id
    assert (at_limit.status, barred.status) == (WaitingStatus.WAITING, WaitingStatus.WAITING)


def test_an_address_that_says_too_much_costs_nothing(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for: list[int] = []

    def first_free(_session: object, _hall: object, wanted: Wanted, *, now: datetime) -> None:  # noqa: ARG001
        looked_for.append(wanted.persons)

    monkeypatch.setattr(waitlist, "first_free", first_free)
    browser.sign_in(make_user(session))

    many = browser.get(f"{WAIT}?what=advice&persons=3000000")
    days = browser.get(f"{WAIT}?what=advice&first_day=x&last_day=9999-99-99")
    sent = browser.post(WAIT, data={"what": "advice", "first_day": "x", "persons": "3000000"})

    assert looked_for == [10, 1]
    assert (many.status_code, days.status_code, sent.status_code) == (200, 200, 422)
    assert local_day(clock.now()).isoformat() in days.text


def test_the_waitlist_and_phones_have_advisory_locks_of_their_own() -> None:
    numbers = [waitlist._ONE_OFFER_AT_A_TIME, by_phone._ONE_AFTER_THE_OTHER]  # noqa: SLF001

    assert len({*numbers, booking_limits._ONE_AFTER_THE_OTHER}) == 3  # noqa: SLF001

"""Hours that are changed while people book: no place is lost, none is sold outside the hours."""

import time
from collections import Counter as Count
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import hours_queries, queries
from servicedesk.hall.appointment_models import OPEN, Appointment, Slot
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.opening import ExceptionKind, HoursException
from servicedesk.hall.operations import appointments, hours, slots
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.operations.hours import Decision
from servicedesk.hall.timetable import Owner, OwnerKind
from servicedesk.park import local_day
from servicedesk.words import Text
from tests.factories import make_user
from tests.hall.factories import hall_of, queue_of
from tests.races.crowd import Click, Crowd, at_once

ADVICE: Final = Owner(OwnerKind.LINE, "advice")
BOOK: Final = "/hall/training/book"
PATIENCE: Final = 60  # seconds


def closing(day: date) -> hours.Change:
    """Return the change that closes the line on ``day``."""
    exception = HoursException(day, day, ExceptionKind.CLOSED, why=Text("moving", "搬迁"))
    return lambda before: before.with_exception(ADVICE, exception, None)


@pytest.fixture
def day(session: Session) -> date:
    """Return a day of which times can be booked."""
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    return local_day(clock.now()) + timedelta(days=3)


def free_on(session: Session, day: date) -> list[datetime]:
    queue = queue_of(session, "advice")
    found = free_starts(session, queue, 1, by_staff=False, now=clock.now())
    return [one for one in found if local_day(one) == day]


def mark(session: Session, day: date) -> str:
    """Return the state that a look at the change has now."""
    hall = hall_of(session)
    after = closing(day)(queries.timetable_of(hall))
    names = hours_queries.names_of(session, hall)
    found = hours_queries.dry_run(session, hall, after, names, now=clock.now()).state
    session.rollback()
    return found


def saved(app: Flask, day: date, seen: str, by: int) -> str:
    """Save what was seen, on a connection of its own; return what came of it."""
    with app.app_context():
        session = db.sessionmaker()
        with session:
            hall = hall_of(session)
            admin = session.get_one(User, by)
            decision = Decision(seen, cancels=False, reason="Moving")
            try:
                hours.save(session, hall, closing(day), decision, by=admin, now=clock.now())
            except Overtaken:
                return "overtaken"
            session.commit()
            return "saved"


def held(session: Session, start: datetime) -> None:
    visit = Visit(queue_of(session, "advice"), start, 1, "en")
    appointments.hold(session, visit, by=make_user(session), enterprise_id=None, now=clock.now())


def waits(session: Session, future: "Future[str]") -> bool:
    """Whether it comes to wait for a lock, and not to its end."""
    blocked = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not future.done():
            if connection.scalar(blocked):
                return True
            time.sleep(0.05)
    return False


def test_a_booking_under_way_is_waited_for_and_seen(
    app: Flask, session: Session, day: date
) -> None:
    admin, start = make_user(session, role=Role.ADMIN).id, free_on(session, day)[4]
    seen = mark(session, day)
    held(session, start)
    session.flush()

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(saved, app, day, seen, admin)
        assert waits(session, saving)
        session.commit()
        assert saving.result() == "overtaken"

    assert len(free_on(session, day)) == 48


def test_who_books_while_hours_are_saved_waits_and_finds_the_time_gone(
    app: Flask, session: Session, day: date
) -> None:
    admin, start = make_user(session, role=Role.ADMIN), free_on(session, day)[4]
    decision = Decision(mark(session, day), cancels=False, reason="Moving")
    hours.save(session, hall_of(session), closing(day), decision, by=admin, now=clock.now())
    session.flush()

    def book() -> str:
        with app.app_context(), db.sessionmaker() as another:
            try:
                held(another, start)
            except slots.SlotTaken:
                return "gone"
            another.commit()
            return "held"

    with ThreadPoolExecutor(1) as pool:
        booking = pool.submit(book)
        assert waits(session, booking)
        session.commit()
        assert booking.result() == "gone"

    assert free_on(session, day) == []


def test_two_who_change_hours_at_once_do_it_one_after_the_other(
    app: Flask, session: Session, day: date
) -> None:
    admin, other = make_user(session, role=Role.ADMIN).id, day + timedelta(days=1)
    seen = {one: mark(session, one) for one in (day, other)}

    found = at_once([lambda one=one: saved(app, one, seen[one], admin) for one in seen])  # type: ignore[misc]

    assert sorted(found) == ["overtaken", "saved"]


def test_a_day_is_closed_while_sixty_people_book_it(
    crowd: Crowd, app: Flask, session: Session, day: date
) -> None:
    admin, found = make_user(session, role=Role.ADMIN).id, free_on(session, day)[:12]
    people = [crowd.window(make_user(session)) for _ in range(60)]
    clicks = [
        Click(
            window,
            BOOK,
            {"start": found[number % 12].isoformat(), "what": "advice", "persons": "1"},
        )
        for number, window in enumerate(people)
    ]

    def close() -> TestResponse | None:
        """Look and save, again until nobody has booked in between."""
        while True:
            with app.app_context(), db.sessionmaker() as another:
                seen = mark(another, day)
            if saved(app, day, seen, admin) == "saved":
                return None

    senders = [crowd._sender(number, one) for number, one in enumerate(clicks)]  # noqa: SLF001
    answers = at_once([close, *senders])

    session.expire_all()
    told = Count(one.status_code for one in answers if one is not None)
    assert told.keys() <= {303, 409}
    assert session.scalar(sa.select(sa.func.count()).select_from(Appointment)) == told[303]
    assert free_on(session, day) == []
    open_ones = session.scalars(sa.select(Appointment).where(Appointment.status.in_(OPEN))).all()
    assert [one for one in open_ones if local_day(one.starts_at) == day] == []
    in_slots = {one.starts_at: one.taken for one in session.scalars(sa.select(Slot)) if one.taken}
    assert in_slots == Count(one.starts_at for one in open_ones)

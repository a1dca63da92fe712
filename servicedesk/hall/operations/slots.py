"""Opening slots ahead, and taking and giving back places in them."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, queries
from servicedesk.hall.appointment_models import Appointment, Slot
from servicedesk.hall.booking import in_a_row, nearest, starts
from servicedesk.hall.hall_files import booking_of, hours_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.park import local_day
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

FREE: Final = "hall.free_places"  # the task in tasks.py


class SlotTaken(RuleBroken):
    """The last place is gone; says what is free near it."""

    def __init__(self, wished: datetime, free: Sequence[datetime]) -> None:
        super().__init__(_taken(wished, nearest(wished, free)))


def open_ahead(session: Session, hall: Hall, *, now: datetime) -> int:
    """Open the slots of the days ahead that are not open yet; return how many.

    Slots that are there stay as they are; so it may run at any time and twice.
    """
    if hall.booking is None:
        return 0
    booking, today = booking_of(hall.booking), local_day(now)
    rows = [
        {"queue_id": queue.id, "starts_at": start, "public": queue.public_places,
         "staff": queue.staff_places, "taken": 0, "staff_taken": 0}
        for queue in hall.queues
        if queue.public_places or queue.staff_places
        for day in (today + timedelta(days=number) for number in range(booking.days_ahead + 1))
        for start in _starts(session, hall, queue, day, booking.every)
    ]  # fmt: skip
    if not rows:
        return 0
    added = session.scalars(
        insert(Slot).values(rows).on_conflict_do_nothing().returning(Slot.id)
    ).all()
    log.info("slots opened", extra={"hall": hall.key, "slots": len(added)})
    return len(added)


def take_places(
    session: Session,
    queue: Queue,
    start: datetime,
    count: int,
    *,
    by_staff: bool,
    now: datetime,
) -> None:
    """Take a place in each of ``count`` slots in a row, or in none.

    The rows are locked in their order, so that two who want overlapping times wait for each
    other and not both; of two who want the last place one gets it.

    Raises:
        SlotTaken: one of them is full or does not exist.
    """
    slots = _locked(session, queue, start, count)
    if len(slots) != count or not all(_room(slot, by_staff=by_staff) for slot in slots):
        free = appointment_queries.free_starts(session, queue, count, by_staff=by_staff, now=now)
        raise SlotTaken(start, free)
    _count(session, slots, by_staff=by_staff, by=1)


def give_back(session: Session, appointment: Appointment, *, at: datetime | None) -> None:
    """Let the places of ``appointment`` be booked again: now, or at a moment to come.

    A place that shows up at once, when its owner knows it will, can be traded.
    """
    if at is not None:
        jobs.defer(session, FREE, at=at, appointment_id=appointment.id)
        return
    slots = _locked(session, appointment.queue, appointment.starts_at, appointment.slots)
    _count(session, slots, by_staff=appointment.by_staff, by=-1)


def _locked(session: Session, queue: Queue, start: datetime, count: int) -> Sequence[Slot]:
    """Return ``count`` slots in a row from ``start``, locked in their order, as they are now."""
    times = in_a_row(start, count, booking_of(queue.hall.booking).every)
    query = sa.select(Slot).where(Slot.queue_id == queue.id, Slot.starts_at.in_(times))
    return session.scalars(
        query.order_by(Slot.starts_at).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()


def _room(slot: Slot, *, by_staff: bool) -> bool:
    return slot.staff_taken < slot.staff if by_staff else slot.taken < slot.public


def _count(session: Session, slots: Sequence[Slot], *, by_staff: bool, by: int) -> None:
    column = Slot.staff_taken if by_staff else Slot.taken
    session.execute(
        sa.update(Slot)
        .where(Slot.id.in_([slot.id for slot in slots]))
        .values({column: column + by})
        .execution_options(synchronize_session=False)
    )


def _starts(
    session: Session, hall: Hall, queue: Queue, day: date, every: timedelta
) -> list[datetime]:
    calendar = load_calendar(session)
    spans = hours_of(queries.hours_kept(hall, queue, day)).on(day, calendar)
    return starts(day, spans, every, calendar.zone)


def _taken(wished: datetime, free: Sequence[datetime]) -> Words:
    facts = {f"time{number}": start for number, start in enumerate(free, start=1)}
    if len(free) >= 3:  # noqa: PLR2004 - as many as are said
        return say(
            "%(wished)s is no longer free. Nearest to it are free: %(time1)s; %(time2)s;"
            " %(time3)s.",
            wished=wished, **facts,
        )  # fmt: skip
    if free:
        return say(
            "%(wished)s is no longer free. Nearest to it is free: %(time1)s.",
            wished=wished,
            **facts,
        )
    return say(
        "%(wished)s is no longer free, and nothing else is. Try again tomorrow.", wished=wished
    )

"""Opening slots ahead, and taking and giving back places in them."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, queries, slot_queries
from servicedesk.hall.appointment_models import Appointment, Slot
from servicedesk.hall.booking import in_a_row, nearest
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.slot_plan import SlotPlan
from servicedesk.hall.timetable import Places
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

FREE: Final = "hall.free_places"  # the task in tasks.py


class SlotTaken(RuleBroken):
    """The last place is gone; says what is free near it."""

    def __init__(self, wished: datetime, free: Sequence[datetime]) -> None:
        super().__init__(_taken(wished, nearest(wished, free)))


def open_ahead(session: Session, hall: Hall, *, now: datetime) -> int:
    """Let the slots of the days ahead follow the hours of the hall; return how many are new.

    It may run at any time and twice.
    """
    session.execute(sa.select(Hall.id).where(Hall.id == hall.id).with_for_update(key_share=True))
    kept = slot_queries.kept_slots(session, hall, now=now, locked=True)
    plans = slot_queries.plans(session, hall, queries.timetable_of(hall), kept, now=now)
    return sum(follow(session, queue, plans[queue.id]) for queue in hall.queues)


def follow(session: Session, queue: Queue, plan: SlotPlan) -> int:
    """Do with the slots of ``queue`` what is planned; return how many are new.

    The caller has locked those that are there.
    """
    if plan.withdrawn:
        gone = [slot.starts_at for slot in plan.withdrawn]
        session.execute(
            sa.delete(Slot)
            .where(Slot.queue_id == queue.id, Slot.starts_at.in_(gone))
            .where(Slot.taken == 0, Slot.staff_taken == 0)
            .execution_options(synchronize_session=False)
        )
    for places, starts in _by_places(plan).items():
        session.execute(
            sa.update(Slot)
            .where(Slot.queue_id == queue.id, Slot.starts_at.in_(starts))
            .values(
                public=places.public, over=_above(Slot.taken, places.public),
                staff=places.staff, staff_over=_above(Slot.staff_taken, places.staff),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    if not plan.opened:
        return 0
    rows = [
        {"queue_id": queue.id, "starts_at": start, "public": places.public,
         "staff": places.staff, "taken": 0, "staff_taken": 0, "over": 0, "staff_over": 0}
        for start, places in plan.opened
    ]  # fmt: skip
    session.execute(insert(Slot).values(rows).on_conflict_do_nothing())
    log.info("slots opened", extra={"queue": queue.id, "slots": len(rows)})
    return len(rows)


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
    taken = Slot.staff_taken if by_staff else Slot.taken
    over, places = (Slot.staff_over, Slot.staff) if by_staff else (Slot.over, Slot.public)
    session.execute(
        sa.update(Slot)
        .where(Slot.id.in_([slot.id for slot in slots]))
        .values({taken: taken + by, over: _above(taken + by, places)})
        .execution_options(synchronize_session=False)
    )


def _above(
    taken: sa.SQLColumnExpression[int], places: int | sa.SQLColumnExpression[int]
) -> sa.ColumnElement[int]:
    """Return how many places are taken beyond those there are."""
    return sa.func.greatest(taken - places, 0)


def _by_places(plan: SlotPlan) -> dict[Places, list[datetime]]:
    found: dict[Places, list[datetime]] = {}
    for one in plan.resized:
        found.setdefault(one.places, []).append(one.slot.starts_at)
    return found


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

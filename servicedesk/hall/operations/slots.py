"""Opening slots ahead, and taking and giving back places in them."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, waitlist_queries
from servicedesk.hall.appointment_models import Appointment, FreedPlace, Slot
from servicedesk.hall.booking import Leg, Stretch, in_a_row, laid_out, nearest
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.slot_plan import SlotPlan
from servicedesk.hall.timetable import Places
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

FREE: Final = "hall.free_places"  # the tasks in tasks.py
OFFER: Final = "hall.offer_places"


class SlotTaken(RuleBroken):
    """The last place is gone; says what is free near it."""

    def __init__(self, wished: datetime, free: Sequence[datetime]) -> None:
        super().__init__(_taken(wished, nearest(wished, free)))


def follow(session: Session, hall: Hall, plans: Mapping[int, SlotPlan]) -> int:
    """Do with the slots what is planned, by the queue's id; return how many are new.

    The caller has locked those that are there.  Who waits for a time is then served.
    """
    new = sum(_follow(session, queue, plans[queue.id]) for queue in hall.queues)
    ask_to_offer(session, hall)
    return new


def _follow(session: Session, queue: Queue, plan: SlotPlan) -> int:
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


def take(
    session: Session,
    hall: Hall,
    legs: Sequence[Leg],
    start: datetime,
    *,
    by_staff: bool,
    now: datetime,
    instead_of: Appointment | None = None,
) -> list[Stretch]:
    """Take a place in each slot that a visit from ``start`` on needs, or in none; return them.

    Gives back the places of ``instead_of`` with it, so that who moves may keep some of them.
    All rows are locked at once in one order, so that two who want overlapping times wait for
    each other and not both; of two who want the last place one gets it.

    Raises:
        SlotTaken: one of them is full or does not exist, or the first begins too soon, whatever
            the page that was shown had on it.
    """
    if not appointment_queries.is_ahead(hall, start, by_staff=by_staff, now=now):
        raise _gone(session, hall, legs, start, by_staff=by_staff, now=now)
    stretches = laid_out(legs, start, booking_of(hall.booking).every)
    before = instead_of.stretches if instead_of is not None else []
    by_key = {_key(slot): slot for slot in _locked(session, hall, [*stretches, *before])}
    wanted, given = _counted(hall, stretches), _counted(hall, before)
    more, fewer = [key for key in wanted if key not in given], given.keys() - wanted.keys()
    if any(key not in by_key or _room(by_key[key], by_staff=by_staff) < 1 for key in more):
        raise _gone(session, hall, legs, start, by_staff=by_staff, now=now)
    _count(session, Counter(by_key[key].id for key in more), by_staff=by_staff)
    left = [by_key[key].id for key in fewer if key in by_key]
    if instead_of is not None and left and not by_staff and ask_to_offer(session, hall):
        _keep_for_waiting(session, hall, instead_of.id, left, now=now)
    else:
        _count(session, Counter(dict.fromkeys(left, -1)), by_staff=by_staff)
    return stretches


def _gone(
    session: Session,
    hall: Hall,
    legs: Sequence[Leg],
    start: datetime,
    *,
    by_staff: bool,
    now: datetime,
) -> SlotTaken:
    free = appointment_queries.starts_free(session, hall, legs, by_staff=by_staff, now=now)
    return SlotTaken(start, free)


def give_back(
    session: Session,
    hall: Hall,
    appointments: Sequence[Appointment],
    *,
    now: datetime,
    later: bool = False,
) -> None:
    """Let the places of ``appointments`` be booked again: now, or a while ``later``.

    A place that shows up at once, when its owner knows it will, can be traded.  While anybody
    waits for a time, all places come free later: until then they are there for the waitlist
    alone.  Places of the staff's contingent come free at once.
    """
    ours = [one for appointment in appointments for one in appointment.stretches]
    by_key = {_key(slot): slot.id for slot in _locked(session, hall, ours)}
    is_later = ask_to_offer(session, hall) or later
    for appointment in appointments:
        ids = [by_key[key] for key in _counted(hall, appointment.stretches) if key in by_key]
        if is_later and not appointment.by_staff:
            _keep_for_waiting(session, hall, appointment.id, ids, now=now)
        else:
            _count(session, Counter(dict.fromkeys(ids, -1)), by_staff=appointment.by_staff)


def ask_to_offer(session: Session, hall: Hall) -> bool:
    """Have the waitlist of the hall served once this is committed; False: nobody waits."""
    if not waitlist_queries.somebody_waits(session, hall):
        return False
    jobs.defer(session, OFFER, hall_id=hall.id)
    return True


def free(session: Session, appointment: Appointment) -> None:
    """Let those places of ``appointment`` be booked again that nobody of the waitlist took."""
    kept = sa.select(FreedPlace.slot_id).where(FreedPlace.appointment_id == appointment.id)
    _locked_by(session, Slot.id.in_(kept))
    gone = session.scalars(
        sa.delete(FreedPlace)
        .where(FreedPlace.appointment_id == appointment.id)
        .returning(FreedPlace.slot_id)
    ).all()
    _count(
        session, Counter({key: -number for key, number in Counter(gone).items()}), by_staff=False
    )


def take_freed(session: Session, hall: Hall, stretches: Sequence[Stretch]) -> bool:
    """Take places for somebody of the waitlist, freed ones first; False: one is gone."""
    slots = _locked(session, hall, stretches)
    if len(slots) != len(_counted(hall, stretches)):
        return False
    kept = session.execute(
        sa.select(FreedPlace.slot_id, sa.func.min(FreedPlace.id))
        .where(FreedPlace.slot_id.in_([slot.id for slot in slots if not slot.over]))
        .group_by(FreedPlace.slot_id)
    ).all()
    freed: dict[int, int] = {row[0]: row[1] for row in kept}
    others = [slot for slot in slots if slot.id not in freed]
    if not all(_room(slot, by_staff=False) for slot in others):
        return False
    session.execute(sa.delete(FreedPlace).where(FreedPlace.id.in_(freed.values())))
    _count(session, Counter(slot.id for slot in others), by_staff=False)
    return True


def _keep_for_waiting(
    session: Session, hall: Hall, appointment_id: int, slot_ids: Sequence[int], *, now: datetime
) -> None:
    session.add_all(
        FreedPlace(slot_id=slot_id, appointment_id=appointment_id) for slot_id in slot_ids
    )
    session.flush()
    at = now + booking_of(hall.booking).freed_after
    jobs.defer(session, FREE, at=at, appointment_id=appointment_id)


def _locked(session: Session, hall: Hall, stretches: Iterable[Stretch]) -> Sequence[Slot]:
    keys = list(_counted(hall, stretches))
    return _locked_by(session, sa.tuple_(Slot.queue_id, Slot.starts_at).in_(keys))


def _locked_by(session: Session, fits: sa.ColumnElement[bool]) -> Sequence[Slot]:
    """Return slots as they are now, locked in the one order that everybody keeps."""
    query = sa.select(Slot).where(fits).order_by(Slot.starts_at, Slot.queue_id)
    return session.scalars(
        query.with_for_update(), execution_options={"populate_existing": True}
    ).all()


def _counted(hall: Hall, stretches: Iterable[Stretch]) -> Counter[tuple[int, datetime]]:
    """Return how many places are wanted of each slot, by line and beginning."""
    every = booking_of(hall.booking).every
    return Counter(
        (one.queue_id, start)
        for one in stretches
        for start in in_a_row(one.starts_at, one.slots, every)
    )


def _key(slot: Slot) -> tuple[int, datetime]:
    return slot.queue_id, slot.starts_at


def _room(slot: Slot, *, by_staff: bool) -> int:
    return slot.staff - slot.staff_taken if by_staff else slot.public - slot.taken


def _count(session: Session, change: Counter[int], *, by_staff: bool) -> None:
    """Add to the places taken, by the slot's id; the rows are locked already."""
    taken = Slot.staff_taken if by_staff else Slot.taken
    over, places = (Slot.staff_over, Slot.staff) if by_staff else (Slot.over, Slot.public)
    for by in set(change.values()) - {0}:
        ids = [key for key, number in change.items() if number == by]
        session.execute(
            sa.update(Slot)
            .where(Slot.id.in_(ids))
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

"""The slots of a hall as they are, and how they would follow its hours."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.hall import booking, slot_plan
from servicedesk.hall.appointment_models import Slot
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall
from servicedesk.hall.slot_plan import KeptSlot, SlotPlan
from servicedesk.hall.timetable import Places, Timetable
from servicedesk.park import local_day


def days_ahead(hall: Hall, now: datetime) -> list[date]:
    """Return the days of which times can be booked, today first."""
    count = booking_of(hall.booking).days_ahead
    return [local_day(now) + timedelta(days=number) for number in range(count + 1)]


def kept_slots(
    session: Session, hall: Hall, *, now: datetime, locked: bool = False
) -> dict[int, list[KeptSlot]]:
    """Return the slots to come of every line of the hall by the queue's id, in their order.

    ``locked``: until the caller commits nobody else takes or gives back a place in them.
    """
    last = days_ahead(hall, now)[-1]
    query = (
        sa.select(Slot)
        .where(Slot.queue_id.in_([queue.id for queue in hall.queues]), Slot.starts_at > now)
        .order_by(Slot.queue_id, Slot.starts_at)
        .execution_options(populate_existing=True)
    )
    if locked:
        query = query.with_for_update()
    found: dict[int, list[KeptSlot]] = {queue.id: [] for queue in hall.queues}
    for slot in session.scalars(query):
        if local_day(slot.starts_at) <= last:
            places, taken = Places(slot.public, slot.staff), Places(slot.taken, slot.staff_taken)
            found[slot.queue_id].append(KeptSlot(slot.starts_at, places, taken))
    return found


def plans(
    session: Session,
    hall: Hall,
    timetable: Timetable,
    kept: Mapping[int, list[KeptSlot]],
    *,
    now: datetime,
) -> dict[int, SlotPlan]:
    """Return by the queue's id how the slots would follow ``timetable``."""
    figures, calendar = booking_of(hall.booking), load_calendar(session)
    found = {}
    for queue in hall.queues:
        wanted = {
            start
            for day in (days_ahead(hall, now) if hall.booking is not None else ())
            for start in booking.starts(
                day, timetable.on(day, calendar, queue.key).spans, figures.every, calendar.zone
            )
            if start > now
        }
        places = timetable.places[queue.key]
        found[queue.id] = slot_plan.plan(kept[queue.id], wanted, places, figures.every)
    return found

"""What another timetable would do to the slots and appointments of a hall, and what was changed.

Reads only.  What is looked at before saving and what is saved come from the same ``dry_run``;
its ``state`` tells whether anything of it has changed in between.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.catalogue.queries import services_in_force
from servicedesk.hall import hours_words, queries, slot_queries
from servicedesk.hall.appointment_models import OPEN, Appointment, AppointmentStatus
from servicedesk.hall.booking import Leg, Stretch, in_a_row, laid_out
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.hours_words import Names
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.opening import Day, Span, is_open_from
from servicedesk.hall.slot_plan import Resized, SlotPlan
from servicedesk.hall.timetable import Owner, OwnerKind, Timetable
from servicedesk.park import local
from servicedesk.words import Text, Words

_SHOWN_CHANGES: Final = 50


@dataclass(frozen=True)
class LineDay:
    """What becomes of one line on one day."""

    line: Queue
    before: Sequence[Span]
    after: Sequence[Span]
    opened: Sequence[datetime]
    withdrawn: Sequence[datetime]
    kept: Sequence[Resized]  # outside the hours, with what is booked in them
    overbooked: Sequence[Resized]
    roomier: int  # slots with more places
    tighter: int  # slots with fewer places, enough for what is booked
    stranded: Sequence[Appointment]

    @property
    def is_changed(self) -> bool:
        """Whether anything is different on this day."""
        slots = self.opened or self.withdrawn or self.kept or self.overbooked
        places = self.roomier or self.tighter
        return bool(slots or places or self.stranded) or tuple(self.before) != tuple(self.after)


@dataclass(frozen=True)
class DryRun:
    """What a change would do."""

    before: Timetable
    after: Timetable
    changes: Sequence[Words]
    plans: Mapping[int, SlotPlan]  # by the queue's id
    stranded: Sequence[Appointment]  # booked, and outside the hours from now on
    fitting: Sequence[Appointment]  # outside until now, and within the hours again
    days: Sequence[
        tuple[date, Sequence[LineDay]]
    ]  # those that change, of which times can be booked

    @property
    def figures(self) -> dict[str, int]:
        """Return how much of each kind."""
        lines = [line for _, lines in self.days for line in lines]
        return {
            "opened": sum(len(one.opened) for one in self.plans.values()),
            "withdrawn": sum(len(one.withdrawn) for one in self.plans.values()),
            "stranded": len(self.stranded),
            "overbooked": sum(len(line.overbooked) for line in lines),
            "resized": sum(line.roomier + line.tighter for line in lines),
            "fitting": len(self.fitting),
        }

    @property
    def state(self) -> str:
        """Return the mark of exactly this: another one if anything is different."""
        said = [
            self.before.kept(), self.after.kept(),
            [_marks(plan) for _, plan in sorted(self.plans.items())],
            [_mark(one) for one in (*self.stranded, *self.fitting)],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def dry_run(
    session: Session,
    hall: Hall,
    after: Timetable,
    names: Names,
    *,
    now: datetime,
    locked: bool = False,
) -> DryRun:
    """Return what ``after`` would do instead of what holds now.

    ``locked``: until the caller commits nobody else books, moves or cancels in this hall, so
    that it can be done as it was looked at.  Appointments are locked before slots, in the order
    in which everybody does.
    """
    if locked:
        _booked(session, hall, now, locked=True)
    kept = slot_queries.kept_slots(session, hall, now=now, locked=locked)
    booked = _booked(session, hall, now)
    calendar, before = load_calendar(session), queries.timetable_of(hall)
    outside = [one for one in booked if not fits(one, after, calendar)]
    plans = slot_queries.plans(session, hall, after, kept, now=now)
    stranded = [one for one in outside if one.stranded_at is None]
    fitting = [one for one in booked if one.stranded_at is not None and one not in outside]
    days = _days(hall, (before, after), calendar, plans=plans, stranded=stranded, now=now)
    changed = hours_words.changes(before, after, names)
    return DryRun(before, after, changed, plans, stranded, fitting, days)


def fits(appointment: Appointment, timetable: Timetable, calendar: Calendar) -> bool:
    """Whether its lines, and the services it is known to be about, are served all the while."""
    hall = appointment.queue.hall
    every = booking_of(hall.booking).every
    stretches = laid_out(legs_of(appointment), appointment.starts_at, every)
    return is_served(hall, stretches, timetable, calendar)


def legs_of(appointment: Appointment) -> list[Leg]:
    """Return what an appointment needs in each line, with the services it is known to be about.

    That of its application is done in the first.
    """
    first, *others = appointment.legs
    about = appointment.case
    if about is None or about.service_code in first.services:
        return [first, *others]
    return [replace(first, services=(*first.services, about.service_code)), *others]


def served(
    session: Session, hall: Hall, legs: Sequence[Leg], starts: Iterable[datetime]
) -> Iterator[datetime]:
    """Yield those of ``starts`` from which on services with hours of their own are served, too.

    The hours of lines are not looked at: slots follow them.
    """
    timetable = queries.timetable_of(hall)
    if timetable.services.keys().isdisjoint(code for leg in legs for code in leg.services):
        yield from starts
        return
    calendar, every = load_calendar(session), booking_of(hall.booking).every
    for start in starts:
        if is_served(hall, laid_out(legs, start, every), timetable, calendar):
            yield start


def is_served(
    hall: Hall, stretches: Sequence[Stretch], timetable: Timetable, calendar: Calendar
) -> bool:
    """Whether each line, and each of the services asked for there, is served all the while."""
    every = booking_of(hall.booking).every
    keys = {queue.id: queue.key for queue in hall.queues}
    return all(
        _is_open(timetable.on(start.date(), calendar, keys[one.queue_id], code), start, every)
        for one in stretches
        for start in in_a_row(local(one.starts_at), one.slots, every)
        for code in one.services or ("",)
    )


def _is_open(day: Day, start: datetime, every: timedelta) -> bool:
    opens = start.hour * 60 + start.minute
    return is_open_from(day.spans, opens, opens + int(every.total_seconds() // 60))


def lines_of_services(session: Session) -> dict[str, str]:
    """Return the key of the line that serves each service of the catalogue, by the code."""
    return {
        service.code: service.appointment.queue
        for service in services_in_force(session)
        if service.appointment.queue is not None
    }


def names_of(session: Session, hall: Hall) -> dict[Owner, Text]:
    """Return what everybody who may have hours of their own is called: lines, then services."""
    lines = {Owner(OwnerKind.LINE, queue.key): queue.name for queue in hall.queues}
    keys = {queue.key for queue in hall.queues}
    services = {
        Owner(OwnerKind.SERVICE, service.code): service.name.plain()
        for service in services_in_force(session)
        if service.appointment.queue in keys
    }
    return lines | services


def changes_of(session: Session, hall: Hall) -> Sequence[HallChange]:
    """Return what was changed of the hall's hours and places, the latest first."""
    query = (
        sa.select(HallChange)
        .where(HallChange.hall_id == hall.id)
        .options(joinedload(HallChange.by))
        .order_by(HallChange.id.desc())
        .limit(_SHOWN_CHANGES)
    )
    return session.scalars(query).all()


def _booked(
    session: Session, hall: Hall, now: datetime, *, locked: bool = False
) -> Sequence[Appointment]:
    query = (
        sa.select(Appointment)
        .where(
            Appointment.queue_id.in_([queue.id for queue in hall.queues]),
            Appointment.status.in_(sorted(OPEN)),
            Appointment.starts_at > now,
        )
        .execution_options(populate_existing=True)
    )
    if locked:
        return session.scalars(query.order_by(Appointment.id).with_for_update(of=Appointment)).all()
    shown = (joinedload(Appointment.case), joinedload(Appointment.user))
    return session.scalars(
        query.options(*shown).order_by(Appointment.starts_at, Appointment.id)
    ).all()


def _days(
    hall: Hall,
    timetables: Sequence[Timetable],
    calendar: Calendar,
    *,
    plans: Mapping[int, SlotPlan],
    stranded: Sequence[Appointment],
    now: datetime,
) -> list[tuple[date, list[LineDay]]]:
    """Return the days that change, of those of which times can be booked."""
    booked_on = (local(one.starts_at).date() for one in stranded)
    found = []
    for day in sorted({*slot_queries.days_ahead(hall, now), *booked_on}):
        lines = [
            _line_day(
                queue, day, plans[queue.id], stranded,
                [one.on(day, calendar, queue.key).spans for one in timetables],
            )
            for queue in hall.queues
        ]  # fmt: skip
        if changed := [line for line in lines if line.is_changed]:
            found.append((day, changed))
    return found


def _line_day(
    queue: Queue,
    day: date,
    plan: SlotPlan,
    stranded: Sequence[Appointment],
    spans: Sequence[Sequence[Span]],
) -> LineDay:
    before, after = spans
    resized = [one for one in plan.resized if local(one.slot.starts_at).date() == day]
    inside = [one for one in resized if not one.is_outside]
    others = [one for one in inside if not one.is_overbooked]
    roomier = sum(one.places.public + one.places.staff > _all(one) for one in others)
    return LineDay(
        queue, before, after,
        _of_day((start for start, _ in plan.opened), day),
        _of_day((slot.starts_at for slot in plan.withdrawn), day),
        [one for one in resized if one.is_outside],
        [one for one in inside if one.is_overbooked],
        roomier, len(others) - roomier,
        [one for one in stranded if one.queue is queue and local(one.starts_at).date() == day],
    )  # fmt: skip


def _all(one: Resized) -> int:
    return one.slot.places.public + one.slot.places.staff


def _of_day(starts: Iterable[datetime], day: date) -> list[datetime]:
    return [start for start in starts if local(start).date() == day]


def _marks(plan: SlotPlan) -> list[Any]:
    return [
        [[start.timestamp(), one.public, one.staff] for start, one in plan.opened],
        [slot.starts_at.timestamp() for slot in plan.withdrawn],
        [
            [one.slot.starts_at.timestamp(), one.slot.taken.public, one.slot.taken.staff]
            for one in plan.resized
        ],
    ]


def _mark(appointment: Appointment) -> list[Any]:
    is_held = appointment.status is AppointmentStatus.HELD
    return [appointment.id, appointment.starts_at.timestamp(), appointment.slots, is_held]

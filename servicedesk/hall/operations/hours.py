"""Changing the hours and places of a hall, exactly as it was looked at before."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import Overtaken
from servicedesk.hall import hours_queries
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus
from servicedesk.hall.hall_files import kept_hours
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.hours_queries import DryRun
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments, hall_changes, slots
from servicedesk.hall.operations.appointment_mails import mail
from servicedesk.hall.queries import timetable_of
from servicedesk.hall.timetable import Timetable, kept_for_hall
from servicedesk.park import local_day
from servicedesk.words import Text

log = logging.getLogger(__name__)

Change = Callable[[Timetable], Timetable]
_NO_REASON = Text("", "")


@dataclass(frozen=True)
class Decision:
    """What an administrator decided on a change that was looked at."""

    seen: str  # ``DryRun.state`` of it
    cancels: bool  # what is booked outside the new hours; else its owners choose another time
    reason: str


def save(
    session: Session, hall: Hall, change: Change, decision: Decision, *, by: User, now: datetime
) -> HallChange:
    """Let ``change`` hold from now on, and tell everybody who had booked outside of it.

    Whoever books, moves or cancels in the hall waits until the caller commits, and then finds
    the slots as they are; what they did before is seen here.

    Raises:
        Overtaken: it would not do any more what was looked at.
    """
    hall_changes.hold(session, hall)
    names = hours_queries.names_of(session, hall)
    found = hours_queries.dry_run(
        session, hall, change(timetable_of(hall)), names, now=now, locked=True
    )
    if found.state != decision.seen:
        raise Overtaken
    _write(hall, found.after)
    slots.follow(session, hall, found.plans)
    _tell(session, hall, found, cancels=decision.cancels, now=now)
    kept = hall_changes.keep(
        session, hall, found.changes, by=by, reason=decision.reason, now=now, before=found.before,
        figures=found.figures | {"cancelled": decision.cancels},
    )  # fmt: skip
    log.info("hours changed", extra={"hall": hall.key, "by": by.id, **found.figures})
    return kept


def follow_calendar(session: Session, hall: Hall, *, now: datetime) -> int:
    """Let the times of the days ahead follow the hours and the calendar; return how many are new.

    A holiday that was announced since puts what was booked on it outside the hours, as a change
    of them does: its owners are asked to choose another time.  It may run at any time and twice.
    """
    hall_changes.hold(session, hall)
    found = hours_queries.dry_run(session, hall, timetable_of(hall), {}, now=now, locked=True)
    new = slots.follow(session, hall, found.plans)
    _tell(session, hall, found, cancels=False, now=now)
    return new


def _tell(session: Session, hall: Hall, found: DryRun, *, cancels: bool, now: datetime) -> None:
    """Do with what is booked as was found, and write to everybody it concerns."""
    for appointment in found.stranded:
        _strand(session, hall, found, appointment, cancels=cancels, now=now)
    for appointment in found.fitting:
        appointment.stranded_at, appointment.changed_at = None, now
        _mail(session, found, appointment, "appointment_holds_again", now=now)


def _write(hall: Hall, timetable: Timetable) -> None:
    hall.hours = kept_for_hall(timetable)
    for queue in hall.queues:
        queue.hours = kept_hours(timetable.lines[queue.key]) or None
        places = timetable.places[queue.key]
        queue.public_places, queue.staff_places = places.public, places.staff


def _strand(
    session: Session,
    hall: Hall,
    found: DryRun,
    appointment: Appointment,
    *,
    cancels: bool,
    now: datetime,
) -> None:
    """Cancel an appointment whose time is outside the hours now, or mark it and ask its owner.

    Nobody has been promised a time that is only held: it lapses.
    """
    appointment.changed_at = now
    is_held = appointment.status is AppointmentStatus.HELD
    if not is_held and not cancels:
        appointment.stranded_at = now
        _mail(session, found, appointment, "appointment_stranded", now=now)
        return
    appointment.status = AppointmentStatus.LAPSED if is_held else AppointmentStatus.CANCELLED
    appointments.answer_offer(session, appointment, now=now)
    slots.give_back(session, hall, [appointment], now=now)
    if not is_held:
        _mail(session, found, appointment, "appointment_cancelled_by_hall", now=now)


def _mail(
    session: Session, found: DryRun, appointment: Appointment, kind: str, *, now: datetime
) -> None:
    """Write to the owner, with the reason that the public sees, if there is one for that day."""
    day, calendar = local_day(appointment.starts_at), load_calendar(session)
    case = appointment.case
    holds = found.after.on(day, calendar, appointment.queue.key, case.service_code if case else "")
    why = holds.exception.why if holds.exception else _NO_REASON
    mail(session, appointment, kind, now=now, why=why)

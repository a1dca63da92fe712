"""Booking a time: hold it, confirm it, move it, give it back, check in."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases.models import Case
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, hours_queries
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus
from servicedesk.hall.booking import slots_needed
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import new_nonce
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.hall.operations import slots, tickets
from servicedesk.hall.queries import timetable_of
from servicedesk.notices import operations as notices
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

REMIND_BEFORE: Final = timedelta(hours=24)
CHECK_IN_FROM: Final = timedelta(minutes=60)  # before it begins
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_CODE_LENGTH: Final = 6
_AS_IT_IS: Final = ("status", "version", "starts_at", "stranded_at")  # others may change it, too
_ONE_AFTER_THE_OTHER: Final = 7_240_001  # of advisory locks: bookings of one person


class TooManyAppointments(RuleBroken):
    """The person, or the enterprise, has as many open as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say(
                "You have %(most)s open appointments in this hall, which is the most. Cancel one"
                " before you book another.",
                most=most,
            )
        )


class MissedOften(RuleBroken):
    """The person booked and did not come, more than once."""

    def __init__(self, count: int, until: datetime) -> None:
        super().__init__(
            say(
                "You did not come to %(count)s appointments you had booked here. You can book"
                " again from %(until)s on; until then come without an appointment.",
                count=count,
                until=until,
            )
        )


class HoldLapsed(RuleBroken):
    """The form was open for too long."""

    def __init__(self) -> None:
        super().__init__(say("This time was not held any longer. Choose a time again."))


class TooLateToChange(RuleBroken):
    """It begins too soon."""

    def __init__(self) -> None:
        super().__init__(
            say("It is too late to change this appointment here. Call the hall, or just come.")
        )


class NotServedThen(RuleBroken):
    """The service that it is about is served at other hours."""

    def __init__(self) -> None:
        super().__init__(
            say("This service is not served at that time. Look at its hours on the hall's page.")
        )


class NotNow(RuleBroken):
    """The appointment is for another time, or was cancelled."""

    def __init__(self) -> None:
        super().__init__(say("This appointment cannot be checked in now. Go to the guidance desk."))


@dataclass(frozen=True)
class Visit:
    """What a time is wanted for."""

    queue: Queue
    starts_at: datetime
    persons: int
    language: str


def hold(
    session: Session, visit: Visit, *, by: User, enterprise_id: int | None, now: datetime
) -> Appointment:
    """Hold a time for a few minutes, while its form is open.

    Raises:
        MissedOften: ``by`` booked before and did not come.
        TooManyAppointments: ``by``, or the enterprise, has as many as one may have.
        SlotTaken: there is no place; says what is free near it.
    """
    hall = visit.queue.hall
    figures = booking_of(hall.booking)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER, by.id)))
    _within_limits(session, hall, by, enterprise_id, now)
    needed = slots_needed(visit.queue.minutes, visit.persons, figures.every)
    slots.take_places(session, visit.queue, visit.starts_at, needed, by_staff=False, now=now)
    appointment = Appointment(
        nonce=new_nonce(), code=_new_code(), user_id=by.id, enterprise_id=enterprise_id,
        queue=visit.queue, starts_at=visit.starts_at, slots=needed, persons=visit.persons,
        language=visit.language, held_until=now + figures.held_for, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(appointment)
    session.flush()
    log.info("time held", extra={"appointment": appointment.id})
    return appointment


def confirm(
    session: Session, appointment: Appointment, *, case_id: int | None, now: datetime
) -> None:
    """Book the time that is held, and mail it.

    Raises:
        HoldLapsed: it was held too long.
        NotServedThen: the service of the case has other hours.
    """
    session.refresh(appointment, [*_AS_IT_IS, "held_until"], with_for_update=True)
    is_held = appointment.held_until is not None and appointment.held_until > now
    if appointment.status is not AppointmentStatus.HELD or not is_held:
        raise HoldLapsed
    appointment.status, appointment.held_until = AppointmentStatus.BOOKED, None
    appointment.case = session.get(Case, case_id) if case_id is not None else None
    appointment.changed_at = now
    _see_that_it_is_served(session, appointment, appointment.starts_at)
    _mail(session, appointment, "appointment_booked", now=now)
    log.info("appointment booked", extra={"appointment": appointment.id})


def cancel(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Give the time back; its place can be booked again a little later.

    Raises:
        TooLateToChange: it begins too soon, or is over.
    """
    figures = booking_of(appointment.queue.hall.booking)
    session.refresh(appointment, _AS_IT_IS, with_for_update=True)
    was_held = appointment.status is AppointmentStatus.HELD
    if not was_held:
        _may_change(appointment, now)
    appointment.status, appointment.changed_at = AppointmentStatus.CANCELLED, now
    slots.give_back(session, appointment, at=None if was_held else now + figures.freed_after)
    if not was_held:
        _mail(session, appointment, "appointment_cancelled", now=now)
    log.info("appointment cancelled", extra={"appointment": appointment.id})


def move(session: Session, appointment: Appointment, to: datetime, *, now: datetime) -> None:
    """Take another time instead; the old place is given back once the new one is taken.

    Raises:
        TooLateToChange: it begins too soon, or is over.
        SlotTaken: the new time has no place.
        NotServedThen: the service that it is about has other hours.
    """
    session.refresh(appointment, _AS_IT_IS, with_for_update=True)
    _may_change(appointment, now)
    _see_that_it_is_served(session, appointment, to)
    slots.take_places(
        session, appointment.queue, to, appointment.slots, by_staff=appointment.by_staff, now=now
    )
    slots.give_back(session, appointment, at=None)
    appointment.starts_at, appointment.changed_at, appointment.stranded_at = to, now, None
    _mail(session, appointment, "appointment_booked", now=now)
    log.info("appointment moved", extra={"appointment": appointment.id})


def lapse(session: Session, *, now: datetime) -> int:
    """Let go of what was held too long; return how many."""
    found = appointment_queries.lapsed(session, now=now)
    for appointment in found:
        appointment.status, appointment.changed_at = AppointmentStatus.LAPSED, now
        slots.give_back(session, appointment, at=None)
    return len(found)


def remind(session: Session, *, now: datetime) -> int:
    """Mail those whose appointment is within a day; return how many."""
    found = appointment_queries.to_remind(session, now=now, before=now + REMIND_BEFORE)
    for appointment in found:
        appointment.reminded_at = now
        _mail(session, appointment, "appointment_reminder", now=now)
    return len(found)


def note_missed(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Note that nobody came, and mail what follows from it.

    Who could not come, because the hall had changed its hours, has missed nothing.
    """
    if appointment.stranded_at is not None:
        appointment.status, appointment.changed_at = AppointmentStatus.CANCELLED, now
        return
    appointment.status, appointment.changed_at = AppointmentStatus.MISSED, now
    _mail(session, appointment, "appointment_missed", now=now)


def check_in(session: Session, appointment: Appointment, *, now: datetime) -> Ticket:
    """Give out the ticket of somebody who has come, or the one they have.

    Raises:
        NotNow: it is for another time, was cancelled or never confirmed.
    """
    if appointment.ticket is not None:
        return appointment.ticket
    is_soon = appointment.starts_at - CHECK_IN_FROM <= now
    is_today = local_day(appointment.starts_at) == local_day(now)
    if appointment.status is not AppointmentStatus.BOOKED or not (is_soon and is_today):
        raise NotNow
    queue = appointment.queue
    ticket = tickets.take(
        session, queue.hall, queue, language=appointment.language, now=now,
        booked_for=appointment.starts_at,
    )  # fmt: skip
    ticket.case_id = appointment.case_id
    appointment.ticket, appointment.status = ticket, AppointmentStatus.HERE
    appointment.changed_at = now
    return ticket


def _within_limits(
    session: Session, hall: Hall, by: User, enterprise_id: int | None, now: datetime
) -> None:
    figures = booking_of(hall.booking)
    missed = appointment_queries.missed_since(session, hall, by, now - figures.misses_within)
    if len(missed) >= figures.most_misses:
        raise MissedOften(len(missed), missed[-figures.most_misses] + figures.misses_within)
    if appointment_queries.open_count(session, hall, user_id=by.id) >= figures.most_of_person:
        raise TooManyAppointments(figures.most_of_person)
    if enterprise_id is None:
        return
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER, -enterprise_id)))
    has = appointment_queries.open_count(session, hall, enterprise_id=enterprise_id)
    if has >= figures.most_of_enterprise:
        raise TooManyAppointments(figures.most_of_enterprise)


def _see_that_it_is_served(session: Session, appointment: Appointment, at: datetime) -> None:
    timetable = timetable_of(appointment.queue.hall)
    own = [code for code in hours_queries.services_of(appointment) if code in timetable.services]
    if own and not hours_queries.is_served(
        appointment.queue, at, appointment.slots,
        services=own, timetable=timetable, calendar=load_calendar(session),
    ):  # fmt: skip
        raise NotServedThen


def _may_change(appointment: Appointment, now: datetime) -> None:
    figures = booking_of(appointment.queue.hall.booking)
    is_soon = appointment.starts_at - figures.cancel_until <= now
    is_free_to = appointment.stranded_at is not None or not is_soon
    if appointment.status is not AppointmentStatus.BOOKED or not is_free_to:
        raise TooLateToChange


def _mail(session: Session, appointment: Appointment, kind: str, *, now: datetime) -> None:
    notices.send(session, appointment.user, kind, facts=facts_of(appointment), now=now)


def facts_of(appointment: Appointment) -> dict[str, object]:
    """Return what every mail about the appointment says of it."""
    hall, queue = appointment.queue.hall, appointment.queue
    figures = booking_of(hall.booking)
    return {
        "misses": figures.most_misses, "days": figures.misses_within.days,
        "starts_at": appointment.starts_at, "code": appointment.code, "place": hall.name,
        "address": hall.address, "line": queue.name,
        "appointment_id": appointment.id,
    }  # fmt: skip


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))

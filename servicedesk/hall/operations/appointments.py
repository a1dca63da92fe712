"""Booking a time: hold it, confirm it, move it, give it back, check in."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, hours_queries
from servicedesk.hall.appointment_models import (
    Appointment,
    AppointmentPart,
    AppointmentStatus,
    WaitingStatus,
)
from servicedesk.hall.booking import Leg, Stretch
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import new_nonce
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.hall.operations import booking_limits, slots, tickets
from servicedesk.hall.operations.appointment_mails import mail, missing_papers
from servicedesk.hall.stops import Stop
from servicedesk.hall.wishes import Wish, legs_of
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

REMIND_BEFORE: Final = timedelta(hours=24)
CHECK_IN_FROM: Final = timedelta(minutes=60)  # before it begins
NOBODY_BY_CODE: Final = say(
    "Nobody can be checked in with this code now. Look at the code and the time, or go to the"
    " guidance desk."
)
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_CODE_LENGTH: Final = 6
_ANSWERS: Final = {  # what becomes of somebody on the waitlist, when this becomes of their offer
    AppointmentStatus.BOOKED: WaitingStatus.BOOKED,
    AppointmentStatus.CANCELLED: WaitingStatus.WAITING,
    AppointmentStatus.LAPSED: WaitingStatus.UNANSWERED,
}
_AS_IT_IS: Final = ("status", "version", "starts_at", "stranded_at")  # others may change it, too


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
    """What a time is wanted for.

    ``wishes`` are what is to be done, line by line in that order; without any it is something
    of ``queue``.
    """

    queue: Queue
    starts_at: datetime
    persons: int
    language: str
    wishes: Sequence[Wish] = ()

    @property
    def plan(self) -> Sequence[Wish]:
        """What is to be done, line by line."""
        return self.wishes or (Wish(self.queue, (), self.queue.minutes),)

    @property
    def legs(self) -> list[Leg]:
        """What it needs in each line."""
        return legs_of(self.queue.hall, self.plan, self.persons)


def hold(
    session: Session, visit: Visit, *, by: User, enterprise_id: int | None, now: datetime
) -> Appointment:
    """Hold a time for a few minutes, while its form is open.

    Raises:
        MissedOften: ``by`` booked before and did not come.
        TooManyAppointments: ``by``, or the enterprise, has as many as one may have.
        NotServedThen: a service has other hours.
        SlotTaken: there is no place; says what is free near it.
    """
    hall = visit.queue.hall
    figures = booking_of(hall.booking)
    booking_limits.within_limits(session, hall, by, enterprise_id, now)
    stretches = slots.take(session, hall, visit.legs, visit.starts_at, by_staff=False, now=now)
    require_hours(session, hall, visit.legs, visit.starts_at)
    appointment = new(visit, stretches, now=now)
    appointment.user_id, appointment.enterprise_id = by.id, enterprise_id
    appointment.held_until = now + figures.held_for
    session.add(appointment)
    session.flush()
    log.info("time held", extra={"appointment": appointment.id})
    return appointment


def new(visit: Visit, stretches: Sequence[Stretch], *, now: datetime) -> Appointment:
    """Return an appointment for whom nobody is named yet, on places that are taken already."""
    return Appointment(
        nonce=new_nonce(), code=_new_code(), queue=visit.plan[0].queue,
        starts_at=stretches[0].starts_at, slots=sum(one.slots for one in stretches),
        persons=visit.persons, language=visit.language, created_at=now, changed_at=now,
        parts=[
            AppointmentPart(
                position=number, queue=wish.queue, starts_at=one.starts_at, slots=one.slots,
                services=list(wish.services),
            )
            for number, (wish, one) in enumerate(zip(visit.plan, stretches, strict=True))
        ],
    )  # fmt: skip


def confirm(
    session: Session, appointment: Appointment, *, case_id: int | None, now: datetime
) -> None:
    """Book the time that is held, and mail it; this is how an offer is accepted.

    Raises:
        HoldLapsed: it was held too long.
        NotServedThen: the service of the case has other hours.
        TooManyAppointments: it is an offer, and they have as many as one may have.
    """
    hall, by = appointment.queue.hall, appointment.user
    if appointment.waiting_id is not None and by is not None:
        booking_limits.within_limits(session, hall, by, appointment.enterprise_id, now)
    session.refresh(appointment, [*_AS_IT_IS, "held_until"], with_for_update=True)
    is_held = appointment.held_until is not None and appointment.held_until > now
    if appointment.status is not AppointmentStatus.HELD or not is_held:
        raise HoldLapsed
    appointment.status, appointment.held_until = AppointmentStatus.BOOKED, None
    appointment.case = session.get(Case, case_id) if case_id is not None else None
    appointment.changed_at = now
    _require_served(session, appointment, appointment.starts_at)
    answer_offer(session, appointment, now=now)
    mail(session, appointment, "appointment_booked", now=now)
    log.info("appointment booked", extra={"appointment": appointment.id})


def cancel(
    session: Session, appointment: Appointment, *, now: datetime, by_staff: bool = False
) -> None:
    """Give the time back; its place can be booked again a little later.

    An offer is declined with it.  Staff may do it until it begins.

    Raises:
        TooLateToChange: it begins too soon, or is over.
    """
    session.refresh(appointment, _AS_IT_IS, with_for_update=True)
    was_held = appointment.status is AppointmentStatus.HELD
    if not was_held:
        _require_change(appointment, now, by_staff=by_staff)
    appointment.status, appointment.changed_at = AppointmentStatus.CANCELLED, now
    hall = appointment.queue.hall
    answer_offer(session, appointment, now=now)
    slots.give_back(session, hall, [appointment], later=not was_held, now=now)
    if not was_held:
        mail(session, appointment, "appointment_cancelled", now=now)
    log.info("appointment cancelled", extra={"appointment": appointment.id})


def move(
    session: Session,
    appointment: Appointment,
    to: datetime,
    *,
    now: datetime,
    by_staff: bool = False,
) -> None:
    """Take another time instead; the old place is given back once the new one is taken.

    Staff may do it until it begins.

    Raises:
        TooLateToChange: it begins too soon, or is over.
        SlotTaken: the new time has no place.
        NotServedThen: the service that it is about has other hours.
    """
    session.refresh(appointment, _AS_IT_IS, with_for_update=True)
    _require_change(appointment, now, by_staff=by_staff)
    stretches = slots.take(
        session, appointment.queue.hall, appointment.legs, to, by_staff=appointment.by_staff,
        now=now, instead_of=appointment,
    )  # fmt: skip
    _require_served(session, appointment, to)
    appointment.begin_at(stretches)
    appointment.changed_at, appointment.reminded_at = now, None
    appointment.stranded_at = None
    mail(session, appointment, "appointment_booked", now=now)
    log.info("appointment moved", extra={"appointment": appointment.id})


def lapse(session: Session, *, now: datetime) -> int:
    """Let go of what was held too long; return how many."""
    found = appointment_queries.lapsed(session, now=now)
    for appointment in found:
        appointment.status, appointment.changed_at = AppointmentStatus.LAPSED, now
        answer_offer(session, appointment, now=now)
    halls = {one.queue.hall.id: one.queue.hall for one in found}
    for _, hall in sorted(halls.items()):  # the order in which everybody goes through halls
        theirs = [one for one in found if one.queue.hall is hall]
        slots.give_back(session, hall, theirs, now=now)
    return len(found)


def remind(session: Session, *, now: datetime) -> int:
    """Mail those whose appointment is within a day; return how many."""
    found = appointment_queries.to_remind(session, now=now, before=now + REMIND_BEFORE)
    for appointment in found:
        appointment.reminded_at = now
        missing = missing_papers(session, appointment.case)
        mail(session, appointment, "appointment_reminder", now=now, missing=missing)
    return len(found)


def note_missed(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Note that nobody came, and mail what follows from it.

    Who could not come, because the hall had changed its hours, has missed nothing.
    """
    hall, user = appointment.queue.hall, appointment.user
    if appointment.stranded_at is not None:
        appointment.status, appointment.changed_at = AppointmentStatus.CANCELLED, now
        slots.give_back(session, hall, [appointment], now=now)
        return
    appointment.status, appointment.changed_at = AppointmentStatus.MISSED, now
    until = booking_limits.barred_until(session, hall, user, now) if user is not None else None
    mail(session, appointment, "appointment_missed", now=now, until=until)


def check_in(session: Session, appointment: Appointment, *, now: datetime) -> Ticket:
    """Give out the ticket of somebody who has come, or the one they have.

    Raises:
        NotNow: it is for another time, was cancelled or never confirmed.
    """
    tickets.hold_doors(session, appointment.queue.hall, now)
    session.refresh(appointment, ["status", "version", "ticket_id"], with_for_update=True)
    session.refresh(appointment, ["ticket"])
    if appointment.ticket is not None:
        return appointment.ticket
    is_soon = appointment.starts_at - CHECK_IN_FROM <= now
    is_today = local_day(appointment.starts_at) == local_day(now)
    if appointment.status is not AppointmentStatus.BOOKED or not (is_soon and is_today):
        raise NotNow
    queue = appointment.queue
    ticket = tickets.take(
        session, queue.hall, queue, language=appointment.language, now=now,
        booked_for=appointment.starts_at, stops=_stops(appointment),
    )  # fmt: skip
    ticket.case_id = appointment.case_id
    appointment.ticket, appointment.status = ticket, AppointmentStatus.HERE
    appointment.changed_at = now
    return ticket


def check_in_by_code(session: Session, hall: Hall, code: str, *, now: datetime) -> Ticket | None:
    """Give out the ticket of whoever has come with ``code``; None: it checks nobody in now.

    A code that is nobody's and one that is for another time look alike, so that nobody learns
    which codes exist (S4).
    """
    found = appointment_queries.find_by_code(session, hall, code)
    if found is None:
        return None
    try:
        return check_in(session, found, now=now)
    except NotNow:
        return None


def _stops(appointment: Appointment) -> list[Stop]:
    """Return what the ticket is for: every service of each part, in their order."""
    return [
        Stop(part.queue_id, service, appointment.persons, booked_for=part.starts_at)
        for part in appointment.parts
        for service in part.services or (None,)
    ]


def _require_served(session: Session, appointment: Appointment, at: datetime) -> None:
    require_hours(session, appointment.queue.hall, hours_queries.legs_of(appointment), at)


def require_hours(session: Session, hall: Hall, legs: Sequence[Leg], at: datetime) -> None:
    """See that services with hours of their own are served all the while.

    Raises:
        NotServedThen: one of them is not.
    """
    if not list(hours_queries.served(session, hall, legs, [at])):
        raise NotServedThen


def may_change(appointment: Appointment, now: datetime, *, by_staff: bool = False) -> bool:
    """Return whether it can be moved or cancelled now.

    Its owner may until some time before it begins, staff until then; whose time is outside the
    hours of the hall now may also at the last minute.
    """
    figures = booking_of(appointment.queue.hall.booking)
    until = timedelta(0) if by_staff else figures.cancel_until
    is_soon = appointment.starts_at - until <= now
    is_free_to = appointment.stranded_at is not None or not is_soon
    return appointment.status is AppointmentStatus.BOOKED and is_free_to


def _require_change(appointment: Appointment, now: datetime, *, by_staff: bool) -> None:
    if not may_change(appointment, now, by_staff=by_staff):
        raise TooLateToChange


def answer_offer(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """Let the waitlist know what became of its offer, if it was one.

    Who declines goes on waiting, for another time; who does not answer is off the list, so that
    places do not go round among those who do not look.
    """
    entry = appointment.waiting
    answered = _ANSWERS.get(appointment.status)
    if entry is None or answered is None:
        return
    session.refresh(entry, ["status", "version", "declined"], with_for_update=True)
    if entry.status is not WaitingStatus.OFFERED:
        return  # it was accepted long ago
    entry.status, entry.changed_at = answered, now
    if answered is WaitingStatus.WAITING:
        entry.declined = [*entry.declined, appointment.starts_at.isoformat()]


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))

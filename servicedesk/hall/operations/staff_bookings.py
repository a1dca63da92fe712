"""What staff do with appointments: book for somebody, say that it is urgent; and forgetting.

Staff have a contingent of their own in each slot, and no limits: they see who stands there.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.hall.appointment_models import OPEN, Appointment, AppointmentStatus
from servicedesk.hall.operations import appointments, slots
from servicedesk.hall.operations.appointment_mails import mail
from servicedesk.hall.operations.appointments import Visit

log = logging.getLogger(__name__)

FORGOTTEN_AFTER: Final = timedelta(days=30)  # OWN; names and phones are needed for the visit only


@dataclass(frozen=True)
class Guest:
    """Somebody without an account; lies sealed."""

    name: str
    phone: str


def book(
    session: Session, visit: Visit, person: User | Guest, *, urgent: str, by: User, now: datetime
) -> Appointment:
    """Book a place of the staff's contingent for somebody, and mail it if they have an account.

    Raises:
        SlotTaken: there is no place; says what is free near it.
        NotServedThen: a service has other hours.
    """
    hall = visit.queue.hall
    stretches = slots.take(session, hall, visit.legs, visit.starts_at, by_staff=True, now=now)
    appointments.require_hours(session, hall, visit.legs, visit.starts_at)
    booked = appointments.new(visit, stretches, now=now)
    booked.status, booked.by_staff, booked.urgent = AppointmentStatus.BOOKED, True, urgent or None
    if isinstance(person, Guest):
        booked.guest = asdict(person)
    else:
        booked.user = person
    session.add(booked)
    session.flush()
    mail(session, booked, "appointment_booked", now=now)
    log.info("appointment booked by staff", extra={"appointment": booked.id, "by": by.id})
    return booked


def mark_urgent(appointment: Appointment, why: str, *, by: User, now: datetime) -> None:
    """Keep why it is urgent, for staff to see; nothing: it is not."""
    appointment.urgent, appointment.changed_at = why or None, now
    log.info("appointment marked", extra={"appointment": appointment.id, "by": by.id})


def forget_people(session: Session, *, now: datetime) -> int:
    """Delete the names, phones and reasons of visits that are a month ago; return how many."""
    has_any = sa.or_(
        Appointment.guest.is_not(None),
        Appointment.people.is_not(None),
        Appointment.urgent.is_not(None),
    )
    gone = session.execute(
        sa.update(Appointment)
        .where(
            has_any,
            Appointment.starts_at < now - FORGOTTEN_AFTER,
            Appointment.status.not_in(sorted(OPEN)),
        )
        .values(guest=sa.null(), people=sa.null(), urgent=sa.null())
        .returning(Appointment.id)
        .execution_options(synchronize_session=False)
    ).all()
    log.info("names of visitors forgotten", extra={"appointments": len(gone)})
    return len(gone)

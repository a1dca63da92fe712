"""Finding appointments and free times."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import NotFound
from servicedesk.hall import booking, hours_queries, queries
from servicedesk.hall.appointment_models import OPEN, Appointment, AppointmentStatus, Slot
from servicedesk.hall.booking import SlotRoom
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.words import say

_SHOWN = (
    joinedload(Appointment.queue).joinedload(Queue.hall),
    joinedload(Appointment.case),
    joinedload(Appointment.ticket),
)


def free_starts(
    session: Session,
    queue: Queue,
    count: int,
    *,
    by_staff: bool,
    now: datetime,
    services: Collection[str] = (),
) -> list[datetime]:
    """Return when a visit of ``count`` slots could begin, from the lead time on, in order.

    ``services`` are codes of what it is for: those with hours of their own are served then.
    """
    figures = booking_of(queue.hall.booking)
    capacity, taken = (Slot.staff, Slot.staff_taken) if by_staff else (Slot.public, Slot.taken)
    query = sa.select(Slot.starts_at, capacity - taken).where(
        Slot.queue_id == queue.id,
        Slot.starts_at >= now + (timedelta(0) if by_staff else figures.lead),
        Slot.starts_at <= now + timedelta(days=figures.days_ahead),
    )
    slots = [SlotRoom(start, room) for start, room in session.execute(query)]
    found = list(booking.free_starts(slots, count, figures.every))
    timetable, calendar = queries.timetable_of(queue.hall), load_calendar(session)
    own = [code for code in services if code in timetable.services]
    if not own:
        return found
    return [
        start
        for start in found
        if hours_queries.is_served(
            queue, start, count, services=own, timetable=timetable, calendar=calendar
        )
    ]


def get_own_appointment(session: Session, appointment_id: int, *, user: User) -> Appointment:
    """Return an appointment of this person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(Appointment).where(
        Appointment.id == appointment_id, Appointment.user_id == user.id
    )
    found = session.scalar(query.options(*_SHOWN))
    if found is None:
        raise NotFound(say("There is no such appointment."))
    return found


def appointments_of(session: Session, user: User, *, now: datetime) -> Sequence[Appointment]:
    """Return this person's appointments that are to come, and those of the last month."""
    query = (
        sa.select(Appointment)
        .where(
            Appointment.user_id == user.id,
            Appointment.starts_at >= now - timedelta(days=30),
            Appointment.status != AppointmentStatus.LAPSED,
        )
        .options(*_SHOWN)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()


def open_count(
    session: Session, hall: Hall, *, user_id: int | None = None, enterprise_id: int | None = None
) -> int:
    """Return how many open appointments a person, or an enterprise, has in the hall."""
    whose = (
        Appointment.enterprise_id == enterprise_id
        if enterprise_id is not None
        else Appointment.user_id == user_id
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Appointment)
        .join(Appointment.queue)
        .where(whose, Queue.hall_id == hall.id, Appointment.status.in_(sorted(OPEN)))
    )
    return session.scalar(query) or 0


def missed_since(session: Session, hall: Hall, user: User, since: datetime) -> list[datetime]:
    """Return when this person had booked in the hall after ``since`` and did not come, in order."""
    query = (
        sa.select(Appointment.starts_at)
        .join(Appointment.queue)
        .where(
            Appointment.user_id == user.id,
            Queue.hall_id == hall.id,
            Appointment.status == AppointmentStatus.MISSED,
            Appointment.starts_at >= since,
        )
        .order_by(Appointment.starts_at)
    )
    return list(session.scalars(query))


def to_remind(session: Session, *, now: datetime, before: datetime) -> Sequence[Appointment]:
    """Return what was booked for before ``before`` and has not been reminded of, locked."""
    query = (
        sa.select(Appointment)
        .where(
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.reminded_at.is_(None),
            Appointment.stranded_at.is_(None),
            Appointment.starts_at > now,
            Appointment.starts_at <= before,
        )
        .order_by(Appointment.id)
        .with_for_update(of=Appointment, skip_locked=True)
    )
    return session.scalars(query).all()


def find_by_code(session: Session, hall: Hall, code: str) -> Appointment | None:
    """Return the booked appointment in this hall with the code said at the kiosk, or None."""
    query = (
        sa.select(Appointment)
        .join(Appointment.queue)
        .where(Queue.hall_id == hall.id, Appointment.code == code)
        .options(*_SHOWN)
        .with_for_update(of=Appointment)
    )
    return session.scalar(query)


def not_come(session: Session, *, before: datetime) -> Sequence[Appointment]:
    """Return who had booked a time before ``before`` and never checked in, locked."""
    query = sa.select(Appointment).where(
        Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at < before
    )
    return session.scalars(query.order_by(Appointment.id).with_for_update(skip_locked=True)).all()


def lapsed(session: Session, *, now: datetime) -> Sequence[Appointment]:
    """Return what was held too long, locked; what others have in hand is left out."""
    query = (
        sa.select(Appointment)
        .where(Appointment.status == AppointmentStatus.HELD, Appointment.held_until <= now)
        .options(
            joinedload(Appointment.queue, innerjoin=True).joinedload(Queue.hall, innerjoin=True)
        )
        .order_by(Appointment.id)
        .with_for_update(of=Appointment, skip_locked=True)
    )
    return session.scalars(query).all()

"""Finding appointments and free times."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.errors import NotFound
from servicedesk.hall import booking, hours_queries
from servicedesk.hall.appointment_models import (
    OPEN,
    Appointment,
    AppointmentPart,
    AppointmentStatus,
    FreedPlace,
    Slot,
)
from servicedesk.hall.booking import Leg
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import nonce_of_link
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.park import midnight
from servicedesk.words import say

_SHOWN = (
    joinedload(Appointment.queue).joinedload(Queue.hall),
    joinedload(Appointment.case),
    joinedload(Appointment.ticket).joinedload(Ticket.issuing_queue),
    joinedload(Appointment.user),
    joinedload(Appointment.enterprise),
    selectinload(Appointment.parts).joinedload(AppointmentPart.queue),
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
    """Return when a visit of ``count`` slots in one line could begin, in order.

    ``services`` are codes of what it is for: those with hours of their own are served then.
    """
    legs = [Leg(queue.id, count, tuple(services))]
    return starts_free(session, queue.hall, legs, by_staff=by_staff, now=now)


def starts_free(
    session: Session, hall: Hall, legs: Sequence[Leg], *, by_staff: bool, now: datetime
) -> list[datetime]:
    """Return when a visit with these legs could begin, from the lead time on, in order."""
    capacity, taken = (Slot.staff, Slot.staff_taken) if by_staff else (Slot.public, Slot.taken)
    free = _free(session, hall, legs, capacity - taken > 0, by_staff=by_staff, now=now)
    found = booking.fitting_starts(free, legs, booking_of(hall.booking).every)
    return list(hours_queries.served(session, hall, legs, found))


def is_ahead(hall: Hall, start: datetime, *, by_staff: bool, now: datetime) -> bool:
    """Return whether ``start`` is neither over, nor too soon, nor beyond the days to book."""
    soonest, last = _bookable_between(hall, by_staff=by_staff, now=now)
    return soonest <= start <= last


def free_for_waiting(
    session: Session, hall: Hall, queue_ids: Collection[int], *, now: datetime
) -> dict[int, set[datetime]]:
    """Return which slots have a place for the waitlist: a free one, or one just given back.

    Where more is taken than there are places now, nothing is free, whoever gives back.
    """
    is_freed = sa.exists().where(FreedPlace.slot_id == Slot.id) & (Slot.over == 0)
    legs = [Leg(queue_id, 1) for queue_id in queue_ids]
    return _free(
        session, hall, legs, (Slot.public > Slot.taken) | is_freed, by_staff=False, now=now
    )


def _free(
    session: Session,
    hall: Hall,
    legs: Sequence[Leg],
    has_room: sa.ColumnElement[bool],
    *,
    by_staff: bool,
    now: datetime,
) -> dict[int, set[datetime]]:
    soonest, last = _bookable_between(hall, by_staff=by_staff, now=now)
    query = sa.select(Slot.queue_id, Slot.starts_at).where(
        Slot.queue_id.in_(sorted({leg.queue_id for leg in legs})),
        Slot.starts_at >= soonest,
        Slot.starts_at <= last,
        has_room,
    )
    free: dict[int, set[datetime]] = {}
    for queue_id, start in session.execute(query):
        free.setdefault(queue_id, set()).add(start)
    return free


def _bookable_between(hall: Hall, *, by_staff: bool, now: datetime) -> tuple[datetime, datetime]:
    """Return when the first and the last visit that can be booked now may begin.

    Staff see who stands there, so their places have no lead time.
    """
    figures = booking_of(hall.booking)
    soonest = now if by_staff else now + figures.lead
    return soonest, now + timedelta(days=figures.days_ahead)


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


def get_by_link(session: Session, token: str) -> Appointment:
    """Return the appointment whose personal link holds ``token``.

    Raises:
        NotFound: it is none of ours.
    """
    nonce = nonce_of_link(token)
    query = sa.select(Appointment).where(Appointment.nonce == nonce).options(*_SHOWN)
    found = session.scalar(query) if nonce is not None else None
    if found is None:
        raise NotFound(say("There is no such appointment."))
    return found


def get_in_hall(session: Session, hall: Hall, appointment_id: int) -> Appointment:
    """Return an appointment in the hall, whoever has it: for its staff.

    Raises:
        NotFound: there is none in this hall.
    """
    query = (
        sa.select(Appointment)
        .join(Appointment.queue)
        .where(Appointment.id == appointment_id, Queue.hall_id == hall.id)
    )
    found = session.scalar(query.options(*_SHOWN))
    if found is None:
        raise NotFound(say("There is no such appointment."))
    return found


def on_day(session: Session, hall: Hall, day: date) -> Sequence[Appointment]:
    """Return who comes, or was to come, to the hall on a day, in order."""
    begins = midnight(day)
    query = (
        sa.select(Appointment)
        .where(
            Appointment.queue_id.in_(sorted(queue.id for queue in hall.queues)),
            Appointment.starts_at >= begins,
            Appointment.starts_at < begins + timedelta(days=1),
            Appointment.status.not_in([AppointmentStatus.CANCELLED, AppointmentStatus.LAPSED]),
        )
        .options(*_SHOWN)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()


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
    """Return how many open appointments a person, or an enterprise, has in the hall.

    An offer of the waitlist is none until it is accepted.
    """
    whose = (
        Appointment.enterprise_id == enterprise_id
        if enterprise_id is not None
        else Appointment.user_id == user_id
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Appointment)
        .join(Appointment.queue)
        .where(
            whose,
            Queue.hall_id == hall.id,
            Appointment.status.in_(sorted(OPEN)),
            ~_is_offer(),
        )
    )
    return session.scalar(query) or 0


def missed_by_hall(session: Session, user: User, since: datetime) -> dict[int, list[datetime]]:
    """Return when this person had booked and did not come, in order, by the hall's id."""
    query = (
        sa.select(Queue.hall_id, Appointment.starts_at)
        .join(Appointment.queue)
        .where(
            Appointment.user_id == user.id,
            Appointment.status == AppointmentStatus.MISSED,
            Appointment.starts_at >= since,
        )
        .order_by(Appointment.starts_at)
    )
    found: dict[int, list[datetime]] = {}
    for hall_id, start in session.execute(query):
        found.setdefault(hall_id, []).append(start)
    return found


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
        .options(
            joinedload(Appointment.queue, innerjoin=True).joinedload(Queue.hall, innerjoin=True),
            selectinload(Appointment.parts).joinedload(AppointmentPart.queue),
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
            joinedload(Appointment.queue, innerjoin=True).joinedload(Queue.hall, innerjoin=True),
            joinedload(Appointment.waiting),
            selectinload(Appointment.parts),
        )
        .order_by(Appointment.id)
        .with_for_update(of=Appointment, skip_locked=True)
    )
    return session.scalars(query).all()


def _is_offer() -> sa.ColumnElement[bool]:
    is_held = Appointment.status == AppointmentStatus.HELD
    return sa.and_(is_held, Appointment.waiting_id.is_not(None))

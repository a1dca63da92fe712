"""Finding what a counter shows of a visit: its services, its person, notes, earlier visits."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.errors import NotFound
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.models import Counter, Queue, Sitting, Ticket
from servicedesk.words import say

_EARLIER: Final = 3  # visits that are shown


def find_person(session: Session, ticket: Ticket) -> User | None:
    """Return whose visit it is: who booked it, or applies in its case; None: nobody we know."""
    booked = sa.select(Appointment.user_id).where(Appointment.ticket_id == ticket.id)
    applies = sa.select(Case.applicant_id).where(Case.id == ticket.case_id)
    whose = sa.func.coalesce(booked.scalar_subquery(), applies.scalar_subquery())
    return session.scalar(sa.select(User).where(User.id == whose))


def find_booking(session: Session, ticket: Ticket) -> Appointment | None:
    """Return the appointment of a visit; None, and no statement, of a ticket without a time."""
    if not ticket.booked_for and not any(one.booked_for for one in ticket.stops):
        return None
    return session.scalar(sa.select(Appointment).where(Appointment.ticket_id == ticket.id))


def find_booker(session: Session, ticket: Ticket) -> User | None:
    """Return who booked the visit; None: nobody did."""
    query = sa.select(User).join(Appointment, Appointment.user_id == User.id)
    return session.scalar(query.where(Appointment.ticket_id == ticket.id))


def earlier_visits(session: Session, ticket: Ticket, person: User | None) -> Sequence[Ticket]:
    """Return the last visits of ``person`` to the same hall, the latest first."""
    if person is None:
        return []
    of_cases = sa.select(Ticket.id).join(Case, Case.id == Ticket.case_id)
    booked = sa.select(Appointment.ticket_id).where(
        Appointment.user_id == person.id, Appointment.ticket_id.is_not(None)
    )
    theirs: sa.CompoundSelect[Any] = sa.union(
        of_cases.where(Case.applicant_id == person.id), booked
    )
    query = (
        sa.select(Ticket)
        .join(Ticket.issuing_queue)
        .where(Ticket.id.in_(theirs), Ticket.id != ticket.id, Queue.hall_id == ticket.queue.hall_id)
        .options(joinedload(Ticket.issuing_queue))
        .order_by(Ticket.issued_at.desc(), Ticket.id.desc())
        .limit(_EARLIER)
    )
    return session.scalars(query).all()


def notes_of(session: Session, ticket_ids: Collection[int]) -> Sequence[VisitNote]:
    """Return the notes on visits that were not erased, the oldest first."""
    query = (
        sa.select(VisitNote)
        .where(VisitNote.ticket_id.in_(sorted(ticket_ids)), VisitNote.erased_at.is_(None))
        .options(joinedload(VisitNote.by), joinedload(VisitNote.counter))
        .order_by(VisitNote.id)
    )
    return session.scalars(query).all()


def get_note_before(session: Session, note_id: int, *, clerk: User) -> VisitNote:
    """Return a note on a visit to the hall in which ``clerk`` has signed on, locked.

    Raises:
        NotFound: there is none, it is another hall's, or ``clerk`` sits nowhere.
    """
    query = (
        sa.select(VisitNote)
        .join(Ticket, Ticket.id == VisitNote.ticket_id)
        .join(Queue, Queue.id == Ticket.queue_id)
        .join(Counter, Counter.hall_id == Queue.hall_id)
        .join(Sitting, Sitting.counter_id == Counter.id)
        .where(VisitNote.id == note_id, Sitting.clerk_id == clerk.id, Sitting.ended_at.is_(None))
        .with_for_update(of=VisitNote)
    )
    note = session.scalar(query)
    if note is None:
        raise NotFound(say("There is no such note."))
    return note

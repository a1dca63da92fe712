"""Finding what the guidance desk of a hall is asked for."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.errors import NotFound
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.links import nonce_of_link
from servicedesk.hall.models import Hall, Queue, Ticket, TicketEvent
from servicedesk.park import local_day
from servicedesk.words import say

_NUMBER: Final = re.compile(r"([A-Z]{1,2})0*(\d{1,6})")
_CODE_IN_ADDRESS: Final = re.compile(r"[?&]code=(\w{1,8})")


def get_ticket_in(session: Session, hall: Hall, ticket_id: int) -> Ticket:
    """Return a ticket of the hall.

    Raises:
        NotFound: there is none, or it is another hall's.
    """
    query = _shown().where(Ticket.id == ticket_id, Queue.hall_id == hall.id)
    ticket = session.scalar(query)
    if ticket is None:
        raise NotFound(say("There is no such ticket in this hall."))
    return ticket


def find_today(session: Session, hall: Hall, said: str, *, now: datetime) -> Ticket | None:
    """Return the ticket that has this number in the hall today; None: none has.

    ``said`` is what is on the paper, in whatever case and with or without its noughts.
    """
    found = _NUMBER.fullmatch(said.strip().upper().replace(" ", ""))
    if found is None:
        return None
    query = _shown().where(
        Queue.hall_id == hall.id,
        Ticket.day == local_day(now),
        Ticket.issuing_queue.has(Queue.letter == found[1]),
        Ticket.number == int(found[2]),
    )
    return session.scalar(query)


def issued_lately(session: Session, hall: Hall, *, now: datetime, count: int) -> Sequence[Ticket]:
    """Return the last tickets given out in the hall today, the newest first."""
    query = _shown().where(Queue.hall_id == hall.id, Ticket.day == local_day(now))
    return session.scalars(query.order_by(Ticket.id.desc()).limit(count)).all()


def record_of(session: Session, ticket: Ticket) -> Sequence[tuple[TicketEvent, str | None]]:
    """Return what happened to a ticket, in order, each with the name of who did it."""
    query = (
        sa.select(TicketEvent, User.name)
        .outerjoin(User, User.id == TicketEvent.by_id)
        .where(TicketEvent.ticket_id == ticket.id)
        .order_by(TicketEvent.id)
    )
    return [(event, name) for event, name in session.execute(query)]


def find_appointment(session: Session, hall: Hall, said: str) -> Appointment | None:
    """Return the appointment in the hall that was said: its code, or what a scanner reads.

    A QR code holds an address: on its owner's page that of the check-in with the code in it, on
    the desk's that of its link.
    """
    scanned = _CODE_IN_ADDRESS.search(said)
    last = scanned[1] if scanned else said.strip().rstrip("/").rpartition("/")[2]
    nonce = nonce_of_link(last)
    is_it = Appointment.nonce == nonce if nonce else Appointment.code == last.upper()
    query = (
        sa.select(Appointment)
        .join(Appointment.queue)
        .where(Queue.hall_id == hall.id, is_it)
        .options(
            joinedload(Appointment.queue).joinedload(Queue.hall), joinedload(Appointment.ticket)
        )
        .with_for_update(of=Appointment)
    )
    return session.scalar(query)


def _shown() -> sa.Select[Ticket]:
    return (
        sa.select(Ticket)
        .join(Ticket.queue)
        .options(
            joinedload(Ticket.issuing_queue),
            joinedload(Ticket.queue).joinedload(Queue.hall),
            joinedload(Ticket.counter),
        )
    )

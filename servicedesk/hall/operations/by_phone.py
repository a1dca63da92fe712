"""Taking a ticket with one's own phone: so many in a time, and one open ticket a phone.

Whoever takes one in a hall waits for whoever is taking another there by phone (an advisory lock,
before every other), so that the count is right; that a phone has one open ticket in all halls
is a unique index.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.errors import RuleBroken, TooMany
from servicedesk.hall import queries
from servicedesk.hall.hall_files import joining_of
from servicedesk.hall.joining import Joining
from servicedesk.hall.models import Hall, Priority, Queue, Ticket
from servicedesk.hall.operations import visits
from servicedesk.hall.operations.tickets import NoTicketsNow
from servicedesk.hall.stops import Stop
from servicedesk.words import say

_ONE_AFTER_THE_OTHER: Final = 7_240_003  # of advisory locks: tickets from phones in one hall


class HasTicket(RuleBroken):
    """One open ticket a phone."""

    def __init__(self) -> None:
        super().__init__(
            say("This phone has a ticket already. Open it, or give it up before you take another.")
        )


class ManyFromPhones(TooMany):
    """The hall gives out no more tickets to phones for a while."""

    def __init__(self, figures: Joining) -> None:
        words = say("Many people have taken tickets by phone. Take yours at the kiosk in the hall.")
        super().__init__(words, figures.span)


class ManyFromThisPhone(TooMany):
    """This phone has taken as many tickets as one may in a time."""

    def __init__(self, figures: Joining) -> None:
        words = say(
            "This phone has taken %(most)s tickets lately. Take the next one at the kiosk.",
            most=figures.most_of_phone,
        )
        super().__init__(words, figures.span)


def take_by_phone(
    session: Session,
    hall: Hall,
    wanted: Sequence[Stop],
    *,
    device: bytes,
    language: str,
    now: datetime,
    priority: Priority | None = None,
) -> Ticket:
    """Give out one ticket for ``wanted`` to the phone ``device``.

    Raises:
        NoTicketsNow: the hall is closed, or gives out none to phones.
        HasTicket: the phone has one that is not over.
        ManyFromPhones: phones have taken as many here as the hall gives them in a time.
        ManyFromThisPhone: so has this one.
    """
    figures = joining_of(hall.joining)
    if figures is None:
        raise NoTicketsNow
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER, hall.id)))
    if queries.find_ticket_of_phone(session, device) is not None:
        raise HasTicket
    of_hall, of_phone = _taken(session, hall, device, now - figures.span)
    if of_phone >= figures.most_of_phone:
        raise ManyFromThisPhone(figures)
    if of_hall >= figures.most_of_hall:
        raise ManyFromPhones(figures)
    ticket = visits.take_visit(session, hall, wanted, language=language, now=now, priority=priority)
    try:
        with session.begin_nested():
            ticket.device = device
    except IntegrityError:  # it has just taken one in another hall
        raise HasTicket from None
    return ticket


def _taken(session: Session, hall: Hall, device: bytes, since: datetime) -> tuple[int, int]:
    """Return how many tickets phones have taken in the hall since then, and how many this one."""
    query = (
        sa.select(sa.func.count(), sa.func.count().filter(Ticket.device == device))
        .select_from(Ticket)
        .join(Ticket.issuing_queue)
        .where(Ticket.device.is_not(None), Ticket.issued_at > since, Queue.hall_id == hall.id)
    )
    of_hall, of_phone = session.execute(query).one()
    return of_hall, of_phone

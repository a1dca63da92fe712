"""Signing on to a counter and off, and breaks."""

import logging
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import NotFound, RuleBroken
from servicedesk.hall import queries
from servicedesk.hall.models import Counter, Queue, Sitting, Ticket
from servicedesk.hall.ticket_life import AT_A_COUNTER, ActionNotAllowed
from servicedesk.hall.topics import hall_topic
from servicedesk.words import say

log = logging.getLogger(__name__)


class CounterTaken(RuleBroken):
    """Somebody sits there already, or the clerk sits elsewhere."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say(
                "Counter %(number)s is taken, or you are signed on elsewhere. Choose another one,"
                " or sign off there first.",
                number=number,
            )
        )


class VisitorAtCounter(RuleBroken):
    """Nobody leaves while somebody is called or served."""

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "%(number)s is still at your counter. Finish, transfer or hold that visit first.",
                number=number,
            )
        )


def sign_on(
    session: Session,
    counter: Counter,
    *,
    by: User,
    queue_ids: Collection[int],
    languages: Collection[str],
    now: datetime,
) -> Sitting:
    """Open ``counter`` with ``by`` behind it.

    Raises:
        CounterTaken: it is open already, or ``by`` has signed on to another one.
        NotFound: a queue is another hall's.
    """
    known = set(session.scalars(sa.select(Queue.id).where(Queue.hall_id == counter.hall_id)))
    if not queue_ids or not known.issuperset(queue_ids):
        raise NotFound(say("There is no such queue in this hall."))
    sitting = Sitting(
        counter=counter, clerk=by, queue_ids=sorted(queue_ids), languages=sorted(languages),
        began_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(sitting)
    except IntegrityError:
        raise CounterTaken(counter.number) from None
    live.announce(session, hall_topic(counter.hall_id))
    log.info("counter opened", extra={"counter": counter.id})
    return sitting


def sign_off(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """Close the counter.

    Raises:
        VisitorAtCounter: somebody is called there or served.
    """
    without_visitor(session, sitting)
    sitting.ended_at = now
    live.announce(session, hall_topic(sitting.counter.hall_id))
    log.info("counter closed", extra={"counter": sitting.counter_id})


def begin_break(session: Session, sitting: Sitting, reason: str, *, now: datetime) -> None:
    """Let the clerk go for a while; nobody is called there meanwhile.

    Raises:
        VisitorAtCounter: somebody is called there or served.
    """
    without_visitor(session, sitting)
    sitting.break_since, sitting.break_reason = now, reason
    live.announce(session, hall_topic(sitting.counter.hall_id))


def end_break(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """Have the clerk back."""
    sitting.break_since, sitting.break_reason, sitting.back_at = None, "", now
    live.announce(session, hall_topic(sitting.counter.hall_id))


def without_visitor(session: Session, sitting: Sitting, other: int | None = None) -> None:
    """Lock the counter, and see that nobody is there but perhaps the ticket ``other``.

    Raises:
        VisitorAtCounter: somebody is.
    """
    queries.hold(session, sitting)
    ticket = queries.find_open_ticket(session, sitting.counter_id)
    if ticket is not None and ticket.id != other:
        raise VisitorAtCounter(ticket.name)


def require_here(ticket: Ticket, sitting: Sitting) -> None:
    """See that the visit is called to this counter, or served there.

    Raises:
        ActionNotAllowed: it is not.
    """
    if ticket.status not in AT_A_COUNTER or ticket.counter_id != sitting.counter_id:
        raise ActionNotAllowed(ticket.name, ticket.status)


def not_elsewhere(ticket: Ticket, sitting: Sitting) -> None:
    """See that the visit is at no other counter; who is on hold may go on at any.

    Raises:
        ActionNotAllowed: it is.
    """
    if ticket.status in AT_A_COUNTER:
        require_here(ticket, sitting)

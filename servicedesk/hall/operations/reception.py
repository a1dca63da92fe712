"""What the guidance desk does with tickets; nobody need sit at a counter for it.

Each thing is kept on record with who did it, and where it changes the order of a line also why.
Of two who change a ticket at once the second is told so: the row has a version.
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.errors import NotFound
from servicedesk.hall import stops
from servicedesk.hall.events import as_it_is, happened
from servicedesk.hall.models import Priority, Queue, Ticket
from servicedesk.hall.operations.recording import keep
from servicedesk.hall.operations.tickets import VisitOver
from servicedesk.hall.ticket_life import OVER, NotWaiting, TicketAction, TicketStatus
from servicedesk.words import say

log = logging.getLogger(__name__)

CHANGE_LINE, SET_PRIORITY, SEE_PRIORITY = "change_line", "set_priority", "see_priority"


def bring_back(session: Session, ticket: Ticket, *, by: User, now: datetime) -> None:
    """Let somebody who missed the call wait again, at the place they had.

    Raises:
        ActionNotAllowed: it was not missed.
    """
    before = as_it_is(ticket)
    ticket.wait_again(at=now)
    _record(session, ticket, TicketAction.COME_BACK, before, by=by, now=now)


def change_line(
    session: Session, ticket: Ticket, to: Queue, *, by: User, words: str, now: datetime
) -> None:
    """Send somebody who waits to another line of the hall; they keep their number and place.

    Raises:
        NotWaiting: it does not wait.
        NotFound: that line is another hall's.
    """
    if ticket.status is not TicketStatus.WAITING:
        raise NotWaiting(ticket.name)
    if to.hall_id != ticket.queue.hall_id:
        raise NotFound(say("There is no such queue in this hall."))
    before = as_it_is(ticket)
    ticket.plan(stops.moved(ticket.stops, ticket.queue_id, to.id))
    ticket.queue, ticket.only_counter_id = to, None
    ticket.changed_at = now
    _record(session, ticket, CHANGE_LINE, before, by=by, now=now, words=words)


def set_priority(
    session: Session,
    ticket: Ticket,
    priority: Priority | None,
    *,
    by: User,
    words: str,
    now: datetime,
) -> None:
    """Give or take away legal priority; the clerk has looked, so it counts as checked.

    Raises:
        VisitOver: the visit is over.
    """
    before = _open(ticket)
    ticket.priority, ticket.changed_at = priority, now
    ticket.priority_checked_at = now if priority is not None else None
    _record(session, ticket, SET_PRIORITY, before, by=by, now=now, words=words)


def see_priority(session: Session, ticket: Ticket, *, by: User, now: datetime) -> None:
    """Note that the clerk has seen why somebody has priority.

    Raises:
        VisitOver: the visit is over.
    """
    before = _open(ticket)
    ticket.priority_checked_at, ticket.changed_at = now, now
    _record(session, ticket, SEE_PRIORITY, before, by=by, now=now)


def _open(ticket: Ticket) -> dict[str, object]:
    if ticket.status in OVER:
        raise VisitOver(ticket.name)
    return as_it_is(ticket)


def _record(
    session: Session,
    ticket: Ticket,
    action: str,
    before: dict[str, object],
    *,
    by: User,
    now: datetime,
    words: str = "",
) -> None:
    event = happened(ticket, action, before, at=now, by=by, words=words)
    keep(session, event, ticket.queue.hall_id)
    log.info("ticket changed at reception", extra={"ticket": ticket.id, "action": action})

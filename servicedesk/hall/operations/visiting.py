"""What a visit turns out to be for, at the counter: services, quantities, notes.

Changes of the stops are changes of the ticket: its version counts them, and undoing takes them
back.  A note is not: whoever wrote it takes it out again, and its words are erased.
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.errors import NotPermitted
from servicedesk.hall import stop_changes
from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.events import as_it_is
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import serving
from servicedesk.hall.operations.recording import record
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.operations.sittings import require_here
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import ActionNotAllowed, TicketStatus
from servicedesk.words import say

log = logging.getLogger(__name__)

ADD, QUANTITY, REMOVE, DONE = "add_service", "quantity", "remove_service", "service_done"


def add_service(
    session: Session, ticket: Ticket, sitting: Sitting, new: Stop, *, now: datetime
) -> None:
    """Let the visit be for one thing more; in another line it goes on there afterwards.

    Raises:
        ActionNotAllowed: it is not at this counter.
        TooManyStops: it is for a lot already.
    """
    _change(session, ticket, sitting, ADD, stop_changes.added(ticket.stops, new), now=now)


def change_quantity(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    position: int,
    quantity: int,
    *,
    now: datetime,
) -> None:
    """Say how many of one thing they came for.

    Raises:
        ActionNotAllowed: it is not at this counter.
        NoSuchStop: there is no such thing to do.
    """
    planned = stop_changes.with_quantity(ticket.stops, position, quantity)
    _change(session, ticket, sitting, QUANTITY, planned, now=now)


def remove_service(
    session: Session, ticket: Ticket, sitting: Sitting, position: int, *, now: datetime
) -> None:
    """Take out what was not needed after all.

    Raises:
        ActionNotAllowed: it is not at this counter.
        NoSuchStop: there is no such thing to do.
        LastStop: nothing else is to do.
    """
    planned = stop_changes.without(ticket.stops, position)
    _change(session, ticket, sitting, REMOVE, planned, now=now)


def finish_service(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    position: int,
    outcome: Outcome,
    *,
    now: datetime,
) -> None:
    """End one thing of the visit; with the last in this line the visit ends or goes on.

    Raises:
        ActionNotAllowed: it is not being served at this counter.
        NoSuchStop: there is no such thing to do.
    """
    if ticket.status is not TicketStatus.SERVING:
        raise ActionNotAllowed(ticket.name, ticket.status)
    done = stop_changes.one_ended(
        ticket.stops, position, sitting.counter_id, outcome.value, now,
        since=ticket.started_at,
    )  # fmt: skip
    if any(one.ended_at is None and one.queue_id == ticket.queue_id for one in done):
        _change(session, ticket, sitting, DONE, done, now=now)
        return
    serving.end_here(session, ticket, sitting, done, outcome, now=now)


def write_note(
    session: Session, ticket: Ticket, sitting: Sitting, body: str, *, now: datetime
) -> VisitNote:
    """Keep a note with the ticket, for later counters.

    Raises:
        ActionNotAllowed: it is not at this counter.
    """
    require_here(ticket, sitting)
    note = VisitNote(
        ticket_id=ticket.id, counter_id=sitting.counter_id, by_id=sitting.clerk_id, at=now,
        body=body,
    )  # fmt: skip
    session.add(note)
    log.info("note written", extra={"ticket": ticket.id})
    return note


def erase_note(session: Session, note: VisitNote, *, by: User, now: datetime) -> None:
    """Erase the words of a note; that there was one, by whom and when, stays on record.

    Raises:
        NotPermitted: ``by`` neither wrote it nor oversees the hall.
    """
    if note.by_id != by.id and not by.may(Permission.HALL_OVERSEE):
        raise NotPermitted(say("Only who wrote a note, or a supervisor, takes it out."))
    if note.erased_at is None:
        note.body, note.erased_at = "", now
        session.flush()
        log.info("note erased", extra={"ticket": note.ticket_id})


def _change(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    action: str,
    planned: list[Stop],
    *,
    now: datetime,
) -> None:
    require_here(ticket, sitting)
    before = as_it_is(ticket)
    ticket.plan(planned)
    record(session, ticket, sitting, action, before, now=now)

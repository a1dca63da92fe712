"""What happens at a counter once somebody has come: start, hold, transfer, finish, undo."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.errors import NotFound, RuleBroken
from servicedesk.hall import planning, queries, recent, stop_changes, stops
from servicedesk.hall.events import as_it_is, put_back
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Counter, Queue, QueueDay, Sitting, Ticket, TicketEvent
from servicedesk.hall.operations.recording import record
from servicedesk.hall.operations.sittings import not_elsewhere, without_visitor
from servicedesk.hall.ticket_life import AT_A_COUNTER, TicketAction
from servicedesk.park import local_day
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

UNDO_WITHIN: Final = timedelta(seconds=30)
UNDO: Final = "undo"


class Outcome(StrEnum):
    """How a visit ended.  The values are stored: add one, never rename one."""

    SERVED = "served"
    PAPERS_MISSING = "papers_missing"
    ELSEWHERE = "elsewhere"


OUTCOME_WORDS: Final[dict[Outcome, Words]] = {
    Outcome.SERVED: say("Served"),
    Outcome.PAPERS_MISSING: say("Papers are missing"),
    Outcome.ELSEWHERE: say("Sent to another place"),
}


class NothingToUndo(RuleBroken):
    """Nothing was done here lately, or more has happened since."""

    def __init__(self) -> None:
        super().__init__(say("There is nothing to undo: it works for 30 seconds, and only here."))


@dataclass(frozen=True)
class Destination:
    """Where somebody is sent on to: a line, and perhaps one counter in it or one service of it."""

    queue_id: int
    counter_id: int | None = None
    service: str | None = None


def start(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Begin to serve who was called.

    Raises:
        ActionNotAllowed: it is not called, or to another counter.
    """
    not_elsewhere(ticket, sitting)
    before = as_it_is(ticket)
    ticket.advance(TicketAction.START, at=now)
    ticket.started_at = now
    record(session, ticket, sitting, TicketAction.START, before, now=now)


def hold(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Let somebody wait in the room, and others come meanwhile.

    Raises:
        ActionNotAllowed: it is not being served here.
    """
    not_elsewhere(ticket, sitting)
    before = as_it_is(ticket)
    ticket.advance(TicketAction.HOLD, at=now)
    record(session, ticket, sitting, TicketAction.HOLD, before, now=now)


def resume(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Go on with somebody who was on hold, at this counter.

    Raises:
        ActionNotAllowed: it is not on hold.
        VisitorAtCounter: somebody else is called here or served.
    """
    without_visitor(session, sitting)
    before = as_it_is(ticket)
    ticket.advance(TicketAction.RESUME, at=now)
    ticket.counter_id = sitting.counter_id
    record(session, ticket, sitting, TicketAction.RESUME, before, now=now)


def transfer(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    to: Destination,
    *,
    words: str,
    now: datetime,
) -> None:
    """Send somebody on; in the new line they stand where they would, had they come there first.

    Raises:
        ActionNotAllowed: it is not at this counter, nor on hold.
        NotFound: that line or counter is not in this hall.
    """
    not_elsewhere(ticket, sitting)
    _in_this_hall(session, to, sitting.counter.hall_id)
    before = as_it_is(ticket)
    ticket.advance(TicketAction.TRANSFER, at=now)
    ticket.plan(stops.moved(ticket.stops, ticket.queue_id, to.queue_id, to.service))
    _line_up_anew(ticket, to, now)
    record(session, ticket, sitting, TicketAction.TRANSFER, before, now=now, words=words)


def finish(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    outcome: Outcome,
    *,
    now: datetime,
    to: int | None = None,
) -> None:
    """End what there was to do in this line, and the visit if that was the last.

    Otherwise it goes on in the line ``to``, or in the one from which all of it ends first now,
    where they stand as if they had come there first.

    Raises:
        ActionNotAllowed: it is not being served here, nor on hold.
        NoSuchStop: nothing is to do in the line ``to``.
    """
    done = stops.ended(
        ticket.stops, ticket.queue_id, sitting.counter_id, outcome.value, now,
        since=ticket.started_at,
    )  # fmt: skip
    end_here(session, ticket, sitting, done, outcome, now=now, to=to)


def end_here(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    done: Sequence[stops.Stop],
    outcome: Outcome,
    *,
    now: datetime,
    to: int | None = None,
) -> None:
    """End the visit, or let it go on with what of its stops is not ``done``; see ``finish``.

    Raises:
        ActionNotAllowed: it is not being served here, nor on hold.
    """
    not_elsewhere(ticket, sitting)
    before = as_it_is(ticket)
    left = stops.ahead(done)
    if to is None:
        hall = sitting.counter.hall
        left = planning.ordered(session, hall, left, now, place=ticket.place)
    else:
        left = stop_changes.led_by(left, to)
    action = TicketAction.GO_ON if left else TicketAction.FINISH
    ticket.advance(action, at=now)
    ticket.plan([*stops.behind(done), *left])
    ticket.outcome = outcome.value
    if left:
        ticket.booked_for = stops.booked_in(left, left[0].queue_id)
        _line_up_anew(ticket, Destination(left[0].queue_id), now)
    record(session, ticket, sitting, action, before, now=now)
    log.info("visit ended", extra={"ticket": ticket.id, "outcome": outcome.value})


def undo(session: Session, sitting: Sitting, *, now: datetime) -> Ticket:
    """Take back the last thing done at this counter, and return whose it was.

    Raises:
        NothingToUndo: that is more than 30 s ago, was undone, or was not the last thing that
            happened to that ticket.
        VisitorAtCounter: somebody else is at the counter now.
    """
    event = _held_for_undo(session, sitting, now)
    if event.before["status"] in AT_A_COUNTER:
        without_visitor(session, sitting, event.ticket_id)
    ticket = session.get_one(Ticket, event.ticket_id, with_for_update=True, populate_existing=True)
    before = as_it_is(ticket)
    put_back(ticket, event.before, at=now)
    if event.why not in {None, Reason.CHOSEN}:  # out of turn, it was never kept
        _forget_call(session, event)
    record(session, ticket, sitting, UNDO, before, now=now)
    return ticket


def _held_for_undo(session: Session, sitting: Sitting, now: datetime) -> TicketEvent:
    """Lock the line of the last thing done here, then the counter, and return what was done.

    Raises:
        NothingToUndo: there is nothing, or something else was done meanwhile.
    """
    seen = undoable(session, sitting, now=now)
    if seen is not None:
        queries.hold_queues(session, [seen.before["queue_id"]])
    queries.hold(session, sitting)
    event = undoable(session, sitting, now=now)
    if event is None or seen is None or event.id != seen.id:
        raise NothingToUndo
    return event


def undoable(session: Session, sitting: Sitting, *, now: datetime) -> TicketEvent | None:
    """Return the last thing done at the counter that can be taken back; None: there is none."""
    since = max(now - UNDO_WITHIN, sitting.began_at)
    events = queries.events_at(session, sitting.counter_id, since=since)
    undone = 0
    for event in events:  # the newest first; each undoing takes back one before it
        if event.action == UNDO:
            undone += 1
        elif undone:
            undone -= 1
        else:
            return event if _is_last_of_ticket(session, event, events) else None
    return None


def _is_last_of_ticket(session: Session, event: TicketEvent, here: list[TicketEvent]) -> bool:
    """Whether nothing happened to its ticket since but what was undone here."""
    known = {one.id for one in here}
    later = session.scalars(
        sa.select(TicketEvent.id).where(
            TicketEvent.ticket_id == event.ticket_id, TicketEvent.id > event.id
        )
    )
    return known.issuperset(later)


def _forget_call(session: Session, call: TicketEvent) -> None:
    """A call that is taken back does not count in the order of the line, which is locked."""
    here = (QueueDay.queue_id == call.before["queue_id"], QueueDay.day == local_day(call.at))
    kept = session.scalar(sa.select(QueueDay.lately).where(*here)) or []
    left = recent.without(kept, call.ticket_id)
    session.execute(sa.update(QueueDay).where(*here).values(lately=left))


def _line_up_anew(ticket: Ticket, to: Destination, now: datetime) -> None:
    """Let it wait in another line, at the place that it has had from the beginning."""
    ticket.queue_id, ticket.only_counter_id = to.queue_id, to.counter_id
    ticket.counter_id, ticket.started_at = None, None
    ticket.lined_up_at, ticket.recalls = now, 0


def _in_this_hall(session: Session, to: Destination, hall_id: int) -> None:
    places: list[Queue | Counter | None] = [session.get(Queue, to.queue_id)]
    if to.counter_id is not None:
        places.append(session.get(Counter, to.counter_id))
    if any(place is None or place.hall_id != hall_id for place in places):
        raise NotFound(say("There is no such queue or counter in this hall."))

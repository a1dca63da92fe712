"""Calling people to counters, each once and in the order of the line (R1).

The rows of the clerk's queues are locked, in the order of their ids, until the caller commits;
so of any number of clerks one at a time reads the line and takes who is next, and a call that
fails half way leaves the line as it was.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.hall import queries, recent
from servicedesk.hall.events import as_it_is
from servicedesk.hall.line_up import Reason, merged
from servicedesk.hall.models import Call, QueueDay, Sitting, Ticket
from servicedesk.hall.operations.recording import record
from servicedesk.hall.operations.sittings import VisitorAtCounter, not_elsewhere
from servicedesk.hall.ticket_life import TicketAction, TicketStatus
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

RECALL_AFTER: Final = timedelta(seconds=30)
MOST_RECALLS: Final = 3


class CounterNotOpen(RuleBroken):
    """Nobody is called to a counter whose clerk is away."""

    def __init__(self) -> None:
        super().__init__(say("Your counter is closed or on a break. Open it before you call."))


class RecalledTooSoon(RuleBroken):
    """People need a moment to stand up."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            say("Give them a moment: you can call again in %(seconds)s s.", seconds=seconds)
        )


class RecalledOften(RuleBroken):
    """It was called often enough."""

    def __init__(self, number: str) -> None:
        super().__init__(
            say("%(number)s was called three times more. Mark it as missed.", number=number)
        )


def get_sitting(session: Session, clerk: User) -> Sitting:
    """Return where ``clerk`` sits.

    Raises:
        CounterNotOpen: nowhere.
    """
    sitting = queries.find_sitting(session, clerk)
    if sitting is None:
        raise CounterNotOpen
    return sitting


def call_next(session: Session, sitting: Sitting, *, now: datetime) -> Ticket | None:
    """Call who is next in the lines that ``sitting`` serves; None: nobody waits there.

    Raises:
        VisitorAtCounter: somebody is called to this counter or served there.
        CounterNotOpen: the clerk has signed off or is on a break.
        Overtaken: the clerk was given other lines this moment.
    """
    _get_ready(session, sitting)
    hall = sitting.counter.hall
    found = queries.lines(session, sitting.queue_ids, now, at=sitting)
    turn = next(merged(queries.order(line, hall, now) for line in found), None)
    if turn is None:
        return None
    ticket = session.get_one(Ticket, turn.waiting.ticket)
    _keep(session, ticket, turn.reason, local_day(now))
    return _call(session, ticket, sitting, turn.reason, now=now)


def call_chosen(
    session: Session, ticket: Ticket, sitting: Sitting, *, words: str, now: datetime
) -> Ticket:
    """Call ``ticket`` out of turn; ``words`` say why, and stay on record.

    Raises:
        Overtaken: it is not waiting any more.
        VisitorAtCounter: somebody is called to this counter or served there.
        CounterNotOpen: the clerk has signed off or is on a break.
    """
    _get_ready(session, sitting, also=ticket.queue_id)
    session.refresh(ticket)
    if ticket.status is not TicketStatus.WAITING:
        raise Overtaken
    return _call(session, ticket, sitting, Reason.CHOSEN, now=now, words=words)


def recall(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Call the ticket once more.

    Raises:
        ActionNotAllowed: it is not called to this counter.
        RecalledTooSoon: it was called less than 30 s ago.
        RecalledOften: it was called three times more.
    """
    not_elsewhere(ticket, sitting)
    last = session.scalar(sa.select(sa.func.max(Call.at)).where(Call.ticket_id == ticket.id))
    before = as_it_is(ticket)
    ticket.advance(TicketAction.RECALL, at=now)
    if ticket.recalls >= MOST_RECALLS:
        raise RecalledOften(ticket.name)
    is_past = last is not None and last <= now  # else the clock was set back: nothing is known
    if last is not None and is_past and now - last < RECALL_AFTER:
        raise RecalledTooSoon(int((RECALL_AFTER - (now - last)).total_seconds()) + 1)
    ticket.recalls += 1
    session.add(_heard(ticket, sitting, now, is_again=True))
    record(session, ticket, sitting, TicketAction.RECALL, before, now=now)


def miss(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Note that nobody came.

    Raises:
        ActionNotAllowed: it is not called to this counter.
    """
    not_elsewhere(ticket, sitting)
    before = as_it_is(ticket)
    ticket.advance(TicketAction.MISS, at=now)
    record(session, ticket, sitting, TicketAction.MISS, before, now=now)


def come_back(session: Session, ticket: Ticket, sitting: Sitting, *, now: datetime) -> None:
    """Let somebody who missed the call wait again, at the place they had.

    Raises:
        ActionNotAllowed: it was not missed.
    """
    before = as_it_is(ticket)
    ticket.wait_again(at=now)
    record(session, ticket, sitting, TicketAction.COME_BACK, before, now=now)


def hold_lines(session: Session, sitting: Sitting, *, also: int | None = None) -> None:
    """Lock the lines of a counter and the line ``also``, then the counter itself.

    Whoever changes a ticket and calls another in one go does this first: a ticket is locked last.

    Raises:
        Overtaken: the clerk was given lines this moment that are not locked here.
    """
    held = {*sitting.queue_ids, *([also] if also is not None else [])}
    queries.hold_queues(session, held)
    queries.hold(session, sitting)
    if not held.issuperset(sitting.queue_ids):
        raise Overtaken


def _get_ready(session: Session, sitting: Sitting, *, also: int | None = None) -> None:
    """Lock the lines for this call, and see that the counter can take somebody."""
    hold_lines(session, sitting, also=also)
    here = queries.find_open_ticket(session, sitting.counter_id)
    if here is not None:
        raise VisitorAtCounter(here.name)
    if sitting.ended_at is not None or sitting.break_since is not None:
        raise CounterNotOpen


def _keep(session: Session, ticket: Ticket, reason: Reason, day: date) -> None:
    """Keep why the last ones were called; also on a day that has no number yet, after midnight."""
    entry, kept = recent.entry(reason, ticket.id), QueueDay.lately
    row = insert(QueueDay).values(queue_id=ticket.queue_id, day=day, last_number=0, lately=[entry])
    last = kept[sa.func.cardinality(kept) + 2 - recent.KEPT : sa.func.cardinality(kept)]
    session.execute(
        row.on_conflict_do_update(
            index_elements=[QueueDay.queue_id, QueueDay.day],
            set_={QueueDay.lately: sa.func.array_append(last, entry)},
        )
    )


def _call(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    why: Reason,
    *,
    now: datetime,
    words: str = "",
) -> Ticket:
    before = as_it_is(ticket)
    ticket.advance(TicketAction.CALL, at=now)
    ticket.counter_id = sitting.counter_id
    ticket.called_at = ticket.called_at or now
    ticket.recalls = 0
    session.add(_heard(ticket, sitting, now))
    record(session, ticket, sitting, TicketAction.CALL, before, now=now, why=why, words=words)
    log.info("ticket called", extra={"ticket": ticket.id, "counter": sitting.counter_id})
    return ticket


def _heard(ticket: Ticket, sitting: Sitting, at: datetime, *, is_again: bool = False) -> Call:
    """Return what boards show and say."""
    return Call(
        hall_id=sitting.counter.hall_id, ticket_id=ticket.id, counter_id=sitting.counter_id,
        at=at, is_again=is_again,
    )  # fmt: skip

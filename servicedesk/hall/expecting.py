"""Foretelling waits from the lines, the counters and the last visits, and grading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall import queries, quick, wait_model
from servicedesk.hall.line_up import Turn
from servicedesk.hall.models import Counter, Hall, Queue, Sitting, Ticket
from servicedesk.hall.ticket_life import AT_A_COUNTER
from servicedesk.hall.wait_model import Range


@dataclass(frozen=True)
class Outlook:
    """One line as it is now."""

    turns: list[Turn]
    counters: int  # open and serving it
    free: int  # of them
    minutes: float  # a visit usually takes

    def wait_of(self, ticket_id: int) -> tuple[int, Range | None] | None:
        """Return how many are called before the ticket, and its wait; None: it does not wait."""
        for ahead, turn in enumerate(self.turns):
            if turn.waiting.ticket == ticket_id:
                return ahead, self.wait_after(ahead)
        return None

    def wait_after(self, ahead: int) -> Range | None:
        """Return the wait of somebody with ``ahead`` people before them; None: not known."""
        return wait_model.wait(ahead, self.counters, self.free, self.minutes)


def outlooks(
    session: Session, hall: Hall, now: datetime, queues: Sequence[Queue] | None = None
) -> dict[int, Outlook]:
    """Return the outlook of every line of the hall, or of ``queues`` alone, by the queue's id."""
    asked = hall.queues if queues is None else queues
    serving, minutes = _counters(session, hall), usual_minutes(session, asked)
    found = {}
    for line in queries.lines(session, [queue.id for queue in asked], now):
        counters, free = serving.get(line.queue_id, (0, 0))
        turns = list(queries.order(line, hall, now))
        found[line.queue_id] = Outlook(turns, counters, free, minutes[line.queue_id])
    return found


def outlook_of(session: Session, ticket: Ticket, now: datetime) -> Outlook:
    """Return the outlook of the line in which ``ticket`` waits."""
    return outlooks(session, ticket.queue.hall, now, [ticket.queue])[ticket.queue_id]


def usual_minutes(session: Session, queues: Sequence[Queue]) -> dict[int, float]:
    """Return how long a visit of each queue usually takes, by the queue's id."""
    ids = [queue.id for queue in queues]
    took = queries.service_minutes(session, ids, count=wait_model.MEMORY)
    return {one.id: wait_model.usual_minutes(took[one.id], one.minutes) for one in queues}


def foretell(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Keep on ``ticket`` when its call is expected, to be graded when it is called."""
    _, expected = outlook_of(session, ticket, now).wait_of(ticket.id) or (0, None)
    if expected is not None:
        ticket.expected_from = now + timedelta(minutes=expected.least)
        ticket.expected_to = now + timedelta(minutes=expected.most)


def _counters(session: Session, hall: Hall) -> dict[int, tuple[int, int]]:
    """Return for each queue how many open counters serve it, and how many of those are free.

    A quick counter counts where it takes everybody.
    """
    busy = (
        sa.select(Ticket.counter_id)
        .where(Ticket.status.in_(sorted(AT_A_COUNTER)), Ticket.counter_id.is_not(None))
        .scalar_subquery()
    )
    query = (
        sa.select(Counter.kind, Sitting.queue_ids, Sitting.counter_id.in_(busy))
        .join(Sitting.counter)
        .where(
            Sitting.ended_at.is_(None), Sitting.break_since.is_(None),
            Sitting.counter.has(hall_id=hall.id),
        )
    )  # fmt: skip
    found: dict[int, tuple[int, int]] = {}
    rows = session.execute(query).all()
    counted = quick.counted_for([(row[0], row[1]) for row in rows])
    for (_kind, _lines, is_busy), queue_ids in zip(rows, counted, strict=True):
        for queue_id in queue_ids:
            counters, free = found.get(queue_id, (0, 0))
            found[queue_id] = counters + 1, free + (not is_busy)
    return found

"""Finding what a quick counter leaves to others; the rule is ``quick``."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall import quick, stops
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.models import WAITING, Counter, Queue, Sitting, Ticket
from servicedesk.hall.offering import minutes_of


def too_long(session: Session, at: Sitting) -> frozenset[int]:
    """Return the tickets that wait in the lines of ``at`` and are too long for it.

    None at a full counter, without a statement; at a quick one three statements.
    """
    if at.counter.kind != quick.QUICK:
        return frozenset()
    served = _served_elsewhere(session, at)
    waiting = session.execute(
        sa.select(Ticket.id, Ticket.queue_id, Ticket.stops_kept, Queue.minutes)
        .join(Queue, Queue.id == Ticket.queue_id)
        .where(Ticket.queue_id.in_(sorted(served)), Ticket.status == WAITING)
    ).all()
    known = {row.id: stops.read(row.stops_kept) for row in waiting}
    codes = {one.service for each in known.values() for one in each if one.service}
    minutes = minutes_of(session, codes)
    most = line_of(at.counter.hall.rules).quick
    return frozenset(
        row.id
        for row in waiting
        if quick.minutes_in(known[row.id], row.queue_id, row.minutes, minutes) > most
    )


def _served_elsewhere(session: Session, at: Sitting) -> set[int]:
    """Return the lines of ``at`` for which a counter is open that is not a quick one."""
    query = (
        sa.select(Sitting.queue_ids)
        .join(Counter, Counter.id == Sitting.counter_id)
        .where(
            Counter.kind != quick.QUICK,
            Sitting.ended_at.is_(None),
            Sitting.break_since.is_(None),
            Sitting.queue_ids.overlap(at.queue_ids),
        )
    )
    return {key for kept in session.scalars(query) for key in kept} & set(at.queue_ids)

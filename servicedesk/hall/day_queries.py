"""Reading one day of a hall: its visits, who waits longest, since when clerks are free."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall import stops
from servicedesk.hall.day_figures import Fate, Served, VisitFacts
from servicedesk.hall.models import Counter, Hall, Sitting, Ticket, TicketEvent
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import OVER, TicketStatus
from servicedesk.park import local, midnight

_FATES = {
    TicketStatus.DONE: Fate.SERVED,
    TicketStatus.LEFT: Fate.GIVEN_UP,
    TicketStatus.NO_SHOW: Fate.MISSED,
    TicketStatus.SETTLED: Fate.NOT_SERVED,
}


def visits_of(session: Session, hall: Hall, day: date) -> list[VisitFacts]:
    """Return every visit of ``day``, by the line that gave out its ticket; one statement.

    Read by the key that makes numbers unique, so it costs the same after years.
    """
    lines = {queue.id: queue.key for queue in hall.queues}
    numbers = {counter.id: counter.number for counter in hall.counters}
    query = sa.select(
        Ticket.issuing_queue_id, Ticket.language, Ticket.priority, Ticket.status,
        Ticket.issued_at, Ticket.booked_for, Ticket.called_at, Ticket.started_at,
        Ticket.ended_at, Ticket.counter_id, Ticket.stops_kept,
    ).where(Ticket.issuing_queue_id.in_(sorted(lines)), Ticket.day == day)  # fmt: skip
    begin = midnight(day)
    found = [(row, stops.read(row.stops_kept)) for row in session.execute(query)]
    return [
        VisitFacts(
            line=lines[row.issuing_queue_id], language=row.language,
            has_priority=row.priority is not None, fate=_fate(row),
            came=_since(begin, row.issued_at) or 0,
            booked_for=_since(begin, _booked(way) or row.booked_for),
            called=_since(begin, row.called_at), started=_since(begin, row.started_at),
            ended=_since(begin, row.ended_at), counter=numbers.get(row.counter_id),
            parts=_parts(begin, way, numbers),
        )
        for row, way in found
    ]  # fmt: skip


def free_since(session: Session, sittings: Sequence[Sitting]) -> Mapping[int, datetime]:
    """Return since when each counter, by its id, has nobody: the last thing done there.

    One look into the index for each counter, however many things were done.
    """
    last = (
        sa.select(TicketEvent.at)
        .where(TicketEvent.counter_id == Counter.id)
        .order_by(TicketEvent.at.desc())
        .limit(1)
        .lateral("last")
    )
    query = (
        sa.select(Counter.id, last.c.at)
        .join(last, sa.true())
        .where(Counter.id.in_([one.counter_id for one in sittings]))
    )
    done = {row.id: row.at for row in session.execute(query)}
    return {
        one.counter_id: max(
            at for at in (one.began_at, one.back_at, done.get(one.counter_id)) if at is not None
        )
        for one in sittings
    }


def _fate(row: sa.Row[*tuple[Any, ...]]) -> Fate:
    """Return how the visit ended.

    Who was called and never there is settled at the end of the day with its counter on it; who
    was sent on to another line and not called there has none any more.
    """
    if row.status not in OVER and row.status is not TicketStatus.NO_SHOW:
        return Fate.HERE
    if row.status is TicketStatus.SETTLED and row.counter_id and not row.started_at:
        return Fate.MISSED
    return _FATES[row.status]


def _booked(way: Sequence[Stop]) -> datetime | None:
    """Return for when the first of the stops was booked; the ticket has that of the present one."""
    return min((one.booked_for for one in way if one.booked_for), default=None)


def _parts(begin: datetime, way: Sequence[Stop], numbers: Mapping[int, int]) -> list[Served]:
    """Return what was done at which counter: what was begun at once there is one part."""
    ended: dict[tuple[int, datetime], datetime] = {}
    for one in way:
        if one.counter_id is None or one.counter_id not in numbers:
            continue
        if one.started_at and one.ended_at:
            key = (one.counter_id, one.started_at)
            ended[key] = max(one.ended_at, ended.get(key, one.ended_at))
    return [
        Served(numbers[counter], _minutes(begin, started), _minutes(begin, end))
        for (counter, started), end in ended.items()
    ]


def _since(begin: datetime, at: datetime | None) -> float | None:
    """Return the minutes since midnight, on the clocks of the park."""
    return None if at is None else _minutes(begin, at)


def _minutes(begin: datetime, at: datetime) -> float:
    return (local(at) - begin).total_seconds() / 60

"""Halls made ready for the simulator: a whole day as it is set up, or what is left of today."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall import expecting, queries, quick, simulation
from servicedesk.hall.hall_files import rules_of
from servicedesk.hall.models import WAITING, Counter, Hall, QueueDay, Sitting, Ticket
from servicedesk.hall.offering import offered_in
from servicedesk.hall.simulation import SimulatedCounter, SimulatedHall, Visit
from servicedesk.hall.what_if import Present
from servicedesk.park import local, local_day, midnight

WEEKS: Final = 4  # that are looked back on, on the same day of the week
_ENOUGH_DAYS: Final = 2
_LEAST_LEFT: Final = 2.0  # minutes that a visit is still thought to take, however long it was


def whole_day(session: Session, hall: Hall, *, busy: float) -> SimulatedHall:
    """Return ``hall`` as it is set up, with the numbers that are assumed."""
    counted = quick.counted_for([(one.kind, one.queue_keys) for one in hall.counters])
    return SimulatedHall(
        counters=[SimulatedCounter(serves) for serves in counted],
        minutes={queue.key: queue.minutes for queue in hall.queues},
        visits=simulation.assumed_visits(_keys(hall), busy=busy),
        rules=rules_of(hall.rules),
        services=simulation.by_line(
            (one.queue.key, one.code, one.minutes) for one in offered_in(session, hall)
        ),
    )


def present(session: Session, hall: Hall, now: datetime) -> Present:
    """Return ``hall`` as it is at ``now``: who waits, who serves, who is still to come."""
    keys = {queue.id: queue.key for queue in hall.queues}
    usual = expecting.usual_minutes(session, hall.queues)
    minute = _minute(now, now)
    closes = _last_ticket(session, hall, now)
    sittings = {one.counter_id: one for one in queries.open_sittings(session, hall)}
    at = {one.counter_id: one for one in queries.at_counters(session, hall)}
    visits, is_assumed = _still_to_come(session, hall, now, closes)
    serving = [one for one in sittings.values() if not one.break_since]
    there = [
        (one.counter.kind, [keys[queue] for queue in one.queue_ids if queue in keys])
        for one in serving
    ]
    counted = quick.counted_for(there)
    return Present(
        SimulatedHall(
            counters=[
                _counter(one, serves, at.get(one.counter_id), usual, now)
                for one, serves in zip(serving, counted, strict=True)
            ],
            minutes={queue.key: usual[queue.id] for queue in hall.queues},
            visits=visits, rules=rules_of(hall.rules), opens=minute,
            closes=max(closes or 0, minute + 1),
            waiting=_waiting(session, keys, now),
            lately={
                keys[line.queue_id]: line.lately for line in queries.lines(session, keys, now)
            },
        ),
        open=[one.counter.number for one in serving],
        closed=[
            (one.number, SimulatedCounter(_once_open(one, there)))
            for one in hall.counters
            if one.id not in sittings or sittings[one.id].break_since
        ],
        is_assumed=is_assumed,
    )  # fmt: skip


def _once_open(counter: Counter, there: Sequence[tuple[str, Sequence[str]]]) -> frozenset[str]:
    """Return for which lines a counter that is closed would count beside those that are open."""
    return quick.counted_for([*there, (counter.kind, counter.queue_keys)])[-1]


def _counter(
    sitting: Sitting,
    serves: frozenset[str],
    ticket: Ticket | None,
    usual: Mapping[int, float],
    now: datetime,
) -> SimulatedCounter:
    busy_for = 0.0
    if ticket is not None:
        since = ticket.started_at or now
        left = usual[ticket.queue_id] - (now - since).total_seconds() / 60
        busy_for = float(round(max(left, _LEAST_LEFT)))
    return SimulatedCounter(serves, frozenset(sitting.languages), busy_for)


def _waiting(session: Session, keys: Mapping[int, str], now: datetime) -> list[Visit]:
    """Return who waits, in the order of their places."""
    query = (
        sa.select(
            Ticket.queue_id, Ticket.lined_up_at, Ticket.priority, Ticket.booked_for,
            Ticket.language,
        )
        .where(Ticket.queue_id.in_(sorted(keys)), Ticket.status == WAITING)
        .order_by(Ticket.place)
    )  # fmt: skip
    return [
        Visit(
            0, keys[row.queue_id], _minute(row.lined_up_at, now), row.language,
            row.priority is not None,
            None if row.booked_for is None else _minute(row.booked_for, now),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def _last_ticket(session: Session, hall: Hall, now: datetime) -> float | None:
    """Return until when tickets are given, in minutes since midnight; None: no more today."""
    until = queries.opening_now(session, hall, None, now).tickets_until
    if until is None:
        return None
    return (until.hour * 60 + until.minute) or 24 * 60


def _still_to_come(
    session: Session, hall: Hall, now: datetime, closes: float | None
) -> tuple[dict[str, float], bool]:
    """Return how many people are expected by line, and whether that is assumed.

    From the same day of the last weeks; with fewer than two such days, from what
    ``simulation.yaml`` assumes.
    """
    if closes is None:
        return {}, False
    days = _days_known(session, hall, local_day(now))
    if len(days) < _ENOUGH_DAYS:
        share = simulation.assumptions()["by_hour"]
        left = simulation.open_hours(share, _minute(now, now), closes)
        is_known = any(hour * 60 < closes and hour * 60 + 60 > _minute(now, now) for hour in share)
        part = sum(one for _, _, one in left) if is_known else 0
        usual = simulation.assumed_visits(_keys(hall))
        return {key: count * part for key, count in usual.items()}, True
    came = _came_after(session, hall, days, now)
    return {queue.key: came.get(queue.id, 0) / len(days) for queue in hall.queues}, False


def _days_known(session: Session, hall: Hall, today: date) -> Sequence[date]:
    before = [today - timedelta(weeks=count) for count in range(1, WEEKS + 1)]
    query = sa.select(QueueDay.day).where(
        QueueDay.queue_id.in_([queue.id for queue in hall.queues]), QueueDay.day.in_(before)
    )
    return session.scalars(query.distinct().order_by(QueueDay.day)).all()


def _came_after(
    session: Session, hall: Hall, days: Sequence[date], now: datetime
) -> dict[int, int]:
    """Return how many tickets each line gave out on ``days`` after the time that it is now."""
    elapsed = timedelta(minutes=_minute(now, now))
    query = (
        sa.select(Ticket.issuing_queue_id, sa.func.count())
        .where(
            Ticket.issuing_queue_id.in_([queue.id for queue in hall.queues]),
            Ticket.day.in_(days),
            sa.or_(
                *(
                    sa.and_(Ticket.day == day, Ticket.issued_at >= midnight(day) + elapsed)
                    for day in days
                )
            ),
        )
        .group_by(Ticket.issuing_queue_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _keys(hall: Hall) -> list[str]:
    return [queue.key for queue in hall.queues]


def _minute(at: datetime, now: datetime) -> float:
    """Return the whole minutes from the midnight before ``now`` to ``at``."""
    return float((local(at) - midnight(local_day(now))).total_seconds() // 60)

"""Finding halls, lines, tickets and what is called."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import NotFound
from servicedesk.hall import manned, opening, quick_visits, recent, timetable
from servicedesk.hall.hall_files import rules_of
from servicedesk.hall.line_up import Reason, Turn, Waiting, line_up, merged
from servicedesk.hall.links import nonce_of
from servicedesk.hall.models import (
    DONE,
    WAITING,
    Call,
    Counter,
    Hall,
    Queue,
    QueueDay,
    Sitting,
    Ticket,
    TicketEvent,
    name_of,
)
from servicedesk.hall.ticket_life import AT_A_COUNTER, OVER, TicketStatus
from servicedesk.hall.timetable import Moment, Places, Timetable
from servicedesk.park import local, local_day
from servicedesk.words import say


def list_halls(session: Session) -> Sequence[Hall]:
    """Return every hall with its queues and counters, those for training last."""
    query = sa.select(Hall).order_by(Hall.is_training, Hall.id)
    return session.scalars(query.options(*_WHOLE)).all()


def get_hall(session: Session, key: str) -> Hall:
    """Return the hall with its queues and counters.

    Raises:
        NotFound: there is none of that key.
    """
    query = sa.select(Hall).where(Hall.key == key)
    hall = session.scalar(query.options(*_WHOLE))
    if hall is None:
        raise NotFound(say("There is no such hall."))
    return hall


def get_counter(session: Session, hall: str, number: int) -> Counter:
    """Return counter ``number`` of the hall with the key ``hall``, with its hall.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(Counter)
        .join(Counter.hall)
        .where(Counter.number == number, Hall.key == hall)
        .options(joinedload(Counter.hall).options(*_WHOLE))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("There is no such counter."))
    return found


def opening_now(
    session: Session, hall: Hall, queue: Queue | None, now: datetime, service: str = ""
) -> opening.Now:
    """Return whether the hall (any line), a queue, or a service there is open at ``now``."""
    found = moment_of(session, hall, now)
    return found.of_hall() if queue is None else found.of(queue.key, service)


def moment_of(session: Session, hall: Hall, now: datetime) -> Moment:
    """Return how the lines and services of the hall are at ``now``; one statement at most."""
    here = local(now)
    closed_early = hall.closed_early_on == here.date()
    return Moment(timetable_of(hall), load_calendar(session), here, closed_early)


def timetable_of(hall: Hall) -> Timetable:
    """Return what is set of the hall's hours and places."""
    return timetable.read(
        hall.hours,
        {queue.key: queue.hours for queue in hall.queues},
        {queue.key: Places(queue.public_places, queue.staff_places) for queue in hall.queues},
    )


def find_ticket(session: Session, token: str) -> Ticket | None:
    """Return the ticket whose link holds ``token``; None if it is none of ours."""
    nonce = nonce_of(token)
    if nonce is None:
        return None
    query = sa.select(Ticket).where(Ticket.nonce == nonce)
    return session.scalar(query.options(*_SHOWN))


def get_ticket(session: Session, token: str) -> Ticket:
    """Return the ticket whose link holds ``token``.

    Raises:
        NotFound: it is none of ours.
    """
    ticket = find_ticket(session, token)
    if ticket is None:
        raise NotFound(say("There is no such ticket. Scan the code on it again."))
    return ticket


def find_ticket_of_phone(session: Session, device: bytes) -> Ticket | None:
    """Return the open ticket that the phone has taken, in whichever hall; None: it has none."""
    query = sa.select(Ticket).where(Ticket.device == device, Ticket.status.not_in(sorted(OVER)))
    return session.scalar(query.options(*_SHOWN))


def find_sitting(session: Session, clerk: User) -> Sitting | None:
    """Return where ``clerk`` has signed on; None: nowhere."""
    query = sa.select(Sitting).where(Sitting.clerk_id == clerk.id, Sitting.ended_at.is_(None))
    counter = joinedload(Sitting.counter).joinedload(Counter.hall)
    return session.scalar(query.options(counter, joinedload(Sitting.clerk)))


def hold_queues(session: Session, queue_ids: Collection[int]) -> None:
    """Lock lines in the order of their ids until the caller commits, before any counter of them."""
    query = sa.select(Queue.id).where(Queue.id.in_(sorted(queue_ids))).order_by(Queue.id)
    session.execute(query.with_for_update(key_share=True))


def hold(session: Session, sitting: Sitting) -> None:
    """Lock the counter of ``sitting`` until the caller commits, and see it as it is now."""
    session.execute(sa.select(Sitting.id).where(Sitting.id == sitting.id).with_for_update())
    session.refresh(sitting, ["version", "ended_at", "break_since", "queue_ids", "languages"])


def get_ticket_before(session: Session, ticket_id: int, *, clerk: User) -> Ticket:
    """Return a ticket of the hall in which ``clerk`` has signed on.

    Raises:
        NotFound: there is none, it is another hall's, or ``clerk`` sits nowhere.
    """
    query = (
        sa.select(Ticket)
        .join(Ticket.queue)
        .join(Counter, Counter.hall_id == Queue.hall_id)
        .join(Sitting, Sitting.counter_id == Counter.id)
        .where(Ticket.id == ticket_id, Sitting.clerk_id == clerk.id, Sitting.ended_at.is_(None))
        .options(*_SHOWN)
    )
    ticket = session.scalar(query)
    if ticket is None:
        raise NotFound(say("There is no such ticket in this hall."))
    return ticket


def find_open_ticket(session: Session, counter_id: int) -> Ticket | None:
    """Return the ticket that is called to the counter or served there."""
    query = sa.select(Ticket).where(
        Ticket.counter_id == counter_id, Ticket.status.in_(sorted(AT_A_COUNTER))
    )
    return session.scalar(query.options(*_SHOWN))


def at_counters(session: Session, hall: Hall) -> Sequence[Ticket]:
    """Return the tickets that are called or served in the hall."""
    return _of_hall(session, hall, AT_A_COUNTER)


def held_at(session: Session, hall: Hall) -> Sequence[Ticket]:
    """Return the tickets on hold in the hall, the oldest first."""
    return _of_hall(session, hall, (TicketStatus.HELD,))


MISSED_FOR: Final = timedelta(hours=2)  # OWN; a counter shows who was called and not there


def missed_in(session: Session, hall: Hall, *, since: datetime) -> Sequence[Ticket]:
    """Return who was called and not there, lately, the latest first."""
    found = _of_hall(session, hall, (TicketStatus.NO_SHOW,))
    return sorted(
        (one for one in found if one.changed_at >= since),
        key=lambda one: one.changed_at,
        reverse=True,
    )


@dataclass(frozen=True)
class Line:
    """Who waits in one queue, as the rules see them, and why the last ones were called."""

    queue_id: int
    waiting: Sequence[Waiting]
    lately: Sequence[Reason]


def lines(
    session: Session, queue_ids: Collection[int], now: datetime, *, at: Sitting | None = None
) -> list[Line]:
    """Return the lines of ``queue_ids``, in the order of their ids; two statements, or three.

    Only those who may be called ``at`` a counter; without one everybody who waits, also those
    who are away for a while.  A quick counter takes six statements.
    """
    waiting: dict[int, list[Waiting]] = {queue_id: [] for queue_id in sorted(queue_ids)}
    open_at, nowhere = manned.open_at(session, queue_ids) if at else {}, manned.Open()
    left_out = quick_visits.too_long(session, at) if at else frozenset()
    for row in session.execute(_waiting(queue_ids)):
        there = open_at.get(row.queue_id, nowhere)
        if at is None or manned.may_be_called(row, at, there, left_out, now):
            waiting[row.queue_id].append(
                Waiting(
                    row.id, row.place, row.lined_up_at, row.priority is not None, row.booked_for,
                    row.issued_at,
                )
            )  # fmt: skip
    lately = _lately(session, queue_ids, local_day(now))
    return [Line(key, found, lately.get(key, ())) for key, found in waiting.items()]


def order(line: Line, hall: Hall, now: datetime) -> Iterator[Turn]:
    """Yield who of ``line`` is called next, in order, with the reasons."""
    return line_up(line.waiting, line.lately, now, rules_of(hall.rules))


def turns_at(session: Session, sitting: Sitting, now: datetime) -> list[Turn]:
    """Return who may be called at a counter, over all its lines, in the order of their turns."""
    found = lines(session, sitting.queue_ids, now, at=sitting)
    return list(merged(order(line, sitting.counter.hall, now) for line in found))


def tickets_by_id(session: Session, ids: Collection[int]) -> dict[int, Ticket]:
    """Return tickets with what a list shows of them."""
    if not ids:
        return {}
    query = sa.select(Ticket).where(Ticket.id.in_(sorted(ids))).options(*_SHOWN)
    return {one.id: one for one in session.scalars(query)}


def names_by_id(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return what tickets are called out as; without loading them: hundreds of phones ask."""
    if not ids:
        return {}
    query = (
        sa.select(Ticket.id, Queue.letter, Ticket.number)
        .join(Queue, Queue.id == Ticket.issuing_queue_id)
        .where(Ticket.id.in_(sorted(ids)))
    )
    return {key: name_of(letter, number) for key, letter, number in session.execute(query)}


def latest_calls(
    session: Session,
    hall: Hall,
    *,
    since: datetime,
    queue: Queue | None = None,
    counter: Counter | None = None,
) -> Sequence[Call]:
    """Return the last call of everybody who is called or served, the newest first.

    Those who have not come yet are before those who are served.  Of one ``queue`` or
    ``counter``, if given; there is one for each counter at most.
    """
    only = [Ticket.queue_id == queue.id] if queue else []
    only += [Call.counter_id == counter.id] if counter else []
    newest = (
        sa.select(sa.func.max(Call.id))
        .join(Ticket, Ticket.id == Call.ticket_id)
        .where(
            Call.hall_id == hall.id,
            Call.at >= since,
            Ticket.status.in_(sorted(AT_A_COUNTER)),
            Ticket.counter_id == Call.counter_id,
            *only,
        )
        .group_by(Call.ticket_id)
    )
    query = (
        sa.select(Call)
        .where(Call.id.in_(newest))
        .options(joinedload(Call.counter), joinedload(Call.ticket).joinedload(Ticket.issuing_queue))
        .order_by(Call.id.desc())
    )
    found = session.scalars(query)
    return sorted(found, key=lambda one: one.ticket.status is not TicketStatus.CALLED)


def open_sittings(session: Session, hall: Hall) -> Sequence[Sitting]:
    """Return who sits where in the hall, by counter."""
    query = (
        sa.select(Sitting)
        .join(Sitting.counter)
        .where(Counter.hall_id == hall.id, Sitting.ended_at.is_(None))
        .options(joinedload(Sitting.counter), joinedload(Sitting.clerk))
        .order_by(Counter.number)
    )
    return session.scalars(query).all()


def service_minutes(
    session: Session, queue_ids: Collection[int], *, count: int
) -> dict[int, list[float]]:
    """Return how long the last ``count`` visits of each queue took at the counter, in minutes.

    One look into the index for each queue, however many visits there were.
    """
    took = sa.extract("epoch", Ticket.ended_at - Ticket.started_at) / 60
    last = (
        sa.select(took.label("minutes"))
        .where(
            Ticket.queue_id == Queue.id,
            Ticket.ended_at.is_not(None),
            Ticket.started_at.is_not(None),
            Ticket.status == DONE,
        )
        .order_by(Ticket.ended_at.desc())
        .limit(count)
        .lateral("last")
    )
    query = (
        sa.select(Queue.id, last.c.minutes)
        .join(last, sa.true())
        .where(Queue.id.in_(sorted(queue_ids)))
    )
    found: dict[int, list[float]] = {queue_id: [] for queue_id in queue_ids}
    for queue_id, minutes in session.execute(query):
        found[queue_id].append(float(minutes))
    return found


def events_at(session: Session, counter_id: int, *, since: datetime) -> list[TicketEvent]:
    """Return what was done at a counter after ``since``, the newest first."""
    query = (
        sa.select(TicketEvent)
        .where(TicketEvent.counter_id == counter_id, TicketEvent.at >= since)
        .order_by(TicketEvent.id.desc())
    )
    return list(session.scalars(query))


_WHOLE = (selectinload(Hall.queues), selectinload(Hall.counters))
_SHOWN = (
    joinedload(Ticket.issuing_queue),
    joinedload(Ticket.queue).joinedload(Queue.hall),
    joinedload(Ticket.counter),
)


def _of_hall(session: Session, hall: Hall, statuses: Collection[TicketStatus]) -> Sequence[Ticket]:
    query = (
        sa.select(Ticket)
        .join(Ticket.queue)
        .where(Queue.hall_id == hall.id, Ticket.status.in_(sorted(statuses)))
        .options(*_SHOWN)
        .order_by(Ticket.changed_at, Ticket.id)
    )
    return session.scalars(query).all()


def _waiting(queue_ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Ticket.id, Ticket.queue_id, Ticket.place, Ticket.lined_up_at, Ticket.priority,
            Ticket.booked_for, Ticket.language, Ticket.away_until, Ticket.only_counter_id,
            Ticket.issued_at,
        )
        .where(Ticket.queue_id.in_(sorted(queue_ids)), Ticket.status == WAITING)
        .order_by(Ticket.place)
    )  # fmt: skip


def _lately(
    session: Session, queue_ids: Collection[int], day: date
) -> dict[int, tuple[Reason, ...]]:
    query = sa.select(QueueDay.queue_id, QueueDay.lately).where(
        QueueDay.queue_id.in_(sorted(queue_ids)), QueueDay.day == day
    )
    return {
        queue_id: tuple(recent.reason_of(one) for one in kept)
        for queue_id, kept in session.execute(query)
    }

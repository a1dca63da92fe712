"""What people do with a ticket: take it, let others pass, be late, give it up."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.hall import expecting, queries, report_queries
from servicedesk.hall.events import as_it_is, happened
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.links import new_nonce
from servicedesk.hall.models import PLACES, Hall, Priority, Queue, QueueDay, Ticket
from servicedesk.hall.operations.recording import keep
from servicedesk.hall.stops import Stop, kept
from servicedesk.hall.ticket_life import OVER, NotWaiting, TicketAction, TicketStatus
from servicedesk.hall.topics import hall_topic
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=10)
PASSED: Final = 2  # people let by at a time


class NoTicketsNow(RuleBroken):
    """The hall is closed, or gives out no more tickets today."""

    def __init__(self) -> None:
        super().__init__(say("No tickets are given out at this time. Look at the opening hours."))


class CalledAsBooked(RuleBroken):
    """A time that was booked decides, not the place in the line."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "You are called by the time you booked, so you cannot let others pass. "
                "Say that you are away instead."
            )
        )


class TooLongAway(RuleBroken):
    """A place is not kept for ever."""

    def __init__(self, most: int) -> None:
        super().__init__(say("You can be away for %(most)s minutes at most.", most=most))


class VisitOver(RuleBroken):
    """Nothing is changed of a visit that is over."""

    def __init__(self, number: str) -> None:
        super().__init__(say("The visit of %(number)s is over.", number=number))


def take(
    session: Session,
    hall: Hall,
    queue: Queue,
    *,
    language: str,
    now: datetime,
    stops: Sequence[Stop] = (),
    priority: Priority | None = None,
    booked_for: datetime | None = None,
    by: User | None = None,
) -> Ticket:
    """Give out the next ticket of ``queue``.

    ``stops`` are what the visit is for, the first of them in ``queue``; without any it is one
    thing there.  ``booked_for`` is the time of an appointment; ``by`` the clerk who gives it out,
    None at a kiosk.  Who has booked gets one as long as the hall is open, also after the last
    ticket of those who have not.

    The hall's row is locked in common, so that nobody ends the day between the look at the doors
    and the ticket.

    The number comes from the counter row of the queue and the day, which stays locked until the
    caller commits: no number comes twice, and none comes before a lower one is there.

    Raises:
        NoTicketsNow: a line is closed or gives out no more, or a service has other hours; of what
            was booked the first counts alone, as the others come at their own time.
    """
    hold_doors(session, hall, now)
    moment = queries.moment_of(session, hall, now)
    keys = {one.id: one.key for one in hall.queues}
    checked = stops or [Stop(queue.id)]
    for stop in checked[:1] if booked_for else checked:
        is_open = moment.of(keys[stop.queue_id], stop.service or "")
        if not is_open.gives_tickets(booked=booked_for is not None, by_staff=by is not None):
            raise NoTicketsNow
    day = local_day(now)
    ticket = Ticket(
        nonce=new_nonce(), queue=queue, issuing_queue=queue, day=day,
        number=_next_number(session, queue.id, day),
        place=float(session.scalars(sa.select(PLACES.next_value())).one()),
        issued_at=now, lined_up_at=now, changed_at=now,
        language=language, priority=priority, booked_for=booked_for,
        stops_kept=kept(stops or [Stop(queue.id)]),
    )  # fmt: skip
    session.add(ticket)
    session.flush()
    expecting.foretell(session, ticket, now=now)
    session.add(happened(ticket, "take", as_it_is(ticket), at=now, by=by))
    live.announce(session, hall_topic(hall.id))
    log.info("ticket taken", extra={"ticket": ticket.id, "queue": queue.id})
    return ticket


def hold_doors(session: Session, hall: Hall, now: datetime) -> None:
    """Let nobody close the doors or end the day until the caller commits.

    Before any appointment or line is locked.

    Raises:
        NoTicketsNow: the day is ended, and its report is written.
    """
    session.refresh(hall, ["closed_early_on", "version"], with_for_update={"read": True})
    today = local_day(now)
    if hall.closed_early_on == today and report_queries.has_report(session, hall, today):
        raise NoTicketsNow


def leave(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Give the place up.

    Raises:
        ActionNotAllowed: the visit has begun or is over.
    """
    before = as_it_is(ticket)
    ticket.advance(TicketAction.LEAVE, at=now)
    _record(session, ticket, TicketAction.LEAVE, before, now)


def let_pass(session: Session, ticket: Ticket, *, now: datetime) -> int:
    """Stand behind the next two who wait in the same line; return how many there were.

    Raises:
        NotWaiting: it is not waiting.
        CalledAsBooked: its turn does not come by its place.
    """
    before = _waiting(ticket)
    if ticket.booked_for is not None:
        raise CalledAsBooked
    behind = session.scalars(
        sa.select(Ticket.place)
        .where(
            Ticket.queue_id == ticket.queue_id,
            Ticket.status == TicketStatus.WAITING,
            Ticket.place > ticket.place,
        )
        .order_by(Ticket.place)
        .limit(PASSED + 1)
    ).all()
    if behind:
        last = behind[:PASSED][-1]
        following = behind[PASSED] if len(behind) > PASSED else last + 1
        ticket.place = (last + following) / 2
    ticket.changed_at = now
    _record(session, ticket, "let_pass", before, now)
    return len(behind[:PASSED])


def be_late(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Be passed over for ten minutes, and keep the place.

    Raises:
        NotWaiting: it is not waiting.
    """
    before = _waiting(ticket)
    ticket.away_until, ticket.changed_at = now + LATE, now
    _record(session, ticket, "be_late", before, now)


def go_away(session: Session, ticket: Ticket, minutes: int, *, now: datetime) -> None:
    """Be passed over for ``minutes``, and keep the place.

    Raises:
        NotWaiting: it is not waiting.
        TooLongAway: that is longer than the hall keeps a place.
    """
    most = line_of(ticket.queue.hall.rules).away
    if not 0 < minutes <= most:
        raise TooLongAway(most)
    before = _waiting(ticket)
    ticket.away_until, ticket.changed_at = now + timedelta(minutes=minutes), now
    _record(session, ticket, "go_away", before, now)


def speak(session: Session, ticket: Ticket, language: str, *, now: datetime) -> None:
    """Be served in another language.

    Raises:
        VisitOver: the visit is over.
    """
    if ticket.status in OVER:
        raise VisitOver(ticket.name)
    before = as_it_is(ticket)
    ticket.language, ticket.changed_at = language, now
    _record(session, ticket, "speak", before, now)


def be_back(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Be called again from now on.

    Raises:
        NotWaiting: it is not waiting.
    """
    before = _waiting(ticket)
    ticket.away_until, ticket.changed_at = None, now
    _record(session, ticket, "be_back", before, now)


def _waiting(ticket: Ticket) -> dict[str, object]:
    if ticket.status is not TicketStatus.WAITING:
        raise NotWaiting(ticket.name)
    return as_it_is(ticket)


def _record(
    session: Session, ticket: Ticket, action: str, before: dict[str, object], now: datetime
) -> None:
    keep(session, happened(ticket, action, before, at=now), ticket.queue.hall_id)


def _next_number(session: Session, queue_id: int, day: date) -> int:
    row = insert(QueueDay).values(queue_id=queue_id, day=day, last_number=1, lately=[])
    counted = row.on_conflict_do_update(
        index_elements=[QueueDay.queue_id, QueueDay.day],
        set_={QueueDay.last_number: QueueDay.last_number + 1},
    )
    number: int = session.scalars(counted.returning(QueueDay.last_number)).one()
    return number

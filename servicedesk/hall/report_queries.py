"""Reading what a day's report is made of, and the reports themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import NotFound
from servicedesk.hall import grading, queries
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus
from servicedesk.hall.day_figures import Steering
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Counter, Hall, Queue, QueueDay, Sitting, Ticket, TicketEvent
from servicedesk.hall.steering_models import Announcement, ClerkMove, HallDay, HelpCall
from servicedesk.hall.ticket_life import OVER, TicketStatus
from servicedesk.park import local_day, midnight
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import say

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class OpenSpan:
    """A stretch of hours of one day, as moments."""

    opens: datetime
    closes: datetime


def spans_today(session: Session, hall: Hall, now: datetime) -> list[OpenSpan]:
    """Return the hours of the hall today, of all its lines together, as moments."""
    today = local_day(now)
    calendar, begin = load_calendar(session), midnight(today)
    timetable = queries.timetable_of(hall)
    lines = ["", *(queue.key for queue in hall.queues)]
    spans = [span for key in lines for span in timetable.on(today, calendar, key).spans]
    return [
        OpenSpan(
            begin + _since_midnight(span.opens.hour, span.opens.minute),
            begin + (_since_midnight(span.closes.hour, span.closes.minute) or _A_DAY),
        )
        for span in spans
    ]


def hold_hall(session: Session, hall: Hall) -> Sequence[Sitting]:
    """Lock the lines of the hall, then its open counters, and return those."""
    queries.hold_queues(session, _lines(hall))
    query = (
        sa.select(Sitting)
        .where(
            Sitting.counter_id.in_([counter.id for counter in hall.counters]),
            Sitting.ended_at.is_(None),
        )
        .order_by(Sitting.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def has_report(session: Session, hall: Hall, day: date) -> bool:
    """Whether the day is closed for good."""
    query = sa.select(HallDay.id).where(HallDay.hall_id == hall.id, HallDay.day == day)
    return session.scalar(query) is not None


def open_tickets(session: Session, hall: Hall, day: date) -> Sequence[Ticket]:
    """Return the tickets of ``day`` that are not over, locked until the caller commits."""
    query = (
        sa.select(Ticket)
        .where(*_open(hall, day))
        .order_by(Ticket.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def open_counts(session: Session, hall: Hall, day: date) -> dict[TicketStatus, int]:
    """Return how many tickets of ``day`` are not over, by their status."""
    query = sa.select(Ticket.status, sa.func.count()).where(*_open(hall, day))
    return {row[0]: row[1] for row in session.execute(query.group_by(Ticket.status))}


def not_come_today(
    session: Session, hall: Hall, now: datetime, *, locked: bool = False
) -> Sequence[Appointment]:
    """Return the appointments of today until now to which nobody came, locked or not."""
    query = (
        sa.select(Appointment)
        .where(
            Appointment.queue_id.in_(_lines(hall)),
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at >= midnight(local_day(now)),
            Appointment.starts_at <= now,
        )
        .order_by(Appointment.id)
    )
    if locked:
        query = query.with_for_update(of=Appointment).execution_options(populate_existing=True)
    return session.scalars(query).all()


def still_booked(session: Session, hall: Hall, now: datetime) -> int:
    """Return how many appointments are still ahead today."""
    query = sa.select(sa.func.count()).where(
        Appointment.queue_id.in_(_lines(hall)),
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at > now,
        Appointment.starts_at < midnight(local_day(now) + _A_DAY),
    )
    return session.scalars(query).one()


def steering_of(session: Session, hall: Hall, day: date) -> Steering:
    """Return what was done with the day besides serving; six statements."""
    begin = midnight(day)
    end = midnight(day + _A_DAY)
    calls, chosen, with_reason = session.execute(_calls(hall, begin, end)).one()
    return Steering(
        right=grading.right_on(session, hall, day),
        out_of_turn=chosen,
        with_reason=with_reason,
        calls=calls,
        announcements=_count(session, Announcement.hall_id == hall.id, Announcement.at, begin, end),
        help_calls=_count(session, HelpCall.hall_id == hall.id, HelpCall.at, begin, end),
        moves=_count(
            session, ClerkMove.sitting_id.in_(_sittings(hall, begin, end)), ClerkMove.at, begin, end
        ),
        booked_not_come=_not_come(session, hall, begin, end),
        counters=_open_for(session, hall, begin, end),
    )


def days_without_report(session: Session, since: date, until: date) -> list[tuple[int, date]]:
    """Return each hall's id and day before ``until`` with tickets and without a report.

    A day of which something is not settled yet has its report the next time.
    """
    is_unsettled = sa.exists().where(
        Ticket.issuing_queue_id == QueueDay.queue_id,
        Ticket.day == QueueDay.day,
        Ticket.status.not_in(sorted(OVER)),
    )
    query = (
        sa.select(Queue.hall_id, QueueDay.day)
        .join(Queue, Queue.id == QueueDay.queue_id)
        .outerjoin(HallDay, sa.and_(HallDay.hall_id == Queue.hall_id, HallDay.day == QueueDay.day))
        .where(QueueDay.day >= since, QueueDay.day < until, HallDay.id.is_(None))
        .group_by(Queue.hall_id, QueueDay.day)
        .having(~sa.func.bool_or(is_unsettled))
        .order_by(QueueDay.day, Queue.hall_id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def page_of_days(
    session: Session, hall: Hall, *, after: str | None, before: str | None
) -> Page[HallDay]:
    """Return a page of the hall's days, the latest first."""
    query = sa.select(HallDay).where(HallDay.hall_id == hall.id)
    return page_of(session, query, [Key(HallDay.day, descending=True)], after=after, before=before)


def get_day(session: Session, hall: str, day: str) -> HallDay:
    """Return the report of a day, written ``2026-03-02``, of the hall with the key ``hall``.

    Raises:
        NotFound: there is none.
    """
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        wanted = date.min
    query = sa.select(HallDay).join(HallDay.hall).where(Hall.key == hall, HallDay.day == wanted)
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("There is no report of this day."))
    return found


def _lines(hall: Hall) -> list[int]:
    return sorted(queue.id for queue in hall.queues)


def _open(hall: Hall, day: date) -> list[sa.ColumnElement[bool]]:
    return [
        Ticket.issuing_queue_id.in_(_lines(hall)), Ticket.day == day,
        Ticket.status.not_in(sorted(OVER)),
    ]  # fmt: skip


def _calls(hall: Hall, begin: datetime, end: datetime) -> sa.Select[int, int, int]:
    """Return what counts the calls, those out of turn, and those with a reason on record."""
    is_chosen = TicketEvent.why == Reason.CHOSEN
    return sa.select(
        sa.func.count(),
        sa.func.count().filter(is_chosen),
        sa.func.count().filter(is_chosen, TicketEvent.words != ""),
    ).where(
        TicketEvent.counter_id.in_([counter.id for counter in hall.counters]),
        TicketEvent.at >= begin,
        TicketEvent.at < end,
        TicketEvent.why.is_not(None),
    )


def _count(
    session: Session,
    is_ours: sa.ColumnElement[bool],
    at: "sa.orm.InstrumentedAttribute[datetime]",
    begin: datetime,
    end: datetime,
) -> int:
    query = sa.select(sa.func.count()).where(is_ours, at >= begin, at < end)
    return session.scalars(query).one()


def _sittings(hall: Hall, begin: datetime, end: datetime) -> sa.Select[int]:
    return sa.select(Sitting.id).where(
        Sitting.counter_id.in_([counter.id for counter in hall.counters]),
        Sitting.began_at >= begin,
        Sitting.began_at < end,
    )


def _not_come(session: Session, hall: Hall, begin: datetime, end: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        Appointment.queue_id.in_(_lines(hall)),
        Appointment.starts_at >= begin,
        Appointment.starts_at < end,
        Appointment.status == AppointmentStatus.MISSED,
    )
    return session.scalars(query).one()


def _open_for(
    session: Session, hall: Hall, begin: datetime, end: datetime
) -> list[tuple[int, float]]:
    """Return how many minutes somebody sat at each counter, breaks included; by number."""
    query = sa.select(Counter.number, Sitting.began_at, Sitting.ended_at).join(
        Counter, Counter.id == Sitting.counter_id
    ).where(Sitting.id.in_(_sittings(hall, begin, end)))  # fmt: skip
    open_for: dict[int, float] = {}
    for number, began, ended in session.execute(query):
        stayed = (min(ended or end, end) - began).total_seconds() / 60
        open_for[number] = open_for.get(number, 0) + stayed
    return sorted(open_for.items())


def _since_midnight(hour: int, minute: int) -> timedelta:
    return timedelta(hours=hour, minutes=minute)

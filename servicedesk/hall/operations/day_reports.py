"""The end of a day of a hall: what is left is settled, and the report of the day is written once.

Closing goes one after the other (an advisory lock), so that whoever writes the report sees
everything settled; the unique key of ``hall_days`` keeps it one in any case.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.hall import day_queries, queries, report_queries
from servicedesk.hall.day_figures import report
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments, closing
from servicedesk.hall.steering_models import HallDay
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.hall.topics import hall_topic
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

_ONE_AFTER_THE_OTHER: Final = 7_240_029  # of advisory locks: closing days
_LOOKED_BACK: Final = timedelta(days=35)  # days without a report that are still written


class HallStillOpen(RuleBroken):
    """A day ends after the last hour of the hall."""

    def __init__(self) -> None:
        super().__init__(
            say("The day can be ended when the hall is closed. Close the doors early first.")
        )


class AppointmentsAhead(RuleBroken):
    """Nobody who has booked and may still come is noted as missed."""

    def __init__(self, count: int) -> None:
        super().__init__(
            say(
                "%(count)s appointments are still ahead today. End the day after the last of them.",
                count=count,
            )
        )


@dataclass(frozen=True)
class LeftOver:
    """What ending a day would settle."""

    waiting: int  # are not served
    missed: int  # were called and never there
    held: int  # begun, and on hold
    serving: int  # at a counter, and not finished: count as served
    counters: int  # are signed off
    not_come: int  # appointments
    ahead: int  # appointments of later today: with any, the day cannot be ended


def may_end(session: Session, hall: Hall, now: datetime) -> bool:
    """Whether the day can be ended by hand: after the last hour, or once the doors are closed."""
    if hall.closed_early_on == local_day(now):
        return True
    spans = report_queries.spans_today(session, hall, now)
    return not any(span.closes > now for span in spans)


def left_over(session: Session, hall: Hall, now: datetime) -> LeftOver:
    """Return what ending the day now would settle; four statements."""
    counts = report_queries.open_counts(session, hall, local_day(now))
    return LeftOver(
        waiting=counts.get(TicketStatus.WAITING, 0),
        missed=counts.get(TicketStatus.NO_SHOW, 0) + counts.get(TicketStatus.CALLED, 0),
        held=counts.get(TicketStatus.HELD, 0),
        serving=counts.get(TicketStatus.SERVING, 0),
        counters=len(queries.open_sittings(session, hall)),
        not_come=len(report_queries.not_come_today(session, hall, now)),
        ahead=report_queries.still_booked(session, hall, now),
    )


def end_day(session: Session, hall: Hall, *, by: User, now: datetime) -> bool:
    """Settle what is left of today in ``hall`` and write its report; False: it was there.

    Raises:
        HallStillOpen: it is not after hours.
        AppointmentsAhead: somebody may still come who has booked.
    """
    if not may_end(session, hall, now):
        raise HallStillOpen
    _wait_for_turn(session)
    # Whoever is being given a ticket has it before, or gets none.
    session.refresh(hall, ["closed_early_on", "version"], with_for_update={"key_share": True})
    if ahead := report_queries.still_booked(session, hall, now):
        raise AppointmentsAhead(ahead)
    today = local_day(now)
    hall.closed_early_on = today  # nobody takes a ticket of a day that is over
    for sitting in report_queries.hold_hall(session, hall):
        sitting.ended_at = now
    closing.settle(session, report_queries.open_tickets(session, hall, today), now=now)
    for appointment in report_queries.not_come_today(session, hall, now, locked=True):
        appointments.note_missed(session, appointment, now=now)
    live.announce(session, hall_topic(hall.id))
    return write(session, hall, today, by=by, now=now)


def close_days(session: Session, *, now: datetime) -> int:
    """Settle what is left of days that are over, write their reports, and return how many."""
    _wait_for_turn(session)
    closing.close_days(session, now=now)
    session.flush()
    today = local_day(now)
    halls = {hall.id: hall for hall in queries.list_halls(session)}
    missing = report_queries.days_without_report(session, today - _LOOKED_BACK, today)
    return sum(write(session, halls[hall_id], day, by=None, now=now) for hall_id, day in missing)


def write(session: Session, hall: Hall, day: date, *, by: User | None, now: datetime) -> bool:
    """Write the report of a day that is settled; return whether it was not there yet."""
    session.flush()
    kept = report(
        day_queries.visits_of(session, hall, day), report_queries.steering_of(session, hall, day)
    )
    row = insert(HallDay).values(
        hall_id=hall.id, day=day, closed_at=now, closed_by_id=by.id if by else None, report=kept
    )
    written = session.scalars(row.on_conflict_do_nothing().returning(HallDay.id)).first()
    if written is not None:
        log.info("day closed", extra={"hall": hall.key, "day": day.isoformat()})
    return written is not None


def _wait_for_turn(session: Session) -> None:
    """Wait until nobody else closes a day, and let nobody else until the caller commits."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER)))

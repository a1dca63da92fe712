"""Closing the doors, and the day."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries, report_queries, stops
from servicedesk.hall.events import as_it_is, happened
from servicedesk.hall.models import Hall, Queue, Sitting, Ticket
from servicedesk.hall.operations import appointments
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import OVER, TicketAction, TicketStatus
from servicedesk.hall.topics import hall_topic
from servicedesk.park import local_day, midnight
from servicedesk.words import say

log = logging.getLogger(__name__)


class DayEnded(RuleBroken):
    """What is written in a report stays so."""

    def __init__(self) -> None:
        super().__init__(say("This day is ended. Its report is written."))


def close_doors(session: Session, hall: Hall, *, by: User, now: datetime) -> None:
    """Give out no more tickets today; who waits is still served."""
    hall.closed_early_on = local_day(now)
    live.announce(session, hall_topic(hall.id))
    log.info("doors closed early", extra={"hall": hall.key, "by": by.id})


def open_doors(session: Session, hall: Hall, *, by: User) -> None:
    """Give out tickets again, until the usual time.

    Raises:
        DayEnded: the report of the day is written.
    """
    day = hall.closed_early_on
    if day is not None and report_queries.has_report(session, hall, day):
        raise DayEnded
    hall.closed_early_on = None
    live.announce(session, hall_topic(hall.id))
    log.info("doors opened again", extra={"hall": hall.key, "by": by.id})


def settle(session: Session, left: Sequence[Ticket], *, now: datetime) -> None:
    """End the visits that are left when a day is closed."""
    for ticket in left:
        before = as_it_is(ticket)
        if ticket.status is TicketStatus.SERVING:  # counts as served
            done = stops.ended(
                ticket.stops, ticket.queue_id, ticket.counter_id, Outcome.SERVED.value, now,
                since=ticket.started_at,
            )  # fmt: skip
            ticket.plan(done)
        ticket.advance(TicketAction.SETTLE, at=now)
        session.add(happened(ticket, TicketAction.SETTLE, before, at=now))


def close_days(session: Session, *, now: datetime) -> tuple[int, int]:
    """End what is left of days that are over; return how many tickets and appointments.

    Who still waited was not served, whose visit was never finished was; counters that were not
    signed off are, and who had booked and did not come has missed the appointment.
    """
    today = local_day(now)
    begin = midnight(today)
    _sign_off(session, before=begin, now=now)
    left = session.scalars(
        sa.select(Ticket)
        .where(Ticket.day < today, Ticket.status.not_in(sorted(OVER)))
        .order_by(Ticket.id)
        .with_for_update(skip_locked=True)
    ).all()
    settle(session, left, now=now)
    missed = appointment_queries.not_come(session, before=begin)
    for appointment in missed:
        appointments.note_missed(session, appointment, now=now)
    for hall_id in session.scalars(sa.select(Queue.hall_id).distinct()):
        live.announce(session, hall_topic(hall_id))
    return len(left), len(missed)


def _sign_off(session: Session, *, before: datetime, now: datetime) -> None:
    """Close the counters that were opened ``before``; they are locked before any ticket is."""
    forgotten = sa.select(Sitting.id).where(Sitting.ended_at.is_(None), Sitting.began_at < before)
    held = session.scalars(forgotten.order_by(Sitting.id).with_for_update()).all()
    session.execute(sa.update(Sitting).where(Sitting.id.in_(held)).values(ended_at=now))

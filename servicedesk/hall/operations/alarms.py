"""Calling a supervisor to a counter, without a word and without a question."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.hall import alarm_queries
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.models import Hall, Sitting
from servicedesk.hall.topics import hall_topic

log = logging.getLogger(__name__)


def call_for_help(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """Tell every supervisor of the hall; while that is open, pressing again is the same call."""
    hall_id = sitting.counter.hall_id
    row = insert(Alarm).values(
        hall_id=hall_id, counter_id=sitting.counter_id, by_id=sitting.clerk_id, at=now
    )
    session.execute(
        row.on_conflict_do_nothing(
            index_elements=[Alarm.counter_id], index_where=sa.text("seen_at IS NULL")
        )
    )
    live.announce(session, hall_topic(hall_id))
    log.warning("help called for", extra={"counter": sitting.counter_id, "hall": hall_id})


def acknowledge(session: Session, hall: Hall, alarm_id: int, *, by: User, now: datetime) -> None:
    """Keep who takes care of it, and when; whoever comes second changes nothing.

    Raises:
        NotFound: there is no such call in this hall.
    """
    alarm = alarm_queries.get_alarm(session, hall, alarm_id, lock=True)
    if alarm.seen_at is None:
        alarm.seen_by_id, alarm.seen_at = by.id, now
        live.announce(session, hall_topic(hall.id))
        log.info("help acknowledged", extra={"alarm": alarm.id})

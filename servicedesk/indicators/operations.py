"""Counting the register anew."""

import logging
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.indicators import figures, queries
from servicedesk.indicators.models import RegisterStatistics
from servicedesk.park import local_day

log = logging.getLogger(__name__)


def count_register(session: Session, *, now: datetime) -> None:
    """Count the register and keep what it comes to as the figures of today.  Safe to repeat."""
    latest = queries.find_latest(session)
    counted = figures.kept(
        queries.counts(session),
        queries.sums(session),
        unknown_ends=queries.unknown_ends(session),
        before=latest.figures if latest else {},
    )
    values = {"as_of": now, "figures": counted}
    new = insert(RegisterStatistics).values(day=local_day(now), **values)
    session.execute(new.on_conflict_do_update(index_elements=[RegisterStatistics.day], set_=values))
    log.info("register counted")

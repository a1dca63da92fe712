"""Finding who called for help."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.errors import NotFound
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.models import Counter, Hall
from servicedesk.words import say


def open_alarms(session: Session, hall: Hall) -> Sequence[Alarm]:
    """Return the calls for help that nobody has acknowledged, the oldest first."""
    return session.scalars(_oldest_first(Alarm.hall_id == hall.id, Alarm.seen_at.is_(None))).all()


def open_everywhere(session: Session) -> Sequence[Alarm]:
    """Return the calls for help of all halls that nobody has acknowledged, the oldest first."""
    return session.scalars(_oldest_first(Alarm.seen_at.is_(None))).all()


def alarms_lately(session: Session, hall: Hall, *, since: datetime) -> Sequence[Alarm]:
    """Return the calls for help that are open or were made after ``since``, the oldest first."""
    is_shown = sa.or_(Alarm.seen_at.is_(None), Alarm.at >= since)
    return session.scalars(_oldest_first(Alarm.hall_id == hall.id, is_shown)).all()


def get_alarm(session: Session, hall: Hall, alarm_id: int, *, lock: bool = False) -> Alarm:
    """Return a call for help of the hall; ``lock`` it when it is to be acknowledged.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Alarm).where(Alarm.id == alarm_id, Alarm.hall_id == hall.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    alarm = session.scalar(query)
    if alarm is None:
        raise NotFound(say("There is no such call for help."))
    return alarm


def _oldest_first(*which: sa.ColumnElement[bool]) -> sa.Select[Alarm]:
    return (
        sa.select(Alarm)
        .where(*which)
        .options(
            joinedload(Alarm.counter).joinedload(Counter.hall),
            joinedload(Alarm.by),
            joinedload(Alarm.seen_by),
        )
        .order_by(Alarm.id)
    )

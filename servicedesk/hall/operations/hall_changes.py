"""What every change of a hall by an administrator has: its lock, and its place in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.queries import timetable_of
from servicedesk.hall.timetable import Timetable
from servicedesk.hall.topics import hall_topic
from servicedesk.words import Words, say, words_as_json

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class NothingChanges(RuleBroken):
    """It is like that already."""

    def __init__(self) -> None:
        super().__init__(say("Nothing would be different: it is like that already."))


def hold(session: Session, hall: Hall) -> None:
    """Lock the hall and its lines for other changes, and see them as they are now."""
    session.scalars(
        sa.select(Hall).where(Hall.id == hall.id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one()
    session.expire(hall, ["queues"])  # there may be more of them by now
    session.scalars(
        sa.select(Queue)
        .where(Queue.hall_id == hall.id)
        .order_by(Queue.id)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()


def keep(
    session: Session,
    hall: Hall,
    what: Sequence[Words],
    *,
    by: User,
    reason: str,
    now: datetime,
    before: Timetable | None = None,
    figures: Mapping[str, Any] = _NONE,
) -> HallChange:
    """Write down who changed ``what`` and why, and tell all pages of the hall.

    ``before`` are the hours until now, if they are others from now on; ``figures`` is what it
    did to times and appointments, if it can do any.
    """
    kept = HallChange(
        hall_id=hall.id, at=now, by=by, reason=reason, what=[words_as_json(one) for one in what],
        figures=dict(figures), before=(before or timetable_of(hall)).kept(),
    )  # fmt: skip
    session.add(kept)
    live.announce(session, hall_topic(hall.id))
    return kept

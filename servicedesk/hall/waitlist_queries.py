"""Finding who waits for a time."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.errors import NotFound
from servicedesk.hall.appointment_models import WaitingEntry, WaitingStatus
from servicedesk.hall.models import Hall
from servicedesk.words import say

STANDING = frozenset({WaitingStatus.WAITING, WaitingStatus.OFFERED})
_SHOWN_FOR = timedelta(days=30)  # after its last day


def somebody_waits(session: Session, hall: Hall) -> bool:
    """Return whether anybody waits for a time in the hall."""
    query = sa.select(WaitingEntry.id).where(*_waiting(hall.id)).limit(1)
    return session.scalar(query) is not None


def waiting_in(session: Session, hall: Hall) -> Sequence[WaitingEntry]:
    """Return who waits for a time in the hall, in the order in which they are served."""
    query = sa.select(WaitingEntry).where(*_waiting(hall.id)).order_by(WaitingEntry.id)
    return session.scalars(query.options(joinedload(WaitingEntry.user))).all()


def halls_waited_for(session: Session) -> Sequence[int]:
    """Return the ids of the halls in which anybody waits for a time."""
    query = sa.select(WaitingEntry.hall_id).where(WaitingEntry.status == WaitingStatus.WAITING)
    return session.scalars(query.distinct().order_by(WaitingEntry.hall_id)).all()


def get_own_entry(session: Session, entry_id: int, *, user: User) -> WaitingEntry:
    """Return a wish of this person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sa.select(WaitingEntry).where(
        WaitingEntry.id == entry_id, WaitingEntry.user_id == user.id
    )
    found = session.scalar(query.options(joinedload(WaitingEntry.hall)))
    if found is None:
        raise NotFound(say("There is no such entry in the waitlist."))
    return found


def entries_of(session: Session, user: User, *, today: date) -> Sequence[WaitingEntry]:
    """Return this person's wishes that stand, and those of the last month, the newest first."""
    query = sa.select(WaitingEntry).where(
        WaitingEntry.user_id == user.id, WaitingEntry.last_day >= today - _SHOWN_FOR
    )
    shown = query.options(joinedload(WaitingEntry.hall)).order_by(WaitingEntry.id.desc())
    return session.scalars(shown).all()


def standing_count(session: Session, hall: Hall, user: User) -> int:
    """Return how many wishes of this person stand in the hall."""
    query = (
        sa.select(sa.func.count())
        .select_from(WaitingEntry)
        .where(
            WaitingEntry.user_id == user.id,
            WaitingEntry.hall_id == hall.id,
            WaitingEntry.status.in_(sorted(STANDING)),
        )
    )
    return session.scalar(query) or 0


def _waiting(hall_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return WaitingEntry.hall_id == hall_id, WaitingEntry.status == WaitingStatus.WAITING

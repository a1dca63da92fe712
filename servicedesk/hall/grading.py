"""How well waits were foretold: of the last two weeks by line, and of one day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall import wait_model
from servicedesk.hall.models import DONE, Hall, Queue, Ticket
from servicedesk.words import Words, say

GRADED_OVER: Final = timedelta(days=7)
ENOUGH_TO_GRADE: Final = 10  # visits; fewer say nothing
_NOTABLE: Final = 5  # of a hundred; a smaller change is chance


@dataclass(frozen=True)
class Grade:
    """How often the call came as foretold, of one line."""

    queue: Queue
    visits: int  # this week
    right: int | None  # of a hundred; None: too few visits to say
    before: int | None  # the week before

    @property
    def trend(self) -> Words | None:
        """Where it goes; None: that cannot be said."""
        if self.right is None or self.before is None:
            return None
        change = self.right - self.before
        if abs(change) < _NOTABLE:
            return say("as the week before")
        if change > 0:
            return say("better than the week before (%(before)s %%)", before=self.before)
        return say("worse than the week before (%(before)s %%)", before=self.before)


def grades(session: Session, hall: Hall, now: datetime) -> Sequence[Grade]:
    """Return the grade of each line of the hall; one statement, over two weeks of visits.

    A wait is foretold for the line that gave out the ticket; so that line has the grade.
    """
    is_new = Ticket.ended_at >= now - GRADED_OVER
    query = (
        sa.select(
            Ticket.issuing_queue_id,
            sa.func.count().filter(is_new),
            sa.func.count().filter(is_new, _is_right()),
            sa.func.count().filter(~is_new),
            sa.func.count().filter(~is_new, _is_right()),
        )
        .where(
            *_graded(hall),
            Ticket.ended_at >= now - 2 * GRADED_OVER,
        )
        .group_by(Ticket.issuing_queue_id)
    )
    found = {row[0]: row[1:] for row in session.execute(query)}
    return [_grade(queue, *found.get(queue.id, (0, 0, 0, 0))) for queue in hall.queues]


def right_on(session: Session, hall: Hall, day: date) -> int | None:
    """Return of how many in a hundred visits of ``day`` the call came as foretold."""
    return _right(session, *_graded(hall), Ticket.day == day)


def right_share(session: Session, hall: Hall, now: datetime) -> int | None:
    """Return of how many in a hundred visits of the last week the call came as foretold.

    Within the range, or ``RIGHT_WITHIN`` beside it.  None with fewer than ten visits: they say
    nothing.
    """
    return _right(session, *_graded(hall), Ticket.ended_at >= now - GRADED_OVER)


def _right(session: Session, *of: sa.ColumnElement[bool]) -> int | None:
    query = sa.select(sa.func.count(), sa.func.count().filter(_is_right())).where(*of)
    return _share(*session.execute(query).one())


def _graded(hall: Hall) -> list[sa.ColumnElement[bool]]:
    """Return what picks the visits whose wait was foretold and came to an end."""
    return [
        Ticket.issuing_queue_id.in_(sorted(queue.id for queue in hall.queues)),
        Ticket.status == DONE,
        Ticket.expected_from.is_not(None),
    ]


def _is_right() -> sa.ColumnElement[bool]:
    beside = sa.literal(wait_model.RIGHT_WITHIN, sa.Interval())
    return sa.and_(
        Ticket.called_at >= Ticket.expected_from - beside,
        Ticket.called_at <= Ticket.expected_to + beside,
    )


def _grade(queue: Queue, new: int, new_right: int, old: int, old_right: int) -> Grade:
    return Grade(queue, new, _share(new, new_right), _share(old, old_right))


def _share(visits: int, right: int) -> int | None:
    return round(100 * right / visits) if visits >= ENOUGH_TO_GRADE else None

"""What the supervisor's page of a hall is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.hall import alarm_queries, expecting, queries
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.models import Counter, Hall, Queue, Sitting, Ticket
from servicedesk.hall.opening import Now
from servicedesk.park import local_day
from servicedesk.words import Words, say

# Minutes that somebody has waited, from which on a line is watched; OWN, no rule sets them.
_WATCHED: Final = ((30, "bad", say("Too long")), (15, "warn", say("Getting long")))
_ALARMS_FOR: Final = timedelta(hours=12)  # calls for help that somebody has seen to are shown
_FINE: Final = ("ok", say("On target"))


@dataclass(frozen=True)
class LineWatched:
    """One line, with a light."""

    queue: Queue
    waiting: int
    longest: int  # minutes
    counters: int
    tone: str
    word: Words


@dataclass(frozen=True)
class CounterWatched:
    """One counter, and what happens there."""

    counter: Counter
    sitting: Sitting | None
    ticket: Ticket | None


@dataclass(frozen=True)
class HallWatched:
    """A hall as its supervisor sees it."""

    hall: Hall
    open: Now
    lines: Sequence[LineWatched]
    counters: Sequence[CounterWatched]
    right: int | None  # of a hundred estimates
    alarms: Sequence[Alarm]  # open, or of the last hours
    now: datetime

    @property
    def is_closed_early(self) -> bool:
        """Whether the doors were closed before the usual time, today."""
        return self.hall.closed_early_on == local_day(self.now)

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another page: everything but the time."""
        lines = [(one.queue.id, one.waiting, one.longest, one.counters) for one in self.lines]
        counters = [
            (
                one.counter.id,
                one.sitting and one.sitting.version,
                one.ticket and one.ticket.version,
            )
            for one in self.counters
        ]
        return lines, counters, self.open, [(one.id, one.seen_at) for one in self.alarms]


def watch(session: Session, hall: Hall, now: datetime) -> HallWatched:
    """Return the hall as it is at ``now``."""
    found = expecting.outlooks(session, hall, now)
    sittings = {one.counter_id: one for one in queries.open_sittings(session, hall)}
    tickets = {one.counter_id: one for one in queries.at_counters(session, hall)}
    return HallWatched(
        hall=hall,
        open=queries.opening_now(session, hall, None, now),
        lines=[_line(queue, found[queue.id], now) for queue in hall.queues],
        counters=[
            CounterWatched(one, sittings.get(one.id), tickets.get(one.id)) for one in hall.counters
        ],
        right=expecting.right_share(session, hall, now),
        alarms=alarm_queries.alarms_lately(session, hall, since=now - _ALARMS_FOR),
        now=now,
    )


def _line(queue: Queue, outlook: expecting.Outlook, now: datetime) -> LineWatched:
    since = [turn.waiting.since for turn in outlook.turns]
    longest = max((int((now - one).total_seconds() // 60) for one in since), default=0)
    tone, word = next(((tone, word) for least, tone, word in _WATCHED if longest >= least), _FINE)
    return LineWatched(queue, len(since), longest, outlook.counters, tone, word)

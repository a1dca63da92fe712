"""What the supervisor's page of a hall is drawn from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.hall import (
    alarm_queries,
    day_queries,
    expecting,
    grading,
    queries,
    steering_queries,
)
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.models import Counter, Hall, Queue, Sitting, Ticket
from servicedesk.hall.opening import Now
from servicedesk.hall.steering_models import Announcement, HelpCall
from servicedesk.park import local_day
from servicedesk.words import Words, say

SHOWN_LONGEST: Final = 5  # of all who wait
_TOO_LONG: Final = ("bad", say("Too long"))
_GETTING_LONG: Final = ("warn", say("Getting long"))
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
    lines: Sequence[Queue]  # that are served there now
    free_since: datetime | None  # nobody is called there or served; None: it is not so

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another one."""
        return (
            self.counter.id,
            self.sitting and self.sitting.version,
            self.ticket and self.ticket.version,
        )


@dataclass(frozen=True)
class WaitingLong:
    """Somebody who waits, by number."""

    ticket: Ticket
    minutes: int
    tone: str


@dataclass(frozen=True)
class HallWatched:
    """A hall as its supervisor sees it."""

    hall: Hall
    open: Now
    lines: Sequence[LineWatched]
    counters: Sequence[CounterWatched]
    longest: Sequence[WaitingLong]  # of all lines, the longest first
    announced: Sequence[Announcement]
    help: Sequence[HelpCall]  # with who answered what
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
        return (
            [(one.queue.id, one.waiting, one.longest, one.counters) for one in self.lines],
            [one.state for one in self.counters],
            [(one.ticket.id, one.minutes) for one in self.longest],
            [one.id for one in self.announced],
            [(one.id, len(one.answers)) for one in self.help],
            [(one.id, one.seen_at) for one in self.alarms],
            self.open,
        )


def watch(session: Session, hall: Hall, now: datetime) -> HallWatched:
    """Return the hall as it is at ``now``."""
    found = expecting.outlooks(session, hall, now)
    return HallWatched(
        hall=hall,
        open=queries.opening_now(session, hall, None, now),
        lines=[_line(queue, found[queue.id], now) for queue in hall.queues],
        counters=_counters(session, hall),
        longest=_longest(session, hall, found.values(), now),
        announced=steering_queries.announced(session, hall, now),
        help=steering_queries.open_help(session, hall, now),
        right=grading.right_share(session, hall, now),
        alarms=alarm_queries.alarms_lately(session, hall, since=now - _ALARMS_FOR),
        now=now,
    )


def _line(queue: Queue, outlook: expecting.Outlook, now: datetime) -> LineWatched:
    since = [turn.waiting.since for turn in outlook.turns]
    longest = max((_minutes(one, now) for one in since), default=0)
    tone, word = _light(queue.hall, longest)
    return LineWatched(queue, len(since), longest, outlook.counters, tone, word)


def _counters(session: Session, hall: Hall) -> list[CounterWatched]:
    sittings = {one.counter_id: one for one in queries.open_sittings(session, hall)}
    tickets = {one.counter_id: one for one in queries.at_counters(session, hall)}
    free = [
        one for one in sittings.values() if one.counter_id not in tickets and not one.break_since
    ]
    since = day_queries.free_since(session, free)
    return [
        CounterWatched(
            one, sitting, tickets.get(one.id),
            sitting.lines if sitting else [],
            since.get(one.id),
        )
        for one in hall.counters
        for sitting in (sittings.get(one.id),)
    ]  # fmt: skip


def _longest(
    session: Session, hall: Hall, outlooks: Iterable[expecting.Outlook], now: datetime
) -> list[WaitingLong]:
    waiting = [turn.waiting for outlook in outlooks for turn in outlook.turns]
    first = sorted(waiting, key=lambda one: (one.since, one.place))[:SHOWN_LONGEST]
    tickets = queries.tickets_by_id(session, [one.ticket for one in first])
    return [
        WaitingLong(tickets[one.ticket], minutes, _light(hall, minutes)[0])
        for one in first
        for minutes in (_minutes(one.since, now),)
    ]


def _light(hall: Hall, waited: int) -> tuple[str, Words]:
    """Return the light for somebody who has waited so many minutes, by the hall's figures."""
    figures = line_of(hall.rules)
    if waited >= figures.too_long:
        return _TOO_LONG
    return _GETTING_LONG if waited >= figures.watched else _FINE


def _minutes(since: datetime, now: datetime) -> int:
    return max(int((now - since).total_seconds() // 60), 0)

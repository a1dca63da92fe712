"""Whose turn is next: the order of a line, and why.

Pure rules: no database, no web.  ``line_up`` is the whole truth: the call, the board, the
ticket page ("why A012 goes before you") and the simulator ask it.  In words:

1. Who came first is first in turn.  Somebody who let others pass stands behind them.
2. Booked and here in time: from a little before the time booked they go before those in turn.
   Who comes too late stands in turn; who is too early waits until nobody else does.
3. Legal priority goes before those in turn, too; of ``one_in`` calls in a row one at most.
4. However many are booked or have priority, of ``one_in`` calls in a row one is in turn.
5. Who is first in turn and has been here for ``aged_after`` is next, whoever else is there.

Places and not times make the turn, so a clock that is set back changes nothing in it.

Source: the kinds are those of domain/glossary.csv (优先号); the figures are OWN settings of the
hall (``halls.yaml``), for no rule sets them.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from servicedesk.words import Words, say


class Reason(StrEnum):
    """Why somebody is next.  The values are stored: add one, never rename one."""

    AGED = "aged"
    BOOKED = "booked"
    PRIORITY = "priority"
    IN_TURN = "in_turn"
    EARLY = "early"
    CHOSEN = "chosen"  # by a clerk, with a reason on record


REASON_WORDS: Final[dict[Reason, Words]] = {
    Reason.AGED: say("Has waited long"),
    Reason.BOOKED: say("Booked, and here in time"),
    Reason.PRIORITY: say("Legal priority"),
    Reason.IN_TURN: say("In turn"),
    Reason.EARLY: say("Booked for later"),
    Reason.CHOSEN: say("Called out of turn, with a reason on record"),
}
AHEAD: Final = frozenset({Reason.BOOKED, Reason.PRIORITY})  # of those in turn


@dataclass(frozen=True)
class Rules:
    """The figures of a hall."""

    one_in: int = 3  # calls
    early: timedelta = timedelta(minutes=5)
    late: timedelta = timedelta(minutes=15)
    aged_after: timedelta = timedelta(minutes=60)


@dataclass(frozen=True)
class Waiting:
    """A ticket that may be called, as far as its turn depends on it."""

    ticket: int
    place: float  # the less, the longer here
    since: datetime  # when they came to this line
    has_priority: bool = False
    booked_for: datetime | None = None
    came: datetime | None = None  # to the hall, for another line first; None: as ``since``

    @property
    def here_since(self) -> datetime:
        """Since when they are here, in whatever line: nobody is late by the hall's own doing."""
        return self.came or self.since


@dataclass(frozen=True)
class Turn:
    """Who is next, and why."""

    waiting: Waiting
    reason: Reason


def line_up(
    line: Iterable[Waiting], lately: Sequence[Reason], now: datetime, rules: Rules
) -> Iterator[Turn]:
    """Yield who is called next, then who after them, as if all were called now.

    Args:
        line: everybody who may be called, in any order.
        lately: why the last ones were called, the latest last.
        now: the moment of the call.
        rules: the figures of the hall.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> line = [Waiting(1, 1.0, noon), Waiting(2, 2.0, noon), Waiting(3, 3.0, noon, True)]
    >>> [turn.waiting.ticket for turn in line_up(line, (), noon, Rules())]
    [3, 1, 2]
    """
    lanes = _Lanes(line, now, rules)
    recent = list(lately)
    while turn := lanes.next_after(recent[len(recent) - rules.one_in + 1 :]):
        lanes.take_out(turn.waiting)
        recent.append(turn.reason)
        yield turn


def between_lines(turn: Turn) -> tuple[bool, float]:
    """Return what orders the heads of several lines: who goes ahead, then whoever came first."""
    return turn.reason not in AHEAD | {Reason.AGED}, turn.waiting.place


def merged(lines: Iterable[Iterator[Turn]]) -> Iterator[Turn]:
    """Yield who is called by a counter that serves several lines, each already in order."""
    heads = [(turn, rest) for rest in lines if (turn := next(rest, None))]
    while heads:
        first = min(heads, key=lambda head: between_lines(head[0]))
        heads.remove(first)
        yield first[0]
        if following := next(first[1], None):
            heads.append((following, first[1]))


class _Lanes:
    """The line, sorted by what somebody may be called for; who is called leaves every lane."""

    def __init__(self, line: Iterable[Waiting], now: datetime, rules: Rules) -> None:
        self._now, self._rules = now, rules
        everybody = sorted(line, key=lambda one: one.place)
        here = [one for one in everybody if not self._is_early(one)]
        booked = [one for one in here if self._is_booked_in_time(one)]
        self._lanes = {
            Reason.IN_TURN: deque(here),
            Reason.BOOKED: deque(sorted(booked, key=_time_booked)),
            Reason.PRIORITY: deque(one for one in here if one.has_priority),
            Reason.EARLY: deque(sorted(filter(self._is_early, everybody), key=_time_booked)),
        }
        self._others = deque(
            one for one in here if not self._is_booked_in_time(one) and not one.has_priority
        )
        self._gone: set[int] = set()

    def take_out(self, one: Waiting) -> None:
        """Let ``one`` go from every lane."""
        self._gone.add(one.ticket)

    def next_after(self, recent: Sequence[Reason]) -> Turn | None:
        """Return who is next after calls made for the ``recent`` reasons; None: nobody is left."""
        first = self._head(self._lanes[Reason.IN_TURN])
        if first is None:
            early = self._head(self._lanes[Reason.EARLY])
            return Turn(early, Reason.EARLY) if early else None
        if self._now - first.here_since >= self._rules.aged_after:
            return Turn(first, Reason.AGED)
        for reason in self._allowed_ahead(recent):
            ahead = self._head(self._lanes[reason])
            if ahead is not None and ahead is not first:
                return Turn(ahead, reason)
            if ahead is first:
                break
        return Turn(first, Reason.IN_TURN)

    def _allowed_ahead(self, recent: Sequence[Reason]) -> Iterator[Reason]:
        """Yield for what somebody may go before those in turn, now."""
        is_bound = self._head(self._others) is not None
        if is_bound and len(recent) == self._rules.one_in - 1 and AHEAD.issuperset(recent):
            return
        yield Reason.BOOKED
        if not (is_bound and Reason.PRIORITY in recent):
            yield Reason.PRIORITY

    def _head(self, lane: deque[Waiting]) -> Waiting | None:
        while lane and lane[0].ticket in self._gone:
            lane.popleft()
        return lane[0] if lane else None

    def _is_early(self, one: Waiting) -> bool:
        return one.booked_for is not None and self._now < one.booked_for - self._rules.early

    def _is_booked_in_time(self, one: Waiting) -> bool:
        booked = one.booked_for
        return booked is not None and one.here_since <= booked + self._rules.late


def _time_booked(one: Waiting) -> tuple[datetime, float]:
    return one.booked_for or one.since, one.place

"""What a day of a hall came to, in figures: by half hour, by line, and as a report to keep.

Pure rules: no database, no web.  Times are minutes since midnight in the hall's zone.  A wait
is from when somebody could be served (they had come, and the time they had booked was there)
to their first call; a service is the time at all counters together, from start to end at each.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from servicedesk.hall.simulation import percentile

HALF: Final = 30  # minutes
_HALVES: Final = 48  # of a day


class Fate(StrEnum):
    """How a visit ended.  The values are stored in reports: add one, never rename one."""

    HERE = "here"  # not at its end
    SERVED = "served"
    MISSED = "missed"  # called, and never there
    GIVEN_UP = "given_up"
    NOT_SERVED = "not_served"  # when the day was closed


@dataclass(frozen=True)
class Served:
    """What was done of a visit at one counter, without a pause."""

    counter: int  # its number
    started: float
    ended: float


@dataclass(frozen=True)
class VisitFacts:
    """One visit, without anything that says whose."""

    line: str  # key of the queue that gave out the ticket
    language: str
    has_priority: bool
    fate: Fate
    came: float
    booked_for: float | None = None
    called: float | None = None
    started: float | None = None
    ended: float | None = None
    counter: int | None = None  # its number, where it was served last
    parts: Sequence[Served] = ()  # of several counters; nothing is known of them in older visits

    @property
    def how(self) -> str:
        """How they came."""
        return "walk_in" if self.booked_for is None else "booked"

    @property
    def wait(self) -> float | None:
        """Minutes to the first call; None: not called."""
        if self.called is None:
            return None
        return max(self.called - max(self.came, self.booked_for or 0), 0)

    @property
    def service(self) -> float | None:
        """Minutes at counters; None: not served to the end."""
        if self.started is None or self.ended is None or self.fate is not Fate.SERVED:
            return None
        if self.parts:
            return sum(max(one.ended - one.started, 0) for one in self.parts)
        return max(self.ended - self.started, 0)

    @property
    def counters(self) -> frozenset[int]:
        """The numbers of the counters where something of it was done."""
        if self.parts:
            return frozenset(one.counter for one in self.parts)
        if self.counter is None or self.fate is not Fate.SERVED:
            return frozenset()
        return frozenset({self.counter})


@dataclass(frozen=True)
class Half:
    """Half an hour: who came in it, and the waits and services that ended in it."""

    start: int  # minutes since midnight
    booked: int
    walk_in: int
    waits: Sequence[float]
    services: Sequence[float]

    @property
    def figures(self) -> dict[str, int | None]:
        """What a table shows of it, in people and minutes."""
        return {
            "start": self.start, "booked": self.booked, "walk_in": self.walk_in,
            "called": len(self.waits), "wait_50": minutes(self.waits, 50),
            "wait_90": minutes(self.waits, 90), "served": len(self.services),
            "service_50": minutes(self.services, 50), "service_90": minutes(self.services, 90),
        }  # fmt: skip


def halves(visits: Iterable[VisitFacts]) -> list[Half]:
    """Return the half hours from the first to the last in which anything happened.

    >>> one = VisitFacts("a", "zh", False, Fate.SERVED, 545, None, 575, 580, 610)
    >>> [(half.start, half.walk_in, list(half.waits)) for half in halves([one])]
    [(540, 1, []), (570, 0, [30]), (600, 0, [])]
    """
    booked, walk_in = [0] * _HALVES, [0] * _HALVES
    waits: list[list[float]] = [[] for _ in range(_HALVES)]
    services: list[list[float]] = [[] for _ in range(_HALVES)]
    for one in visits:
        (walk_in if one.booked_for is None else booked)[_half(one.came)] += 1
        if one.called is not None and one.wait is not None:
            waits[_half(one.called)].append(one.wait)
        if one.ended is not None and one.service is not None:
            services[_half(one.ended)].append(one.service)
    used = [n for n in range(_HALVES) if booked[n] or walk_in[n] or waits[n] or services[n]]
    return [
        Half(n * HALF, booked[n], walk_in[n], waits[n], services[n])
        for n in (range(used[0], used[-1] + 1) if used else ())
    ]


def minutes(lengths: Sequence[float], part: int) -> int | None:
    """Return the ``part``-th of a hundred in whole minutes; None of nothing."""
    return round(percentile(lengths, part)) if lengths else None


@dataclass(frozen=True)
class Steering:
    """What was done with a day besides serving, as counts."""

    right: int | None  # of a hundred estimates of the day
    out_of_turn: int  # calls
    with_reason: int  # of them
    calls: int
    announcements: int
    help_calls: int
    moves: int
    booked_not_come: int
    counters: Sequence[tuple[int, float]]  # number, and how many minutes it was open


def report(visits: Sequence[VisitFacts], steering: Steering) -> dict[str, Any]:
    """Return the report of a day, as JSON: counts and minutes, nothing about anybody."""
    by_counter = dict.fromkeys((number for number, _ in steering.counters), 0)
    for one in visits:
        for number in one.counters:
            by_counter[number] = by_counter.get(number, 0) + 1
    open_for = dict(steering.counters)
    return {
        **_counted(visits),
        "priority": sum(one.has_priority for one in visits),
        "by_line": _groups(visits, lambda one: one.line),
        "by_language": _groups(visits, lambda one: one.language),
        "by_how": _groups(visits, lambda one: one.how),
        "halves": [half.figures for half in halves(visits)],
        "right": steering.right,
        "calls": steering.calls,
        "out_of_turn": steering.out_of_turn,
        "with_reason": steering.with_reason,
        "announcements": steering.announcements,
        "help_calls": steering.help_calls,
        "moves": steering.moves,
        "booked_not_come": steering.booked_not_come,
        "counters": [
            {"number": number, "minutes": round(open_for.get(number, 0)), "served": served}
            for number, served in sorted(by_counter.items())
        ],
    }


def _counted(visits: Sequence[VisitFacts]) -> dict[str, int | None]:
    waits = [one.wait for one in visits if one.wait is not None]
    services = [one.service for one in visits if one.service is not None]
    fates = [one.fate for one in visits]
    return {
        "visits": len(visits),
        **{fate.value: fates.count(fate) for fate in Fate if fate is not Fate.HERE},
        "wait_50": minutes(waits, 50),
        "wait_90": minutes(waits, 90),
        "service_50": minutes(services, 50),
        "service_90": minutes(services, 90),
    }


def _groups(visits: Sequence[VisitFacts], key: Callable[[VisitFacts], str]) -> list[dict[str, Any]]:
    return [
        {"key": value, **_counted([one for one in visits if key(one) == value])}
        for value in sorted({key(one) for one in visits})
    ]


def _half(moment: float) -> int:
    return min(max(int(moment // HALF), 0), _HALVES - 1)

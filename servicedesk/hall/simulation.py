"""A day of a hall, played through by chance and by the rules of the real line.

Pure but for its random numbers, which a seed fixes: no database, no web.  Whose turn it is, is
asked of ``line_up``, as in the hall; so what a change of rules does can be seen before it is made.
Lengths and numbers are assumptions (``simulation.yaml``), and times are minutes since midnight.
Every visit has random numbers of its own, so that with other counters or rules the same people
come and stay as long: what differs is the difference.
"""

import math
import random
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import simpy
import yaml

from servicedesk.hall.line_up import Reason, Rules, Waiting, line_up, merged
from servicedesk.resources import of_park

_HERE: Final = Path(__file__).parent
_MIDNIGHT: Final = datetime(2026, 3, 2)  # noqa: DTZ001 - any Monday; only differences count
_TIMETABLE: Final = 30  # minutes between times that can be booked
_AT_ONCE: Final = 500  # people drawn by chance in one go: of more than 740, exp(-mean) is 0


@dataclass(frozen=True)
class SimulatedCounter:
    """A counter, what it serves and in which languages."""

    serves: frozenset[str]
    languages: frozenset[str] = frozenset({"zh", "en"})
    busy_for: float = 0  # minutes from the beginning on, with somebody who is there already


@dataclass(frozen=True)
class SimulatedHall:
    """A hall for one day, or for what is left of one.

    Then it ``opens`` now, with those who are ``waiting`` already, the first of them first.
    """

    counters: Sequence[SimulatedCounter]
    minutes: Mapping[str, float]  # a visit usually takes, by line
    visits: Mapping[str, float]  # people who come, by line
    rules: Rules
    opens: float = 9 * 60
    closes: float = 17 * 60
    waiting: Sequence["Visit"] = ()
    lately: Mapping[str, Sequence[Reason]] = field(default_factory=dict)  # last calls, by line
    services: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # minutes, by line

    def usual(self, queue: str, service: str) -> float:
        """Return how many minutes a visit for a service, or something else of a line, takes."""
        return self.services.get(queue, {}).get(service, self.minutes[queue])


@dataclass
class Visit:
    """One person's day."""

    number: int
    queue: str
    came: float
    language: str
    has_priority: bool
    booked_for: float | None = None
    service: str = ""  # a code; nothing: something else of the line
    called: float | None = None
    ended: float | None = None
    gave_up: bool = False
    chance: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """How they came."""
        return "booked" if self.booked_for is not None else "walk-in"

    @property
    def wait(self) -> float | None:
        """From when they could be served to the call, in minutes; None: never called."""
        if self.called is None:
            return None
        return max(self.called - max(self.came, self.booked_for or 0), 0)


@dataclass(frozen=True)
class Report:
    """What a simulated day came to."""

    visits: Sequence[Visit]

    def groups(self) -> Iterator[tuple[str, list[Visit]]]:
        """Yield the visits by line, service, language and how they came, with a name for each."""
        yield "all", list(self.visits)
        for name in ("queue", "service", "language", "kind"):
            values = sorted({getattr(one, name) for one in self.visits} - {""})
            for value in values:
                yield f"{name} {value}", [v for v in self.visits if getattr(v, name) == value]


def percentile(waits: Sequence[float], part: int) -> float:
    """Return the ``part``-th of a hundred; 0 of nobody.

    >>> percentile([5.0], 90), percentile([], 50), percentile([1.0, 2.0, 3.0], 50)
    (5.0, 0.0, 2.0)
    """
    if len(waits) < 2:  # noqa: PLR2004 - a cut needs two
        return float(waits[0]) if waits else 0.0
    return quantiles(waits, n=100, method="inclusive")[part - 1]


@cache
def assumptions() -> Mapping[str, Any]:
    """Return what ``simulation.yaml`` assumes."""
    said: Mapping[str, Any] = yaml.safe_load(
        of_park("simulation.yaml", _HERE / "simulation.yaml").read_text("utf-8")
    )
    return said


def assumed_visits(lines: Iterable[str], *, busy: float = 1) -> dict[str, float]:
    """Return how many people are assumed to come to each of ``lines`` on a day."""
    visits = assumptions()["visits"]
    return {key: visits.get(key, visits["advice"]) * busy for key in lines}


def by_line(services: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """Return the minutes of services by line and code, from all three of each.

    >>> by_line([("advice", "ADVICE", 8)])
    {'advice': {'ADVICE': 8}}
    """
    found: dict[str, dict[str, float]] = {}
    for line, code, minutes in services:
        found.setdefault(line, {})[code] = minutes
    return found


def simulate(hall: SimulatedHall, *, seed: int) -> Report:
    """Play one day through; the same seed gives the same day."""
    day = _Day(hall, seed)
    day.play()
    return Report(day.visits)


def who_comes(hall: SimulatedHall, *, seed: int) -> list[Visit]:
    """Return who comes on the day that ``simulate`` plays with the same seed, in order."""
    return _Day(hall, seed).who_comes()


def stays_away(visit: Visit) -> bool:
    """Return whether somebody has booked and does not come; ask once, it is drawn by chance."""
    return visit.booked_for is not None and visit.chance.random() < assumptions()["no_show"]


def length_of_visit(usual: float, chance: random.Random) -> float:
    """Return a log-normal length in minutes with the usual one as its mean."""
    sigma = math.sqrt(math.log(1 + assumptions()["cv"] ** 2))
    return chance.lognormvariate(math.log(usual) - sigma**2 / 2, sigma)


@dataclass
class _Day:
    """The day while it is played."""

    hall: SimulatedHall
    seed: int
    clock: simpy.Environment = field(default_factory=simpy.Environment)
    visits: list[Visit] = field(default_factory=list)
    lines: dict[str, list[Visit]] = field(default_factory=dict)
    lately: dict[str, list[Reason]] = field(default_factory=dict)

    def play(self) -> None:
        """Let everybody come, be called and go; who is there at closing time is still served."""
        self.somebody_came = self.clock.event()
        here = [
            replace(one, number=n, chance=self._chance("here", n))
            for n, one in enumerate(self.hall.waiting, start=1)
        ]
        for visit in here:
            self.lines.setdefault(visit.queue, []).append(visit)
        self.lately = {queue: list(reasons) for queue, reasons in self.hall.lately.items()}
        self.visits = here + self.who_comes()
        for visit in self.visits[len(here) :]:
            self.clock.process(self._come(visit))
        for counter in self.hall.counters:
            self.clock.process(self._serve(counter))
        self.clock.run(until=self.hall.closes + 6 * 60)

    def who_comes(self) -> list[Visit]:
        """Return who comes, in order."""
        said = assumptions()
        found = [
            self._somebody(queue, said, self._chance(queue, n))
            for queue, visits in sorted(self.hall.visits.items())
            for n in range(_poisson(visits, self._chance(queue, "people")))
        ]
        found.sort(key=lambda one: one.came)
        for number, visit in enumerate(found, start=len(self.hall.waiting) + 1):
            visit.number = number
        return found

    def _somebody(self, queue: str, said: Mapping[str, Any], chance: random.Random) -> Visit:
        hours = open_hours(said["by_hour"], self.hall.opens, self.hall.closes)
        start, length, _ = chance.choices(hours, [share for _, _, share in hours])[0]
        moment = min(start + chance.random() * length, self.hall.closes - 1)
        booked_for = None
        if chance.random() < said["booked_share"]:
            booked_for = moment - moment % _TIMETABLE
            moment = booked_for + chance.gauss(-8, 6)
        services = sorted(self.hall.services.get(queue, ()))
        return Visit(
            0, queue, max(moment, self.hall.opens - 15),
            "en" if chance.random() < said["english_share"] else "zh",
            chance.random() < said["priority_share"], booked_for,
            chance.choice(services) if services else "", chance=chance,
        )  # fmt: skip

    def _chance(self, *of: object) -> random.Random:
        return random.Random(f"{self.seed} {of}")  # noqa: S311 - no secret

    def _come(self, visit: Visit) -> Generator[simpy.Event, None, None]:
        yield self.clock.timeout(max(visit.came, 0))
        if stays_away(visit):
            self.visits.remove(visit)
            return
        self.lines.setdefault(visit.queue, []).append(visit)
        self._tell()
        yield self.clock.timeout(assumptions()["patience"])
        if visit.called is None and visit.booked_for is None:
            visit.gave_up = True
            self.lines[visit.queue].remove(visit)

    def _serve(self, counter: SimulatedCounter) -> Generator[simpy.Event, None, None]:
        yield self.clock.timeout(self.hall.opens + counter.busy_for)
        while True:
            visit = self._next(counter)
            if visit is None:
                yield self.somebody_came
                continue
            if visit.chance.random() < assumptions()["missed"]:
                yield self.clock.timeout(2)  # called twice, and nobody came
            else:
                usual = self.hall.usual(visit.queue, visit.service)
                yield self.clock.timeout(length_of_visit(usual, visit.chance))
            visit.ended = self.clock.now

    def _next(self, counter: SimulatedCounter) -> Visit | None:
        """Take who is next at this counter out of the line, by the rules of the hall."""
        now = _moment(self.clock.now)
        here = {
            visit.number: visit
            for queue in sorted(counter.serves)
            for visit in self.lines.get(queue, ())
            if visit.language in counter.languages or visit.language not in self._spoken(queue)
        }
        by_line = (
            line_up(
                [_waiting(one) for one in here.values() if one.queue == queue],
                self.lately.get(queue, [])[-(self.hall.rules.one_in - 1) :],
                now,
                self.hall.rules,
            )
            for queue in sorted(counter.serves)
        )
        turn = next(merged(by_line), None)
        if turn is None or (turn.reason is Reason.EARLY and self.clock.now < self.hall.opens):
            return None
        visit = here[turn.waiting.ticket]
        visit.called = self.clock.now
        self.lines[visit.queue].remove(visit)
        self.lately.setdefault(visit.queue, []).append(turn.reason)
        return visit

    def _spoken(self, queue: str) -> frozenset[str]:
        """Return the languages at all counters of a line: one that nobody speaks waits for none."""
        serving = (one.languages for one in self.hall.counters if queue in one.serves)
        return frozenset().union(*serving)

    def _tell(self) -> None:
        told, self.somebody_came = self.somebody_came, self.clock.event()
        told.succeed()


def _poisson(mean: float, chance: random.Random) -> int:
    """Return how many come of a mean number, each by themselves."""
    count = 0
    while mean > _AT_ONCE:
        count += _few(_AT_ONCE, chance)
        mean -= _AT_ONCE
    return count + _few(mean, chance)


def _few(mean: float, chance: random.Random) -> int:
    """Return how many come of a mean number that is at most ``_AT_ONCE``."""
    count, product, limit = 0, chance.random(), math.exp(-mean)
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def open_hours(
    shares: Mapping[int, float], opens: float, closes: float
) -> list[tuple[float, float, float]]:
    """Return the hours of the day in which it is open: start, length, share of all who come.

    A hall that is open at hours of which nothing is assumed has one, with everybody.

    >>> open_hours({9: 0.5, 10: 0.5}, 9 * 60 + 30, 17 * 60)
    [(570, 30, 0.25), (600, 60, 0.5)]
    """
    found = [
        (start, end - start, share * (end - start) / 60)
        for hour, share in shares.items()
        for start, end in ((max(hour * 60, opens), min(hour * 60 + 60, closes)),)
        if end > start
    ]
    return found or [(opens, max(closes - opens, 1), 1.0)]


def _waiting(visit: Visit) -> Waiting:
    booked = None if visit.booked_for is None else _moment(visit.booked_for)
    return Waiting(visit.number, visit.number, _moment(visit.came), visit.has_priority, booked)


def _moment(minutes: float) -> datetime:
    return _MIDNIGHT + timedelta(minutes=minutes)

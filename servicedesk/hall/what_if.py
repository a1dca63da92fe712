"""What another counter, one fewer, or closed doors would do to the rest of the day.

Pure but for the simulator's random numbers, whose seeds are fixed: the same hall at the same
minute gives the same answer.  Each way is played through with the same seeds, so the same people
come; what is told is the median.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Final

from servicedesk.hall import simulation
from servicedesk.hall.simulation import SimulatedCounter, SimulatedHall

SEEDS: Final = range(1, 6)


class Way(StrEnum):
    """What a supervisor might do."""

    AS_IS = "as_is"
    MORE = "more"
    FEWER = "fewer"
    CLOSE = "close"


@dataclass(frozen=True)
class Present:
    """A hall as it is now, ready to be played on."""

    hall: SimulatedHall
    open: Sequence[int]  # numbers of ``hall.counters``, in their order
    closed: Sequence[tuple[int, SimulatedCounter]]  # that could be opened, by number
    is_assumed: bool  # who is still to come: for want of enough past days


@dataclass(frozen=True)
class Outcome:
    """What comes of one way."""

    way: Way
    counter: int | None  # which is opened or closed
    longest: int | None  # minutes, of those who wait or come; None: somebody is never called
    ends: int | None  # minutes since midnight, when the last of them is served
    change: int | None  # of the longest wait against ``AS_IS``; None: cannot be compared


def work_out(present: Present) -> list[Outcome]:
    """Return what comes of each way that is open, ``AS_IS`` first."""
    found: list[Outcome] = []
    for way, counter, hall in _ways(present):
        longest, ends = _played(hall)
        before = found[0].longest if found else longest
        change = None if longest is None or before is None else longest - before
        found.append(Outcome(way, counter, longest, ends, change))
    return found


def _ways(present: Present) -> Iterator[tuple[Way, int | None, SimulatedHall]]:
    hall = present.hall
    yield Way.AS_IS, None, hall
    if present.closed:
        number, counter = min(present.closed, key=lambda one: (-_could_serve(hall, one[1]), one[0]))
        yield Way.MORE, number, replace(hall, counters=[*hall.counters, counter])
    if present.open:
        at = min(
            range(len(hall.counters)),
            key=lambda n: (_could_serve(hall, hall.counters[n]), -present.open[n]),
        )
        left = [one for n, one in enumerate(hall.counters) if n != at]
        yield Way.FEWER, present.open[at], replace(hall, counters=left)
    if hall.visits:
        yield Way.CLOSE, None, replace(hall, visits={})


def _could_serve(hall: SimulatedHall, counter: SimulatedCounter) -> int:
    """Return how many of those who wait a counter could take."""
    return sum(one.queue in counter.serves for one in hall.waiting)


def _played(hall: SimulatedHall) -> tuple[int | None, int | None]:
    """Return the longest wait and the last end, as the medians over the seeds."""
    longest, ends = [], []
    for seed in SEEDS:
        visits = simulation.simulate(hall, seed=seed).visits
        stayed = [one for one in visits if not one.gave_up]
        waits = [one.wait for one in stayed]
        if any(wait is None for wait in waits):
            return None, None
        longest.append(max((wait for wait in waits if wait is not None), default=0))
        ends.append(max((one.ended or hall.opens for one in stayed), default=hall.opens))
    return round(median(longest)), round(median(ends))

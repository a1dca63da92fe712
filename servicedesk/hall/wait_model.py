"""How long somebody will wait: a range, never one figure.

Pure rules: no database, no web.  The model, in words: the counters that serve the line end a
visit every ``median / counters`` minutes on average.  Whoever has ``ahead`` people before them
is called after ``ahead + 1`` such ends, less the counters that are free now.  How far that may
be off grows with the root of the number of ends, as independent visits add up; the range is
two thirds likely under it.  ``grading.right_share`` says how well it did.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

SPREAD: Final = 0.6  # of one visit's length, as a part of it [volumes.csv, assume_service_min]
MEMORY: Final = 40  # visits that the model looks back on
_ENOUGH: Final = 5  # visits, from which on the hall knows better than its file
_STEP: Final = 1  # minutes; a range is never narrower
RIGHT_WITHIN: Final = timedelta(minutes=5)  # beside the range, and the estimate was right


@dataclass(frozen=True)
class Range:
    """From so many minutes to so many."""

    least: int
    most: int


def usual_minutes(recent: Sequence[float], otherwise: int) -> float:
    """Return how long a visit takes: the median of ``recent``, with few of them ``otherwise``.

    >>> usual_minutes([4, 6, 8, 10, 30], 20), usual_minutes([4], 20)
    (8, 20)
    """
    return median(recent) if len(recent) >= _ENOUGH else otherwise


def wait(ahead: int, counters: int, free: int, minutes: float) -> Range | None:
    """Return how long it is until the call; None while nobody serves the line.

    Args:
        ahead: people who are called before.
        counters: open, and serving this line.
        free: of them, those without a visitor.
        minutes: a visit usually takes.

    >>> wait(ahead=0, counters=2, free=1, minutes=10)
    Range(least=0, most=1)
    >>> wait(ahead=4, counters=2, free=0, minutes=10)
    Range(least=18, most=32)
    """
    if not counters:
        return None
    ends = max(ahead + 1 - free, 0)
    mean = ends * minutes / counters
    off = SPREAD * minutes * math.sqrt(ends) / counters
    least = max(math.floor(mean - off), 0)
    return Range(least, max(math.ceil(mean + off), least + _STEP))

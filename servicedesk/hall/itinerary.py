"""In which order the stops of a visit are made, and when each begins.

Pure rules: no database, no web.  The model, in words:

1. What there is to do in one line is done in one go; so a visit is a way through lines.
2. A line has a phase.  Who is advised first hands in next, then pays, then collects; no order
   breaks that.  Lines of one phase may be visited in any order.
3. A visit keeps in every line the place that it took when the ticket was issued.  So while it is
   served in one line, the wait in the others gets shorter; but nobody is called before a counter
   there is free, which takes ``soonest`` at least.
4. Of the orders allowed, the one that ends first is chosen; of those that end alike, the one
   nearest to the order in which the services were named.

Rule 4 may look at one phase after the other: whoever is earlier at a phase's beginning is never
later at its end.  The estimate is the wait model's (``wait_model``); phases are OWN settings of
the lines (``halls.yaml``), for no rule sets them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import groupby, permutations
from typing import Final

from servicedesk.hall.wait_model import SPREAD, Range

UNSERVED: Final = 480.0  # minutes that a line without a counter is taken to cost: the last choice
_MOST_TRIED: Final = 6  # lines of one phase, of which every order is tried: 720


class Phase(StrEnum):
    """What a line is for, in the order of a visit.  Stored: add one, never rename one."""

    CONSULT = "consult"
    HAND_IN = "hand_in"
    PAY = "pay"
    COLLECT = "collect"

    @property
    def turn(self) -> int:
        """Its place in a visit; the first is 0."""
        return list(Phase).index(self)


@dataclass(frozen=True)
class Leg:
    """Everything there is to do in one line."""

    queue_id: int
    phase: Phase
    minutes: float  # it usually takes at the counter
    wait: Range | None  # until the call, for whoever stands there now; None: nobody serves it
    soonest: Range | None = None  # until a counter can take somebody who is first


@dataclass(frozen=True)
class Call:
    """When somebody is expected to be called in one line."""

    queue_id: int
    wait: Range | None  # in minutes from now; None: not known


def in_best_order(legs: Sequence[Leg]) -> list[Leg]:
    """Return the legs in the order that ends first.

    >>> long = Leg(1, Phase.HAND_IN, 20, Range(28, 32))
    >>> short = Leg(2, Phase.HAND_IN, 10, Range(2, 4))
    >>> advice = Leg(3, Phase.CONSULT, 5, Range(40, 60))
    >>> [leg.queue_id for leg in in_best_order([long, short, advice])]
    [3, 1, 2]
    >>> [leg.queue_id for leg in in_best_order([long, short])]
    [2, 1]
    """
    found: list[Leg] = []
    for _, equal in groupby(sorted(legs, key=_phase), key=_phase):
        begun = expected_end(found)
        found += min(_orders(list(equal)), key=partial(expected_end, begun=begun))
    return found


def expected_end(legs: Sequence[Leg], begun: float = 0) -> float:
    """Return after how many minutes a visit in this order is over, on average.

    ``begun`` is when the first of ``legs`` can be gone to.

    >>> expected_end([Leg(1, Phase.PAY, 10, Range(0, 2)), Leg(2, Phase.PAY, 5, Range(4, 6))])
    16.0
    """
    for leg in legs:
        begun = max(begun + _middle(leg.soonest, 0), _middle(leg.wait, UNSERVED)) + leg.minutes
    return begun


def calls(legs: Sequence[Leg], here: float | None = None) -> list[Call]:
    """Return when the visit is called in each line of ``legs``, in this order, as a range.

    ``here`` is how long somebody who is at a counter usually stays there; the legs are then what
    comes after it.  After a line whose wait is not known nothing is.

    >>> advice = Leg(3, Phase.CONSULT, 10, Range(2, 4))
    >>> calls([advice, Leg(1, Phase.HAND_IN, 20, Range(5, 9))])[1].wait
    Range(least=6, most=20)
    """
    least, most = (0.0, _longest(here)) if here else (0.0, 0.0)
    found, is_known = [], True
    for leg in legs:
        is_known = is_known and leg.wait is not None
        if not is_known or leg.wait is None:
            found.append(Call(leg.queue_id, None))
            continue
        soon = leg.soonest or Range(0, 0)
        least = max(leg.wait.least, least + (soon.least if least else 0))
        most = max(leg.wait.most, most + (soon.most if most else 0))
        found.append(Call(leg.queue_id, Range(math.floor(least), math.ceil(most))))
        least, most = least + leg.minutes * (1 - SPREAD), most + _longest(leg.minutes)
    return found


def _orders(equal: list[Leg]) -> Iterator[tuple[Leg, ...]]:
    """Yield orders of legs of one phase, the given one first; of many not every one."""
    if len(equal) <= _MOST_TRIED:
        yield from permutations(equal)
        return
    yield tuple(equal)
    yield tuple(sorted(equal, key=lambda leg: _middle(leg.wait, UNSERVED)))


def _phase(leg: Leg) -> int:
    return leg.phase.turn


def _middle(of: Range | None, otherwise: float) -> float:
    return otherwise if of is None else (of.least + of.most) / 2


def _longest(minutes: float) -> float:
    return minutes * (1 + SPREAD)

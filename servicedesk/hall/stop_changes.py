"""What a counter changes of a visit's stops: one more, fewer, how many, done by itself.

Pure rules: no database, no web.  Only what is not done yet changes; ``position`` counts all stops
of the visit from 0.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from servicedesk.errors import NotFound, RuleBroken
from servicedesk.hall.stops import Stop, ahead, begun_at, behind
from servicedesk.words import say

MOST_STOPS: Final = 12  # of a visit; OWN, so that a slip of the finger does no harm
MOST_OF_ONE: Final = 99  # the quantity of one service; OWN


class NoSuchStop(NotFound):
    """The visit has no such thing to do, or it is done."""

    def __init__(self) -> None:
        super().__init__(say("There is no such thing to do in this visit any more."))


class LastStop(RuleBroken):
    """A visit is for something."""

    def __init__(self) -> None:
        super().__init__(say("This is all the visit is for. Finish the visit instead."))


class TooManyStops(RuleBroken):
    """A visit is for a day."""

    def __init__(self) -> None:
        super().__init__(
            say("A visit is for %(most)s things at most. Take another ticket.", most=MOST_STOPS)
        )


def added(stops: Sequence[Stop], new: Stop) -> list[Stop]:
    """Return the stops with ``new`` behind what is to do in the same line, or else at the end.

    >>> [one.queue_id for one in added([Stop(1), Stop(2)], Stop(1, "ADVICE"))]
    [1, 1, 2]

    Raises:
        TooManyStops: there are enough.
    """
    if len(stops) >= MOST_STOPS:
        raise TooManyStops
    last = [at for at, one in enumerate(stops) if one.queue_id == new.queue_id and not one.ended_at]
    at = last[-1] + 1 if last else len(stops)
    return [*stops[:at], new, *stops[at:]]


def with_quantity(stops: Sequence[Stop], position: int, quantity: int) -> list[Stop]:
    """Return the stops with another quantity at ``position``, from 1 to ``MOST_OF_ONE``.

    Raises:
        NoSuchStop: nothing is to do there.
    """
    one = _open(stops, position)
    return _put(stops, position, replace(one, quantity=min(max(quantity, 1), MOST_OF_ONE)))


def without(stops: Sequence[Stop], position: int) -> list[Stop]:
    """Return the stops without the one at ``position``.

    Raises:
        NoSuchStop: nothing is to do there.
        LastStop: nothing else is to do.
    """
    _open(stops, position)
    if len(ahead(stops)) == 1:
        raise LastStop
    return [one for at, one in enumerate(stops) if at != position]


def one_ended(
    stops: Sequence[Stop],
    position: int,
    counter_id: int,
    outcome: str,
    at: datetime,
    *,
    since: datetime | None = None,
) -> list[Stop]:
    """Return the stops after one of them has been done, at a counter where all began at ``since``.

    Raises:
        NoSuchStop: nothing is to do there.
    """
    one = replace(
        _open(stops, position), counter_id=counter_id, outcome=outcome,
        started_at=begun_at(stops, since), ended_at=at,
    )  # fmt: skip
    return _put(stops, position, one)


def led_by(stops: Sequence[Stop], queue_id: int) -> list[Stop]:
    """Return the stops with what is to do in one line before what is to do in others.

    >>> [one.queue_id for one in led_by([Stop(1), Stop(2), Stop(3)], 3)]
    [3, 1, 2]

    Raises:
        NoSuchStop: nothing is to do in that line.
    """
    if all(one.queue_id != queue_id for one in ahead(stops)):
        raise NoSuchStop
    return behind(stops) + sorted(ahead(stops), key=lambda one: one.queue_id != queue_id)


def _open(stops: Sequence[Stop], position: int) -> Stop:
    if not 0 <= position < len(stops) or stops[position].ended_at is not None:
        raise NoSuchStop
    return stops[position]


def _put(stops: Sequence[Stop], position: int, one: Stop) -> list[Stop]:
    return [*stops[:position], one, *stops[position + 1 :]]

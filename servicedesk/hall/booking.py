"""Which times can be booked.

Pure rules: no database, no web.  A line is cut into slots of equal length within its opening
hours; a visit takes as many slots in a row as it needs, one place in each.  A visit for services
of several lines takes them in one line after the other.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from servicedesk.hall.opening import Span

_LOOKED_AHEAD: Final = 30  # days


@dataclass(frozen=True)
class Booking:
    """The figures of a hall; all OWN (``halls.yaml``), for no rule sets them."""

    every: timedelta  # a slot's length
    lead: timedelta  # nothing can be booked that begins sooner
    days_ahead: int
    held_for: timedelta  # while the form is open
    cancel_until: timedelta  # before it begins
    freed_after: timedelta  # until a place that was given back can be booked again
    most_of_person: int  # open appointments
    most_of_enterprise: int
    offered_for: timedelta  # opening hours in which an offer of the waitlist waits for an answer
    most_waiting: int  # entries of one person in the waitlist
    most_misses: int  # then nothing can be booked until the first of them is long enough ago
    misses_within: timedelta


@dataclass(frozen=True)
class Leg:
    """What a visit needs in one line."""

    queue_id: int
    slots: int  # in a row
    services: tuple[str, ...] = ()  # codes: they may have hours of their own


@dataclass(frozen=True)
class Stretch:
    """Slots in a row of one line, from a moment on."""

    queue_id: int
    starts_at: datetime
    slots: int
    services: tuple[str, ...] = ()


def starts(day: date, spans: Sequence[Span], every: timedelta, zone: ZoneInfo) -> list[datetime]:
    """Return when the slots of ``day`` begin; each ends before its span does.

    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> found = starts(date(2026, 3, 2), [Span(time(9), time(10, 15))], timedelta(minutes=30), zone)
    >>> [start.strftime("%H:%M") for start in found]
    ['09:00', '09:30']
    """
    found = []
    for span in spans:
        start = datetime.combine(day, span.opens, tzinfo=zone)
        ends = datetime.combine(day, span.closes, tzinfo=zone)
        if span.closes == time(0):
            ends += timedelta(days=1)
        while start + every <= ends:
            found.append(start)
            start += every
    return found


def slots_needed(minutes: int, persons: int, every: timedelta) -> int:
    """Return how many slots in a row a visit takes.

    >>> slots_needed(20, 1, timedelta(minutes=30)), slots_needed(20, 3, timedelta(minutes=30))
    (1, 2)
    """
    return max(math.ceil(minutes * persons / (every.total_seconds() / 60)), 1)


def in_a_row(start: datetime, count: int, every: timedelta) -> list[datetime]:
    """Return when ``count`` slots in a row begin, from ``start`` on."""
    return [start + every * number for number in range(count)]


def laid_out(legs: Sequence[Leg], start: datetime, every: timedelta) -> list[Stretch]:
    """Return the slots of a visit that begins at ``start``: one line after the other.

    >>> nine = datetime(2026, 3, 2, 9)
    >>> [one.starts_at.hour for one in laid_out([Leg(5, 2), Leg(1, 1)], nine, timedelta(hours=1))]
    [9, 11]
    """
    found = []
    for leg in legs:
        found.append(Stretch(leg.queue_id, start, leg.slots, leg.services))
        start += every * leg.slots
    return found


def fitting_starts(
    free: Mapping[int, AbstractSet[datetime]], legs: Sequence[Leg], every: timedelta
) -> Iterator[datetime]:
    """Yield, in order, when a visit could begin so that all of its legs find a place.

    ``free``: by the queue's id, when the slots begin that have a place left.
    """
    if not legs:
        return
    nothing: AbstractSet[datetime] = frozenset()
    for start in sorted(free.get(legs[0].queue_id, nothing)):
        if all(
            free.get(one.queue_id, nothing) >= set(in_a_row(one.starts_at, one.slots, every))
            for one in laid_out(legs, start, every)
        ):
            yield start


def after_open_time(
    since: datetime, wait: timedelta, spans_on: Callable[[date], Sequence[Span]]
) -> datetime:
    """Return when the hall has been open for ``wait`` since a moment (in the hall's zone).

    At the latest after ``_LOOKED_AHEAD`` days, however little it was open.

    >>> spans = [Span(time(9), time(17))]
    >>> after_open_time(datetime(2026, 3, 2, 16), timedelta(hours=2), lambda day: spans)
    datetime.datetime(2026, 3, 3, 10, 0)
    """
    for number in range(_LOOKED_AHEAD):
        day = since.date() + timedelta(days=number)
        for span in spans_on(day):
            opens = datetime.combine(day, span.opens, tzinfo=since.tzinfo)
            closes = datetime.combine(day, span.closes, tzinfo=since.tzinfo)
            closes += timedelta(days=span.closes == time(0))
            begins = max(opens, since)
            if begins + wait <= closes:
                return begins + wait
            wait -= max(closes - begins, timedelta(0))
    return since + timedelta(days=_LOOKED_AHEAD)


def nearest(wished: datetime, free: Sequence[datetime], count: int = 3) -> list[datetime]:
    """Return the free times nearest to the one that was wished, in their order."""
    return sorted(sorted(free, key=lambda start: abs(start - wished))[:count])

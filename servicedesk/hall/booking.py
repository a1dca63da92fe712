"""Which times can be booked.

Pure rules: no database, no web.  A line is cut into slots of equal length within its opening
hours; a visit takes as many slots in a row as it needs, one place in each.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicedesk.hall.opening import Span


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
    most_misses: int  # then nothing can be booked until the first of them is long enough ago
    misses_within: timedelta


@dataclass(frozen=True)
class SlotRoom:
    """A slot and how many places are left in it."""

    starts_at: datetime
    room: int


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


def free_starts(slots: Sequence[SlotRoom], count: int, every: timedelta) -> Iterator[datetime]:
    """Yield when a visit of ``count`` slots could begin."""
    free = {slot.starts_at for slot in slots if slot.room > 0}
    for start in sorted(free):
        if free.issuperset(in_a_row(start, count, every)):
            yield start


def nearest(wished: datetime, free: Sequence[datetime], count: int = 3) -> list[datetime]:
    """Return the free times nearest to the one that was wished, in their order."""
    return sorted(sorted(free, key=lambda start: abs(start - wished))[:count])

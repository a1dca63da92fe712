"""When a hall is open, and until when it gives out tickets.

Pure rules: no database, no web.  A day's hours come from, in this order: the exception for
the queue, the exception for the hall, the queue's own week, the hall's week.  The week holds
on working days of the calendar; on a make-up day people work as on the weekday that it makes
up for is not known, so the hours of an ordinary Monday hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from servicedesk.calendar.working_days import Calendar

MONDAY: Final = 0
SATURDAY: Final = 5


def as_end(end: time) -> str:
    """Return when something ends as people write it: midnight is the end of the day.

    >>> as_end(time(0)), as_end(time(17))
    ('24:00', '17:00')
    """
    return "24:00" if end == time(0) else f"{end:%H:%M}"


@dataclass(frozen=True)
class Span:
    """A stretch of a day, in the hall's time zone; ends before ``closes`` (24:00 is 00:00)."""

    opens: time
    closes: time
    booked_only: bool = False  # no walk-ins

    @property
    def ends(self) -> str:
        """When it ends, as people write it."""
        return as_end(self.closes)

    def covers(self, moment: time) -> bool:
        """Whether ``moment`` lies in it."""
        return self.opens <= moment and (moment < self.closes or self.closes == time(0))


@dataclass(frozen=True)
class Hours:
    """The hours of a hall or of one queue: a week, and days that differ."""

    week: Mapping[int, Sequence[Span]]  # by weekday, Monday is 0
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    every_day: bool = False  # holidays too

    def on(self, day: date, calendar: Calendar) -> Sequence[Span]:
        """Return the spans of ``day``, in order; none: closed.

        >>> spans = (Span(time(9), time(17)),)
        >>> hours = Hours(dict.fromkeys(range(5), spans))
        >>> len(hours.on(date(2026, 3, 2), Calendar())), len(hours.on(date(2026, 3, 7), Calendar()))
        (1, 0)
        """
        if day in self.days:
            return self.days[day]
        if self.every_day:
            return self.week.get(day.weekday(), ())
        special = calendar.special.get(day)
        if special is None:
            return self.week.get(day.weekday(), ())
        return self.week.get(MONDAY, ()) if special.works else ()


@dataclass(frozen=True)
class Now:
    """How a hall or queue is at a moment."""

    open_until: time | None  # None: closed
    tickets_until: time | None  # None: no more today
    booked_only: bool = False

    @property
    def ends(self) -> str | None:
        """Until when it is open, as people write it; None: it is closed."""
        return None if self.open_until is None else as_end(self.open_until)


def at(moment: datetime, spans: Sequence[Span], last_ticket: timedelta) -> Now:
    """Return how it is at ``moment`` (in the hall's zone).

    Args:
        moment: aware or not, as long as it is local.
        spans: of that day.
        last_ticket: how long before the end of the last span no more tickets are given.

    >>> at(datetime(2026, 3, 2, 16, 40), (Span(time(9), time(17)),), timedelta(minutes=30))
    Now(open_until=datetime.time(17, 0), tickets_until=None, booked_only=False)
    """
    here = next((span for span in spans if span.covers(moment.time())), None)
    if here is None:
        return Now(None, None)
    is_last = here is spans[-1]
    ends = datetime.combine(moment.date(), here.closes)
    if here.closes == time(0):
        ends += timedelta(days=1)
    until = ends - last_ticket if is_last else ends
    is_given = moment.replace(tzinfo=None) < until
    return Now(here.closes, until.time() if is_given else None, here.booked_only)

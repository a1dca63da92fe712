"""When a hall is open, and until when it gives out tickets.

Pure rules: no database, no web.  What holds on a day is, in this order: the exception of the
line, the exception of the hall, the line's own week, the hall's week.  A service may have hours
of its own, too, its exception before its week; they hold within those of its line, which serves
it.  Of two exceptions of the same owner the shorter holds.

An exception of the hall on a day on which it is open anyway narrows a line that has a week of
its own, and does not open it on a day on which it is closed.  An exception of several days leaves
closed days in it closed, unless it says otherwise.

The week holds on working days of the calendar; on a make-up day people work as on the weekday
that it makes up for is not known, so the hours of an ordinary Monday hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from servicedesk.calendar.working_days import Calendar
from servicedesk.words import Text

MONDAY: Final = 0
SATURDAY: Final = 5
_DAY: Final = 24 * 60  # minutes
_NO_REASON: Final = Text("", "")


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

    @property
    def minutes(self) -> tuple[int, int]:
        """When it begins and ends, in minutes from midnight.

        >>> Span(time(9), time(0)).minutes
        (540, 1440)
        """
        return _minutes(self.opens), _end(self.closes)

    def covers(self, moment: time) -> bool:
        """Whether ``moment`` lies in it."""
        return self.opens <= moment and (moment < self.closes or self.closes == time(0))


class ExceptionKind(StrEnum):
    """How days differ from the week.  The values are stored: add one, never rename one."""

    CLOSED = "closed"
    OTHER = "other"  # other spans
    BOOKED = "booked"  # by appointment only: in its spans, or else at the usual hours


@dataclass(frozen=True)
class HoursException:
    """A day, or days in a row, on which the week does not hold, and what is said of why."""

    first: date
    last: date
    kind: ExceptionKind
    spans: Sequence[Span] = ()
    why: Text = _NO_REASON
    closed_too: bool = False  # of several days: those that are closed otherwise as well

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, usual: Sequence[Span]) -> bool:
        """Whether it says something of a day with these usual hours."""
        return bool(usual) or self.closed_too or self.days == 1

    def instead_of(self, usual: Sequence[Span]) -> Sequence[Span]:
        """Return the spans of a day with these usual hours."""
        if self.kind is ExceptionKind.CLOSED:
            return ()
        if self.kind is ExceptionKind.OTHER:
            return self.spans
        return tuple(replace(span, booked_only=True) for span in self.spans or usual)


@dataclass(frozen=True)
class Hours:
    """The hours of a hall, a line or a service: a week, and days that differ."""

    week: Mapping[int, Sequence[Span]] | None = None  # by weekday, Monday is 0; None: not its own
    exceptions: Sequence[HoursException] = ()
    every_day: bool = False  # holidays too

    def usual(self, day: date, calendar: Calendar) -> Sequence[Span]:
        """Return the spans that its week has on ``day``, in order; none: closed.

        >>> spans = (Span(time(9), time(17)),)
        >>> hours = Hours(dict.fromkeys(range(5), spans))
        >>> [len(hours.usual(date(2026, 3, day), Calendar())) for day in (2, 7)]
        [1, 0]
        """
        week = self.week or {}
        special = None if self.every_day else calendar.special.get(day)
        if special is None:
            return week.get(day.weekday(), ())
        return week.get(MONDAY, ()) if special.works else ()

    def exception_on(self, day: date) -> HoursException | None:
        """Return its exception for ``day``: the shortest, of equal ones the last."""
        found = [one for one in self.exceptions if one.first <= day <= one.last]
        return min(reversed(found), key=lambda one: one.days, default=None)


@dataclass(frozen=True)
class Day:
    """The hours of one day, and the exception they come from."""

    spans: Sequence[Span]
    exception: HoursException | None = None


_NOT_ITS_OWN: Final = Hours()


def day_of(
    day: date,
    calendar: Calendar,
    hall: Hours,
    line: Hours = _NOT_ITS_OWN,
    service: Hours = _NOT_ITS_OWN,
) -> Day:
    """Return the hours of ``day``: of a hall, of one of its lines, or of a service there."""
    found = _of_line(day, calendar, hall, line)
    exception = service.exception_on(day)
    if exception is not None and exception.holds(found.spans):
        return Day(within(exception.instead_of(found.spans), found.spans), exception)
    if service.week is not None:
        return Day(within(service.usual(day, calendar), found.spans), found.exception)
    return found


def _of_line(day: date, calendar: Calendar, hall: Hours, line: Hours) -> Day:
    at_the_hall = hall.usual(day, calendar)
    own = at_the_hall if line.week is None else line.usual(day, calendar)
    exception = line.exception_on(day)
    if exception is not None and exception.holds(own):
        return Day(exception.instead_of(own), exception)
    exception = hall.exception_on(day)
    if exception is None or not exception.holds(at_the_hall):
        return Day(own)
    instead = exception.instead_of(at_the_hall)
    if line.week is not None and at_the_hall:
        instead = within(own, instead)
    return Day(instead, exception)


def within(spans: Sequence[Span], limits: Sequence[Span]) -> tuple[Span, ...]:
    """Return what of ``spans`` lies in ``limits``; by appointment only where either is.

    >>> morning, day = Span(time(9), time(12), booked_only=True), Span(time(10), time(0))
    >>> [(one.opens.hour, one.ends, one.booked_only) for one in within([morning], [day])]
    [(10, '12:00', True)]
    """
    found = []
    for span in spans:
        for limit in limits:
            opens = max(span.minutes[0], limit.minutes[0])
            closes = min(span.minutes[1], limit.minutes[1])
            if opens < closes:
                booked_only = span.booked_only or limit.booked_only
                found.append(Span(_time(opens), _time(closes), booked_only))
    return tuple(sorted(found, key=lambda span: span.opens))


def overlapping(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Return two spans that share a moment, the earlier first; None: no two do.

    >>> overlapping([Span(time(9), time(12)), Span(time(12), time(0))])
    >>> overlapping([Span(time(11), time(13)), Span(time(9), time(12))])[0].opens
    datetime.time(9, 0)
    """
    ordered = sorted(spans, key=lambda span: span.opens)
    pairs = pairwise(ordered)
    return next(((one, then) for one, then in pairs if one.minutes[1] > then.minutes[0]), None)


def is_open_from(spans: Sequence[Span], opens: int, closes: int) -> bool:
    """Whether it is open all the while between two minutes of the day.

    >>> lunch = [Span(time(9), time(12)), Span(time(13), time(17))]
    >>> is_open_from(lunch, 11 * 60, 12 * 60), is_open_from(lunch, 11 * 60, 14 * 60)
    (True, False)
    """
    for span in sorted(spans, key=lambda one: one.opens):
        begins, ends = span.minutes
        if begins <= opens < ends:
            opens = ends
    return opens >= closes


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

    def gives_tickets(self, *, booked: bool = False, by_staff: bool = False) -> bool:
        """Whether somebody gets a ticket now.

        Who has booked does as long as it is open; others until the last ticket, and in hours by
        appointment only from a clerk alone.

        >>> late = Now(time(17), None)
        >>> late.gives_tickets(), late.gives_tickets(booked=True)
        (False, True)
        """
        if booked:
            return self.open_until is not None
        return self.tickets_until is not None and (by_staff or not self.booked_only)


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


def over(lines: Iterable[Now]) -> Now:
    """Return how a hall is whose lines are so: open while any is, by the one that ends last.

    >>> over([Now(None, None), Now(time(12), time(12)), Now(time(17), time(16, 30))])
    Now(open_until=datetime.time(17, 0), tickets_until=datetime.time(16, 30), booked_only=False)
    """
    found = list(lines)
    ends = [one.open_until for one in found if one.open_until is not None]
    tickets = [one.tickets_until for one in found if one.tickets_until is not None]
    return Now(
        max(ends, key=_end, default=None),
        max(tickets, key=_end, default=None),
        any(one.booked_only for one in found) and not any(one.gives_tickets() for one in found),
    )


def _end(moment: time) -> int:
    """Return when something ends in minutes from midnight; 00:00 is the end of the day."""
    return _minutes(moment) or _DAY


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _time(minutes: int) -> time:
    """Return the time of day; 24:00 is 00:00."""
    hour, minute = divmod(minutes, 60)
    return time(hour % 24, minute)

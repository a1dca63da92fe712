"""How much of its time the desk has used, and by when it has to decide.

Pure rules: no database, no web.  The clock is a ledger: each interval says from when to
when it ran or stood, and why.  Everything here is read off the ledger and a calendar, so
the answer is the same however often it is asked, and nothing counts seconds.

The rules (domain/clock_rules.yaml):

* Limits are counted in working days (行政许可法 art. 82), from acceptance (art. 42: 20 and,
  extended, 10 more), or for a registration from receipt: on the spot, else 3 and 3 more
  (登记管理条例 art. 19; 实施细则 art. 18), in Beijing 1 (北京市优化营商环境条例 art. 13(2)).
* Where an old law says so, limits are counted in calendar days; the rest is the same.
* An extension that was granted makes the legal limit longer by as many days of the same kind.
* Day zero, on which the clock starts or goes on again, is not counted (民法典 art. 201).
  The day on which it stops is: the desk had it.  So a clock stopped and started on one
  day has neither won nor lost one.
* The day on which it goes on is counted, once, where the desk itself stops it again before
  the next day that counts: else a clock that goes on each morning and is stopped each
  evening would use nothing (OWN).  With nothing left, that day is one too many.
* The last day ends at closing time, and moves on where it is a rest day (art. 203).
* No days at all ("on the spot") means by closing time of the same working day.  Where that
  has passed, or the day is a rest day, by closing time of the next working day.
* What comes after closing time or on a rest day counts as received on that day.  For a
  limit of a day or more this makes no difference in law: the day is not counted anyway.
* Time for hearings, inspections, tests and expert review is not counted (行政许可法 art. 45;
  ``excluded_time`` names them all).
* After a correction the clock goes on with what was left; but where papers are handed back
  and come again as a new application (registration), it starts anew: a new round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Final, Protocol

from servicedesk.calendar.working_days import Calendar, SpecialDay


class Kind(StrEnum):
    """What a stretch of time was for.  The values are stored: add one, never rename one."""

    ACCEPTANCE = "acceptance"  # received; the desk looks whether everything is there
    HANDLING = "handling"  # accepted; departments work on it
    CORRECTION = "correction"  # with the applicant
    EXCLUDED = "excluded"  # a hearing, an inspection, a test, an expert review: art. 45


class Days(StrEnum):
    """Which days a limit counts."""

    WORKING = "working"
    CALENDAR = "calendar"


FROM_RECEIPT: Final = frozenset({Kind.ACCEPTANCE, Kind.HANDLING})
FROM_ACCEPTANCE: Final = frozenset({Kind.HANDLING})


class Interval(Protocol):
    """A line of the ledger, as ``cases.models.ClockInterval`` keeps it.  They do not overlap."""

    @property
    def runs(self) -> bool:
        """Whether the clock ran."""

    @property
    def kind(self) -> str:
        """What the time was for: a ``Kind``."""

    @property
    def round(self) -> int:
        """Which count it belongs to; only the last one counts."""

    @property
    def since(self) -> datetime:
        """When it began."""

    @property
    def until(self) -> datetime | None:
        """When it ended; None for the present one."""

    @property
    def matter(self) -> str:
        """What the excluded time was for: an ``excluded_time.StopKind``; else nothing."""


@dataclass(frozen=True)
class Line:
    """An ``Interval`` on its own, without a database."""

    runs: bool
    kind: str
    since: datetime
    until: datetime | None = None
    round: int = 1
    matter: str = ""


class Light(StrEnum):
    """How urgent it is.  Never shown as a colour alone."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"  # the limit has passed; stays red when the clock is stopped afterwards
    STOPPED = "stopped"


@dataclass(frozen=True)
class LightRule:
    """When a light turns yellow.  OWN (usual practice), so an administrator may change it."""

    share: Decimal = Decimal("0.8")  # of the limit, used
    days_left: int = 1  # working days after today


USUAL_LIGHTS: Final = LightRule()


@dataclass(frozen=True)
class Terms:
    """Which limit is asked about.

    Attributes:
        limit: days, as the rule says.
        counted: the kinds that use it up: ``FROM_RECEIPT`` or ``FROM_ACCEPTANCE``.
        lights: when it turns yellow.
        days: which days it counts.
        extension: days that were granted besides, of the same kind.
    """

    limit: int
    counted: frozenset[str] = FROM_ACCEPTANCE
    lights: LightRule = USUAL_LIGHTS
    days: Days = Days.WORKING
    extension: int = 0

    @property
    def whole(self) -> int:
        """The limit with its extension."""
        return self.limit + self.extension


@dataclass(frozen=True)
class Stretch:
    """One line of the account: an interval, and the days in it that the limit counts."""

    runs: bool
    kind: str
    round: int
    since: datetime
    until: datetime | None
    through: date  # the last day looked at: of ``until``, or today
    days: int  # used, or waited where the clock stood; day zero is not among them, but
    counts_first: bool  # the day on which it went on is: it stood again before the next one
    used: int  # of the limit, in this round, when the stretch ended
    minutes: int  # working minutes in it, while the hall was open
    is_current: bool  # False: of an earlier round, no longer counted
    matter: str = ""  # of excluded time


@dataclass(frozen=True)
class Reading:
    """How a clock stands at one moment."""

    limit: int  # days of the kind ``days``, an extension among them
    used: int  # such days, today included
    remaining: int  # such days after today; below zero: that many too late
    runs: bool
    minutes: int  # working minutes used: while the hall was open and the clock ran
    due: datetime | None  # None while the clock is stopped
    has_passed: bool
    light: Light
    account: tuple[Stretch, ...]
    specials: tuple[SpecialDay, ...]  # holidays and make-up days on the way
    expected_years: tuple[int, ...]  # whose holidays are not announced: the date may move
    days: Days = Days.WORKING
    extension: int = 0  # of the limit, granted besides what the rule says


def due_after(
    since: datetime, days: int, calendar: Calendar, counts: Days = Days.WORKING
) -> datetime:
    """Return when a limit of ``days`` days ends that begins at ``since``, in UTC.

    >>> from zoneinfo import ZoneInfo
    >>> friday = datetime(2026, 11, 20, 18, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> due_after(friday, 1, Calendar()).isoformat()
    '2026-11-23T09:00:00+00:00'
    >>> due_after(friday, 0, Calendar()).isoformat()  # the hall has closed
    '2026-11-23T09:00:00+00:00'
    >>> due_after(friday.replace(hour=9), 0, Calendar()).isoformat()
    '2026-11-20T09:00:00+00:00'
    >>> due_after(friday, 8, Calendar(), Days.CALENDAR).isoformat()  # the 28th is a Saturday
    '2026-11-30T09:00:00+00:00'
    """
    zero = calendar.day_of(since)
    if counts is Days.CALENDAR:
        last = calendar.working_day_from(zero + timedelta(days=days))
    else:
        last = calendar.add_working_days(zero, days)
    due = calendar.closing_time(last)
    if due <= since:
        due = calendar.closing_time(calendar.add_working_days(zero, 1))
    return due


def days_left(due: datetime | None, calendar: Calendar, now: datetime) -> int | None:
    """Return the working days until ``due``; 0 is today, below 0 it is over, None: no due."""
    if due is None:
        return None
    today, last = calendar.day_of(now), calendar.day_of(due)
    if now > due:
        return min(-1, -calendar.count(last, today))
    return calendar.count(today, last)


def due_moment(intervals: Iterable[Interval], terms: Terms, calendar: Calendar) -> datetime | None:
    """Return when the limit ends, as the ledger stands; None while the clock is stopped.

    ``intervals`` is the whole ledger, in any order.
    """
    lines = _last(_rounds(intervals))
    ran = _ran(lines, terms)
    if not ran or ran[-1].until is not None:
        return None
    return _ends(lines, terms, calendar)


def read(
    intervals: Iterable[Interval], terms: Terms, calendar: Calendar, *, now: datetime
) -> Reading:
    """Return how the clock stands at ``now``; ``intervals`` as for ``due_moment``."""
    rounds = _rounds(intervals)
    lines = _last(rounds)
    account = tuple(_account(rounds, terms, calendar, now))
    running = [stretch for stretch in account if stretch.runs and stretch.is_current]
    used = sum(stretch.days for stretch in running)
    ran = _ran(lines, terms)
    runs = bool(ran) and ran[-1].until is None
    ends = _ends(lines, terms, calendar)
    has_passed = ends is not None and now > ends
    remaining = max(terms.whole - used, 0)
    if ends is not None and (runs or has_passed):
        ahead = _count(calendar, now, ends, terms.days)
        remaining = ahead - _overrun(lines, ends, terms, calendar, now)
    day_zero = calendar.day_of(ran[0].since if ran else now)
    last_day = calendar.day_of(max(ends, now) if ends else now)
    return Reading(
        limit=terms.whole,
        used=used,
        remaining=remaining,
        minutes=sum(stretch.minutes for stretch in running),
        runs=runs,
        due=ends if runs else None,
        has_passed=has_passed,
        light=_light(terms, used, calendar, now=now, ends=ends, runs=runs),
        account=account,
        specials=tuple(calendar.specials(day_zero, last_day)),
        expected_years=calendar.unannounced(day_zero, last_day),
        days=terms.days,
        extension=terms.extension,
    )


def _count(calendar: Calendar, since: datetime, until: datetime, days: Days) -> int:
    """Return how many such days lie after that of ``since``, up to and with that of ``until``."""
    after, through = calendar.day_of(since), calendar.day_of(until)
    if days is Days.CALENDAR:
        return max((through - after).days, 0)
    return calendar.count(after, through)


def _rounds(intervals: Iterable[Interval]) -> list[list[Interval]]:
    """Return the lines of each round, in their order."""
    ledger = sorted(intervals, key=lambda interval: (interval.round, interval.since))
    return [list(lines) for _, lines in groupby(ledger, key=lambda interval: interval.round)]


def _last(rounds: Sequence[Sequence[Interval]]) -> Sequence[Interval]:
    return rounds[-1] if rounds else ()


def _ran(lines: Iterable[Interval], terms: Terms) -> list[Interval]:
    """Return the stretches of a round that use up the limit."""
    return [one for one in lines if one.runs and one.kind in terms.counted]


def _short(lines: Sequence[Interval], terms: Terms, calendar: Calendar) -> list[Interval]:
    """Return the stretches of a round whose first day counts.

    The clock stood when that day began; the desk stopped it again, and it stands when the next
    day that counts begins.  What ends the round, such as the decision, does not stop the clock.
    """
    spans = [
        (
            one,
            after is not None and after.kind == Kind.EXCLUDED,
            calendar.day_of(one.since),
            calendar.day_of(one.until) if one.until and after else date.max,
        )
        for one, after in zip(lines, [*lines[1:], None], strict=False)
        if one.runs and one.kind in terms.counted
    ]
    short = []
    for (*_, stood_since), (stretch, is_stopped, day, _) in pairwise(spans):
        following = _next_day(day, terms, calendar)
        runs_on = any(since < following <= through for *_, since, through in spans)
        is_new = stood_since < day and _is_counted(day, terms, calendar)
        if is_stopped and is_new and not runs_on:
            short.append(stretch)
    return short


def _is_counted(day: date, terms: Terms, calendar: Calendar) -> bool:
    return terms.days is Days.CALENDAR or calendar.is_working(day)


def _next_day(day: date, terms: Terms, calendar: Calendar) -> date:
    """Return the next day that the limit counts."""
    if terms.days is Days.CALENDAR:
        return day + timedelta(days=1)
    return calendar.add_working_days(day, 1)


def _ends(lines: Sequence[Interval], terms: Terms, calendar: Calendar) -> datetime | None:
    """Return when the limit ended or ends; None if it is stopped, and no day too many used."""
    left, short = terms.whole, _short(lines, terms, calendar)
    for stretch in _ran(lines, terms):
        due = due_after(stretch.since, left, calendar, terms.days)
        if stretch.until is None or stretch.until > due:
            return due
        if stretch in short and not left:
            return due
        used = _count(calendar, stretch.since, stretch.until, terms.days)
        left = max(left - used - (stretch in short), 0)
    return None


def _overrun(
    lines: Sequence[Interval], ends: datetime, terms: Terms, calendar: Calendar, now: datetime
) -> int:
    """Return the days that the clock ran after the limit had ended."""
    ordinary = sum(
        _count(calendar, max(stretch.since, ends), stretch.until or now, terms.days)
        for stretch in _ran(lines, terms)
    )
    short = _short(lines, terms, calendar)
    return ordinary + sum(calendar.day_of(one.since) > calendar.day_of(ends) for one in short)


def _account(
    rounds: Sequence[Sequence[Interval]], terms: Terms, calendar: Calendar, now: datetime
) -> Iterator[Stretch]:
    for lines in rounds:
        used, short = 0, _short(lines, terms, calendar)
        for interval in lines:
            runs = interval.runs and interval.kind in terms.counted
            days = _count(calendar, interval.since, interval.until or now, terms.days)
            days += interval in short
            used += days if runs else 0
            yield Stretch(
                runs=runs,
                kind=interval.kind,
                round=interval.round,
                since=interval.since,
                until=interval.until,
                through=calendar.day_of(interval.until or now),
                days=days,
                counts_first=interval in short,
                used=used,
                minutes=calendar.minutes(interval.since, interval.until or now),
                is_current=lines is rounds[-1],
                matter=interval.matter,
            )


def _light(
    terms: Terms,
    used: int,
    calendar: Calendar,
    *,
    now: datetime,
    ends: datetime | None,
    runs: bool,
) -> Light:
    if ends is not None and now > ends:
        return Light.RED
    if ends is None or not runs:
        return Light.STOPPED
    left = calendar.count(calendar.day_of(now), calendar.day_of(ends))  # working days
    if left <= terms.lights.days_left or used >= terms.lights.share * terms.whole:
        return Light.YELLOW
    return Light.GREEN

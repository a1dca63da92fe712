"""Which days are working days, and when a working day begins and ends.

Pure rules: no database, no web.  A week has five working days; ``SpecialDay`` says where
the year differs (holidays, and weekend days on which people work instead).

Source: domain/clock_rules.yaml, licensing_law.unit and .day_zero:
行政许可法 art. 82 (limits are counted in working days, statutory holidays excluded);
民法典 art. 201 (the first day is not counted) and art. 203 (a last day that is a rest day
moves on; a day ends at closing time where there are business hours).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from servicedesk.park import park
from servicedesk.words import Text

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_NAMELESS: Final = Text("", "")


@dataclass(frozen=True)
class SpecialDay:
    """A day on which the ordinary week does not hold."""

    day: date
    works: bool
    name: Text = _NAMELESS
    is_official: bool = True  # False: expected, not yet announced


@dataclass(frozen=True)
class Calendar:
    """The days of all years we know about, in the hall's time zone."""

    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: park().time_zone)
    closes: time = field(default_factory=lambda: park().hall.closes)
    opens: time = field(default_factory=lambda: park().hall.opens)

    @classmethod
    def of(cls, days: Iterable[SpecialDay]) -> Self:
        """Return the calendar of the park's hall, with ``days`` as its special days."""
        return cls({special.day: special for special in days})

    @classmethod
    def with_days(cls, *, holidays: Iterable[date] = (), working: Iterable[date] = ()) -> Self:
        """Return a calendar from bare dates, for examples and tests.

        >>> Calendar.with_days(holidays=[date(2026, 10, 1)]).is_working(date(2026, 10, 1))
        False
        """
        return cls.of(
            [SpecialDay(day, works=False) for day in holidays]
            + [SpecialDay(day, works=True) for day in working]
        )

    def is_working(self, day: date) -> bool:
        """Whether people work on ``day``.

        >>> Calendar().is_working(date(2026, 2, 13)), Calendar().is_working(date(2026, 2, 14))
        (True, False)
        >>> Calendar.with_days(working=[date(2026, 2, 14)]).is_working(date(2026, 2, 14))
        True
        """
        special = self.special.get(day)
        return special.works if special else day.weekday() < _SATURDAY

    def working_day_from(self, day: date) -> date:
        """Return ``day`` itself, or the first working day after it (民法典 art. 203).

        >>> Calendar().working_day_from(date(2026, 11, 21))
        datetime.date(2026, 11, 23)
        """
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day``; ``day`` itself is day zero (art. 201).

        None at all leaves ``day`` where it is, but a rest day moves on (art. 203).

        >>> Calendar().add_working_days(date(2026, 11, 20), 1)  # a Friday
        datetime.date(2026, 11, 23)
        >>> Calendar().add_working_days(date(2026, 11, 21), 0)  # a Saturday
        datetime.date(2026, 11, 23)

        Raises:
            ValueError: ``n`` is negative.
        """
        if n < 0:
            raise ValueError(f"working days cannot be negative: {n}")
        if n == 0:
            return self.working_day_from(day)
        while n:
            day += _ONE_DAY
            n -= self.is_working(day)
        return day

    def count(self, after: date, through: date) -> int:
        """Return how many working days lie after ``after``, up to and with ``through``.

        >>> Calendar().count(after=date(2026, 11, 20), through=date(2026, 11, 24))
        2
        >>> Calendar().count(after=date(2026, 11, 24), through=date(2026, 11, 20))
        0
        """
        weeks, rest = divmod(max((through - after).days, 0), 7)
        ordinary = 5 * weeks + sum(
            (after + _ONE_DAY * step).weekday() < _SATURDAY for step in range(1, rest + 1)
        )
        return ordinary + sum(
            special.works - (special.day.weekday() < _SATURDAY)
            for special in self.specials(after, through)
        )

    def minutes(self, since: datetime, until: datetime) -> int:
        """Return the whole working minutes from ``since`` to ``until``: while the hall is open.

        >>> friday = datetime(2026, 11, 20, 16, 30, tzinfo=Calendar().zone)
        >>> Calendar().minutes(friday, friday + timedelta(days=3, hours=-6))  # Monday 10:30
        120
        """
        first, last = self.day_of(since), self.day_of(until)
        if first == last:
            return int(self._open(first, since, until).total_seconds() // 60)
        between = self.count(first, last) - self.is_working(last)
        whole_day = datetime.combine(first, self.closes) - datetime.combine(first, self.opens)
        ends = self._open(first, since, until) + self._open(last, since, until)
        return max(int((between * whole_day + ends).total_seconds() // 60), 0)

    def _open(self, day: date, since: datetime, until: datetime) -> timedelta:
        """Return how long the hall is open on ``day`` between two moments."""
        if not self.is_working(day):
            return timedelta(0)
        opens = datetime.combine(day, self.opens, tzinfo=self.zone)
        return max(min(until, self.closing_time(day)) - max(since, opens), timedelta(0))

    def specials(self, after: date, through: date) -> list[SpecialDay]:
        """Return the special days after ``after``, up to and with ``through``, in their order."""
        return sorted(
            (special for day, special in self.special.items() if after < day <= through),
            key=lambda special: special.day,
        )

    def is_year_official(self, year: int) -> bool:
        """Whether the year's holidays have been announced, all of them.

        >>> Calendar().is_year_official(2031)
        False
        """
        days = [special for special in self.special.values() if special.day.year == year]
        return bool(days) and all(special.is_official for special in days)

    def unannounced(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years from that of ``first`` to that of ``last`` that are not announced.

        >>> Calendar().unannounced(date(2030, 12, 31), date(2031, 1, 1))
        (2030, 2031)
        """
        years = range(first.year, last.year + 1)
        return tuple(year for year in years if not self.is_year_official(year))

    def day_of(self, moment: datetime) -> date:
        """Return the day that ``moment`` falls on at the hall.

        >>> Calendar().day_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
        datetime.date(2027, 1, 1)

        Raises:
            ValueError: ``moment`` is naive.
        """
        if moment.tzinfo is None:
            raise ValueError(f"naive datetime {moment!r}; take it from servicedesk.clock")
        return moment.astimezone(self.zone).date()

    def closing_time(self, day: date) -> datetime:
        """Return when ``day`` ends for a limit: closing time at the hall, in UTC (art. 203).

        >>> Calendar().closing_time(date(2026, 11, 20))
        datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.timezone.utc)
        """
        return datetime.combine(day, self.closes, tzinfo=self.zone).astimezone(UTC)

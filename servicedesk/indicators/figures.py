"""The figures of the register: kept as they were counted, the rest worked out from them.

Pure.  Counted are set-ups and ends by year, for each industry, legal form and so on, and the
totals of reports; how many enterprises stood at the end of a year, and growth, follow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

from servicedesk.indicators import disclosure, growth
from servicedesk.indicators.growth import Growth

ALL, INDUSTRY, FORM, FOREIGN, SCIENTIST = "all", "industry", "form", "foreign", "scientist"
REVENUE, QUARTER_REVENUE, QUARTER_OUTPUT = "annual_revenue", "quarter_revenue", "quarter_output"
CURRENCY: Final = "CNY"  # the one that is added up
SPANS: Final = (1, 2, 3, 4, 5)  # years
ENOUGH: Final = Decimal("0.8")  # of the annual reports due, for a year to be compared; OWN
_QUARTERS: Final = range(1, 5)


class Count(NamedTuple):
    """So many enterprises of a group were set up in one year and ended in another."""

    dimension: str
    key: str
    set_up: int
    ended: int | None  # None: still there
    number: int


class Sum(NamedTuple):
    """What so many reports of a period state in one currency."""

    kind: str
    period: str  # "2025", "2025q1"
    currency: str
    reports: int
    total: Decimal


def kept(
    counts: Iterable[Count], sums: Iterable[Sum], *, unknown_ends: int, before: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the figures as they are kept, as JSON.

    Args:
        counts: of enterprises.
        sums: of reports.
        unknown_ends: how many have ended, no filing says when; they are in no count.
        before: what was kept the last time, or nothing.
    """
    dimensions: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for one in counts:
        groups = dimensions.setdefault(one.dimension, {})
        group = groups.setdefault(one.key, {"set_ups": {}, "ends": {}})
        _add(group["set_ups"], one.set_up, one.number)
        if one.ended is not None:
            _add(group["ends"], one.ended, one.number)
    return {
        "dimensions": dimensions,
        "unknown_ends": unknown_ends,
        "money": _money(sums, before.get("money", {})),
    }


def _add(years: dict[str, int], year: int, number: int) -> None:
    years[str(year)] = years.get(str(year), 0) + number


def _money(sums: Iterable[Sum], before: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    cells: dict[str, dict[str, Any]] = {}
    for one in sums:
        kind = cells.setdefault(one.kind, {})
        cell = kind.setdefault(one.period, {"reports": 0, "total": "0", "others": {}})
        if one.currency == CURRENCY:
            cell["reports"], cell["total"] = one.reports, str(one.total)
        else:
            cell["others"][one.currency] = one.reports
    return {
        kind: {
            period: disclosure.told(cell, before.get(kind, {}).get(period))
            for period, cell in periods.items()
        }
        for kind, periods in cells.items()
    }


class Money(NamedTuple):
    """What the reports of a period come to."""

    period: str
    total: Decimal | None  # None: too few reports, or none
    reports: int
    others: Mapping[str, int]  # reports in other currencies, which are not in the total


class Coverage(NamedTuple):
    """How many of the annual reports that are due for a year are in."""

    reports: int
    due: int | None  # None: the year is not over

    @property
    def is_enough(self) -> bool:
        """Whether the total of the year can be compared with others."""
        return self.due is not None and self.reports >= ENOUGH * self.due


@dataclass(frozen=True)
class Figures:
    """The figures as the page and the files show them."""

    day: date  # when they were counted
    kept: Mapping[str, Any]

    @cached_property
    def years(self) -> Sequence[int]:
        """The years from the first set-up to the day of the count."""
        first = min(map(int, self._years(ALL, "", "set_ups")), default=self.day.year)
        return range(first, self.day.year + 1)

    @property
    def unknown_ends(self) -> int:
        """How many ended enterprises are in no count, as no filing says when they ended."""
        return int(self.kept["unknown_ends"])

    def keys(self, dimension: str) -> list[str]:
        """Return the groups of a dimension, the largest first."""
        found = self.kept["dimensions"].get(dimension, {})
        return sorted(found, key=lambda key: (-self._standing(dimension, key, self.day.year), key))

    def set_ups(self, dimension: str, key: str, year: int) -> int:
        """Return how many were set up in a year."""
        return self._years(dimension, key, "set_ups").get(str(year), 0)

    def ends(self, dimension: str, key: str, year: int) -> int:
        """Return how many were deregistered or lost their licence in a year."""
        return self._years(dimension, key, "ends").get(str(year), 0)

    def standing(self, dimension: str, key: str, year: int) -> int | None:
        """Return how many stood at the end of a year (of this year: now); None: too few to tell."""
        count = self._standing(dimension, key, year)
        return disclosure.count_told(count) if dimension == SCIENTIST else count

    def due(self, year: int) -> int | None:
        """Return how many owe an annual report for a year; None while it is not over.

        Those that stood at its end (实施细则 art. 63, E_ANNUAL).
        """
        return self._standing(ALL, "", year) if year < self.day.year else None

    def coverage(self, year: int) -> Coverage:
        """Return how many annual reports are in for a year, in whatever currency, and due."""
        cell = self.kept["money"].get(REVENUE, {}).get(str(year), {"reports": 0, "others": {}})
        return Coverage(cell["reports"] + sum(cell["others"].values()), self.due(year))

    def money(self, kind: str) -> list[Money]:
        """Return the totals of all periods from the first to the last that has reports."""
        cells = self.kept["money"].get(kind, {})
        if not cells:
            return []
        quarters: Sequence[str] = [f"q{n}" for n in _QUARTERS] if kind != REVENUE else [""]
        years = range(int(min(cells)[:4]), int(max(cells)[:4]) + 1)
        periods = [f"{year}{quarter}" for year in years for quarter in quarters]
        return [self._cell(kind, one) for one in periods if min(cells) <= one <= max(cells)]

    def yearly(self, kind: str) -> dict[int, Decimal | None]:
        """Return the totals by year; of quarters, where there are all four."""
        by_period = {one.period: one.total for one in self.money(kind)}
        years = sorted({int(period[:4]) for period in by_period})
        if kind == REVENUE:
            return {year: by_period.get(str(year)) for year in years}
        return {
            year: _sum([by_period.get(f"{year}q{number}") for number in _QUARTERS])
            for year in years
        }

    def comparable(self, kind: str) -> dict[int, Decimal | None]:
        """Return the totals by year; None also where too many annual reports are still out."""
        totals = self.yearly(kind)
        if kind != REVENUE:  # quarterly figures are voluntary: none is due
            return totals
        return {
            year: total if self.coverage(year).is_enough else None for year, total in totals.items()
        }

    def on_year_before(self, kind: str, period: str) -> Decimal | None:
        """Return by how many per cent a period was above the same one a year earlier."""
        year, rest = int(period[:4]), period[4:]
        if not rest:
            return growth.year_on_year(self.comparable(kind), year)
        by_year = {
            int(one.period[:4]): one.total for one in self.money(kind) if one.period[4:] == rest
        }
        return growth.year_on_year(by_year, year)

    def growth(self, kind: str) -> list[Growth]:
        """Return the average annual growth up to the last year to compare, over each span."""
        totals = self.comparable(kind)
        last = max((year for year, total in totals.items() if total is not None), default=None)
        if last is None:
            return []
        return [growth.average_annual(totals, last - span, last) for span in SPANS]

    def _cell(self, kind: str, period: str) -> Money:
        cell = self.kept["money"][kind].get(period)
        if cell is None:
            return Money(period, None, 0, {})
        total = None if cell["total"] is None else Decimal(cell["total"])
        return Money(period, total, cell["reports"], cell["others"])

    def _standing(self, dimension: str, key: str, year: int) -> int:
        begun = _until(self._years(dimension, key, "set_ups"), year)
        return begun - _until(self._years(dimension, key, "ends"), year)

    def _years(self, dimension: str, key: str, what: str) -> Mapping[str, int]:
        group = self.kept["dimensions"].get(dimension, {}).get(key, {})
        years: Mapping[str, int] = group.get(what, {})
        return years


def _sum(totals: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in totals if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(totals) else None


def _until(years: Mapping[str, int], last: int) -> int:
    return sum(number for year, number in years.items() if int(year) <= last)

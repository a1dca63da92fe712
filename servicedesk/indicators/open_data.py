"""The figures of the register for programs: one table, as CSV, and the same as JSON.

Pure.  The columns are ``COLUMNS``; keys stay as they are, labels are in both languages.  An empty
value is one that is not told or not known, ``note`` says which.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from servicedesk.indicators import figures, labels
from servicedesk.indicators.figures import Figures, Money
from servicedesk.web.table_cells import Cell, csv_text

SCHEMA: Final = 1
COUNTED: Final = ("standing", "set_ups", "ends")
_NOT_TOLD: Final = "fewer than five enterprises"
_NO_TOTAL: Final = "too few reports for one of the years"


class Row(NamedTuple):
    """One figure."""

    indicator: str
    indicator_en: str
    indicator_zh: str
    dimension: str
    key: str
    label_en: str
    label_zh: str
    period: str  # "2025", "2025q1", "2022-2025"
    value: Cell
    unit: str  # enterprises, CNY, percent
    reports: Cell  # that are in the value
    due: Cell  # reports that were due, where they are
    other_currencies: str  # reports that are in no total: "EUR:1 USD:2"
    note: str


COLUMNS: Final = Row._fields


def rows(shown: Figures) -> Iterator[Row]:
    """Yield every figure, in a stable order."""
    for dimension in labels.DIMENSIONS:
        for key in sorted(shown.keys(dimension)):
            yield from _counted(shown, dimension, key)
    for kind in (figures.REVENUE, figures.QUARTER_REVENUE, figures.QUARTER_OUTPUT):
        for money in shown.money(kind):
            yield from _of_money(shown, kind, money)
        yield from _grown(shown, kind)


def as_csv(shown: Figures) -> str:
    """Return the table; no cell of it runs as a formula where it is opened (S8)."""
    return csv_text([COLUMNS, *rows(shown)])


def as_json(shown: Figures, as_of: datetime) -> dict[str, Any]:
    """Return the table for programs, with when it was counted."""
    return {
        "schema": SCHEMA,
        "as_of": as_of.isoformat(),
        "day": shown.day.isoformat(),
        "unknown_ends": shown.unknown_ends,
        "figures": [row._asdict() for row in rows(shown)],
    }


def _counted(shown: Figures, dimension: str, key: str) -> Iterator[Row]:
    is_secret = dimension == figures.SCIENTIST  # then by year there are too few to tell
    for indicator in COUNTED[:1] if is_secret else COUNTED:
        for year in shown.years:
            count = getattr(shown, indicator)(dimension, key, year)
            yield _row(
                indicator, dimension, key, str(year), count, "enterprises",
                note=_NOT_TOLD if count is None else "",
            )  # fmt: skip


def _of_money(shown: Figures, kind: str, money: Money) -> Iterator[Row]:
    total = None if money.total is None else f"{money.total:.2f}"
    due = shown.due(int(money.period)) if kind == figures.REVENUE else None
    others = " ".join(f"{currency}:{number}" for currency, number in sorted(money.others.items()))
    note = _NOT_TOLD if total is None else ""
    yield _row(
        kind, figures.ALL, "", money.period, total, figures.CURRENCY,
        reports=money.reports, due=due, others=others, note=note,
    )  # fmt: skip
    rate = shown.on_year_before(kind, money.period)
    yield _row(
        "growth", figures.ALL, kind, money.period, _percent(rate), "percent",
        note=_NO_TOTAL if rate is None else "",
    )  # fmt: skip


def _grown(shown: Figures, kind: str) -> Iterator[Row]:
    for one in shown.growth(kind):
        yield _row(
            "average_growth", figures.ALL, kind, f"{one.first}-{one.last}", _percent(one.percent),
            "percent", note=_NO_TOTAL if one.percent is None else "",
        )  # fmt: skip


def _percent(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate)


def _row(  # noqa: PLR0917 - the columns
    indicator: str,
    dimension: str,
    key: str,
    period: str,
    value: Cell,
    unit: str,
    *,
    reports: Cell = None,
    due: Cell = None,
    others: str = "",
    note: str,
) -> Row:
    name = labels.INDICATORS[indicator]
    of_money = key in labels.INDICATORS  # growth of what
    label = labels.INDICATORS[key] if of_money else labels.group(dimension, key)
    return Row(
        indicator, name.en, name.zh, dimension, key, label.en, label.zh,
        period, value, unit, reports, due, others, note,
    )  # fmt: skip

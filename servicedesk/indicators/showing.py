"""The page of the register's figures: charts, each with a sentence and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from servicedesk.indicators import figures, labels
from servicedesk.indicators.figures import Figures, Money
from servicedesk.web import charts, writing
from servicedesk.words import Text, Words, say

_YEARS: Final = 10  # on the page; the files have all
_TABLE_YEARS: Final = 5  # across
_QUARTERS: Final = 12
_SPOKEN_SPAN: Final = 3  # years of growth that the first sentence tells, as the park does
_UNITS: Final = {  # the largest first
    "en": ((10**9, "billion yuan"), (10**6, "million yuan"), (10**3, "thousand yuan"), (1, "yuan")),
    "zh": ((10**8, "亿元"), (10**4, "万元"), (1, "元")),
}

Label = Words | Text | str


@dataclass(frozen=True)
class Panel:
    """A chart with what it says and the figures it is drawn from."""

    key: str
    title: Label
    said: Label
    heads: Sequence[Label]
    rows: Sequence[Sequence[Label | None]]  # None: not told, or not known
    plot: charts.Plot | None = None
    bars: charts.Bars | None = None
    names: Sequence[Label] = ()


@dataclass(frozen=True)
class Unit:
    """In what an amount is written."""

    size: int
    name: str

    def figure(self, amount: Decimal | float) -> str:
        """Return an amount as a figure of this unit, with one place."""
        return f"{Decimal(amount) / self.size:,.1f}"

    def written(self, amount: Decimal) -> str:
        """Return an amount with its unit.

        >>> Unit(10**9, "billion yuan").written(Decimal("80000000000")).replace(writing.NBSP, " ")
        '80.0 billion yuan'
        """
        return f"{self.figure(amount)}{writing.NBSP}{self.name}"


def unit(amounts: Sequence[Decimal], language: str) -> Unit:
    """Return the unit that suits the largest of some amounts."""
    highest = max(amounts, default=Decimal(0))
    units = _UNITS["zh" if language == "zh" else "en"]
    return Unit(*next((one for one in units if highest >= one[0]), units[-1]))


def panels(shown: Figures, language: str) -> list[Panel]:
    """Return all charts of the page, in its order."""
    found = [_standing(shown), _industries(shown, language), _moves(shown), _forms(shown, language)]
    found.append(_scientists(shown))
    if shown.money(figures.REVENUE):
        found.append(_revenue(shown, language))
    if shown.money(figures.QUARTER_REVENUE) or shown.money(figures.QUARTER_OUTPUT):
        found.append(_quarters(shown, language))
    return found


def growth_rows(shown: Figures) -> list[list[Label | None]]:
    """Return the table of average annual growth: of what, from when to when, the rate, a remark."""
    return [
        [
            labels.INDICATORS[kind],
            f"{one.first}–{one.last}",
            say("%(years)s years", years=one.years) if one.years > 1 else say("1 year"),
            None if one.percent is None else _percent(one.percent),
            _missing(one.missing),
        ]
        for kind in (figures.REVENUE, figures.QUARTER_OUTPUT)
        for one in shown.growth(kind)
    ]


def headline(shown: Figures, language: str) -> list[Words]:
    """Return how the park says it: last year's total and the growth over three years."""
    said = []
    for kind in (figures.REVENUE, figures.QUARTER_OUTPUT):
        totals = {year: one for year, one in shown.comparable(kind).items() if one is not None}
        if totals:
            last = max(totals)
            said += [_total(shown, kind, last, totals[last], language), _grown(shown, kind)]
    coming_in = max((int(one.period) for one in shown.money(figures.REVENUE)), default=None)
    if coming_in is not None and not shown.coverage(coming_in).is_enough:
        reports, due = shown.coverage(coming_in)
        said.append(
            say(
                "Annual reports for %(year)s are still coming in: %(reports)s of %(due)s.",
                year=str(coming_in),
                reports=_number(reports),
                due="–" if due is None else _number(due),
            )
        )
    return said


def _total(shown: Figures, kind: str, year: int, total: Decimal, language: str) -> Words:
    written = unit([total], language).written(total)
    if kind != figures.REVENUE:
        return say("Output value in %(year)s: %(total)s.", year=str(year), total=written)
    reports, due = shown.coverage(year)
    return say(
        "Total revenue in %(year)s: %(total)s, from %(reports)s of %(due)s reports due.",
        year=str(year),
        total=written,
        reports=_number(reports),
        due=_number(due or 0),
    )


def _grown(shown: Figures, kind: str) -> Words:
    three = next(one for one in shown.growth(kind) if one.years == _SPOKEN_SPAN)
    if three.percent is None:
        return say(
            "Growth over three years cannot be stated: too few reports for %(years)s.",
            years=_years(three.missing),
        )
    return say(
        "Average annual growth over three years, %(first)s to %(last)s: %(rate)s.",
        first=str(three.first),
        last=str(three.last),
        rate=_percent(three.percent),
    )


def _standing(shown: Figures) -> Panel:
    years = shown.years[-_YEARS:]
    foreign = [shown.standing(figures.FOREIGN, "yes", year) or 0 for year in years]
    domestic = [shown.standing(figures.FOREIGN, "no", year) or 0 for year in years]
    return Panel(
        "standing",
        say("Enterprises in the register"),
        say(
            "%(count)s now, %(foreign)s of them foreign-invested.",
            count=_number(foreign[-1] + domestic[-1]), foreign=_number(foreign[-1]),
        ),
        [say("End of"), say("Domestic"), say("Foreign-invested"), say("Together")],
        [
            [_year(shown, year), _number(own), _number(other), _number(own + other)]
            for year, own, other in zip(years, domestic, foreign, strict=True)
        ],
        plot=charts.stacked([str(year) for year in years], [domestic, foreign], _number),
        names=[say("Domestic"), say("Foreign-invested")],
    )  # fmt: skip


def _industries(shown: Figures, language: str) -> Panel:
    keys, years = shown.keys(figures.INDUSTRY), shown.years[-_TABLE_YEARS:]
    now = [shown.standing(figures.INDUSTRY, key, shown.day.year) or 0 for key in keys]
    names = [labels.group(figures.INDUSTRY, key) for key in keys]
    said = say("There is no enterprise yet.")
    if keys:
        said = say(
            "Most are in: %(industry)s (%(count)s of %(total)s).",
            industry=names[0], count=_number(now[0]), total=_number(sum(now)),
        )  # fmt: skip
    return Panel(
        "industries",
        say("By industry of the main business"),
        said,
        [say("Industry"), *(_year(shown, year) for year in years)],
        [
            [
                name,
                *(_number(shown.standing(figures.INDUSTRY, key, year) or 0) for year in years),
            ]
            for key, name in zip(keys, names, strict=True)
        ],
        bars=_bars([name.in_language(language) for name in names], now),
    )


def _moves(shown: Figures) -> Panel:
    years = shown.years[-_YEARS:]
    begun = [shown.set_ups(figures.ALL, "", year) for year in years]
    ended = [shown.ends(figures.ALL, "", year) for year in years]
    return Panel(
        "moves",
        say("Set up, and deregistered or revoked"),
        say(
            "This year so far: %(begun)s set up, %(ended)s ended.",
            begun=_number(begun[-1]), ended=_number(ended[-1]),
        ),
        [say("Year"), say("Set up"), say("Deregistered or revoked")],
        [
            [_year(shown, year), _number(one), _number(other)]
            for year, one, other in zip(years, begun, ended, strict=True)
        ],
        plot=charts.curves([str(year) for year in years], [ended, begun]),
        names=[say("Deregistered or revoked"), say("Set up")],
    )  # fmt: skip


def _forms(shown: Figures, language: str) -> Panel:
    keys = shown.keys(figures.FORM)
    now = [shown.standing(figures.FORM, key, shown.day.year) or 0 for key in keys]
    names = [labels.group(figures.FORM, key) for key in keys]
    return Panel(
        "forms",
        say("By legal form"),
        say("Now, %(count)s together.", count=_number(sum(now))),
        [say("Legal form"), say("Now")],
        [[name, _number(count)] for name, count in zip(names, now, strict=True)],
        bars=_bars([name.in_language(language) for name in names], now),
    )


def _scientists(shown: Figures) -> Panel:
    years = shown.years[-_YEARS:]
    counts = [shown.standing(figures.SCIENTIST, "yes", year) for year in years]
    said = say("Fewer than five enterprises: the number is not told.")
    if counts[-1] is not None:
        said = say("%(count)s now, as their founders stated.", count=_number(counts[-1]))
    return Panel(
        "scientists",
        say("Founded by a scientist"),
        said,
        [say("End of"), say("Enterprises")],
        [
            [_year(shown, year), None if count is None else _number(count)]
            for year, count in zip(years, counts, strict=True)
        ],
        plot=charts.curves([str(year) for year in years], [counts]),
        names=[say("Founded by a scientist")],
    )


def _revenue(shown: Figures, language: str) -> Panel:
    cells = shown.money(figures.REVENUE)[-_YEARS:]
    measure = unit([one.total for one in cells if one.total is not None], language)
    last = cells[-1]
    due = shown.due(int(last.period))
    return Panel(
        "revenue",
        say("Total revenue by year, %(unit)s", unit=measure.name),
        say(
            "From %(reports)s reports of %(due)s due for %(year)s.",
            reports=_number(last.reports), due="–" if due is None else _number(due),
            year=last.period,
        ),
        [
            say("Year"), say("Total"), say("On the year before"), say("Reports in"),
            say("Reports due"), say("Other currencies"),
        ],
        [
            [
                *_money_row(shown, figures.REVENUE, one, measure),
                _number(one.reports),
                None if (owed := shown.due(int(one.period))) is None else _number(owed),
                _others(one),
            ]
            for one in cells
        ],
        plot=charts.stacked(
            [one.period for one in cells],
            [[float((one.total or 0) / measure.size) for one in cells]],
            lambda value: f"{value:,.1f}",
        ),
        names=[say("Total revenue")],
    )  # fmt: skip


def _quarters(shown: Figures, language: str) -> Panel:
    revenue = {one.period: one for one in shown.money(figures.QUARTER_REVENUE)}
    output = {one.period: one for one in shown.money(figures.QUARTER_OUTPUT)}
    periods = sorted({*revenue, *output})[-_QUARTERS:]
    none = {period: Money(period, None, 0, {}) for period in periods}
    revenue, output = none | revenue, none | output
    known = [side[p].total for side in (revenue, output) for p in periods]
    measure = unit([total for total in known if total is not None], language)
    return Panel(
        "quarters",
        say("Revenue and output value by quarter, %(unit)s", unit=measure.name),
        say("From %(reports)s voluntary reports in the last quarter.",
            reports=_number(max(revenue[periods[-1]].reports, output[periods[-1]].reports))),
        [
            say("Quarter"), say("Revenue"), say("On the year before"), say("Reports in"),
            say("Output value"), say("On the year before"), say("Reports in"),
        ],
        [
            [
                *_money_row(shown, figures.QUARTER_REVENUE, revenue[period], measure),
                _number(revenue[period].reports),
                *_money_row(shown, figures.QUARTER_OUTPUT, output[period], measure)[1:],
                _number(output[period].reports),
            ]
            for period in periods
        ],
        plot=charts.curves(
            [_period(period) for period in periods],
            [[_scaled(side[p].total, measure) for p in periods] for side in (output, revenue)],
        ),
        names=[say("Output value"), say("Revenue")],
    )  # fmt: skip


def _money_row(shown: Figures, kind: str, one: Money, measure: Unit) -> list[Label | None]:
    rate = shown.on_year_before(kind, one.period)
    return [
        _period(one.period),
        None if one.total is None else measure.figure(one.total),
        None if rate is None else _percent(rate, is_signed=True),
    ]


def _bars(names: Sequence[str], counts: Sequence[int]) -> charts.Bars:
    write: Callable[[float], str] = _number
    return charts.lying(list(zip(names, counts, strict=True)), write)


def _scaled(total: Decimal | None, measure: Unit) -> float | None:
    return None if total is None else float(total / measure.size)


def _others(one: Money) -> Text | None:
    counted = [f"{key}:{writing.NBSP}{number}" for key, number in sorted(one.others.items())]
    return Text(", ".join(counted), "、".join(counted)) if counted else None


def _year(shown: Figures, year: int) -> Label:
    return say("%(year)s so far", year=str(year)) if year == shown.day.year else str(year)


def _period(period: str) -> str:
    return period.replace("q", f"{writing.NBSP}Q")


def _missing(years: Sequence[int]) -> Label | None:
    return say("Too few reports for %(years)s", years=_years(years)) if years else None


def _years(years: Sequence[int]) -> Text:
    return Text(", ".join(map(str, years)), "、".join(map(str, years)))


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _percent(rate: Decimal, *, is_signed: bool = False) -> str:
    return f"{rate:+.1f}{writing.NBSP}%" if is_signed else f"{rate:.1f}{writing.NBSP}%"

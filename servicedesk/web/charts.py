"""Where the columns, lines and words of a chart lie.

Pure geometry: figures come in, coordinates go out, ``components/chart.html`` draws.  Three kinds:
columns of stacked parts, lying bars with words, and curves that break off where there is no figure.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.web.captions import measured

WIDTH: Final = 380
HEIGHT: Final = 220
LEFT, RIGHT, TOP, BOTTOM = 34.0, 372.0, 16.0, 190.0
_ROWS: Final = 4  # lines across, besides the axis, at most
_LABELS: Final = 6  # below the axis, at most
_SIZE: Final = 13.5  # of their type, as in theme.css
_TOTALS: Final = 20  # columns that are wide enough for a figure above
_ROW: Final = 44  # from one lying bar to the next: its words, the bar, a gap
_THICK: Final = 14


@dataclass(frozen=True)
class Tick:
    """A word beside an axis, and where."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A part of a column; ``part`` is its place in the stack, 0 the lowest."""

    x: float
    y: float
    width: float
    height: float
    part: int


@dataclass(frozen=True)
class Mark:
    """A figure or a point in the chart."""

    x: float
    y: float
    label: str = ""


@dataclass(frozen=True)
class Curve:
    """A line through its points."""

    path: str
    points: Sequence[Mark]


@dataclass(frozen=True)
class Plot:
    """A chart, ready to be drawn in ``WIDTH`` times ``HEIGHT``."""

    rows: Sequence[Tick]  # from the axis up
    columns: Sequence[Tick]
    bars: Sequence[Bar] = ()
    totals: Sequence[Mark] = ()
    curves: Sequence[Curve] = ()
    limit: float | None = None  # how high a line to compare with lies

    width = WIDTH
    height = HEIGHT
    left, right, bottom = LEFT, RIGHT, BOTTOM


@dataclass(frozen=True)
class Lying:
    """A bar from the left, its words above it and its figure at its end."""

    label: str
    y: float  # of the words' foot
    top: float  # of the bar
    width: float
    value: str


@dataclass(frozen=True)
class Bars:
    """A chart of lying bars, ready to be drawn."""

    bars: Sequence[Lying]
    height: int

    width = WIDTH
    thick = _THICK


def lying(rows: Sequence[tuple[str, float]], written: Callable[[float], str] = str) -> Bars:
    """Return a bar for each label and figure, the first on top.

    >>> [one.width for one in lying([("a", 10), ("b", 5)]).bars]
    [320.0, 160.0]
    """
    highest = max((value for _label, value in rows), default=0) or 1
    return Bars(
        [
            Lying(label, n * _ROW + 16.0, n * _ROW + 22.0, 320 * value / highest, written(value))
            for n, (label, value) in enumerate(rows)
        ],
        max(len(rows), 1) * _ROW,
    )


def stacked(
    labels: Sequence[str],
    parts: Sequence[Sequence[float]],
    written: Callable[[float], str] = str,
) -> Plot:
    """Return columns, one for each label, of ``parts`` from the axis up; ``written`` tells sums.

    >>> plot = stacked(["9", "10"], [[1, 2], [1, 0]])
    >>> [row.label for row in plot.rows], len(plot.bars), [one.label for one in plot.totals]
    (['0', '1', '2'], 3, ['2', '2'])
    """
    sums = [sum(column) for column in zip(*parts, strict=True)]
    scale = _Scale(max(sums, default=0))
    each = (RIGHT - LEFT) / max(len(labels), 1)
    width = min(each * 0.7, 40)
    centres = [LEFT + (number + 0.5) * each for number in range(len(labels))]
    bars = []
    for column, values in enumerate(zip(*parts, strict=True)):
        below = 0.0
        for part, value in enumerate(values):
            if value:
                top = scale.y(below + value)
                bars.append(
                    Bar(centres[column] - width / 2, top, width, scale.y(below) - top, part)
                )
            below += value
    totals = [
        Mark(x, scale.y(total) - 5, written(total))
        for x, total in zip(centres, sums, strict=True)
        if total and len(labels) <= _TOTALS
    ]
    return Plot(scale.rows(), _columns(labels, centres), bars, totals)


def curves(
    labels: Sequence[str], series: Sequence[Sequence[float | None]], *, limit: float | None = None
) -> Plot:
    """Return a line for each of ``series``, the highest first; None is a gap.

    ``limit`` is a figure to compare with; it is left out where it lies far above all others.

    >>> curves(["9", "10", "11"], [[5, None, 7]]).curves[0].path.count("M")
    2
    """
    known = [value for line in series for value in line if value is not None]
    highest = max(known, default=0)
    shown = limit if limit is not None and limit <= 2 * highest else None
    scale = _Scale(max(highest, shown or 0))
    each = (RIGHT - LEFT) / max(len(labels), 1)
    xs = [LEFT + (number + 0.5) * each for number in range(len(labels))]
    drawn = [_curve(xs, line, scale) for line in series if any(v is not None for v in line)]
    return Plot(
        scale.rows(), _columns(labels, xs), curves=drawn,
        limit=None if shown is None else scale.y(shown),
    )  # fmt: skip


class _Scale:
    """From figures to heights; its steps are whole and easy to read."""

    def __init__(self, highest: float) -> None:
        self.step = _round_up(max(highest, 1) / _ROWS)
        self.top = self.step * max(math.ceil(highest / self.step), 1)

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / self.top

    def rows(self) -> list[Tick]:
        count = round(self.top / self.step)
        return [Tick(self.y(self.step * n), str(self.step * n)) for n in range(count + 1)]


def _round_up(least: float) -> int:
    """Return 1, 2, 5, 10, 20, 50 ... or the next of them above ``least``."""
    power: int = 10 ** max(math.floor(math.log10(max(least, 1))), 0)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _columns(labels: Sequence[str], xs: Sequence[float]) -> list[Tick]:
    """Return as many of the words below the axis as stand beside each other."""
    each = xs[1] - xs[0] if len(xs) > 1 else RIGHT - LEFT
    widest = max((measured(label, _SIZE) for label in labels), default=0) + _SIZE
    every = max(math.ceil(len(labels) / _LABELS), math.ceil(widest / each), 1)
    return [Tick(xs[n], labels[n]) for n in range(0, len(labels), every)]


def _curve(xs: Sequence[float], values: Sequence[float | None], scale: _Scale) -> Curve:
    points, path, is_broken = [], [], True
    for x, value in zip(xs, values, strict=True):
        if value is None:
            is_broken = True
            continue
        point = Mark(round(x, 1), round(scale.y(value), 1))
        path.append(f"{'M' if is_broken else 'L'}{point.x} {point.y}")
        points.append(point)
        is_broken = False
    return Curve("".join(path), points)

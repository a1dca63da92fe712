"""Where the parts of a chart lie."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.web.captions import measured
from servicedesk.web.charts import BOTTOM, LEFT, RIGHT, TOP, curves, stacked

COUNTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=48)
LENGTHS = st.lists(
    st.tuples(st.none() | st.floats(0, 600), st.none() | st.floats(0, 600)),
    min_size=1, max_size=48,
)  # fmt: skip


@given(COUNTS)
def test_columns_lie_within_the_axes_and_upon_each_other(pairs: list[tuple[int, int]]) -> None:
    labels = [str(number) for number in range(len(pairs))]
    plot = stacked(labels, [[one for one, _ in pairs], [two for _, two in pairs]])

    assert len(plot.bars) == sum(value > 0 for pair in pairs for value in pair)
    for bar in plot.bars:
        assert LEFT <= bar.x <= bar.x + bar.width <= RIGHT
        assert TOP - 0.01 <= bar.y <= bar.y + bar.height <= BOTTOM + 0.01
    assert len(plot.columns) <= 6
    assert len(plot.rows) <= 6


@given(LENGTHS)
def test_curves_lie_within_the_axes(
    pairs: list[tuple[float | None, float | None]],
) -> None:
    labels = [str(number) for number in range(len(pairs))]
    plot = curves(labels, [[one for one, _ in pairs], [two for _, two in pairs]], limit=30)

    for curve in plot.curves:
        assert all(LEFT <= point.x <= RIGHT for point in curve.points)
        assert all(TOP - 0.1 <= point.y <= BOTTOM + 0.1 for point in curve.points)


def test_a_figure_that_is_not_known_is_a_gap() -> None:
    (curve,) = curves(["9", "10", "11", "12"], [[1, None, 2, 3]]).curves

    assert curve.path.count("M") == 2
    assert curve.path.count("L") == 1


@pytest.mark.parametrize(("limit", "is_shown"), [(30, True), (90, False), (None, False)])
def test_a_limit_far_above_everything_is_left_out(limit: float | None, is_shown: bool) -> None:  # noqa: FBT001
    assert (curves(["9"], [[20]], limit=limit).limit is not None) is is_shown


@pytest.mark.parametrize("count", [1, 2, 4, 15, 16, 48])
def test_words_below_the_axis_stand_beside_each_other(count: int) -> None:
    labels = [f"{2020 + number // 4}\N{NO-BREAK SPACE}Q{number % 4 + 1}" for number in range(count)]
    columns = curves(labels, [[1.0] * count]).columns

    for one, other in pairwise(columns):
        assert other.at - one.at > measured(one.label, 13.5)
    assert columns

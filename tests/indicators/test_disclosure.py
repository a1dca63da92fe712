"""No total, and no two of them, give away the figures of one enterprise."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.indicators import disclosure


def cell(amounts: list[int]) -> dict[str, object]:
    return {"reports": len(amounts), "total": str(sum(amounts)), "others": {}}


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_day_by_day_every_step_is_of_five_enterprises_or_more(amounts: list[int]) -> None:
    """Reports come one by one, and after each the totals are told anew."""
    told: disclosure.Cell | None = None
    steps = []
    for count in range(1, len(amounts) + 1):
        before = told
        told = disclosure.told(cell(amounts[:count]), told)
        if told["total"] is not None and told != before:
            earlier = before["reports"] if before and before["total"] is not None else 0
            steps.append(told["reports"] - earlier)
            assert Decimal(told["total"]) == sum(amounts[: told["reports"]])
    assert all(step >= disclosure.FEWEST for step in steps)
    assert sum(steps) == len(amounts) // disclosure.FEWEST * disclosure.FEWEST


def test_a_report_that_is_mended_does_not_show_by_how_much() -> None:
    before = cell([1, 2, 3, 4, 5])

    assert disclosure.told(cell([1, 2, 3, 4, 99]), before) == before

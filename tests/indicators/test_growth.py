"""Growth is worked out from two figures, and never made up."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from servicedesk.indicators import growth

AMOUNTS = st.decimals("0.01", "1e13", places=2)


@pytest.mark.parametrize(
    ("first", "last", "years", "percent"),
    [
        ("54.0", "80", 3, "14.0"),  # as the park reports it: 80 billion, 14 % over three years
        ("53999628", "80000000", 3, "14.0"),
        ("100", "114", 1, "14.0"),
        ("100", "100", 5, "0.0"),
        ("100", "50", 1, "-50.0"),
        ("100", "25", 2, "-50.0"),
        ("100", "0", 2, "-100.0"),
        ("0", "100", 2, None),  # from nothing there is no rate
        ("0", "0", 1, None),
    ],
)
def test_the_average_is_the_compound_rate(
    first: str, last: str, years: int, percent: str | None
) -> None:
    totals = {2025 - years: Decimal(first), 2025: Decimal(last)}
    found = growth.average_annual(totals, 2025 - years, 2025)

    assert found.percent == (None if percent is None else Decimal(percent))
    assert found.years == years


@pytest.mark.parametrize("end", [2022, 2025])
def test_without_a_figure_at_both_ends_there_is_no_rate(end: int) -> None:
    totals: dict[int, Decimal | None] = {year: Decimal(year) for year in range(2022, 2026)}
    totals[end] = None

    found = growth.average_annual(totals, 2022, 2025)

    assert found.percent is None
    assert found.missing == (end,)


def test_a_year_missing_between_is_told_and_not_filled() -> None:
    found = growth.average_annual({2022: Decimal(54), 2025: Decimal(80)}, 2022, 2025)

    assert found.percent == Decimal("14.0")
    assert found.missing == (2023, 2024)


def test_growth_goes_forward() -> None:
    with pytest.raises(ValueError, match="later year"):
        growth.average_annual({}, 2025, 2025)


@given(AMOUNTS, AMOUNTS, st.integers(1, 20))
def test_growing_by_the_rate_comes_to_the_last_figure(
    first: Decimal, last: Decimal, years: int
) -> None:
    rate = growth.average_annual({2000: first, 2000 + years: last}, 2000, 2000 + years).percent
    assert rate is not None
    low, high = (float(1 + (rate + off) / 100) for off in (Decimal("-0.051"), Decimal("0.051")))
    assert max(low, 0) ** years <= float(last / first) * 1.0001
    assert float(last / first) <= high**years * 1.0001


@given(AMOUNTS, AMOUNTS, st.integers(1, 9), st.decimals("0.01", "1000", places=2))
def test_the_unit_makes_no_difference(
    first: Decimal, last: Decimal, years: int, times: Decimal
) -> None:
    def rate(factor: Decimal) -> Decimal | None:
        totals = {2000: first * factor, 2000 + years: last * factor}
        return growth.average_annual(totals, 2000, 2000 + years).percent

    one, other = rate(Decimal(1)), rate(times)
    assume(one is not None and other is not None)
    assert one is not None
    assert other is not None
    assert abs(one - other) <= Decimal("0.1") * max(Decimal(1), abs(one) / 10**12)

"""How much more there was than before.

Pure.  Growth on the year before is ``later / earlier - 1``; average annual growth over n years
is the compound rate, ``(last / first) ** (1 / n) - 1``, as statistical communiqués state it.
What is not known is not estimated: without a figure at both ends there is no rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

_PRECISION: Final = 40  # digits on the way; a rate is shown with one place
_PLACE: Final = Decimal("0.1")

Totals = Mapping[int, Decimal | None]  # by year; None or absent: no total


@dataclass(frozen=True)
class Growth:
    """Average annual growth from one year to another."""

    first: int
    last: int
    percent: Decimal | None  # with one place; None: cannot be stated
    missing: Sequence[int]  # years of the span, ends included, without a total

    @property
    def years(self) -> int:
        """Over how many years."""
        return self.last - self.first


def year_on_year(totals: Totals, year: int) -> Decimal | None:
    """Return by how many per cent a year was above the one before; None if that is not known.

    >>> year_on_year({2024: Decimal(50), 2025: Decimal(57)}, 2025)
    Decimal('14.0')
    """
    return average_annual(totals, year - 1, year).percent


def average_annual(totals: Totals, first: int, last: int) -> Growth:
    """Return the average annual growth between two years.

    >>> average_annual({2022: Decimal("54.0"), 2025: Decimal(80)}, 2022, 2025).percent
    Decimal('14.0')
    >>> average_annual({2025: Decimal(80)}, 2022, 2025).missing
    (2022, 2023, 2024)

    Raises:
        ValueError: the last year is not after the first.
    """
    if last <= first:
        raise ValueError(f"growth needs a later year than {first}, not {last}")
    missing = tuple(year for year in range(first, last + 1) if totals.get(year) is None)
    return Growth(first, last, _rate(totals.get(first), totals.get(last), last - first), missing)


def _rate(before: Decimal | None, after: Decimal | None, years: int) -> Decimal | None:
    if before is None or after is None or before <= 0 or after < 0:
        return None
    if after == 0:
        return Decimal("-100.0")
    with localcontext(prec=_PRECISION):
        rate = ((after / before).ln() / years).exp() - 1 if years > 1 else after / before - 1
        return (rate * 100).quantize(_PLACE)

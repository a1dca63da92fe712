"""Amounts with their currency, and shares of a whole.

An answer of kind ``money`` is ``{"currency": "CNY", "amount": "500000.00"}``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_HUNDREDTHS: Final = 10_000  # of a per cent, in a whole


@dataclass(frozen=True)
class Money:
    """An exact amount; adding different currencies is an error."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    @property
    def fact(self) -> dict[str, str]:
        """The amount as a fact of ``Words``, written as the reader's language writes it."""
        return {"currency": self.currency, "amount": str(self.amount)}

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.2f}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be set against {self.currency}")
        return other.amount


def of_answer(answer: Any) -> Money | None:  # noqa: ANN401 - an answer is any JSON
    """Return the amount that was answered, or None where there is none.

    >>> str(of_answer({"currency": "CNY", "amount": "500000"}))
    'CNY 500,000.00'
    """
    if not isinstance(answer, Mapping):
        return None
    try:
        amount = Decimal(str(answer.get("amount")))
    except InvalidOperation:
        return None
    return Money(amount, str(answer.get("currency") or "")) if amount.is_finite() else None


def shares(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Return the per cent of each amount in their sum, two places, together exactly 100.

    What rounding leaves over goes to the largest remainders, the first among equals.

    >>> shares([Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    total = sum(amounts, Decimal(0))
    if total <= 0:
        return [Decimal("0.00")] * len(amounts)
    whole = [divmod(amount * _HUNDREDTHS, total) for amount in amounts]
    left = _HUNDREDTHS - int(sum(hundredths for hundredths, _ in whole))
    by_remainder = sorted(range(len(whole)), key=lambda i: (-whole[i][1], i))
    lucky = set(by_remainder[:left])
    return [
        (hundredths + (i in lucky)).scaleb(-2).quantize(Decimal("0.01"))
        for i, (hundredths, _) in enumerate(whole)
    ]

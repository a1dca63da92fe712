"""Registered capital and what each shareholder puts in by when.

Company Law art. 47: the capital is what all shareholders subscribe, and it is paid within
five years of the establishment; art. 48: what may be put in instead of money.

Source: domain/enterprise_services.yaml, ``capital_rules``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.findings import company_law, in_group, in_order, look, wrong
from servicedesk.enterprises.money import Money
from servicedesk.words import Words, say

PAY_WITHIN_YEARS: Final = 5
_GREATEST: Final = Decimal(10) ** 15  # beyond this it is a slip of the finger


@dataclass(frozen=True)
class Contribution:
    """What one shareholder subscribes."""

    name: str
    money: Money | None
    pay_by: date | None
    method: str  # cash, in_kind


def latest_payment(established: date) -> date:
    """Return the last day on which contributions may be paid.

    >>> latest_payment(date(2028, 2, 29))
    datetime.date(2033, 2, 28)

    Args:
        established: the day of the licence; before there is one, the day of the application.
    """
    return years_after(established, PAY_WITHIN_YEARS)


def findings(
    capital: Money | None, contributions: Sequence[Contribution], *, today: date
) -> Sequence[Finding]:
    """Return whether the contributions make up the capital, in time.

    >>> from decimal import Decimal as D
    >>> half = Contribution("A", Money(D(50), "CNY"), date(2027, 1, 1), "cash")
    >>> found = findings(Money(D(100), "CNY"), [half], today=date(2026, 1, 1))
    >>> found[0].words.facts["missing"]
    {'currency': 'CNY', 'amount': '50'}
    """
    if capital is None or not 0 < capital.amount < _GREATEST:
        words = say("Enter the registered capital: an amount above zero.")
        return [wrong(words, "capital", company_law("47"))]
    found = [
        finding
        for index, one in enumerate(contributions)
        for finding in _one(index, one, capital.currency, today)
    ]
    if all(one.money and one.money.currency == capital.currency for one in contributions):
        found = [*_sum(capital, contributions), *found]
    return found


def _sum(capital: Money, contributions: Sequence[Contribution]) -> Iterator[Finding]:
    zero = Money(Decimal(0), capital.currency)
    total = sum((one.money for one in contributions if one.money), zero)
    missing = capital - total
    if missing.amount:
        yield wrong(_missing(total, missing), "capital", company_law("47"))
    else:
        yield in_order(
            say("The contributions make up the capital of %(capital)s.", capital=capital.fact),
            "capital",
            company_law("47"),
        )


def _missing(total: Money, missing: Money) -> Words:
    if missing.amount > 0:
        return say(
            "The contributions come to %(total)s; %(missing)s of the capital is missing. "
            "Mend either.",
            total=total.fact,
            missing=missing.fact,
        )
    return say(
        "The contributions come to %(total)s; that is %(over)s more than the capital. Mend either.",
        total=total.fact,
        over=Money(-missing.amount, missing.currency).fact,
    )


def _one(index: int, one: Contribution, currency: str, today: date) -> Iterator[Finding]:
    place = in_group("shareholders", index, "contribution")
    if one.money is None or one.money.amount <= 0:
        words = say("Enter what %(name)s contributes: an amount above zero.", name=one.name)
        yield wrong(words, place, company_law("47"))
    elif one.money.currency != currency:
        yield wrong(
            say(
                "The capital is in %(currency)s. Enter this contribution in the same currency.",
                currency=currency,
            ),
            place,
        )
    if one.pay_by is not None:
        yield from _when(index, one.pay_by, today)
    if one.method == "in_kind":
        yield look(
            say(
                "%(name)s contributes in kind: it must be valued in money and transferable, and "
                "cannot be labour, credit, a personal name, goodwill, a franchise or mortgaged "
                "property.",
                name=one.name,
            ),
            in_group("shareholders", index, "method"),
            company_law("48"),
        )


def _when(index: int, pay_by: date, today: date) -> Iterator[Finding]:
    place = in_group("shareholders", index, "pay_by")
    latest = latest_payment(today)
    if pay_by > latest:
        yield wrong(
            say(
                "Contributions are paid within five years of the establishment. "
                "Choose %(latest)s or earlier.",
                latest=latest,
            ),
            place,
            company_law("47"),
        )
    elif pay_by < today:
        words = say("This day is past: only right if the contribution is paid already.")
        yield look(words, place, company_law("47"))

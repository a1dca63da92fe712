"""The capital and what each owner puts in by when.

Company Law art. 47: the capital of a limited company is what all shareholders subscribe, and it
is paid within five years of the establishment; art. 48: what may be put in instead of money.
Art. 97, 98: promoters of a joint-stock company take and pay all shares, or 35 % where others are
offered the rest.  Partnership Enterprise Law art. 14: partners agree what each contributes.

Source: domain/enterprise_services.yaml, ``capital_rules``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import money
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.findings import (
    company_law,
    in_group,
    in_order,
    look,
    partnership_law,
    wrong,
)
from servicedesk.enterprises.money import Money
from servicedesk.words import Words, say

PAY_WITHIN_YEARS: Final = 5
_GREATEST: Final = Decimal(10) ** 15  # beyond this it is a slip of the finger


@dataclass(frozen=True)
class Terms:
    """What a legal form asks of its capital."""

    group: str  # of those who contribute
    name: Words  # of what they make up together
    rule: Words  # where it is written that they do
    in_kind: Words | None  # where it is written what may be put in instead of money
    is_dated: bool = False  # paid within five years of the establishment


LIMITED: Final = Terms(
    "shareholders",
    say("registered capital"),
    company_law("47"),
    company_law("48"),
    is_dated=True,
)
_PARTNERS: Final = Terms("partners", say("total contribution"), partnership_law("14"), None)
TERMS: Final = {  # by key of org_forms.csv; the other forms are limited companies
    "jsc": Terms("shareholders", LIMITED.name, company_law("97, 98"), LIMITED.in_kind),
    "gp": _PARTNERS,
    "sgp": _PARTNERS,
    "lp": _PARTNERS,
}
OFFERING_LEAST: Final = Decimal(35)  # per cent of the shares that promoters take of an offering


@dataclass(frozen=True)
class Contribution:
    """What one owner subscribes."""

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


def apart(facts: Mapping[str, Any]) -> tuple[Money, Money] | None:
    """Return the capital and what the owners contribute together, where these two differ.

    >>> ten, six = ({"currency": "CNY", "amount": amount} for amount in ("10", "6"))
    >>> [str(one) for one in apart({"capital": ten, "shareholders": [{"contribution": six}]})]
    ['CNY 10.00', 'CNY 6.00']
    """
    whole = money.of_answer(facts.get("capital"))
    parts = [money.of_answer(one.get("contribution")) for one in facts.get("shareholders") or ()]
    known = [one for one in parts if one is not None]
    if whole is None or not known or len(known) < len(parts):
        return None
    if {one.currency for one in known} != {whole.currency}:
        return None
    together = sum(known[1:], known[0])
    return (whole, together) if together.amount != whole.amount else None


def findings(
    capital: Money | None,
    contributions: Sequence[Contribution],
    *,
    today: date,
    terms: Terms = LIMITED,
    is_offering: bool = False,
    part: Decimal | None = None,
) -> Sequence[Finding]:
    """Return whether the contributions make up the capital, in time.

    >>> from decimal import Decimal as D
    >>> half = Contribution("A", Money(D(50), "CNY"), date(2027, 1, 1), "cash")
    >>> found = findings(Money(D(100), "CNY"), [half], today=date(2026, 1, 1))
    >>> found[0].words.facts["missing"]
    {'currency': 'CNY', 'amount': '50'}

    Args:
        capital: as registered.
        contributions: of all owners; of an offering, of the promoters.
        today: the day of the application.
        terms: of the legal form.
        is_offering: others than the promoters take a part of the shares.
        part: of an offering, the per cent that the promoters say they take.
    """
    if capital is None or not 0 < capital.amount < _GREATEST:
        words = say("Enter the %(whole)s: an amount above zero.", whole=terms.name)
        return [wrong(words, "capital", terms.rule)]
    found = [
        finding
        for index, one in enumerate(contributions)
        for finding in _one(index, one, capital.currency, today, terms)
    ]
    if all(one.money and one.money.currency == capital.currency for one in contributions):
        zero = Money(Decimal(0), capital.currency)
        total = sum((one.money for one in contributions if one.money), zero)
        judged = _offered(capital, total, part) if is_offering else _sum(capital, total, terms)
        found = [*judged, *found]
    return found


def _sum(capital: Money, total: Money, terms: Terms) -> Iterator[Finding]:
    missing = capital - total
    if missing.amount:
        yield wrong(_missing(total, missing, terms), "capital", terms.rule)
    else:
        words = say(
            "The contributions make up the %(whole)s of %(amount)s.",
            whole=terms.name,
            amount=capital.fact,
        )
        yield in_order(words, "capital", terms.rule)


def _missing(total: Money, missing: Money, terms: Terms) -> Words:
    if missing.amount > 0:
        return say(
            "The contributions come to %(total)s; %(missing)s of the %(whole)s is missing. "
            "Mend either.",
            total=total.fact,
            missing=missing.fact,
            whole=terms.name,
        )
    return say(
        "The contributions come to %(total)s; that is %(over)s more than the %(whole)s. "
        "Mend either.",
        total=total.fact,
        over=Money(-missing.amount, missing.currency).fact,
        whole=terms.name,
    )


def _offered(capital: Money, total: Money, part: Decimal | None) -> Iterator[Finding]:
    """Yield whether the promoters of an offering pay what they take, and leave some to others."""
    least = max(part or OFFERING_LEAST, OFFERING_LEAST)
    paid = (total.amount * 100 / capital.amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    facts = {"total": total.fact, "percent": f"{least.normalize():f}%"}
    if total.amount >= capital.amount:
        words = say(
            "With an offering the promoters pay less than the whole capital; they pay %(total)s. "
            "Mend the amounts, or choose that they take all shares.",
            **facts,
        )
        yield wrong(words, "capital", company_law("97"))
    elif paid < least:
        words = say(
            "The promoters take %(percent)s of the shares or more and pay for them in full; "
            "%(total)s is less than that part of the capital. Mend the amounts.",
            **facts,
        )
        yield wrong(words, "capital", company_law("97, 98"))
    else:
        words = say("The promoters pay for %(percent)s of the capital or more.", **facts)
        yield in_order(words, "capital", company_law("97, 98"))


def _one(
    index: int, one: Contribution, currency: str, today: date, terms: Terms
) -> Iterator[Finding]:
    place = in_group(terms.group, index, "contribution")
    if one.money is None or one.money.amount <= 0:
        words = say("Enter what %(name)s contributes: an amount above zero.", name=one.name)
        yield wrong(words, place, terms.rule)
    elif one.money.currency != currency:
        yield wrong(
            say(
                "The %(whole)s is in %(currency)s. Enter this contribution in the same currency.",
                whole=terms.name,
                currency=currency,
            ),
            place,
        )
    if one.pay_by is not None:
        yield from _when(index, one.pay_by, today, terms)
    if one.method == "in_kind" and terms.in_kind is not None:
        yield look(
            say(
                "%(name)s contributes in kind: it must be valued in money and transferable, and "
                "cannot be labour, credit, a personal name, goodwill, a franchise or mortgaged "
                "property.",
                name=one.name,
            ),
            in_group(terms.group, index, "method"),
            terms.in_kind,
        )


def _when(index: int, pay_by: date, today: date, terms: Terms) -> Iterator[Finding]:
    place = in_group(terms.group, index, "pay_by")
    latest = latest_payment(today)
    if terms.is_dated and pay_by > latest:
        yield wrong(
            say(
                "Contributions are paid within five years of the establishment. "
                "Choose %(latest)s or earlier.",
                latest=latest,
            ),
            place,
            terms.rule,
        )
    elif pay_by < today:
        words = say("This day is past: only right if the contribution is paid already.")
        yield look(words, place, terms.rule)

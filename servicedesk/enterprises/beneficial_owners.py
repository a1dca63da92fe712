"""Who benefits in the end: the 25 % test, and the promise that frees small companies.

受益所有人信息管理办法 (E_BO): somebody with 25 % or more of the equity, the income or the
votes, or who controls the company.  Free by promise: capital up to CNY 10 million, all
shareholders natural persons, and nobody else controls or benefits.

Source: domain/enterprise_services.yaml, ``beneficial_owner``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import in_group, in_order, look, wrong
from servicedesk.enterprises.money import Money
from servicedesk.words import Words, say

HOME_CURRENCY: Final = "CNY"
_BY_SHARE: Final = frozenset(["equity", "benefit"])  # the others are control and management


@dataclass(frozen=True)
class Thresholds:
    """Settings of the service: from which share, and up to which capital free by promise."""

    percent: Decimal = Decimal(25)
    exempt_capital: Decimal = Decimal(10_000_000)  # CNY


@dataclass(frozen=True)
class Stake:
    """A shareholder and what part of the whole they hold."""

    name: str
    is_person: bool
    amount: Decimal


@dataclass(frozen=True)
class Beneficiary:
    """A beneficial owner as answered."""

    name: str
    basis: str  # equity, benefit, control, management
    percent: Decimal | None


def reaches(amount: Decimal, total: Decimal, percent: Decimal) -> bool:
    """Whether a part is ``percent`` of the whole or more, exactly.

    >>> reaches(Decimal("24.999999"), Decimal(100), Decimal(25))
    False
    >>> reaches(Decimal(1), Decimal(4), Decimal(25))
    True
    """
    return total > 0 and amount * 100 >= total * percent


def findings(
    capital: Money | None,
    stakes: Sequence[Stake],
    declared: Sequence[Beneficiary] | None,
    thresholds: Thresholds | None = None,
) -> Sequence[Finding]:
    """Return whether the exemption may be promised, or else whether nobody is missing.

    Args:
        capital: the registered capital.
        stakes: of all shareholders, in one currency.
        declared: the beneficial owners; None where the exemption is promised instead.
        thresholds: as set for the service; by default those of the source.
    """
    limits = thresholds or Thresholds()
    if declared is None:
        found = list(_exemption(capital, stakes, limits))
        words, place = say("The promise is possible: small capital, natural persons."), "bo_exempt"
    else:
        found = [*_list(stakes, declared, limits), *_percentages(declared, limits)]
        words = say("Everybody who directly holds %(percent)s or more is named.", **_said(limits))
        place = "beneficial_owners"
    if any(one.weight is Weight.WRONG for one in found):
        return found
    return [in_order(words, place, _rule()), *found]


def _exemption(
    capital: Money | None, stakes: Sequence[Stake], limits: Thresholds
) -> Iterator[Finding]:
    most = Money(limits.exempt_capital, HOME_CURRENCY)
    if capital is not None and capital.currency != HOME_CURRENCY:
        words = say(
            "The capital is not in CNY. An officer will look whether it is within %(most)s.",
            most=most.fact,
        )
        yield look(words, "bo_exempt", _rule())
    elif capital is not None and capital.amount > most.amount:
        words = say(
            "The promise is only for a capital up to %(most)s. Name the beneficial owners instead.",
            most=most.fact,
        )
        yield wrong(words, "bo_exempt", _rule())
    company = next((stake for stake in stakes if not stake.is_person), None)
    if company:
        yield wrong(
            say(
                "The promise is only for companies whose shareholders are all natural persons; "
                "%(name)s is not. Name the beneficial owners instead.",
                name=company.name,
            ),
            "bo_exempt",
            _rule(),
        )


def _list(
    stakes: Sequence[Stake], declared: Sequence[Beneficiary], limits: Thresholds
) -> Iterator[Finding]:
    if not declared:
        words = say("Name at least one beneficial owner.")
        yield wrong(words, "beneficial_owners", _rule())
        return
    total = sum((stake.amount for stake in stakes), Decimal(0))
    names = {_plain(one.name) for one in declared}
    for stake in stakes:
        if not reaches(stake.amount, total, limits.percent):
            continue
        if stake.is_person and _plain(stake.name) not in names:
            words = say(
                "%(name)s holds %(percent)s or more and is a beneficial owner. Add this person.",
                name=stake.name,
                **_said(limits),
            )
            yield wrong(words, "beneficial_owners", _rule())
        elif not stake.is_person:
            words = say(
                "%(name)s holds %(percent)s or more. Look through it: name the natural persons "
                "who in the end hold that much, or control it.",
                name=stake.name,
                **_said(limits),
            )
            yield look(words, "beneficial_owners", _rule())


def _percentages(declared: Sequence[Beneficiary], limits: Thresholds) -> Iterator[Finding]:
    for index, one in enumerate(declared):
        if one.basis in _BY_SHARE and one.percent is not None and one.percent < limits.percent:
            words = say(
                "Below %(percent)s %(name)s can be a beneficial owner only by control. Mend the "
                "figure or the reason.",
                name=one.name,
                **_said(limits),
            )
            yield wrong(words, in_group("beneficial_owners", index, "percent"), _rule())


def _said(limits: Thresholds) -> dict[str, object]:
    return {"percent": f"{limits.percent.normalize():f}%"}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _rule() -> Words:
    return say("Measures on beneficial owner information (2024)")

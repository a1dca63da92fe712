"""Who benefits in the end: the 25 % test, and the promise that frees small companies.

受益所有人信息管理办法 (E_BO): somebody with 25 % or more of the equity, the income or the
votes, or who controls the company.  Free by promise: capital up to CNY 10 million, all
shareholders natural persons, and nobody else controls or benefits.

Source: domain/enterprise_services.yaml, ``beneficial_owner``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import in_group, in_order, look, wrong
from servicedesk.enterprises.identities import identity
from servicedesk.enterprises.money import Money
from servicedesk.words import Words, say

HOME_CURRENCY: Final = "CNY"
EQUITY, MANAGEMENT = "equity", "management"
_BY_SHARE: Final = frozenset([EQUITY, "benefit"])  # the others are control and management
_HUNDREDTH: Final = Decimal("0.01")  # of a per cent: as exactly as shares are typed


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
    number: str = ""  # of the identity paper; empty where not answered


@dataclass(frozen=True)
class Beneficiary:
    """A beneficial owner as answered."""

    name: str
    basis: str  # equity, benefit, control, management
    percent: Decimal | None
    number: str = ""  # of the identity paper; empty where not answered


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
        found = [*_list(stakes, declared, limits), *_bases(declared, limits)]
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
    for stake in stakes:
        if not reaches(stake.amount, total, limits.percent):
            continue
        own = [index for index, one in enumerate(declared) if _is_same(one, stake)]
        if stake.is_person and not own:
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
    for index, one in enumerate(declared):
        direct = [stake.amount for stake in stakes if stake.is_person and _is_same(one, stake)]
        if direct and total:
            yield from _direct(index, one, sum(direct) * 100 / total, limits)


def _direct(index: int, one: Beneficiary, held: Decimal, limits: Thresholds) -> Iterator[Finding]:
    """Yield where somebody is said to have less than they hold themselves, or something else."""
    least = held.quantize(_HUNDREDTH, ROUND_DOWN)
    if held >= limits.percent and one.basis != EQUITY:
        words = say(
            "%(name)s holds %(least)s directly. Choose that as the reason.",
            name=one.name,
            least=_percent(least),
        )
        yield wrong(words, in_group("beneficial_owners", index, "basis"), _rule())
    elif one.basis == EQUITY and one.percent is not None and one.percent < least:
        words = say(
            "%(name)s holds %(least)s directly. Enter that or more.",
            name=one.name,
            least=_percent(least),
        )
        yield wrong(words, in_group("beneficial_owners", index, "percent"), _rule())


def _bases(declared: Sequence[Beneficiary], limits: Thresholds) -> Iterator[Finding]:
    """Yield where a reason stands without its figure, or beside one that it excludes."""
    owns = any(one.basis != MANAGEMENT for one in declared)
    for index, one in enumerate(declared):
        place = in_group("beneficial_owners", index, "percent")
        if one.basis in _BY_SHARE and one.percent is None:
            yield wrong(say("Enter the per cent of %(name)s.", name=one.name), place, _rule())
        elif one.basis in _BY_SHARE and one.percent is not None and one.percent < limits.percent:
            words = say(
                "Below %(percent)s %(name)s can be a beneficial owner only by control. Mend the "
                "figure or the reason.",
                name=one.name,
                **_said(limits),
            )
            yield wrong(words, place, _rule())
        elif one.basis == MANAGEMENT and owns:
            words = say(
                "Daily management is a reason only where nobody owns, benefits or controls. "
                "Remove %(name)s, or choose another reason.",
                name=one.name,
            )
            yield wrong(words, in_group("beneficial_owners", index, "basis"), _rule())


def _is_same(one: Beneficiary, stake: Stake) -> bool:
    if one.number and stake.number:
        return identity(one.number, "") == identity(stake.number, "")
    return identity("", one.name) == identity("", stake.name)


def _said(limits: Thresholds) -> dict[str, object]:
    return {"percent": _percent(limits.percent)}


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}%"


def _rule() -> Words:
    return say("Measures on beneficial owner information (2024)")

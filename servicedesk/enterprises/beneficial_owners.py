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

THRESHOLD: Final = Decimal("0.25")
EXEMPT_CAPITAL: Final = Money(Decimal(10_000_000), "CNY")


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
    basis: str  # equity, income or votes, control
    percent: Decimal | None


def reaches_threshold(amount: Decimal, total: Decimal) -> bool:
    """Whether a part is 25 % of the whole or more, exactly.

    >>> reaches_threshold(Decimal("24.999999"), Decimal(100)), reaches_threshold(1, 4)
    (False, True)
    """
    return total > 0 and amount >= total * THRESHOLD


def findings(
    capital: Money | None,
    stakes: Sequence[Stake],
    *,
    promises_exemption: bool,
    declared: Sequence[Beneficiary],
) -> Sequence[Finding]:
    """Return whether the exemption may be promised, or else whether nobody is missing."""
    found = list(_exemption(capital, stakes) if promises_exemption else _list(stakes, declared))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("Everybody who holds a quarter or more directly is named as a beneficial owner.")
    if promises_exemption:
        words = say("The conditions for the exemption promise that we can see are met.")
    place = "bo_exempt" if promises_exemption else "beneficial_owners"
    return [in_order(words, place, _rule()), *found]


def _exemption(capital: Money | None, stakes: Sequence[Stake]) -> Iterator[Finding]:
    if capital is not None and capital.currency != EXEMPT_CAPITAL.currency:
        words = say(
            "The capital is not in CNY. An officer will look whether it is within CNY 10 million."
        )
        yield look(words, "bo_exempt", _rule())
    elif capital is not None and capital.amount > EXEMPT_CAPITAL.amount:
        words = say(
            "The exemption ends at a capital of CNY 10 million. Name the beneficial owners instead."
        )
        yield wrong(words, "bo_exempt", _rule())
    company = next((stake for stake in stakes if not stake.is_person), None)
    if company:
        yield wrong(
            say(
                "The exemption asks that all shareholders are natural persons; %(name)s is not. "
                "Name the beneficial owners instead.",
                name=company.name,
            ),
            "bo_exempt",
            _rule(),
        )


def _list(stakes: Sequence[Stake], declared: Sequence[Beneficiary]) -> Iterator[Finding]:
    if not declared:
        words = say("Name at least one beneficial owner.")
        yield wrong(words, "beneficial_owners", _rule())
        return
    total = sum((stake.amount for stake in stakes), Decimal(0))
    names = {_plain(one.name) for one in declared}
    for stake in stakes:
        if not reaches_threshold(stake.amount, total):
            continue
        if stake.is_person and _plain(stake.name) not in names:
            yield wrong(
                say(
                    "%(name)s holds a quarter or more and is a beneficial owner. Add this person.",
                    name=stake.name,
                ),
                "beneficial_owners",
                _rule(),
            )
        elif not stake.is_person:
            yield look(
                say(
                    "%(name)s holds a quarter or more. Look through it: name the natural persons "
                    "who hold a quarter or more in the end, or control it.",
                    name=stake.name,
                ),
                "beneficial_owners",
                _rule(),
            )
    yield from _percentages(declared)


def _percentages(declared: Sequence[Beneficiary]) -> Iterator[Finding]:
    for index, one in enumerate(declared):
        if one.basis != "control" and one.percent is not None and one.percent < THRESHOLD * 100:
            yield wrong(
                say(
                    "With less than a quarter %(name)s is a beneficial owner only by control. Mend the figure "
                    "or the basis.",
                    name=one.name,
                ),
                in_group("beneficial_owners", index, "percent"),
                _rule(),
            )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _rule() -> Words:
    return say("Measures on beneficial owner information (2024)")

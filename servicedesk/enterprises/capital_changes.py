"""Whether capital and contributions are changed as the kind of change allows: up, down, or not.

Pure.  What is answered is set against what the register says.  Equity goes from one owner to
another by a transfer alone (Company Law art. 84), so that with an increase nobody's part gets
smaller, and with a reduction, about which creditors are told (art. 224), nobody's gets greater.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import answers, equity, money
from servicedesk.enterprises.findings import company_law, in_group, in_order, look, wrong
from servicedesk.enterprises.money import Money
from servicedesk.enterprises.standing import LIMITED
from servicedesk.words import Words, say

_GROUP: Final = "shareholders"
_TRANSFERS: Final = company_law("84")

Answers = Mapping[str, Any]
Compare = Callable[[Decimal, Decimal], bool]


@dataclass(frozen=True)
class Way:
    """How a kind of change may move the capital, and what each owner contributes."""

    capital: Compare  # (before, after) -> is it allowed
    part: Compare  # of one owner
    capital_words: Words  # takes ``before``
    part_words: Words  # takes ``name``, ``before``
    may_join: bool = False
    leave: Callable[..., Finding] = wrong  # what is found of who is not named any more
    rule: Words = _TRANSFERS


RAISED: Final = Way(
    capital=lambda before, after: after > before,
    part=lambda before, after: after >= before,
    capital_words=say(
        "The registered capital is %(before)s. With an increase it is more afterwards; for less, "
        "use the service “Reduce the registered capital”."
    ),
    part_words=say(
        "%(name)s is registered with %(before)s. With an increase nobody’s contribution gets "
        "smaller; for a transfer, use the service “Change the shareholders”."
    ),
    may_join=True,
)
LOWERED: Final = Way(
    capital=lambda before, after: after < before,
    part=lambda before, after: after <= before,
    capital_words=say(
        "The registered capital is %(before)s. With a reduction it is less afterwards; for more, "
        "use the service “Increase the registered capital”."
    ),
    part_words=say(
        "%(name)s is registered with %(before)s. With a reduction nobody’s contribution gets "
        "greater; for a transfer, use the service “Change the shareholders”."
    ),
    leave=look,
    rule=company_law("224"),
)
KEPT: Final = Way(
    capital=lambda before, after: after == before,
    part=lambda before, after: after == before,
    capital_words=say(
        "The registered capital is %(before)s and is not changed by a filing. Enter it as it is, "
        "or use the service that increases or reduces it."
    ),
    part_words=say(
        "%(name)s is registered with %(before)s. A filing changes only how and by when it is paid."
    ),
)
CONVERTED: Final = Way(
    capital=lambda before, after: after >= before,
    part=lambda before, after: after >= before,
    capital_words=say(
        "The registered capital is %(before)s. A change of type does not make it less; use the "
        "service “Reduce the registered capital” first."
    ),
    part_words=say(
        "%(name)s is registered with %(before)s. With a change of type nobody’s contribution gets "
        "smaller; for a transfer, use the service “Change the shareholders”."
    ),
    may_join=True,
)


def findings(facts: Mapping[str, Any], given: Answers, way: Way) -> Sequence[Finding]:
    """Return whether what is answered may follow what the register says.

    >>> million = {"currency": "CNY", "amount": "1000000"}
    >>> [one.place for one in findings({"capital": million}, {"capital": million}, RAISED)]
    ['capital']

    Args:
        facts: of the enterprise, as the register has them.
        given: the answers: ``capital`` and ``shareholders``, as they are afterwards.
        way: how they may be changed.
    """
    before, after = money.of_answer(facts.get("capital")), answers.capital(given)
    if before is None or after is None:
        return []
    if before.currency != after.currency:
        words = say(
            "The registered capital is in %(currency)s. Enter it in the same currency.",
            currency=before.currency,
        )
        return [wrong(words, "capital")]
    found = [*_capital(before, after, way), *_owners(facts, given, way)]
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("Compared with the register: the capital was %(before)s.", before=before.fact)
    return [in_order(words, "capital"), *found]


def _capital(before: Money, after: Money, way: Way) -> Iterator[Finding]:
    if not way.capital(before.amount, after.amount):
        yield wrong(replace(way.capital_words, facts={"before": before.fact}), "capital", way.rule)


def _owners(facts: Mapping[str, Any], given: Answers, way: Way) -> Iterator[Finding]:
    """Yield who is not named any more, who is not registered, and whose part may not change so."""
    if facts.get("org_form") not in LIMITED:  # of others not all owners are registered
        return
    registered = facts.get("shareholders") or []
    cards = answers.cards(given, _GROUP)
    places = answers.registered_as(given, registered)
    for at, label in enumerate(equity.labels(registered)):
        if at not in places:
            yield _gone(label, way)
    for number, (card, place) in enumerate(zip(cards, places, strict=True)):
        if place is not None:
            yield from _part(registered[place], card, number, way)
        elif not (way.may_join and card.get("is_new") is True):
            yield _stranger(card, number, way)


def _gone(label: str, way: Way) -> Finding:
    words = say(
        "%(name)s is registered as a shareholder and is not named. Name every shareholder; who "
        "gives the whole part to others does so with the service “Change the shareholders”.",
        name=label,
    )
    if way.leave is look:
        words = say(
            "%(name)s is registered as a shareholder and is not named: only right if the "
            "resolution says that they leave with the reduction.",
            name=label,
        )
    return way.leave(words, _GROUP, way.rule)


def _part(owner: Mapping[str, Any], card: Answers, number: int, way: Way) -> Iterator[Finding]:
    before, after = equity.held(owner), money.of_answer(card.get("contribution"))
    if before is None or after is None or before.currency != after.currency:
        return
    if not way.part(before.amount, after.amount):
        words = replace(way.part_words, facts={"name": owner["name"], "before": before.fact})
        yield wrong(words, in_group(_GROUP, number, "contribution"), way.rule)


def _stranger(card: Answers, number: int, way: Way) -> Finding:
    facts = {"name": answers.text(card, "full_name")}
    words = say(
        "%(name)s is not registered as a shareholder. Who joins does so with the increase of "
        "capital or the change of shareholders.",
        **facts,
    )
    if way.may_join:
        words = say(
            "%(name)s is not registered as a shareholder. Mend the name, or say that they join.",
            **facts,
        )
    return wrong(words, in_group(_GROUP, number, "full_name"), way.rule)

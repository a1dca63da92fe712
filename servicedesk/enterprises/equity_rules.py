"""Whether equity may go over as answered: set against who is registered with what.

Pure.  Company Law art. 42 (how many shareholders), 84 (transfers); investment from abroad makes a
foreign-invested company, to which some business is not open (外商投资法 art. 2, 28).

Source: domain/org_forms.csv, enterprise_services.yaml ``fie_rules``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import answers, coherence, equity, public_facts, reference
from servicedesk.enterprises.equity import Facts, Outcome, Owners, Problem, Transfer
from servicedesk.enterprises.findings import (
    company_law,
    foreign_investment_law,
    in_group,
    in_order,
    look,
    registration_rules,
    wrong,
)
from servicedesk.enterprises.money import Money
from servicedesk.words import Text, Words, say

_TRANSFERS: Final = "transfers"
_JOINING: Final = "new_shareholders"

Answers = Mapping[str, Any]


def findings(facts: Facts, given: Answers, outcome: Outcome) -> Sequence[Finding]:
    """Return whether the transfers may be carried out, and what the company is afterwards.

    Args:
        facts: of the enterprise, as the register has them.
        given: the answers; who joins may not have been asked yet.
        outcome: of the transfers.
    """
    found = [
        *_carried_out(facts, answers.transfers(given), outcome),
        *_parties(facts, given),
        *_joining(facts, given),
    ]
    if any(one.weight is Weight.WRONG for one in found):
        return found
    total, found = len(outcome.owners), [*found, *_afterwards(facts, given, outcome.owners)]
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say(
        "By the register everybody holds what they transfer; shareholders afterwards: %(count)s.",
        count=total,
    )
    return [in_order(words, _TRANSFERS, company_law("84")), *found]


def fit(facts: Mapping[str, Any], count: int, place: str) -> Iterator[Finding]:
    """Yield that the form of the company does not have as many shareholders."""
    form = reference.org_forms().get(str(facts.get("org_form")))
    if form is None or form.owners_max is None or form.owners_min <= count <= form.owners_max:
        return
    words = say(
        "Shareholders afterwards: %(count)s. The form %(form)s has %(most)s at most. Change the "
        "type of the company first.",
        count=count,
        form=form.name,
        most=form.owners_max,
    )
    yield wrong(words, place, company_law("42, 60"))


def from_abroad(
    facts: Mapping[str, Any], joining: Sequence[tuple[Facts, str]], after: Owners, given: Answers
) -> Iterator[Finding]:
    """Yield what follows where an owner from abroad joins.

    Args:
        facts: of the enterprise, as the register has them.
        joining: who joins, each with the place where it was answered.
        after: all owners afterwards.
        given: the answers: on what grounds business is open that mostly is not.
    """
    foreign = [(one, place) for one, place in joining if public_facts.is_from_abroad(one)]
    if not foreign:
        return
    if not public_facts.is_foreign(facts):
        words = say(
            "With %(name)s, from abroad, the company becomes foreign-invested: form and type "
            "change with it, and the investment is reported.",
            name=foreign[0][0]["name"],
        )
        yield look(words, foreign[0][1], foreign_investment_law("2, 34"))
    is_wholly = all(public_facts.is_from_abroad(one) for one in after)
    for code in facts.get("scope") or []:
        yield from _bar(code, given, is_wholly=is_wholly)


def _carried_out(
    facts: Facts, transfers: Sequence[Transfer], outcome: Outcome
) -> Iterator[Finding]:
    registered = facts.get("shareholders") or []
    rows = zip(transfers, outcome.problems, outcome.held, strict=True)
    for number, (one, problem, holds) in enumerate(rows):
        if problem is not None:
            key, tell = _WORDS[problem]
            words = tell(one, registered, holds)
            yield wrong(words, in_group(_TRANSFERS, number, key), company_law("84"))


def _unknown(name: str, registered: Owners) -> Words:
    listed = equity.labels(registered)
    return say(
        "%(name)s is not registered as a shareholder. Registered are: %(names)s.",
        name=name,
        names=Text(", ".join(listed), "、".join(listed)),
    )


def _unclear(name: str, registered: Owners) -> Words:
    places = equity.meant(registered, name)
    listed = [equity.labels(registered)[at] for at in places]
    return say(
        "Several shareholders are called %(name)s. Write which one, in the order of the register: "
        "%(names)s.",
        name=name,
        names=Text(", ".join(listed), "、".join(listed)),
    )


def _not_known(one: Transfer, registered: Owners, holds: Money | None) -> Words:  # noqa: ARG001
    return say(
        "The register does not say how much both hold. Ask the registrar to enter it before this "
        "application."
    )


def _currency(one: Transfer, registered: Owners, holds: Money | None) -> Words:  # noqa: ARG001
    return say(
        "What %(name)s holds is registered in %(currency)s. Enter the part that is transferred in "
        "the same currency.",
        name=one.seller,
        currency=holds.currency if holds else "",
    )


def _too_much(one: Transfer, registered: Owners, holds: Money | None) -> Words:  # noqa: ARG001
    return say(
        "%(name)s holds %(held)s and cannot transfer %(amount)s.",
        name=one.seller,
        held=holds.fact if holds else None,
        amount=one.amount.fact if one.amount else None,
    )


_Tell = Callable[[Transfer, Owners, Money | None], Words]
_WORDS: Final[Mapping[Problem, tuple[str, _Tell]]] = {
    Problem.SELLER_UNKNOWN: ("seller", lambda one, registered, _: _unknown(one.seller, registered)),
    Problem.SELLER_UNCLEAR: ("seller", lambda one, registered, _: _unclear(one.seller, registered)),
    Problem.BUYER_UNKNOWN: ("buyer", lambda one, registered, _: _unknown(one.buyer, registered)),
    Problem.BUYER_UNCLEAR: ("buyer", lambda one, registered, _: _unclear(one.buyer, registered)),
    Problem.SAME: ("buyer", lambda *_: say("Who gives and who takes are the same.")),
    Problem.NO_AMOUNT: ("contribution", lambda *_: say("Enter an amount above zero.")),
    Problem.NOT_KNOWN: ("contribution", _not_known),
    Problem.CURRENCY: ("contribution", _currency),
    Problem.TOO_MUCH: ("contribution", _too_much),
}


def _parties(facts: Facts, given: Answers) -> Iterator[Finding]:
    """Yield that the register has a person as who gives or takes, or a body.

    The tax of a person who gives is to be settled; for a body somebody else confirms.
    """
    registered = facts.get("shareholders") or []
    cards = enumerate(answers.cards(given, _TRANSFERS))
    for (number, card), key in product(cards, ("seller", "buyer")):
        name, said = answers.text(card, key), answers.text(card, f"{key}_party")
        places = equity.meant(registered, name)
        kind = registered[places[0]].get("kind") if len(places) == 1 else None
        if kind and said not in {"", kind}:
            words = say("The register has %(name)s as a person. Mend the answer.", name=name)
            if kind != answers.PERSON:
                words = say(
                    "The register has %(name)s as an organisation. Mend the answer.", name=name
                )
            yield wrong(words, in_group(_TRANSFERS, number, f"{key}_party"))


def _joining(facts: Facts, given: Answers) -> Iterator[Finding]:
    """Yield who joins without having been described, or is described without taking anything."""
    if _JOINING not in given:
        return
    registered = facts.get("shareholders") or []
    taking = [one.buyer for one in answers.transfers(given) if _joins(one, registered)]
    described = [answers.text(card, "full_name") for card in answers.cards(given, _JOINING)]
    for name in taking:
        if not any(equity.is_same_name(name, one) for one in described):
            words = say("Describe %(name)s, who joins, among the new shareholders.", name=name)
            yield wrong(words, _JOINING)
    for number, name in enumerate(described):
        if not any(equity.is_same_name(name, one) for one in taking):
            words = say("No transfer is to %(name)s. Mend the name, or remove it.", name=name)
            yield wrong(words, in_group(_JOINING, number, "full_name"))
    for name, times in Counter(described).items():
        if times > 1:
            words = say(
                "Two new shareholders are called %(name)s. Apply for one after the other.",
                name=name,
            )
            yield wrong(words, _JOINING)


def _joins(one: Transfer, registered: Owners) -> bool:
    return one.buyer_kind == equity.NEW or not equity.meant(registered, one.buyer)


def _afterwards(facts: Facts, given: Answers, owners: Owners) -> Iterator[Finding]:
    """Yield whether the company may be what it becomes."""
    yield from fit(facts, len(owners), _TRANSFERS)
    if len(owners) == 1 < len(facts.get("shareholders") or []):
        words = say(
            "One shareholder is left, who decides in writing from then on. Ask for the change of "
            "company type as well."
        )
        yield look(words, _TRANSFERS, company_law("60"))
    yield from _sum(facts, owners)
    described = [
        (_as_owner(card), in_group(_JOINING, number, "country"))
        for number, card in enumerate(answers.cards(given, _JOINING))
    ]
    yield from from_abroad(facts, described, owners, given)


def _sum(facts: Facts, owners: Owners) -> Iterator[Finding]:
    """Yield that contributions and capital do not agree: so it was in the register before."""
    found = coherence.apart(facts.get("capital"), owners)
    if found is not None:
        words = say(
            "In the register contributions come to %(total)s and the capital is %(capital)s. The "
            "registrar puts that right.",
            total=found[1].fact,
            capital=found[0].fact,
        )
        yield look(words, _TRANSFERS, company_law("47"))


def _as_owner(card: Answers) -> Facts:
    return {"name": answers.text(card, "full_name"), "country": answers.text(card, "country")}


def _bar(code: str, given: Answers, *, is_wholly: bool) -> Iterator[Finding]:
    """Yield that business the company has is not open with this owner, or on which ground it is."""
    bar = reference.foreign_bars().get(code)
    if bar is None or bar.ground not in given:
        return  # or not asked yet
    phrase, ground = reference.scope_phrases()[code].name, answers.text(given, bar.ground)
    facts = {"phrase": phrase, "bar": bar.words}
    if ground not in bar.open or (ground in bar.joint and is_wholly):
        words = say(
            "“%(phrase)s”, in the scope of the company, is not open to investment from abroad: "
            "%(bar)s Have it taken out of the scope first, or choose the ground on which it is "
            "open.",
            **facts,
        )
        yield wrong(words, bar.ground, foreign_investment_law("28"))
    else:
        yield look(say("“%(phrase)s”: %(bar)s", **facts), bar.ground, foreign_investment_law("28"))


def everybody_named(registered: Owners, names: Sequence[str], group: str) -> Iterator[Finding]:
    """Yield who is registered and not named, and who is named and not registered.

    Args:
        registered: all owners; empty where the register does not know them.
        names: as they were answered.
        group: whose answers they are, by ``full_name``.
    """
    if not registered:
        return
    places, labels = equity.pair(registered, names), equity.labels(registered)
    for at, label in enumerate(labels):
        if at not in places:
            words = say("%(name)s is registered as an investor and is not named.", name=label)
            yield wrong(words, group, registration_rules("33"))
    for number, (name, place) in enumerate(zip(names, places, strict=True)):
        if place is None:
            words = say(
                "%(name)s is not registered as an investor. Registered are: %(names)s.",
                name=name,
                names=Text(", ".join(labels), "、".join(labels)),
            )
            yield wrong(words, in_group(group, number, "full_name"), registration_rules("33"))

"""Where the facts of one enterprise contradict each other: a table of rules.

Pure.  Applications are judged by what is answered; this is for what is entered without one, by
the import or a correction of the registrar.  Company Law (L_CL) art. 42 and 60 (how many owners),
47 (the capital is what all subscribe), 76 (directors and senior managers are no supervisors).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import money, reference
from servicedesk.enterprises.money import Money
from servicedesk.words import Words, say

Facts = Mapping[str, Any]


def faults(facts: Facts) -> Iterator[tuple[str, Words]]:
    """Yield what is wrong: the fact to put right, and what to do.

    >>> facts = {"org_form": "llc", "capital": {"currency": "CNY", "amount": "0"}}
    >>> [fact for fact, _ in faults(facts)]
    ['capital']
    """
    for fact, rule in _RULES:
        words = rule(facts)
        if words is not None:
            yield fact, words


def brought(before: Facts, after: Facts) -> Words | None:
    """Return what would be wrong afterwards that was not before; None: nothing."""
    known = list(faults(before))
    return next((fault[1] for fault in faults(after) if fault not in known), None)


def subscribed(owners: Sequence[Facts]) -> Money | None:
    """Return what all owners together contribute; None: it is not told of all, in one currency."""
    parts = [money.of_answer(one.get("contribution")) for one in owners]
    known = [one for one in parts if one is not None]
    if not known or len(known) < len(parts) or len({one.currency for one in known}) > 1:
        return None
    return Money(sum((one.amount for one in known), Decimal(0)), known[0].currency)


def apart(capital: Any, owners: Sequence[Facts]) -> tuple[Money, Money] | None:  # noqa: ANN401
    """Return the capital, a fact, and what all contribute, where these differ.

    None also where it cannot be said: a capital in yuan may be subscribed in dollars.
    """
    whole, total = money.of_answer(capital), subscribed(owners)
    if whole is None or total is None or total == whole or total.currency != whole.currency:
        return None
    return whole, total


def owners_of(facts: Facts) -> Sequence[Facts]:
    """Return the owners that the register names."""
    return facts.get("shareholders") or ()


def _nothing(facts: Facts) -> Words | None:
    capital = money.of_answer(facts.get("capital"))
    return say("The capital must be more than 0.") if capital and capital.amount <= 0 else None


def _sum(facts: Facts) -> Words | None:
    found = apart(facts.get("capital"), owners_of(facts))
    if found is None:
        return None
    return say(
        "The contributions come to %(total)s and the capital is %(capital)s.",
        total=found[1].fact,
        capital=found[0].fact,
    )


def _owners(facts: Facts) -> Words | None:
    form, count = reference.org_forms().get(str(facts.get("org_form"))), len(owners_of(facts))
    if form is None or form.owners_max is None or count <= form.owners_max:
        return None
    return say(
        "The form %(form)s has %(most)s owners at most; these are %(count)s.",
        form=form.name,
        most=form.owners_max,
        count=count,
    )


def _supervisors(facts: Facts) -> Words | None:
    officers = {one["name"] for one in facts.get("officers") or ()}
    both = next((name for name in facts.get("supervisors") or () if name in officers), None)
    if both is None:
        return None
    return say(
        "Directors and senior managers cannot be supervisors. Name somebody other than %(name)s.",
        name=both,
    )


_RULES: Final[Sequence[tuple[str, Callable[[Facts], Words | None]]]] = (
    ("capital", _nothing),
    ("shareholders", _owners),
    ("shareholders", _sum),
    ("supervisors", _supervisors),
)

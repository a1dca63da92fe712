"""Branches without a licence of their own: their addresses, noted on the licence of the parent.

Pure.  北京市优化营商环境条例 (L_BJ) art. 13(6).  Of each the facts say the address, and the place
of the park where it is one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from servicedesk.enterprises import answers, equity, public_facts
from servicedesk.words import Text

Facts = dict[str, Any]

NOTE_BRANCH: Final = "note_branch"
UNNOTE_BRANCH: Final = "unnote_branch"
_NOTED: Final = {"register_branch": NOTE_BRANCH, "deregister_branch": UNNOTE_BRANCH}
FACT: Final = "branch_addresses"


def entries(facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return what the facts say of each noted branch, in the order in which they came."""
    return facts.get(FACT) or ()


def noted(facts: Mapping[str, Any], address: Text, unit: str | None) -> Facts:
    """Return the facts with one more noted branch; ``unit``: its place of the park, if any."""
    place = {"unit": unit} if unit else {}
    return {**facts, FACT: [*entries(facts), public_facts.both(address) | place]}


def labels(facts: Mapping[str, Any]) -> list[str]:
    """Return what each noted branch is called among them: its address."""
    return equity.labels([{"name": one["zh"]} for one in entries(facts)])


def without(facts: Mapping[str, Any], label: str) -> Facts:
    """Return the facts without the noted branch that is called so among ``labels``."""
    called = zip(labels(facts), entries(facts), strict=True)
    left = [one for its, one in called if its != label]
    return {**facts, FACT: left or None}


def kind_of(effect: str, given: Mapping[str, Any]) -> str:
    """Return which kind of filing an application with this effect asks for.

    >>> kind_of("deregister_branch", {"licence_way": "noted"})
    'unnote_branch'
    """
    is_noted = answers.text(given, "licence_way") == "noted"
    return _NOTED.get(effect, effect) if is_noted else effect

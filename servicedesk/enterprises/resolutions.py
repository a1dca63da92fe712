"""Who decides for a company, and whom equity is offered first, by how many own it.

Pure.  Company Law art. 60: who owns a company alone decides in writing, without a meeting; several
meet, and what changes the articles takes two thirds of the votes (art. 66).  Art. 84: the other
shareholders are told before equity goes to an outsider.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises.findings import company_law, wrong
from servicedesk.enterprises.legal_forms import JOINT_STOCK
from servicedesk.enterprises.standing import LIMITED
from servicedesk.words import say

MEETING, SOLE, ALONE = "meeting", "sole", "alone"  # answers
_SINGLE: Final = 1

Facts = Mapping[str, Any]


def decided(facts: Facts, said: str, place: str) -> Iterator[Finding]:
    """Yield that another one decides for a company with these owners than was answered.

    >>> two = {"org_form": "llc", "shareholders": [{"name": "A"}, {"name": "B"}]}
    >>> [one.place for one in decided(two, "sole", "decided_by")]
    ['decided_by']
    >>> list(decided(two, "meeting", "decided_by"))
    []
    """
    total = _owners(facts)
    if said == SOLE and total > _SINGLE:
        words = say(
            "By the register the company has %(count)s shareholders, and none decides alone. "
            "Choose who decided.",
            count=total,
        )
        yield wrong(words, place, company_law("60, 66"))
    elif said == MEETING and total == _SINGLE and facts.get("org_form") in LIMITED:
        words = say(
            "By the register the company has one shareholder, %(name)s, who decides in writing. "
            "Choose the sole shareholder.",
            name=facts["shareholders"][0]["name"],
        )
        yield wrong(words, place, company_law("60"))


def offered_first(facts: Facts, said: str, place: str) -> Iterator[Finding]:
    """Yield that there are others to offer the equity first, where it was said that there are none.

    >>> two = {"org_form": "llc", "shareholders": [{"name": "A"}, {"name": "B"}]}
    >>> [one.place for one in offered_first(two, "alone", "waiver")]
    ['waiver']
    """
    total = _owners(facts)
    if said == ALONE and total > _SINGLE:
        words = say(
            "By the register the company has %(count)s shareholders. The others are told in "
            "writing and may take the equity first. Choose what they answered.",
            count=total,
        )
        yield wrong(words, place, company_law("84"))


def _owners(facts: Facts) -> int:
    """Return how many own the company; 0 where it is none, or nobody knows them."""
    is_company = facts.get("org_form") in {*LIMITED, JOINT_STOCK}
    return len(facts.get("shareholders") or []) if is_company else 0

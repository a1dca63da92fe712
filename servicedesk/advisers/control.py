"""Who controls which companies: as is stated, or by more than half of the votes.

Who has more than half of the votes of a company passes its resolutions (公司法 art. 66) and so
decides how it votes elsewhere: the votes of companies that somebody controls count together
with their own.  Control that is stated may be shared with others: each of them has it.

Pure: keys and fractions, nothing else.
Source: domain/enterprise_services.yaml, ``beneficial_owner.criteria`` and ``resolutions``.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from servicedesk.advisers.shares import NOTHING, Net

HALF: Final = Fraction(1, 2)
Stated = Mapping[str, Collection[str]]  # company -> who is said to control it


@dataclass(frozen=True)
class Step:
    """How a company comes to be controlled."""

    owners: tuple[str, ...]  # by one, or by several that the same party controls
    company: str
    votes: Fraction | None = None  # what they have of them together; None: control is stated


def controlled(parties: Sequence[str], votes: Net, stated: Stated) -> dict[str, Step]:
    """Return every company that ``parties`` together control, in the order they come to it.

    >>> list(controlled(["p"], {"t": {"a": HALF, "p": HALF}, "a": {}}, {"a": ["p"]}))
    ['a', 't']

    Args:
        parties: who act together.
        votes: of every company, also of one of which no votes are known.
        stated: which control is known beside the votes.
    """
    mine, steps = set(parties), dict[str, Step]()
    for _ in range(len(votes) + 1):
        found = [
            step
            for company in votes
            if company not in mine and (step := _step(company, mine, votes, stated))
        ]
        if not found:
            break
        steps.update({step.company: step for step in found})
        mine.update(step.company for step in found)
    return steps


def way_to(company: str, steps: Mapping[str, Step]) -> tuple[Step, ...]:
    """Return those of ``steps`` by which ``company`` comes to be controlled, from above."""
    needed = [company]
    for key in needed:
        owners = steps[key].owners if key in steps else ()
        needed.extend(owner for owner in owners if owner not in needed)
    return tuple(step for key, step in steps.items() if key in needed)


def _step(company: str, mine: AbstractSet[str], votes: Net, stated: Stated) -> Step | None:
    by_word = next((one for one in stated.get(company, ()) if one in mine), None)
    if by_word is not None:
        return Step((by_word,), company)
    have = [(-share, owner) for owner, share in votes[company].items() if owner in mine]
    owners, together = [], NOTHING
    for share, owner in sorted(have):  # no more of them than it takes
        owners.append(owner)
        together -= share
        if together > HALF:
            return Step(tuple(owners), company, together)
    return None

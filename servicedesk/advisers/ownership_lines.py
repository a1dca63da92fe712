"""Lines that say who has what in which company, and what is wrong with them.

Pure: no database, no web.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Final

from servicedesk.advisers import shares, tables
from servicedesk.advisers.shares import NOTHING, WHOLE, Net
from servicedesk.catalogue.definition import Page
from servicedesk.words import Words, say

MOST_PARTIES: Final = 50
NOBODY: Final = " "  # whoever has what nobody is named for; ``same`` returns no such name


class Right(StrEnum):
    """What somebody has in a company."""

    EQUITY = "equity"
    INCOME = "income"
    VOTES = "votes"
    CONTROL = "control"
    MANAGEMENT = "management"


BY_SHARE: Final = (Right.EQUITY, Right.INCOME, Right.VOTES)


@dataclass(frozen=True)
class Holding:
    """One line: somebody has something in a company."""

    owner: str
    is_person: bool
    owned: str
    right: Right
    share: Fraction | None = None  # of the whole; None for control and management


@dataclass(frozen=True)
class Fault:
    """What is wrong with the lines; ``line`` is the place of one of them, from 0."""

    words: Words
    line: int | None = None
    field: str = "owner"


@cache
def page() -> Page:
    """Return the questions."""
    return tables.page(tables.table("ownership"))


def holdings(answers: Mapping[str, Any]) -> list[Holding]:
    """Return the lines that were answered; one without a company is of the company itself."""
    return [
        Holding(
            owner=one["owner"],
            is_person=one["party"] == "person",
            owned=one.get("owned") or answers["company"],
            right=Right(one["right"]),
            share=Fraction(str(one["percent"])) / 100 if "percent" in one else None,
        )
        for one in answers["holdings"]
    ]


def same(name: str) -> str:
    """Return what two ways to write one name have in common.

    >>> same(" Ａcme  Ltd ") == same("acme ltd")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def faults(company: str, holdings: Sequence[Holding]) -> list[Fault]:
    """Return what keeps the lines from being worked out.

    Args:
        company: whose owners are sought.
        holdings: the lines, in the order of the form.
    """
    parties = {same(company), *(same(name) for one in holdings for name in (one.owner, one.owned))}
    if len(parties) > MOST_PARTIES:
        words = say("Name at most %(most)s persons and companies.", most=MOST_PARTIES)
        return [Fault(words)]
    found = [*_each_line(company, holdings), *_sums(holdings)]
    if found:
        return found
    if not any(same(one.owned) == same(company) for one in holdings):
        words = say("Say who holds what in %(company)s itself.", company=company)
        return [Fault(words)]
    return list(_closed_rings(company, holdings))


def net_of(company: str, holdings: Sequence[Holding], right: Right) -> Net:
    """Return who has how much of ``right`` in each company; ``NOBODY`` has what is left.

    Where nothing is said of it, as much as of the equity; where it is said of some, the others
    share what is left as they share the equity.
    """
    equity, stated = _lines(holdings, Right.EQUITY), _lines(holdings, right)
    owned = [same(company), *(same(one.owned) for one in holdings)]
    owners = [same(one.owner) for one in holdings if not one.is_person]
    return {
        key: _filled_up(stated.get(key, {}), _whole(equity.get(key, {})))
        for key in dict.fromkeys([*owned, *owners])
    }


def stated_control(holdings: Sequence[Holding]) -> dict[str, list[str]]:
    """Return of each company who is said to control it, alone or with others."""
    found: dict[str, list[str]] = {}
    for one in holdings:
        if one.right is Right.CONTROL:
            found.setdefault(same(one.owned), []).append(same(one.owner))
    return found


def names_of(company: str, holdings: Sequence[Holding]) -> Mapping[str, str]:
    """Return each party's name as it was first written."""
    names = {same(company): company}
    for one in holdings:
        names.setdefault(same(one.owner), one.owner)
        names.setdefault(same(one.owned), one.owned)
    return names


def _lines(holdings: Sequence[Holding], right: Right) -> dict[str, dict[str, Fraction]]:
    found: dict[str, dict[str, Fraction]] = {}
    for one in holdings:
        if one.right is right and one.share is not None:
            found.setdefault(same(one.owned), {})[same(one.owner)] = one.share
    return found


def _filled_up(stated: shares.Owners, equity: shares.Owners) -> dict[str, Fraction]:
    rest = WHOLE - sum(stated.values(), NOTHING)
    others = {owner: share for owner, share in equity.items() if owner not in stated}
    total = sum(others.values(), NOTHING)
    scale = rest / total if total > rest else WHOLE
    found = {**stated, **{owner: share * scale for owner, share in others.items()}}
    return {owner: share for owner, share in _whole(found).items() if share}


def _whole(owners: shares.Owners) -> dict[str, Fraction]:
    """Return ``owners`` with what is left as ``NOBODY``'s."""
    left = WHOLE - sum(owners.values(), NOTHING)
    return {**owners, NOBODY: owners.get(NOBODY, NOTHING) + left}


def _each_line(company: str, holdings: Sequence[Holding]) -> Iterator[Fault]:
    owned = {same(one.owned) for one in holdings} | {same(company)}
    kinds: dict[str, bool] = {}
    seen: set[tuple[str, str, Right]] = set()
    for line, one in enumerate(holdings):
        owner = same(one.owner)
        is_both = one.is_person and owner in owned
        if owner == same(one.owned):
            yield Fault(say("%(name)s cannot hold itself here.", name=one.owner), line)
        elif is_both or kinds.setdefault(owner, one.is_person) != one.is_person:
            words = say("%(name)s is named as a person and as a company.", name=one.owner)
            yield Fault(words, line, "party")
        elif (owner, same(one.owned), one.right) in seen:
            words = say("%(name)s has this line already. Add the two up.", name=one.owner)
            yield Fault(words, line)
        elif one.right is Right.MANAGEMENT and not one.is_person:
            words = say("Only a person can be in charge of daily management.")
            yield Fault(words, line, "party")
        seen.add((owner, same(one.owned), one.right))


def _sums(holdings: Sequence[Holding]) -> Iterator[Fault]:
    sums: dict[tuple[str, Right], Fraction] = {}
    for line, one in enumerate(holdings):
        if one.share is None:
            continue
        place = (same(one.owned), one.right)
        before = sums.get(place, NOTHING)
        sums[place] = before + one.share
        if before <= WHOLE < sums[place]:
            words = say("The shares in %(company)s add up to more than 100 %%.", company=one.owned)
            yield Fault(words, line, "percent")


def _closed_rings(company: str, holdings: Sequence[Holding]) -> Iterator[Fault]:
    """Yield a fault for companies that belong wholly to one another: nobody is behind them."""
    names, target = names_of(company, holdings), same(company)
    for right in BY_SHARE:
        net = net_of(company, holdings, right)
        if closed := shares.closed(net, target):
            ring = [names[key] for key in shares.in_rounds(net, target) if key in closed]
            words = say(
                "These companies belong wholly to one another, so nobody stands behind them: "
                "%(names)s. Mend one of the shares.",
                names=" · ".join(sorted(ring)),
            )
            yield Fault(words)
            return

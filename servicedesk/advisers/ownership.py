"""Who owns or controls a company in the end, through chains of shareholders.

受益所有人信息管理办法 (E_BO): 25 % or more of the equity, of the income or of the votes, direct or
indirect, or actual control alone or jointly, makes a natural person a beneficial owner; where
there is nobody, those in charge of daily management are named (own knowledge).  A final share
is the product of the shares along a path, added over all paths; income and votes are followed
as the equity is, where nothing else is said.  Control is followed where it is stated.

Exact: shares are fractions, so that 25 % is 25 %.  Pure: no database, no web.
Source: domain/enterprise_services.yaml, ``beneficial_owner``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from servicedesk.advisers import shares
from servicedesk.advisers.ownership_lines import BY_SHARE, Holding, Right, names_of, net_of, same
from servicedesk.advisers.shares import NOTHING, WHOLE, Chain
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import beneficial_owners
from servicedesk.enterprises.beneficial_owners import EQUITY, MANAGEMENT, Thresholds
from servicedesk.enterprises.money import of_answer
from servicedesk.words import say


@dataclass(frozen=True)
class Stake:
    """What one party has of one right in the end, and along which paths."""

    right: Right
    share: Fraction
    paths: tuple[Chain, ...]
    is_enough: bool  # reaches the threshold

    @property
    def rest(self) -> Fraction:
        """Return what comes along paths that are not written out, or by going round."""
        return self.share - sum((shares.product(path) for path in self.paths), NOTHING)


@dataclass(frozen=True)
class Party:
    """A person, or a company whose own owners are not named, and what they have in the end."""

    name: str
    is_person: bool
    stakes: tuple[Stake, ...]
    controls: tuple[str, ...] = ()  # the chain of control down to the company; empty: none

    @property
    def is_owner(self) -> bool:
        """Whether this is a beneficial owner, or would be if it were a person."""
        return bool(self.controls) or any(stake.is_enough for stake in self.stakes)

    @property
    def share(self) -> Fraction:
        """Return the final share of the equity."""
        return next((one.share for one in self.stakes if one.right is Right.EQUITY), NOTHING)


@dataclass(frozen=True)
class Unnamed:
    """A part of a company for which nobody is named, and what it is of the whole in the end."""

    company: str
    part: Fraction
    share: Fraction


@dataclass(frozen=True)
class Study:
    """Who is behind a company."""

    company: str
    people: tuple[Party, ...]  # the greatest share first
    unresolved: tuple[Party, ...]  # companies at the end of a chain
    unnamed: tuple[Unnamed, ...]
    rounds: tuple[str, ...]  # companies that own one another
    controllers: tuple[str, ...]  # companies that control it, and nobody is said to control them
    managers: tuple[str, ...]
    threshold: Fraction

    @property
    def owners(self) -> tuple[Party, ...]:
        """Return the beneficial owners that the answers show."""
        return tuple(one for one in self.people if one.is_owner)

    @property
    def others(self) -> tuple[Party, ...]:
        """Return the people who are not."""
        return tuple(one for one in self.people if not one.is_owner)

    @property
    def is_whole(self) -> bool:
        """Whether nobody unknown could be a beneficial owner by equity."""
        hidden = [*(one.share for one in self.unresolved), *(one.share for one in self.unnamed)]
        return sum(hidden, NOTHING) < self.threshold


def study(company: str, holdings: Sequence[Holding], threshold: Fraction) -> Study:
    """Return who is behind ``company``.

    Args:
        company: its name.
        holdings: lines in which ``faults`` finds nothing.
        threshold: from which final share on somebody is a beneficial owner.
    """
    net = _Nets(company, holdings, threshold)
    owned = {same(one.owned) for one in holdings} | {net.target}
    kinds = {same(one.owner): one.is_person for one in holdings if same(one.owner) not in owned}
    parties = [net.party(key, is_person=is_person) for key, is_person in kinds.items()]
    parties.sort(key=lambda one: (-one.share, one.name))
    equity = net.of[Right.EQUITY]
    return Study(
        company=company,
        people=tuple(one for one in parties if one.is_person),
        unresolved=tuple(
            one
            for one in parties
            if not one.is_person and (one.controls or any(stake.share for stake in one.stakes))
        ),
        unnamed=tuple(net.unnamed()),
        rounds=tuple(net.names[key] for key in shares.in_rounds(equity, net.target)),
        controllers=tuple(net.controllers(kinds)),
        managers=tuple(
            one.owner
            for one in holdings
            if one.right is Right.MANAGEMENT and same(one.owned) == net.target
        ),
        threshold=threshold,
    )


def exemption(
    company: str,
    holdings: Sequence[Holding],
    capital: Any,  # noqa: ANN401 - an answer of kind money, or None
    limits: Thresholds,
    *,
    others_control: bool | None,
) -> list[Finding]:
    """Return whether the company may promise that it need name nobody; nothing if not asked.

    Args:
        company: its name.
        holdings: lines in which ``faults`` finds nothing.
        capital: the registered capital as answered.
        limits: those of the service.
        others_control: whether anybody but the shareholders controls or benefits.
    """
    money = of_answer(capital)
    if money is None:
        return []
    direct = [
        one for one in holdings if same(one.owned) == same(company) and one.right is Right.EQUITY
    ]
    stakes = [
        beneficial_owners.Stake(one.owner, one.is_person, Decimal(0))  # how much is not asked
        for one in direct
    ]
    found = list(beneficial_owners.findings(money, stakes, None, limits))
    rule = say("Measures on beneficial owner information (2024)")
    holders = {same(one.owner) for one in direct}
    strangers = [
        one.owner
        for one in holdings
        if one.right not in {Right.EQUITY, Right.MANAGEMENT} and same(one.owner) not in holders
    ]
    if others_control or strangers:
        words = say("Somebody besides the shareholders controls the company or benefits from it.")
        return [Finding(Weight.WRONG, words, rule=rule)]
    if sum((one.share or NOTHING for one in direct), NOTHING) < WHOLE:
        words = say("Not all shareholders are named. All of them must be natural persons.")
        found.append(Finding(Weight.LOOK, words, rule=rule))
    return found


def answers_for(result: Study, *, is_exempt: bool) -> dict[str, Any]:
    """Return the answers that a set-up takes over: the beneficial owners and on what ground."""
    entries = [_entry(one) for one in result.owners]
    if not entries:
        entries = [{"full_name": name, "basis": MANAGEMENT} for name in result.managers]
    if not entries:
        return {}
    return {"beneficial_owners": entries, **({} if is_exempt else {"bo_exempt": False})}


def floored(share: Fraction, places: int) -> Decimal:
    """Return a share as per cent, cut off after so many places: 24.999 does not become 25.

    >>> floored(Fraction(1, 3), 2)
    Decimal('33.33')
    """
    scale = 10**places
    return Decimal(share.numerator * 100 * scale // share.denominator).scaleb(-places)


def _entry(owner: Party) -> dict[str, Any]:
    enough = [one for one in owner.stakes if one.is_enough]
    if not enough:
        how = {"control_how": " → ".join(owner.controls)[:200]} if owner.controls else {}
        return {"full_name": owner.name, "basis": "control", **how}
    best = max(enough, key=lambda one: (one.right is Right.EQUITY, one.share))
    basis = EQUITY if best.right is Right.EQUITY else "benefit"
    percent = f"{floored(best.share, 2).normalize():f}"
    return {"full_name": owner.name, "basis": basis, "percent": percent}


class _Nets:
    """The lines as nets of shares, one for each right, and what they come to."""

    def __init__(self, company: str, holdings: Sequence[Holding], threshold: Fraction) -> None:
        self.names, self.target = names_of(company, holdings), same(company)
        self.threshold = threshold
        self.of = {right: net_of(holdings, right) for right in BY_SHARE}
        self.ends = {right: shares.final(net, self.target) for right, net in self.of.items()}
        self.control = _control_chains(self.target, holdings)

    def party(self, key: str, *, is_person: bool) -> Party:
        """Return what a party has in the end; income and votes where they are not as the equity."""
        share = {right: ends.get(key, NOTHING) for right, ends in self.ends.items()}
        told = [one for one in BY_SHARE if one is Right.EQUITY or share[one] != share[Right.EQUITY]]
        return Party(
            name=self.names[key],
            is_person=is_person,
            stakes=tuple(self._stake(right, key, share[right]) for right in told),
            controls=tuple(self.names[one] for one in self.control.get(key, ())),
        )

    def controllers(self, kinds: Mapping[str, bool]) -> Iterator[str]:
        """Yield the companies at which chains of control end."""
        below = {key for chain in self.control.values() for key in chain[1:]}
        for key in self.control:
            if key not in below and not kinds.get(key, False):
                yield self.names[key]

    def unnamed(self) -> Iterator[Unnamed]:
        """Yield the parts of companies for which nobody is named."""
        for company, owners in self.of[Right.EQUITY].items():
            part = WHOLE - sum(owners.values(), NOTHING)
            share = self.ends[Right.EQUITY].get(company, NOTHING) * part
            if share:
                yield Unnamed(self.names[company], part, share)

    def _stake(self, right: Right, key: str, share: Fraction) -> Stake:
        found = shares.chains(self.of[right], self.target, key) if share else ()
        paths = tuple(tuple((self.names[one], part) for one, part in path) for path in found)
        return Stake(right, share, paths, is_enough=share >= self.threshold)


def _control_chains(target: str, holdings: Sequence[Holding]) -> dict[str, tuple[str, ...]]:
    """Return by which chain everybody controls ``target`` who does, directly or through others."""
    above: dict[str, list[str]] = {}
    for one in holdings:
        if one.right is Right.CONTROL:
            above.setdefault(same(one.owned), []).append(same(one.owner))
    chains: dict[str, tuple[str, ...]] = {target: (target,)}
    order = [target]
    for key in order:
        for owner in above.get(key, ()):
            if owner not in chains:
                chains[owner] = (owner, *chains[key])
                order.append(owner)
    return {key: chain for key, chain in chains.items() if key != target}

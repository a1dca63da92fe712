"""Who owns or controls a company in the end, through chains of shareholders.

受益所有人信息管理办法 (E_BO): 25 % or more of the equity, of the income or of the votes, direct or
indirect, or actual control alone or jointly, makes a natural person a beneficial owner; where
there is nobody, those in charge of daily management are named (own knowledge).  A final share
is the product of the shares along a path, added over all paths; income and votes are followed
as the equity is, where nothing else is said.  Control is followed where it is stated and where
somebody has most of the votes (``control``).

The votes that a company has count by that product.  Whether somebody who controls the company has
them all is not in our sources: who would be a beneficial owner so is told as doubtful.

What nobody is named for is ``NOBODY``'s.  An answer is whole only if neither one stranger who had
all of it nor anybody named, if it were theirs, would be a beneficial owner besides.

Exact: shares are fractions, so that 25 % is 25 %.  Pure: no database, no web.
Source: domain/enterprise_services.yaml, ``beneficial_owner``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from servicedesk.advisers import control, ownership_lines, shares
from servicedesk.advisers.control import Step
from servicedesk.advisers.ownership_lines import BY_SHARE, NOBODY, Holding, Right, same
from servicedesk.advisers.shares import NOTHING, WHOLE, Chain
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import beneficial_owners
from servicedesk.enterprises.beneficial_owners import EQUITY, MANAGEMENT, Thresholds
from servicedesk.enterprises.money import of_answer
from servicedesk.words import say

_LONGEST_HOW: Final = 200  # characters of the set-up's answer "control_how"


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
    """A person and what they have in the end."""

    name: str
    stakes: tuple[Stake, ...]
    controls: tuple[Step, ...] = ()  # how they come to control the company; empty: they do not
    voters: tuple[str, ...] = ()  # companies they control that have votes in it, where it is
    decided: Fraction = NOTHING  # only with these that they decide over so much of the votes

    @property
    def is_owner(self) -> bool:
        """Whether this is a beneficial owner."""
        return bool(self.controls) or any(stake.is_enough for stake in self.stakes)

    @property
    def share(self) -> Fraction:
        """Return the final share of the equity."""
        return next((one.share for one in self.stakes if one.right is Right.EQUITY), NOTHING)


@dataclass(frozen=True)
class Unnamed:
    """A part of a company for which nobody is named, and what it is of the whole in the end."""

    company: str
    right: Right
    part: Fraction
    share: Fraction


@dataclass(frozen=True)
class Study:
    """Who is behind a company."""

    company: str
    people: tuple[Party, ...]  # the greatest share first
    unnamed: tuple[Unnamed, ...]
    rounds: tuple[str, ...]  # companies that own one another
    controllers: tuple[str, ...]  # companies said to control it, and nobody to control them
    managers: tuple[str, ...]
    is_whole: bool  # whether nobody else can be a beneficial owner, as far as lines can tell

    @property
    def owners(self) -> tuple[Party, ...]:
        """Return the beneficial owners that the answers show."""
        return tuple(one for one in self.people if one.is_owner)

    @property
    def doubtful(self) -> tuple[Party, ...]:
        """Return the people of whom no rule says whether they are."""
        return tuple(one for one in self.people if one.voters)

    @property
    def others(self) -> tuple[Party, ...]:
        """Return the people who are not."""
        return tuple(one for one in self.people if not one.is_owner and not one.voters)


def study(company: str, holdings: Sequence[Holding], threshold: Fraction) -> Study:
    """Return who is behind ``company``.

    Args:
        company: its name.
        holdings: lines in which ``faults`` finds nothing.
        threshold: from which final share on somebody is a beneficial owner.
    """
    net = _Nets(company, holdings, threshold)
    lines = [one for one in holdings if one.is_person and one.right is not Right.MANAGEMENT]
    people = {key: net.party(key) for key in dict.fromkeys(same(one.owner) for one in lines)}
    controllers = tuple(net.controllers(people))
    unsure = [(), *((key,) for key, one in people.items() if not one.is_owner)]
    return Study(
        company=company,
        people=tuple(sorted(people.values(), key=lambda one: (-one.share, one.name))),
        unnamed=tuple(net.unnamed()),
        rounds=tuple(net.rounds()),
        controllers=controllers,
        managers=tuple(
            one.owner
            for one in holdings
            if one.right is Right.MANAGEMENT and same(one.owned) == net.target
        ),
        is_whole=not controllers and not any(net.could_be_an_owner(*keys) for keys in unsure),
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
    """Return the answers that a set-up takes over: the beneficial owners and on what ground.

    Management is named only where it is sure that there is no beneficial owner.
    """
    entries = [_entry(one) for one in result.owners]
    if not entries and result.is_whole:
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
        how = _written(owner.controls)[:_LONGEST_HOW]
        return {"full_name": owner.name, "basis": "control", "control_how": how}
    best = max(enough, key=lambda one: (one.right is Right.EQUITY, one.share))
    basis = EQUITY if best.right is Right.EQUITY else "benefit"
    percent = f"{floored(best.share, 2).normalize():f}"
    return {"full_name": owner.name, "basis": basis, "percent": percent}


def _written(steps: Sequence[Step]) -> str:
    """Return the way of control in one line: "P → A; P → B; A + B → C → D"."""
    ways: list[list[str]] = []
    for step in steps:
        if ways and step.owners == (ways[-1][-1],):
            ways[-1].append(step.company)
        else:
            ways.append([" + ".join(step.owners), step.company])
    return "; ".join(" → ".join(way) for way in ways)


class _Nets:
    """The lines as nets of shares, one for each right, and what they come to."""

    def __init__(self, company: str, holdings: Sequence[Holding], threshold: Fraction) -> None:
        self.names, self.target = ownership_lines.names_of(company, holdings), same(company)
        self.threshold = threshold
        self.of = {right: ownership_lines.net_of(company, holdings, right) for right in BY_SHARE}
        self.ends = {right: shares.final(net, self.target) for right, net in self.of.items()}
        self.votes = self.of[Right.VOTES]
        self.stated = ownership_lines.stated_control(holdings)

    def party(self, key: str) -> Party:
        """Return what a person has in the end; income and votes where not as the equity."""
        share = {right: ends.get(key, NOTHING) for right, ends in self.ends.items()}
        told = [one for one in BY_SHARE if one is Right.EQUITY or share[one] != share[Right.EQUITY]]
        stakes = tuple(self._stake(right, key, share[right]) for right in told)
        is_enough = any(one.is_enough for one in stakes)
        steps = self._controlled(key)
        way = control.way_to(self.target, steps)
        decided = self._decided(key, *steps)
        if is_enough and all(step.votes is not None for step in way):
            return Party(self.names[key], stakes)  # most of the votes say nothing more
        if way or is_enough or decided < self.threshold:
            return Party(self.names[key], stakes, tuple(map(self._named, way)))
        voters = tuple(self.names[one] for one in steps if one in self.votes[self.target])
        return Party(self.names[key], stakes, (), voters, decided)

    def controllers(self, people: Collection[str]) -> Iterator[str]:
        """Yield the companies at which chains of stated control end, nobody being above them.

        Where the votes alone make the chain, the shares say who is behind it.
        """
        parties = {*people, *self.votes} - {self.target}
        below = {key: self._controlled(key) for key in parties}
        for key in self.votes:
            if key == self.target or self.target not in below[key]:
                continue
            above = {one for one in parties if key in below[one]}
            is_last = above.isdisjoint(people) and above <= {key, *below[key]}
            by_votes = control.controlled([key], self.votes, {})
            if is_last and self.target not in by_votes:
                yield self.names[key]

    def could_be_an_owner(self, *keys: str) -> bool:
        """Whether they would be with all that nobody is named for; without keys: a stranger."""
        parties = (NOBODY, *keys)
        steps = self._controlled(*parties)
        return (
            self.target in steps
            or self._decided(*parties, *steps) >= self.threshold
            or any(
                sum((ends.get(one, NOTHING) for one in parties), NOTHING) >= self.threshold
                for ends in self.ends.values()
            )
        )

    def unnamed(self) -> Iterator[Unnamed]:
        """Yield what nobody is named for; of income and votes where it is not as of equity."""
        for company in self._behind():
            found = [self._unnamed(company, right) for right in BY_SHARE]
            usual = (found[0].part, found[0].share)
            for one in found:
                is_told = one is found[0] or (one.part, one.share) != usual
                if one.part and is_told:
                    yield one

    def rounds(self) -> Iterator[str]:
        """Yield the companies that hold one another."""
        return (self.names[key] for key in shares.in_rounds(self.of[Right.EQUITY], self.target))

    def _behind(self) -> list[str]:
        """Return the company and all those above it, by whatever right or by control."""
        above = {
            key: dict.fromkeys(
                [*self.stated.get(key, ()), *(one for net in self.of.values() for one in net[key])],
                NOTHING,
            )
            for key in self.votes
        }
        return [key for key in shares.reached(above, self.target) if key in self.votes]

    def _unnamed(self, company: str, right: Right) -> Unnamed:
        part = self.of[right][company].get(NOBODY, NOTHING)
        share = self.ends[right].get(company, NOTHING) * part
        return Unnamed(self.names[company], right, part, share)

    def _controlled(self, *keys: str) -> Mapping[str, Step]:
        return control.controlled(keys, self.votes, self.stated)

    def _decided(self, *keys: str) -> Fraction:
        """Return over how much of the votes they decide together."""
        return sum((self.votes[self.target].get(key, NOTHING) for key in set(keys)), NOTHING)

    def _named(self, step: Step) -> Step:
        owners = tuple(self.names[one] for one in step.owners)
        return Step(owners, self.names[step.company], step.votes)

    def _stake(self, right: Right, key: str, share: Fraction) -> Stake:
        found = shares.chains(self.of[right], self.target, key) if share else ()
        paths = tuple(tuple((self.names[one], part) for one, part in path) for path in found)
        return Stake(right, share, paths, is_enough=share >= self.threshold)

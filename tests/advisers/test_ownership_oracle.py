"""The beneficial-owner finder against slow oracles: who is one, by which control, what is open.

Control is found by looking at all sets of companies, final shares path by path.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from servicedesk.advisers import ownership, ownership_lines
from servicedesk.advisers.ownership_lines import Holding, Right
from tests.advisers.test_control import names
from tests.advisers.test_ownership import COMPANY, QUARTER, study

COMPANIES: Final = (COMPANY, "c1", "c2", "c3", "c4")
PEOPLE: Final = ("p0", "p1", "p2", "p3", "p4")
STRANGER: Final = "?"
Table = dict[str, dict[str, Fraction]]  # company -> owner -> share


def _lines(draw: st.DrawFn, owned: str, above: Sequence[str], right: Right) -> list[Holding]:
    if right is Right.EQUITY and draw(st.booleans()):  # dispersed: nobody has enough
        return [Holding(one, True, owned, right, Fraction(1, 5)) for one in PEOPLE]  # noqa: FBT003
    most = 4 if right is Right.EQUITY else 2
    owners = draw(st.lists(st.sampled_from(above), unique=True, max_size=most))
    parts = [draw(st.sampled_from([1, 1, 2, 3, 6])) for _ in owners]
    whole = sum(parts) + draw(st.sampled_from([0, 0, 0, 1, 5]))
    return [
        Holding(owner, owner in PEOPLE, owned, right, Fraction(part, whole))
        for owner, part in zip(owners, parts, strict=True)
    ]


@st.composite
def lines(draw: st.DrawFn) -> list[Holding]:
    """Draw shares that go upwards, and control that goes any way."""
    found: list[Holding] = []
    for number, owned in enumerate(COMPANIES):
        above = [*COMPANIES[number + 1 :], *PEOPLE]
        found += _lines(draw, owned, above, Right.EQUITY)
        if draw(st.integers(0, 3)) == 0:
            found += _lines(draw, owned, above, Right.VOTES)
        around = [one for one in (*COMPANIES, *PEOPLE) if one != owned]
        if draw(st.integers(0, 2)) == 0:
            who = draw(st.lists(st.sampled_from(around), unique=True, max_size=2))
            found += [Holding(one, one in PEOPLE, owned, Right.CONTROL) for one in who]
    assume(ownership_lines.faults(COMPANY, found) == [])
    return found


def table_of(given_lines: Sequence[Holding], right: Right) -> Table:
    """Return who has what of each company, the stranger all that nobody is named for."""

    def row_of(company: str, of: Right) -> dict[str, Fraction]:
        lines_of = [one for one in given_lines if (one.owned, one.right) == (company, of)]
        return {one.owner: one.share or Fraction(0) for one in lines_of}

    table: Table = {}
    for company in COMPANIES:
        row, equity = row_of(company, right), row_of(company, Right.EQUITY)
        equity[STRANGER] = 1 - sum(equity.values(), Fraction(0))
        left = 1 - sum(row.values(), Fraction(0))
        rest = {owner: share for owner, share in equity.items() if owner not in row}
        claimed = sum(rest.values(), Fraction(0))
        for owner, share in rest.items():
            row[owner] = share * left / claimed if claimed > left else share
        row[STRANGER] += 1 - sum(row.values(), Fraction(0))
        table[company] = row
    return table


def final_share(table: Table, owner: str, company: str = COMPANY) -> Fraction:
    """Return the sum over all paths, one after the other."""
    return sum(
        (
            share if one == owner else share * final_share(table, owner, one)
            for one, share in table.get(company, {}).items()
        ),
        Fraction(0),
    )


def in_control(given_lines: Sequence[Holding], votes: Table, start: set[str]) -> set[str]:
    """Return what is in every set of companies that nothing more can be added to."""
    said = {(one.owner, one.owned) for one in given_lines if one.right is Right.CONTROL}
    found = set(COMPANIES)
    for size in range(len(COMPANIES) + 1):
        for chosen in combinations(COMPANIES, size):
            held = start | {*chosen}
            grows = any(
                sum(votes[company].get(one, 0) for one in held) * 2 > 1
                or any((one, company) in said for one in held)
                for company in COMPANIES
                if company not in held
            )
            if not grows:
                found &= held
    return found - start


class Oracle:
    """What the lines say, worked out slowly."""

    def __init__(self, given_lines: Sequence[Holding]) -> None:
        self.lines = given_lines
        self.tables = {right: table_of(given_lines, right) for right in ownership_lines.BY_SHARE}
        self.votes = self.tables[Right.VOTES]

    def has_enough(self, *who: str) -> bool:
        """Whether the shares of all of them together reach the threshold."""
        return any(
            sum(final_share(table, one) for one in who) >= QUARTER for table in self.tables.values()
        )

    def controls(self, *who: str) -> bool:
        """Whether they control the company together."""
        return COMPANY in in_control(self.lines, self.votes, {*who})

    def decides(self, *who: str) -> bool:
        """Whether they and what they control have enough of the votes."""
        held = {*who} | in_control(self.lines, self.votes, {*who})
        return sum(self.votes[COMPANY].get(one, 0) for one in held) >= QUARTER

    def is_owner(self, one: str) -> bool:
        """Whether somebody is a beneficial owner."""
        return self.has_enough(one) or self.controls(one)

    def people(self) -> Iterator[str]:
        """Return the people who have anything."""
        return (one for one in PEOPLE if any(line.owner == one for line in self.lines))

    def ends_of_control(self) -> set[str]:
        """Return the companies that control only as is said, and that nobody is above of."""
        parties = [*self.people(), *COMPANIES[1:]]
        below = {one: in_control(self.lines, self.votes, {one}) for one in parties}
        shares = [one for one in self.lines if one.right is not Right.CONTROL]
        found = set()
        for company in COMPANIES[1:]:
            above = {one for one in parties if company in below[one]}
            if (
                COMPANY in below[company]
                and COMPANY not in in_control(shares, self.votes, {company})
                and not above & {*PEOPLE}
                and all(one in below[company] for one in above)
            ):
                found.add(company)
        return found


@given(lines())
def test_owners_and_what_is_open_are_as_a_slow_oracle_has_them(given_lines: list[Holding]) -> None:
    oracle = Oracle(given_lines)
    people = [*oracle.people()]

    result = study(*given_lines)

    owners = {one for one in people if oracle.is_owner(one)}
    rest = [one for one in people if one not in owners]
    assert names(result.owners) == owners
    assert names(result.doubtful) == {one for one in rest if oracle.decides(one)}
    assert set(result.controllers) == oracle.ends_of_control()
    is_open = any(
        oracle.has_enough(*who) or oracle.controls(*who) or oracle.decides(*who)
        for who in [(STRANGER,), *((STRANGER, one) for one in rest)]
    )
    assert result.is_whole is not (is_open or bool(result.controllers))


@given(lines())
def test_what_is_open_is_told(given_lines: list[Holding]) -> None:
    result = study(*given_lines)

    assert result.is_whole or result.unnamed or result.controllers or result.doubtful
    if not result.owners and not result.is_whole:
        assert ownership.answers_for(result, is_exempt=False) == {}


@given(lines())
def test_every_way_of_control_holds_step_by_step(given_lines: list[Holding]) -> None:
    votes = table_of(given_lines, Right.VOTES)
    said = {(one.owner, one.owned) for one in given_lines if one.right is Right.CONTROL}

    for owner in study(*given_lines).owners:
        held = {owner.name}
        for step in owner.controls:
            assert held.issuperset(step.owners)
            if step.votes is None:
                assert (step.owners[0], step.company) in said
            else:
                assert (
                    sum(votes[step.company][one] for one in step.owners) == step.votes > QUARTER * 2
                )
            held.add(step.company)
        assert not owner.controls or owner.controls[-1].company == COMPANY


@given(lines(), st.data())
def test_naming_whoever_was_not_named_takes_nobody_away_and_adds_nobody_to_a_whole_answer(
    given_lines: list[Holding], data: st.DataObject
) -> None:
    before = study(*given_lines)
    whole = given_lines
    for company in COMPANIES:
        who = data.draw(st.sampled_from([*PEOPLE, "n0", "n1"]))
        for right, taker in ((Right.EQUITY, who), (Right.VOTES, "n0"), (Right.INCOME, "n0")):
            whole = filled_up(whole, company, right, taker)

    after = study(*whole)

    assert names(before.owners) <= names(after.owners)
    if before.is_whole:
        assert names(before.owners) == names(after.owners)
        assert after.is_whole


def filled_up(given_lines: list[Holding], company: str, right: Right, taker: str) -> list[Holding]:
    """Return the lines with what is left of ``right`` in ``company`` given to ``taker``."""
    row = table_of(given_lines, right)[company]
    if not row[STRANGER]:
        return given_lines
    line = Holding(taker, True, company, right, row[STRANGER] + row.get(taker, 0))  # noqa: FBT003
    others = [
        one for one in given_lines if (one.owner, one.owned, one.right) != (taker, company, right)
    ]
    return [*others, line]

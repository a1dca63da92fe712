"""Who owns a company in the end: products along paths, sums of paths, rings, control."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.advisers import ownership, ownership_lines, shares
from servicedesk.advisers.control import Step
from servicedesk.advisers.ownership import Study
from servicedesk.advisers.ownership_lines import Holding, Right
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises.beneficial_owners import Thresholds

QUARTER: Final = Fraction(1, 4)
COMPANY: Final = "青禾样例生物科技有限公司"
CNY: Final = {"currency": "CNY", "amount": "1000000.00"}


def person(owner: str, percent: object, owned: str = COMPANY, right: str = "equity") -> Holding:
    share = None if percent is None else Fraction(str(percent)) / 100
    return Holding(owner, True, owned, Right(right), share)  # noqa: FBT003 - as the line has it


def firm(owner: str, percent: object, owned: str = COMPANY, right: str = "equity") -> Holding:
    share = None if percent is None else Fraction(str(percent)) / 100
    return Holding(owner, False, owned, Right(right), share)  # noqa: FBT003


def study(*lines: Holding) -> Study:
    assert ownership_lines.faults(COMPANY, lines) == []
    return ownership.study(COMPANY, lines, QUARTER)


def shares_of(result: Study) -> dict[str, Fraction]:
    return {one.name: one.share for one in result.people}


def test_a_chain_is_multiplied_and_written_out() -> None:
    result = study(person("Anna", 60, "A"), firm("A", 50), person("Bo", 50))

    anna = next(one for one in result.owners if one.name == "Anna")
    assert anna.share == Fraction(3, 10)
    assert anna.stakes[0].paths == ((("Anna", Fraction(3, 5)), ("A", Fraction(1, 2))),)
    assert anna.stakes[0].rest == 0


def test_chains_are_added() -> None:
    result = study(person("Anna", 40, "A"), firm("A", 50), person("Anna", 5), firm("B", 45))

    assert shares_of(result) == {"Anna": Fraction(1, 4)}
    assert [one.name for one in result.owners] == ["Anna"], "25 % is enough"


@pytest.mark.parametrize(("percent", "is_owner"), [("25", True), ("24.9999", False)])
def test_the_threshold_is_exact(percent: str, is_owner: bool) -> None:  # noqa: FBT001
    result = study(person("Anna", percent), person("Bo", 50))

    assert ("Anna" in {one.name for one in result.owners}) is is_owner


def test_thirds_of_thirds_are_not_rounded() -> None:
    third = Fraction(1, 3)
    lines = [
        Holding("Anna", True, "A", Right.EQUITY, Fraction(3, 4)),  # noqa: FBT003
        Holding("A", False, COMPANY, Right.EQUITY, third),  # noqa: FBT003
    ]

    assert shares_of(study(*lines)) == {"Anna": QUARTER}
    assert ownership.floored(third, 2) == Decimal("33.33")


def test_companies_that_hold_one_another_are_followed_round() -> None:
    """A holds half of B and B half of A: what Anna has goes round until nothing is left."""
    result = study(
        firm("A", 100), firm("B", 50, "A"), person("Anna", 50, "A"),
        firm("A", 50, "B"), person("Bo", 50, "B"),
    )  # fmt: skip

    assert shares_of(result) == {"Anna": Fraction(2, 3), "Bo": Fraction(1, 3)}
    assert set(result.rounds) == {"A", "B"}
    assert result.people[0].stakes[0].rest == Fraction(2, 3) - Fraction(1, 2)


def test_a_company_may_hold_its_own_owner() -> None:
    result = study(firm("A", 50), person("Anna", 50), firm(COMPANY, 50, "A"), person("Bo", 50, "A"))

    assert shares_of(result) == {"Anna": Fraction(2, 3), "Bo": Fraction(1, 3)}


def test_a_ring_that_belongs_to_itself_is_refused_by_name() -> None:
    lines = [firm("A", 100), firm("B", 100, "A"), firm("A", 100, "B")]

    (fault,) = ownership_lines.faults(COMPANY, lines)

    assert "A · B" in str(fault.words)


def test_a_ring_beside_the_chains_disturbs_nobody() -> None:
    result = study(person("Anna", 100), firm("X", 100, "Y"), firm("Y", 100, "X"))

    assert shares_of(result) == {"Anna": Fraction(1)}


def test_votes_count_apart_from_equity() -> None:
    result = study(person("Anna", 20), person("Anna", 80, right="votes"), person("Bo", 80))

    anna = next(one for one in result.owners if one.name == "Anna")
    bo = next(one for one in result.owners if one.name == "Bo")
    assert [(one.right, one.share, one.is_enough) for one in anna.stakes] == [
        (Right.EQUITY, Fraction(1, 5), False),
        (Right.VOTES, Fraction(4, 5), True),
    ]
    assert bo.stakes[1].share == Fraction(1, 5), "what is left of the votes"


def test_control_is_followed_where_it_is_stated() -> None:
    result = study(
        firm("A", 10), person("Bo", 20), person("Carl", 20), person("Dora", 20), person("Eva", 20),
        person("Anna", 10), firm("A", None, right="control"),
        person("Gu", None, "A", right="control"),
    )  # fmt: skip

    assert [one.name for one in result.owners] == ["Gu"]
    assert result.owners[0].controls == (Step(("Gu",), "A"), Step(("A",), COMPANY))
    assert result.controllers == ()


def test_a_company_that_controls_asks_who_controls_it() -> None:
    result = study(person("Anna", 100), firm("A", None, right="control"))

    assert result.controllers == ("A",)


def test_nobody_reaches_it_then_management_is_named() -> None:
    people = [person(name, 20) for name in ("Anna", "Bo", "Carl", "Dora", "Eva")]

    result = study(*people, person("Fei", None, right="management"))

    assert result.owners == ()
    assert result.is_whole
    assert result.managers == ("Fei",)
    assert ownership.answers_for(result, is_exempt=False) == {
        "beneficial_owners": [{"full_name": "Fei", "basis": "management"}],
        "bo_exempt": False,
    }


def test_chains_that_end_at_a_company_or_at_nobody_are_told() -> None:
    result = study(firm("A", 30), person("Anna", 60))

    assert [(one.company, one.part, one.share) for one in result.unnamed] == [
        (COMPANY, Fraction(1, 10), Fraction(1, 10)),
        ("A", 1, Fraction(3, 10)),
    ]
    assert not result.is_whole


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([person("Anna", 60), person("Bo", 50)], "more than 100"),
        ([person("Anna", 60), person(" anna ", 20)], "already"),
        ([person("Anna", 60), firm("ANNA", 20, "A")], "as a person and as a company"),
        ([person("Anna", 60), firm("A", 40, "Anna")], "as a person and as a company"),
        ([firm(COMPANY, 10)], "hold itself"),
        ([firm("A", None, right="management")], "Only a person"),
        ([person("Anna", 60, "A")], "in 青禾样例生物科技有限公司 itself"),
        ([person(f"P{n}", 1) for n in range(50)], "at most 50"),
    ],
)
def test_lines_that_cannot_be_worked_out_are_refused(lines: Sequence[Holding], words: str) -> None:
    found = ownership_lines.faults(COMPANY, lines)

    assert any(words in str(one.words) for one in found)


def test_names_are_one_however_they_are_written() -> None:
    result = study(person("Anna", 100, " ａcme LTD"), firm("Acme  Ltd", 50), person("Bo", 50))

    assert shares_of(result)["Anna"] == Fraction(1, 2)


# --- The promise that frees small companies ------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "capital", "others", "weight"),
    [
        ([person("Anna", 100)], CNY, None, Weight.IN_ORDER),
        ([person("Anna", 100)], {**CNY, "amount": "10000000.00"}, False, Weight.IN_ORDER),
        ([person("Anna", 100)], {**CNY, "amount": "10000000.01"}, False, Weight.WRONG),
        ([person("Anna", 50), firm("A", 50)], CNY, False, Weight.WRONG),
        ([person("Anna", 100)], CNY, True, Weight.WRONG),
        ([person("Anna", 100), person("Bo", None, right="control")], CNY, False, Weight.WRONG),
        ([person("Anna", 100), person("Bo", None, right="management")], CNY, None, Weight.IN_ORDER),
        ([person("Anna", 60)], CNY, False, Weight.LOOK),
    ],
)
def test_the_exemption_is_for_small_companies_of_natural_persons(
    lines: Sequence[Holding],
    capital: dict[str, str],
    others: bool | None,  # noqa: FBT001
    weight: Weight,
) -> None:
    found = ownership.exemption(COMPANY, lines, capital, Thresholds(), others_control=others)

    order = [Weight.WRONG, Weight.LOOK, Weight.IN_ORDER]
    assert min(found, key=lambda one: order.index(one.weight)).weight is weight


def test_the_exemption_is_not_judged_unless_the_capital_is_known() -> None:
    lines = [person("Anna", 100)]

    assert ownership.exemption(COMPANY, lines, None, Thresholds(), others_control=None) == []


def test_answers_for_the_set_up_say_the_ground_and_never_round_up() -> None:
    third = Holding("Anna", True, COMPANY, Right.EQUITY, Fraction(1, 3))  # noqa: FBT003
    result = study(third, person("Bo", 30, right="income"), person("Chu", None, right="control"))

    assert ownership.answers_for(result, is_exempt=True) == {
        "beneficial_owners": [
            {"full_name": "Anna", "basis": "equity", "percent": "33.33"},
            {"full_name": "Bo", "basis": "benefit", "percent": "30"},
            {"full_name": "Chu", "basis": "control", "control_how": f"Chu → {COMPANY}"},
        ]
    }


# --- Against slow oracles ------------------------------------------------------------------------

Edges = dict[str, dict[str, Fraction]]


@st.composite
def nets(draw: st.DrawFn, *, rings: bool = False) -> Edges:
    """Draw who holds what: companies c0 (sought) to c5, people p0 to p3; upwards unless rings."""
    count = draw(st.integers(1, 6))
    net: Edges = {}
    for number in range(count):
        companies = range(count) if rings else range(number + 1, count)
        above = [f"c{one}" for one in companies if one != number] + [f"p{n}" for n in range(4)]
        owners = draw(st.lists(st.sampled_from(above), unique=True, max_size=5))
        parts = [draw(st.integers(1, 20)) for _ in owners]
        spare = draw(st.integers(1 if rings else 0, 20))
        whole = sum(parts) + spare
        if owners:
            net[f"c{number}"] = {
                owner: Fraction(part, whole) for owner, part in zip(owners, parts, strict=True)
            }
    return net


def by_paths(net: Edges, company: str, owner: str) -> Fraction:
    """Return the sum over all paths, one after the other."""
    return sum(
        (
            share if one == owner else share * by_paths(net, one, owner)
            for one, share in net.get(company, {}).items()
        ),
        Fraction(0),
    )


@given(nets())
def test_final_shares_are_the_sum_over_all_paths(net: Edges) -> None:
    found = shares.final(net, "c0")

    for owner in ("p0", "p1", "p2", "p3"):
        assert found.get(owner, Fraction(0)) == by_paths(net, "c0", owner)


@given(nets())
def test_the_paths_written_out_are_real_and_the_greatest_come_first(net: Edges) -> None:
    for owner in ("p0", "p1"):
        paths = list(shares.chains(net, "c0", owner))
        products = [shares.product(path) for path in paths]
        assert products == sorted(products, reverse=True)
        assert len(paths) == len(set(paths)) <= shares.MOST_PATHS
        if len(paths) < shares.MOST_PATHS:
            assert sum(products, Fraction(0)) == by_paths(net, "c0", owner)


@given(nets(rings=True))
def test_rings_come_to_what_going_round_many_times_comes_to(net: Edges) -> None:
    assert shares.closed(net, "c0") == set(), "something is always left over"
    there = {"c0": 1.0}
    owned: dict[str, float] = {}
    for _ in range(3_000):
        onward: dict[str, float] = {}
        for company, weight in there.items():
            for owner, share in net.get(company, {}).items():
                place = onward if owner in net else owned
                place[owner] = place.get(owner, 0.0) + weight * float(share)
        there = onward

    found = shares.final(net, "c0")

    for owner in ("p0", "p1", "p2", "p3"):
        assert float(found.get(owner, Fraction(0))) == pytest.approx(
            owned.get(owner, 0.0), abs=1e-6
        )


@settings(max_examples=5)
@given(st.integers(1, 99))
def test_fifty_companies_with_all_the_lines_that_fit_are_worked_out_at_once(percent: int) -> None:
    """A ladder of two chains has 2 ** 24 paths; nobody counts them one by one."""
    lines = []
    below = [COMPANY]
    for step in range(24):
        pair = [f"L{step}", f"R{step}"]
        for owned in below:
            share = Fraction(percent, 100)
            lines += [
                Holding(pair[0], False, owned, Right.EQUITY, share),  # noqa: FBT003
                Holding(pair[1], False, owned, Right.EQUITY, 1 - share),  # noqa: FBT003
            ]
        below = pair
    lines += [Holding("Anna", True, one, Right.EQUITY, Fraction(1)) for one in below]  # noqa: FBT003

    result = study(*lines)

    assert shares_of(result) == {"Anna": Fraction(1)}
    assert result.people[0].stakes[0].rest > 0

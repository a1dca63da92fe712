"""Who controls a company through others, whom a set-up takes over, and when it is still open."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import pytest

from servicedesk.advisers import ownership
from servicedesk.advisers.control import Step
from servicedesk.advisers.ownership_lines import Right
from tests.advisers.test_ownership import COMPANY, firm, person, study


def names(parties: Sequence[ownership.Party]) -> set[str]:
    return {one.name for one in parties}


def carried(result: ownership.Study) -> dict[str, str]:
    """Return whom a set-up takes over, and on what ground."""
    taken = ownership.answers_for(result, is_exempt=False).get("beneficial_owners", [])
    return {one["full_name"]: one["basis"] for one in taken}


DISPERSED: Final = [(f"P{number}", 20) for number in range(5)]  # nobody reaches anything


def test_who_controls_most_of_the_equity_through_a_company_is_an_owner() -> None:
    result = study(
        firm("HoldCo", 60), person("Q", 40), person("P", None, "HoldCo", right="control")
    )

    assert carried(result) == {"Q": "equity", "P": "control"}
    assert result.owners[1].controls == (
        Step(("P",), "HoldCo"),
        Step(("HoldCo",), COMPANY, Fraction(3, 5)),
    )
    assert not result.is_whole, "who holds HoldCo is not said"
    assert [(one.company, one.share) for one in result.unnamed] == [("HoldCo", Fraction(3, 5))]


def test_who_owns_the_manager_of_a_fund_is_an_owner() -> None:
    result = study(
        firm("Fund", 80), *(person(name, 4) for name, _ in DISPERSED),
        firm("GP", None, "Fund", right="control"), person("P", 100, "GP"),
    )  # fmt: skip

    assert carried(result) == {"P": "control"}
    assert not result.is_whole, "the partners of the fund are not named"


def test_of_a_fund_that_is_all_named_the_answer_is_whole() -> None:
    result = study(
        firm("Fund", 80), *(person(name, 4) for name, _ in DISPERSED),
        *(person(f"L{number}", 20, "Fund") for number in range(5)),
        firm("GP", None, "Fund", right="control"), person("P", 100, "GP"),
    )  # fmt: skip

    assert carried(result) == {"P": "control"}
    assert result.is_whole
    assert result.unnamed == ()


def test_everybody_who_controls_jointly_is_an_owner() -> None:
    result = study(
        firm("HoldCo", 100), *(person(name, share, "HoldCo") for name, share in DISPERSED),
        person("P0", None, "HoldCo", right="control"), person("P1", None, right="control"),
    )  # fmt: skip

    assert carried(result) == {"P0": "control", "P1": "control"}
    assert result.is_whole


def test_a_company_that_controls_jointly_with_a_person_is_asked_for_its_own() -> None:
    result = study(
        *(person(name, share) for name, share in DISPERSED),
        person("P0", None, right="control"), firm("A", None, right="control"),
    )  # fmt: skip

    assert carried(result) == {"P0": "control"}
    assert result.controllers == ("A",)
    assert not result.is_whole


@pytest.mark.parametrize(("votes", "is_owner"), [("50", False), ("50.0001", True)])
def test_votes_not_equity_make_control_and_half_of_them_is_not_enough(
    votes: str,
    is_owner: bool,  # noqa: FBT001
) -> None:
    """Three steps of half are an eighth: only control makes an owner."""
    result = study(
        firm("A", 50), firm("A", votes, right="votes"), person("Q", 50),
        firm("B", 50, "A"), firm("B", votes, "A", right="votes"), person("R", 50, "A"),
        person("P", 24, "B"), person("P", votes, "B", right="votes"),
        *(person(name, "15.2", "B") for name, _ in DISPERSED),
    )  # fmt: skip

    assert ("P" in names(result.owners)) is is_owner
    assert result.people[-1].name != "Q"


def test_votes_of_several_companies_are_counted_together() -> None:
    result = study(
        firm("M", 60), person("Q", 40), firm("A", 30, "M"), firm("B", 30, "M"),
        *(person(name, 8, "M") for name, _ in DISPERSED),
        *(person("P", 60, one) for one in "AB"), *(person("R", 40, one) for one in "AB"),
    )  # fmt: skip

    assert carried(result) == {"Q": "equity", "P": "control"}
    (how,) = [
        one["control_how"]
        for one in ownership.answers_for(result, is_exempt=False)["beneficial_owners"]
        if "control_how" in one
    ]
    assert how == f"P → A; P → B; A + B → M → {COMPANY}"
    assert result.is_whole


def test_an_owner_by_shares_is_told_of_no_control_that_the_shares_make() -> None:
    result = study(firm("A", 100), person("P", 100, "A"))

    assert result.owners[0].controls == ()
    assert carried(result) == {"P": "equity"}


def test_votes_of_a_company_that_somebody_controls_are_doubtful() -> None:
    result = study(
        firm("Fund", 30), *(person(name, 14) for name, _ in DISPERSED),
        *(person(f"L{number}", 20, "Fund") for number in range(5)),
        person("P", None, "Fund", right="control"), person("M", None, right="management"),
    )  # fmt: skip

    (doubtful,) = result.doubtful
    assert (doubtful.name, doubtful.voters, doubtful.decided) == ("P", ("Fund",), Fraction(3, 10))
    assert not result.is_whole
    assert carried(result) == {}, "neither P nor the management is sure"
    assert "P" not in names(result.others)


def test_circles_of_control_end_and_are_told_where_nobody_is_above() -> None:
    ring = [
        firm("A", None, right="control"), firm("B", None, "A", right="control"),
        firm("A", None, "B", right="control"),
    ]  # fmt: skip
    people = [person(name, share) for name, share in DISPERSED]

    alone = study(*people, *ring)
    with_somebody = study(*people, *ring, person("P", None, "B", right="control"))

    assert set(alone.controllers) == {"A", "B"}
    assert not alone.is_whole
    assert with_somebody.controllers == ()
    assert carried(with_somebody) == {"P": "control"}


def test_a_company_that_controls_its_own_owner_is_followed_once() -> None:
    result = study(
        firm("A", 60), person("Q", 40),
        firm(COMPANY, 60, "A"), *(person(name, 8, "A") for name, _ in DISPERSED),
    )  # fmt: skip

    assert carried(result) == {"Q": "equity"}
    assert result.is_whole


@pytest.mark.parametrize("right", ["control", "management"])
def test_a_company_of_which_no_share_is_named_is_open(right: str) -> None:
    result = study(person("P", None, right=right))

    assert not result.is_whole
    assert [(one.company, one.share) for one in result.unnamed] == [(COMPANY, Fraction(1))]
    assert carried(result) == ({"P": "control"} if right == "control" else {})


def test_who_may_be_behind_an_unnamed_company_may_be_somebody_who_is_named() -> None:
    """20 % and 10 % through a company that nobody is named for are more than a quarter."""
    people = [person(name, 18) for name, _ in DISPERSED]

    assert not study(*people, firm("A", 10)).is_whole
    assert study(*people, firm("A", 10), person("L", 100, "A")).is_whole


def test_the_unnamed_votes_of_a_company_that_controls_are_open() -> None:
    people = [person(name, share) for name, share in DISPERSED]
    above = [firm("A", None, right="control"), person("P", 40, "A")]

    result = study(*people, *above, person("M", None, right="management"))

    assert not result.is_whole
    assert result.controllers == ("A",)
    assert carried(result) == {}


def test_control_by_a_company_whose_owners_are_too_small_is_open() -> None:
    people = [person(name, share) for name, share in DISPERSED]
    above = [person(f"S{number}", 20, "A") for number in range(5)]

    result = study(*people, firm("A", None, right="control"), *above)

    assert result.unnamed == ()
    assert result.controllers == ("A",)
    assert not result.is_whole, "some of them may control A together"


def test_most_of_the_votes_of_a_company_that_controls_may_be_a_strangers() -> None:
    people = [person(name, share) for name, share in DISPERSED]
    above = [person("P", None, "A", right="control"), person("P", 40, "A")]

    result = study(*people, firm("A", None, right="control"), *above)

    assert carried(result) == {"P": "control"}
    assert result.controllers == (), "P is said to control A"
    assert not result.is_whole, "whoever has the other 60 % of A controls it too"
    assert [(one.company, one.part, one.share) for one in result.unnamed] == [
        ("A", Fraction(3, 5), Fraction(0))
    ]


def test_votes_left_to_nobody_are_told_apart_from_equity() -> None:
    result = study(person("P", 100, "A"), person("P", 60, "A", right="votes"), firm("A", 100))

    assert [(one.company, one.right, one.part) for one in result.unnamed] == [
        ("A", Right.VOTES, Fraction(2, 5))
    ]


def test_the_unnamed_part_of_the_equity_has_its_part_of_the_votes() -> None:
    """Half is named and votes alike: the other half has half of what votes are left."""
    result = study(person("P", 20), person("P", 60, right="votes"), person("Q", 40))

    quentin = next(one for one in result.people if one.name == "Q")
    assert [one.share for one in quentin.stakes if one.right is Right.VOTES] == [Fraction(1, 5)]

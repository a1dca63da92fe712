"""Who benefits in the end: the 25 % test, what is declared, and the exemption."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import beneficial_owners
from servicedesk.enterprises.beneficial_owners import Beneficiary, Stake
from servicedesk.enterprises.money import Money


def wrong_places(found: Iterable[Finding]) -> set[str | None]:
    return {one.place for one in found if one.weight is Weight.WRONG}


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


QUARTER = Stake("林乔", is_person=True, amount=Decimal(25))
REST = Stake("样例投资", is_person=False, amount=Decimal(75))


def test_a_holder_of_exactly_a_quarter_must_be_named() -> None:
    other = Beneficiary("顾长风", "control", None)
    found = beneficial_owners.findings(cny("100"), [QUARTER, REST], [other])
    named = beneficial_owners.findings(
        cny("100"), [QUARTER, REST], [other, Beneficiary("林 乔", "equity", Decimal(25))]
    )

    assert wrong_places(found) == {"beneficial_owners"}
    assert wrong_places(named) == set()
    assert any(one.weight is Weight.LOOK for one in named)  # look through the company


@pytest.mark.parametrize(
    ("amount", "stakes", "is_possible"),
    [
        ("10000000.00", [QUARTER], True),
        ("10000000.01", [QUARTER], False),
        ("10000000.00", [QUARTER, REST], False),
    ],
)
def test_the_promise_is_for_small_companies_of_natural_persons(
    amount: str, stakes: list[Stake], *, is_possible: bool
) -> None:
    found = beneficial_owners.findings(cny(amount), stakes, None)

    assert (wrong_places(found) == set()) is is_possible


def test_a_small_share_counts_only_with_control() -> None:
    found = beneficial_owners.findings(
        cny("100"), [], [Beneficiary("顾长风", "equity", Decimal("24.99"))]
    )

    assert wrong_places(found) == {"beneficial_owners[0].percent"}


SIXTY = Stake("林乔", is_person=True, amount=Decimal(60))
FORTY = Stake("周若谷", is_person=True, amount=Decimal(40))


@pytest.mark.parametrize(
    ("declared", "places"),
    [
        ([("equity", "60"), ("equity", "40")], set()),
        ([("equity", "75"), ("equity", "40")], set()),  # more, through somebody else
        ([("equity", "26"), ("equity", "26")], {"[0].percent", "[1].percent"}),
        ([("equity", None), ("equity", "40")], {"[0].percent"}),
        ([("management", None), ("equity", "40")], {"[0].basis"}),
        ([("control", None), ("benefit", "40")], {"[0].basis", "[1].basis"}),
    ],
)
def test_who_holds_shares_is_said_to_hold_them(
    declared: list[tuple[str, str | None]], places: set[str]
) -> None:
    named = [
        Beneficiary(stake.name, basis, Decimal(percent) if percent else None)
        for stake, (basis, percent) in zip([SIXTY, FORTY], declared, strict=True)
    ]

    found = beneficial_owners.findings(cny("100"), [SIXTY, FORTY], named)

    assert wrong_places(found) == {f"beneficial_owners{place}" for place in places}


def test_a_third_is_said_in_two_places() -> None:
    thirds = [Stake(name, is_person=True, amount=Decimal(1)) for name in "甲乙丙"]
    named = [Beneficiary(name, "equity", Decimal("33.33")) for name in "甲乙丙"]

    assert wrong_places(beneficial_owners.findings(cny("3"), thirds, named)) == set()


def test_a_shareholder_is_found_by_the_number_of_the_paper() -> None:
    stake = Stake("Lin Qiao", is_person=True, amount=Decimal(1), number="１１０１ 1")
    named = [Beneficiary("林乔", "equity", Decimal(100), number="11011")]

    assert wrong_places(beneficial_owners.findings(cny("1"), [stake], named)) == set()


def test_management_is_the_last_resort() -> None:
    firm = Stake("样例投资", is_person=False, amount=Decimal(1))
    manager = Beneficiary("顾长风", "management", None)

    alone = beneficial_owners.findings(cny("1"), [firm], [manager])
    beside = beneficial_owners.findings(
        cny("1"), [firm], [manager, Beneficiary("林乔", "control", None)]
    )

    assert wrong_places(alone) == set()
    assert wrong_places(beside) == {"beneficial_owners[0].basis"}

"""Equity that goes over: who is meant, who holds what afterwards, and that nobody vanishes."""

from typing import Any

import pytest

from servicedesk.enterprises.equity import Problem, Transfer, carried_out
from servicedesk.enterprises.money import of_answer

LIN: dict[str, Any] = {
    "name": "林乔",
    "contribution": {"currency": "CNY", "amount": "3000000"},
    "pay_by": "2031",
}
OTHER_LIN = LIN | {"contribution": {"currency": "CNY", "amount": "2000000"}}
ZHOU = OTHER_LIN | {"name": "周若谷"}


def transfer(
    seller: str, buyer: str, amount: int, currency: str = "CNY", kind: str = ""
) -> Transfer:
    money = of_answer({"currency": currency, "amount": str(amount)})
    return Transfer(seller, buyer, kind, money)


def held(owners: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["name"], int(one["contribution"]["amount"])) for one in owners]


def test_two_of_one_name_are_told_apart_by_their_place() -> None:
    done = carried_out(
        [LIN, ZHOU, OTHER_LIN],
        [transfer("周若谷", "Ada", 500000), transfer("林乔 (2)", "Ada", 2000000)],
        {},
    )

    assert done.problems == [None, None]
    assert held(done.owners) == [("林乔", 3000000), ("周若谷", 1500000), ("Ada", 2500000)]


def test_who_joins_takes_over_how_the_seller_was_to_pay() -> None:
    done = carried_out(
        [LIN], [transfer("林乔", "ADA", 1)], {"Ada": {"name": "Ada", "country": "DE"}}
    )

    assert done.owners[1] == {
        "name": "Ada", "country": "DE", "method": "", "pay_by": "2031",
        "contribution": {"currency": "CNY", "amount": "1"},
    }  # fmt: skip


def test_a_namesake_from_outside_stands_beside_the_owner() -> None:
    done = carried_out([LIN, ZHOU], [transfer("周若谷", "林乔", 2000000, kind="new")], {})

    assert held(done.owners) == [("林乔", 3000000), ("林乔", 2000000)]


UNSAID: dict[str, Any] = {"name": "何清远", "contribution": None}


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (transfer("Mallory", "林乔", 1), Problem.SELLER_UNKNOWN),
        (transfer("周若谷", "Mallory", 1, kind="present"), Problem.BUYER_UNKNOWN),
        (transfer("周若谷", "周若谷", 1), Problem.SAME),
        (transfer("周若谷", "林乔", 0), Problem.NO_AMOUNT),
        (transfer("周若谷", "林乔", 2000001), Problem.TOO_MUCH),
        (transfer("周若谷", "林乔", 1, "USD"), Problem.CURRENCY),
        (transfer("何清远", "林乔", 1), Problem.NOT_KNOWN),
        (transfer("周若谷", "何清远", 1), Problem.NOT_KNOWN),
    ],
)
def test_what_cannot_be_carried_out_changes_nothing(one: Transfer, problem: Problem) -> None:
    owners = [LIN, ZHOU, UNSAID]

    done = carried_out(owners, [one], {})

    assert done.problems == [problem]
    assert done.owners == owners


def test_of_several_of_one_name_it_must_be_said_which() -> None:
    owners = [LIN, OTHER_LIN, ZHOU]

    done = carried_out(owners, [transfer("林乔", "周若谷", 1), transfer("周若谷", "林乔", 1)], {})

    assert done.problems == [Problem.SELLER_UNCLEAR, Problem.BUYER_UNCLEAR]
    assert done.owners == owners


def test_each_transfer_stands_on_those_before_it() -> None:
    done = carried_out(
        [LIN, ZHOU],
        [
            transfer("林乔", "Ada", 3000000),
            transfer("林乔", "周若谷", 1),
            transfer("Ada", "周若谷", 1000000),
        ],
        {},
    )

    assert done.problems == [None, Problem.TOO_MUCH, None]
    assert [str(one) for one in done.held] == ["CNY 3,000,000.00", "CNY 0.00", "CNY 3,000,000.00"]
    assert held(done.owners) == [("周若谷", 3000000), ("Ada", 2000000)]

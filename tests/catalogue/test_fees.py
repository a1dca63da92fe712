"""What an application is charged depends on its answers."""

from decimal import Decimal

import pytest
from flask import Flask

from servicedesk.catalogue import guide, guide_fees
from servicedesk.catalogue.fees import Fee
from servicedesk.web.words import spoken
from tests.catalogue.factories import make_service, text

FEE = {
    "source": "G_FEE",
    "lines": [
        {"key": "card", "name": text("Card", "证件"), "amount": 300},
        {
            "key": "long",
            "name": text("Over a year", "一年以上"),
            "amount": "800",
            "when": {">": [{"var": "years"}, 1]},
        },
    ],
}


def test_only_the_lines_that_hold_are_charged() -> None:
    fee = Fee.model_validate(FEE)
    assert [one.key for one in fee.due({"years": 1})] == ["card"]
    assert fee.total({"years": 1}) == Decimal(300)
    assert fee.total({"years": 2}) == Decimal(1100)


def test_the_guide_lists_the_prices() -> None:
    lines = guide.elements(make_service(fee=FEE))["fee_standard"].lines
    assert [str(line.facts["name"]) for line in lines] == ["Card", "Over a year"]  # type: ignore[union-attr]


def test_a_service_without_prices_is_free() -> None:
    fee = Fee.model_validate({"source": "L_ALL"})
    assert fee.total({}) == 0
    assert fee.due({}) == []


def line(amount: int, **when: object) -> dict[str, object]:
    return {"key": f"line_{amount}", "name": text(), "amount": amount, **when}


A, B = ({"when": {"==": [{"var": "kind"}, kind]}} for kind in ("a", "b"))


@pytest.mark.parametrize(
    ("fee", "words"),
    [
        ({}, "Free of charge"),
        ({"amount": None}, "Ask the office that does it"),
        ({"amount": 200}, "CNY 200"),
        ({"lines": [line(1500), line(300)]}, "CNY 1,800"),  # PR: application and card
        ({"lines": [line(400, **A), line(1000, **B)]}, "CNY 400 to CNY 1,000"),
        ({"lines": [line(50), line(400, **A), line(1000, **B)]}, "CNY 450 to CNY 1,050"),
        ({"amount": 20, "lines": [line(400, **A), line(400, **B)]}, "CNY 420"),
        ({"lines": [line(160, **A)]}, "CNY 160"),  # what the others cost is not said
        ({"lines": [line(300), line(800, **A)]}, "CNY 300 to CNY 1,100"),
    ],
)
def test_the_card_adds_what_is_always_charged_and_ranges_over_alternatives(
    app: Flask, fee: dict[str, object], words: str
) -> None:
    price = guide_fees.price(make_service(fee={"source": "G_FEE", **fee}))
    with app.test_request_context():
        said = spoken(price)
    assert said.replace("\xa0", " ").replace(".00", "") == words

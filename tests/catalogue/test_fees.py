"""What an application is charged depends on its answers."""

from decimal import Decimal

from servicedesk.catalogue import guide
from servicedesk.catalogue.fees import Fee
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

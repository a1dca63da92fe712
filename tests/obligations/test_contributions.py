"""What is not known as paid: like currencies only, and owners of one name by their place."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from servicedesk.obligations.duties import Enterprise, owed
from servicedesk.obligations.duty_kinds import Kind

PAY_BY = "2027-03-31"


def amount(value: str, currency: str = "CNY") -> dict[str, str]:
    return {"currency": currency, "amount": value}


def owner(name: str, contribution: dict[str, str], **other: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "contribution": contribution, "pay_by": PAY_BY} | other


def sums(owners: list[dict[str, Any]], *reported: tuple[str, dict[str, str]]) -> list[str]:
    said = [{"name": name, "paid": paid} for name, paid in reported]
    facts = {
        "shareholders": owners,
        "annual_report_2025": {"year": 2025, "contributions": said},
    }
    one = Enterprise(facts, "registered", "llc", date(2025, 1, 2))
    found = owed(one, date(2026, 5, 6))
    return [str(each.facts["sum"]) for each in found if each.kind is Kind.CONTRIBUTIONS]


def test_what_is_paid_in_another_currency_pays_nothing() -> None:
    euros = owner("Lin", amount("100000", "EUR"), paid=amount("700000"))

    assert sums([euros], ("Lin", amount("800000"))) == ["EUR 100,000"]
    assert sums([euros], ("Lin", amount("40000", "EUR"))) == ["EUR 60,000"]


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [("100", "0", "200"), ("0", "200", "100"), ("100", "200", None), ("0", "0", "300")],
)
def test_two_owners_of_one_name_have_each_their_own_line(
    first: str, second: str, left: str | None
) -> None:
    owners = [owner("Lin", amount("100")), owner("Lin", amount("200"))]

    found = sums(owners, ("Lin", amount(first)), ("Lin", amount(second)))

    assert found == ([f"CNY {Decimal(left):,.0f}"] if left else [])

"""What is worked out from answers; what cannot be is nothing."""

from decimal import Decimal
from typing import Any

import pytest

from servicedesk.catalogue import formulas

ANSWERS = {
    "a": 2,
    "b": "3.5",
    "money": {"currency": "CNY", "amount": "10.00"},
    "owners": [{"share": "40"}, {"share": "60"}, {}],
    "from": "2026-02-27",
    "to": "2026-03-01",
    "yes": True,
}


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ({"+": [{"var": "a"}, {"var": "b"}, 1]}, "6.5"),
        ({"-": [{"var": "a"}, {"var": "b"}]}, "-1.5"),
        ({"*": [{"var": "money.amount"}, {"var": "a"}]}, "20.00"),
        ({"/": [{"var": "money.amount"}, 4]}, "2.5"),
        ({"sum": [{"var": "owners"}, "share"]}, "100"),
        ({"days": [{"var": "from"}, {"var": "to"}]}, "3"),
        ({"*": [{"var": "a"}, 0.05]}, "0.10"),
        ({"/": [{"var": "a"}, 0]}, None),
        ({"+": [{"var": "none"}, 1]}, None),
        ({"+": [{"var": "yes"}, 1]}, None),
        ({"sum": [{"var": "none"}, "share"]}, None),
        ({"days": [{"var": "from"}, {"var": "a"}]}, None),
        ({"*": [10**9, 10**9]}, None),
        ({"days": [1, 2]}, None),
    ],
)
def test_a_formula_comes_to(formula: Any, found: str | None) -> None:  # noqa: ANN401
    value = formulas.value(formula, ANSWERS)
    assert value == (None if found is None else Decimal(found))

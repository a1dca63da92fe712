"""What an officer finds keeps to the rules of the task: each at its edge, and one step beyond."""

from datetime import date
from typing import Any

import pytest

from servicedesk.catalogue import bounds
from servicedesk.catalogue.fragments import Bound
from tests.catalogue.factories import text

TODAY = date(2026, 3, 2)
OTHERS = {"from": "2026-06-01", "before": "2026-01-10", "kind": "own"}
BY_POINTS = {"==": [{"var": "kind"}, "own"]}


def _words(given: object, said: dict[str, Any], **others: object) -> str | None:
    return _told(given, [said], **others)


def _told(given: object, rules: list[dict[str, Any]], **others: object) -> str | None:
    base = {"key": "one", "found": "it", "rule": text("So.", "如此。")}
    made = tuple(Bound.model_validate({**base, **one}) for one in rules)
    found = dict(bounds.faults(made, {"it": given}, {**OTHERS, **others}, TODAY))
    return str(found["it"]) if "it" in found else None


CASES: list[tuple[dict[str, Any], object, object, str]] = [
    ({"least": 85}, 85, 84, "So. Enter 85 or more."),
    ({"most": 85}, "85.00", "85.01", "So. Enter 85 or less."),
    ({"not_before": "from"}, "2026-06-01", "2026-05-31", "So. Choose 2026-06-01 or a later day."),
    ({"not_after": "from"}, "2026-06-01", "2026-06-02", "So. Choose 2026-06-01 or an earlier day."),
    ({"over_days": 45}, "2026-01-15", "2026-01-16", "So. Choose 2026-01-15 or an earlier day."),
    (
        {"least_days": 90, "since": "today"},
        "2026-05-30", "2026-05-29", "So. Choose 2026-05-30 or a later day.",
    ),
    (
        {"within_days": 30, "since": ["before"]},
        "2026-02-09", "2026-02-10", "So. Choose 2026-02-09 or an earlier day.",
    ),
    (
        {"most_years": 2, "since": ["today", "from"]},
        "2028-05-31", "2028-06-01", "So. Choose 2028-05-31 or an earlier day.",
    ),
    (
        {"most_years": 2, "since": ["today", "before"]},
        "2028-03-01", "2028-03-02", "So. Choose 2028-03-01 or an earlier day.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "at_the_edge", "beyond", "words"), CASES)
def test_a_rule_allows_its_edge_and_nothing_beyond(
    said: dict[str, Any], at_the_edge: object, beyond: object, words: str
) -> None:
    assert _words(at_the_edge, said) is None
    assert _words(beyond, said) == words


def test_a_rule_holds_only_for_whom_it_says() -> None:
    assert _words(1, {"least": 85, "when": BY_POINTS}) is not None
    assert _words(1, {"least": 85, "when": BY_POINTS}, kind="rented") is None


@pytest.mark.parametrize(
    "said", [{"not_after": "nobody_said"}, {"most_years": 1, "since": "nobody_said"}]
)
def test_what_nobody_answered_is_not_judged(said: dict[str, Any]) -> None:
    assert _words("2099-01-01", said) is None
    assert _words(None, {"least": 1}) is None


@pytest.mark.parametrize("turn", [1, -1])
def test_of_several_rules_the_strictest_is_told(turn: int) -> None:
    rules: list[dict[str, Any]] = [{"not_after": "from"}, {"most_years": 1, "since": "before"}]
    assert _told("2099-01-01", rules[::turn]) == "So. Choose 2026-06-01 or an earlier day."
    assert _told(1, [{"least": 5}, {"least": 9}][::turn]) == "So. Enter 9 or more."

"""Conditions: what holds, and that every condition has a value whatever the answers are."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.catalogue import conditions
from servicedesk.catalogue.conditions import faults, holds, paths, variables, within

ANSWERS = {
    "kind": "own",
    "agreed": True,
    "none": None,
    "count": 3,
    "percent": "25.5",
    "day": "2026-03-02",
    "capital": {"currency": "CNY", "amount": "5000000.00"},
    "posts": ["chair", "director"],
    "owners": [{"party": "person", "share": "60"}, {"party": "organisation", "share": "40"}],
}

HOLDING = [
    {"==": [{"var": "kind"}, "own"]},
    {"!=": [{"var": "kind"}, "park"]},
    {"==": [{"var": "agreed"}, True]},
    {"==": [{"var": "none"}, None]},
    {"==": [{"var": "unknown"}, None]},
    {"==": [{"var": "percent"}, 25.5]},
    {"<": [{"var": "count"}, 10]},
    {">=": [{"var": "percent"}, 25]},
    {">": [{"var": "capital.amount"}, 999999]},
    {"<=": [{"var": "day"}, "2026-03-02"]},
    {"in": ["chair", {"var": "posts"}]},
    {"in": [{"var": "kind"}, ["own", "park"]]},
    {"and": [{"var": "agreed"}, {"!!": {"var": "posts"}}]},
    {"or": [{"var": "none"}, {"!": [{"var": "none"}]}]},
    {"some": [{"var": "owners"}, {"==": [{"var": "party"}, "organisation"]}]},
    {"==": [{"count": [{"var": "owners"}, {">": [{"var": "share"}, 50]}]}, 1]},
    {">": [{"count": [{"var": "owners"}]}, 1]},
    {"==": [{"var": "owners.1.party"}, "organisation"]},
]
NOT_HOLDING = [
    {"==": [{"var": "agreed"}, 1]},
    {"==": [{"var": "agreed"}, "true"]},
    {"<": [{"var": "unknown"}, 5]},
    {">": [{"var": "unknown"}, 5]},
    {"<": [{"var": "kind"}, 5]},
    {"<": [{"var": "posts"}, 5]},
    {"in": ["chair", {"var": "unknown"}]},
    {"some": [{"var": "kind"}, {"==": [1, 1]}]},
    {"==": ["0110", "110"]},
    {"cat": ["a", "b"]},
    {"==": [1]},
    {"==": [1, 1], "!=": [1, 2]},
    {},
    {"var": 5},
    {"var": "owners.7.party"},
]


@pytest.mark.parametrize("condition", HOLDING)
def test_a_condition_that_is_met_holds(condition: dict[str, Any]) -> None:
    assert holds(condition, ANSWERS)
    assert not list(faults(condition))


@pytest.mark.parametrize("condition", NOT_HOLDING)
def test_a_condition_that_is_not_met_or_makes_no_sense_does_not_hold(
    condition: dict[str, Any],
) -> None:
    assert not holds(condition, ANSWERS)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_browser_comes_to_the_same_result() -> None:
    logic = (Path(__file__).parents[2] / "static/js/logic.js").as_uri()
    script = f"""
        import {{ holds }} from "{logic}";
        const [conditions, answers] = {json.dumps([HOLDING + NOT_HOLDING, ANSWERS])};
        console.log(JSON.stringify(conditions.map((one) => holds(one, answers))));
    """

    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, check=True, text=True
    )

    assert json.loads(done.stdout) == [True] * len(HOLDING) + [False] * len(NOT_HOLDING)


def test_variables_are_those_of_the_application_not_of_an_entry() -> None:
    condition = {
        "and": [
            {"==": [{"var": "capital.currency"}, "CNY"]},
            {"some": [{"var": "owners"}, {"==": [{"var": "party"}, {"var": "party"}]}]},
        ]
    }

    assert variables(condition) == {"capital", "owners"}
    assert ("party", "owners") in set(paths(condition))


def test_inside_a_group_an_unanswered_question_is_null_whatever_stands_outside() -> None:
    seen = within({"country": "CN", "kind": "own"}, {"party": "person"}, frozenset({"country"}))

    assert seen == {"country": None, "kind": "own", "party": "person"}


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"cat": ["a"]}, "unknown operator 'cat'"),
        ({"==": [1]}, "1 arguments"),
        ({}, "exactly one operator"),
        ({"==": [1, 1], "!": [1]}, "exactly one operator"),
        ({"var": [5]}, "not a text"),
        ({"and": [{"!": [{"method": ["x"]}]}]}, "unknown operator 'method'"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said(condition: dict[str, Any], fault: str) -> None:
    assert fault in next(faults(condition))


def test_a_condition_without_end_is_refused_and_has_a_value() -> None:
    deep: dict[str, Any] = {"var": "agreed"}
    for _ in range(500):
        deep = {"!!": [deep]}

    assert "levels deep" in next(faults(deep))
    assert holds(deep, ANSWERS) in {True, False}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
_rules = st.recursive(
    _json | st.builds(lambda path: {"var": path}, st.sampled_from(["a", "b.c", "d.0.e", "", "x"])),
    lambda inner: st.builds(
        lambda operator, parts: {operator: parts},
        st.sampled_from([*conditions.ARITIES, "eval", "map", "__class__"]),
        st.lists(inner, max_size=4) | inner,
    ),
    max_leaves=12,
)
_answers = st.dictionaries(st.sampled_from(["a", "b", "d"]), _json)


@given(_rules.filter(lambda rule: isinstance(rule, dict)), _answers)
def test_every_condition_has_a_value_for_all_answers(
    rule: dict[str, Any], answers: dict[str, Any]
) -> None:
    before = json.dumps(answers)

    assert holds(rule, answers) in {True, False}
    assert json.dumps(answers) == before
    list(faults(rule))
    variables(rule)


@given(_rules.filter(lambda rule: isinstance(rule, dict)), _answers)
def test_not_is_the_opposite_and_answers_not_named_do_not_matter(
    rule: dict[str, Any], answers: dict[str, Any]
) -> None:
    named = variables(rule)
    fewer = {key: answer for key, answer in answers.items() if key in named}

    assert holds({"!": [rule]}, answers) is not holds(rule, answers)
    if not any(path == "" for path, _ in paths(rule)):
        assert holds(rule, fewer) == holds(rule, answers)


@given(st.lists(_rules, min_size=1, max_size=4), _answers)
def test_and_and_or_agree_with_their_parts(rules: list[Any], answers: dict[str, Any]) -> None:
    each = [holds({"!!": [rule]}, answers) for rule in rules]

    assert holds({"and": rules}, answers) == all(each)
    assert holds({"or": rules}, answers) == any(each)

"""The points test: the table at its edges, six examples, and what would change the category."""

from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.advisers import categories, points_test
from servicedesk.advisers.categories import Figures
from servicedesk.advisers.points_test import Criterion

NOW: Final = categories.figures()
# domain/points_test.yaml, worked_examples: answers, points by criterion, category.
RESEARCHER: Final[dict[str, Any]] = {
    "salary": 30, "education": "doctor", "experience": 6, "months": 11, "chinese": "hsk2",
    "region": "other", "age": 38, "background": ["top_university"], "province": 0,
}  # fmt: skip
EXAMPLES: Final = [
    (RESEARCHER, (14, 20, 9, 15, 2, 0, 15, 5, 0), "B"),
    (
        {"salary": 60, "education": "doctor", "experience": 15, "months": 12, "chinese": "none",
         "region": "other", "age": 44, "background": ["fortune500", "ip"], "province": 0},
        (20, 20, 18, 15, 0, 0, 15, 5, 0), "A",
    ),
    (
        {"salary": 45, "education": "master", "experience": 17, "months": 9, "chinese": "none",
         "region": "other", "age": 45, "background": [], "province": 0},
        (20, 15, 20, 15, 0, 0, 15, 0, 0), "A",
    ),
    (
        {"salary": 15, "education": "bachelor", "experience": 11, "months": 9, "chinese": "none",
         "region": "other", "age": 50, "background": [], "province": 0},
        (11, 10, 14, 15, 0, 0, 10, 0, 0), "B",
    ),
    (
        {"salary": "6.9", "education": "bachelor", "experience": "1.9", "months": 12,
         "chinese": "hsk5", "region": "other", "age": 24, "background": [], "province": 0},
        (5, 10, 0, 15, 5, 0, 10, 0, 0), "C",
    ),
    (
        {"salary": "44.99", "education": "doctor", "experience": 30, "months": 6,
         "chinese": "ex_citizen", "region": "other", "age": 61, "background": ["ip"],
         "province": 5},
        (17, 20, 20, 10, 5, 0, 0, 5, 5), "B",
    ),
]  # fmt: skip
EDGES: Final[dict[str, list[tuple[object, int]]]] = {
    "salary": [(0, 0), ("4.99", 0), (5, 5), ("6.99", 5), (7, 8), ("14.99", 8), (15, 11),
               ("24.99", 11), (25, 14), ("34.99", 14), (35, 17), ("44.99", 17), (45, 20)],
    "education": [("none", 0), ("bachelor", 10), ("master", 15), ("doctor", 20)],
    "experience": [(0, 0), ("1.9", 0), (2, 5), ("2.9", 5), (3, 6), (16, 19), (17, 20), (40, 20)],
    "months": [(0, 0), ("2.9", 0), (3, 5), ("5.9", 5), (6, 10), ("8.9", 10), (9, 15), (12, 15)],
    "chinese": [("none", 0), ("hsk1", 1), ("hsk2", 2), ("hsk3", 3), ("hsk4", 4), ("hsk5", 5),
                ("ex_citizen", 5), ("degree_in_chinese", 5)],
    "region": [("other", 0), ("west", 10), ("northeast", 10), ("special", 10)],
    "age": [(17, 0), (18, 10), (25, 10), ("25.9", 10), (26, 15), (45, 15), ("45.9", 15),
            (46, 10), (55, 10), (56, 5), (60, 5), ("60.9", 5), (61, 0), (90, 0)],
    "background": [([], 0), (["ip"], 5), (["ip", "fortune500", "top_university"], 5)],
    "province": [(None, 0), (0, 0), (1, 1), (10, 10)],
}  # fmt: skip


@pytest.mark.parametrize(("answers", "parts", "category"), EXAMPLES)
def test_the_examples_of_the_table(
    answers: dict[str, Any], parts: tuple[int, ...], category: str
) -> None:
    result = points_test.score(answers, NOW)

    assert tuple(line.points for line in result.lines) == parts
    assert result.total == sum(parts)
    assert result.category == category


@pytest.mark.parametrize(
    ("key", "answer", "points"),
    [(key, answer, points) for key, edges in EDGES.items() for answer, points in edges],
)
def test_every_row_of_the_table_begins_and_ends_where_it_says(
    key: str, answer: object, points: int
) -> None:
    (line,) = [
        line for line in points_test.score({key: answer}, NOW).lines if line.criterion.key == key
    ]

    assert line.points == points


def test_no_criterion_gives_more_than_its_most_and_all_give_120() -> None:
    most = [max(level.points for level in one.levels) for one in points_test.criteria()]

    assert most == [one.max for one in points_test.criteria()]
    assert sum(most) == 120


def test_the_thresholds_are_those_in_force() -> None:
    strict = NOW.with_settings({"points_a": 90, "points_b": 81})

    assert points_test.score(RESEARCHER, strict).category == "C"
    assert points_test.score(RESEARCHER, strict).missing == 1


def test_the_smallest_single_changes_are_named_the_smallest_first() -> None:
    result = points_test.score(RESEARCHER, NOW)

    assert (result.next_category, result.missing, result.margin) == ("A", 5, 20)
    assert [(one.criterion.key, one.gain, one.total) for one in result.changes] == [
        ("experience", 5, 85),
        ("province", 5, 85),
        ("salary", 6, 86),
        ("region", 10, 90),
    ]


def test_nobody_is_told_to_grow_younger() -> None:
    result = points_test.score({**RESEARCHER, "age": 57, "months": 5}, NOW)

    assert "age" not in {one.criterion.key for one in (*result.changes, *result.most)}


def test_where_no_single_change_is_enough_the_most_of_each_is_named() -> None:
    answers, _, _ = EXAMPLES[3]

    result = points_test.score(answers, NOW)

    assert result.changes == ()
    assert result.most[0].gain == 10
    assert all(one.total < NOW.points_a for one in result.most)


answers_of_anybody = st.fixed_dictionaries(
    {
        "salary": st.integers(0, 60),
        "education": st.sampled_from(["none", "bachelor", "master", "doctor"]),
        "experience": st.integers(0, 30),
        "months": st.integers(0, 12),
        "chinese": st.sampled_from(["none", "hsk1", "hsk2", "hsk3", "hsk4", "hsk5"]),
        "region": st.sampled_from(["other", "west"]),
        "age": st.integers(18, 70),
        "background": st.lists(st.sampled_from(["ip", "fortune500"]), max_size=2),
        "province": st.integers(0, 10),
    }
)


def everything_possible(criterion: Criterion, answers: dict[str, Any]) -> list[Any]:
    """Return every answer that somebody could come to give, as a slow oracle tries them."""
    if not criterion.is_number:
        keys = [level.key for level in criterion.levels]
        return [[key] for key in keys] if criterion.key == "background" else keys
    first = answers["age"] if criterion.only_grows else 0
    return list(range(first, 100 if criterion.key != "province" else 11))


@given(answers_of_anybody)
def test_a_change_is_named_just_where_trying_every_answer_finds_one(
    answers: dict[str, Any],
) -> None:
    result = points_test.score(answers, NOW)
    found = {}
    for criterion in points_test.criteria():
        totals = [
            points_test.score({**answers, criterion.key: answer}, NOW).total
            for answer in everything_possible(criterion, answers)
        ]
        higher = [one for one in totals if NOW.category_of(one) < result.category]
        if higher:
            found[criterion.key] = min(higher)

    assert {one.criterion.key: one.total for one in result.changes} == found


@given(answers_of_anybody)
def test_what_is_carried_over_is_what_was_counted(answers: dict[str, Any]) -> None:
    result = points_test.score(answers, NOW)

    taken = points_test.answers_for(result, answers)

    assert taken["category"] == result.category
    assert taken.get("points") == (result.total if result.category != "C" else None)
    assert Decimal(taken["salary_year"]["amount"]) == answers["salary"] * 10_000
    assert taken["experience_years"] == answers["experience"]


def test_figures_come_from_numbers_only() -> None:
    assert NOW.with_settings({"points_a": None, "points_b": "x"}) == NOW
    assert isinstance(NOW, Figures)

"""Category A, B or C: the highest that a criterion reaches, and what holds in it."""

from dataclasses import replace
from typing import Final

import pytest

from servicedesk.advisers import categories
from servicedesk.advisers.categories import Situation
from servicedesk.catalogue.registry import Weight

NOW: Final = categories.figures()
NOBODY: Final = Situation((), (), (), age=35, degree="master", experience=5)


def criteria(letter: str) -> list[str]:
    return [one.key for one in categories.categories(NOW)[letter].criteria]


@pytest.mark.parametrize("key", [one for one in criteria("A") if one != "points"])
def test_one_criterion_of_a_is_enough(key: str) -> None:
    route = categories.judge(replace(NOBODY, a_by=[key], b_by=["employed"], c_by=["short"]), NOW)

    assert route.category
    assert route.category.key == "A"
    assert [one.key for one in route.criteria] == [key]


@pytest.mark.parametrize("key", [one for one in criteria("B") if one != "points"])
def test_one_criterion_of_b_is_enough(key: str) -> None:
    route = categories.judge(replace(NOBODY, b_by=[key], c_by=["short"]), NOW)

    assert route.category
    assert route.category.key == "B"


@pytest.mark.parametrize("key", [one for one in criteria("C") if one != "points"])
def test_c_is_for_what_national_rules_name(key: str) -> None:
    route = categories.judge(replace(NOBODY, c_by=[key]), NOW)

    assert route.category
    assert route.category.key == "C"
    assert [one.weight for one in route.findings] == [Weight.LOOK]


@pytest.mark.parametrize(
    ("points", "letter"),
    [(None, None), (0, "C"), (59, "C"), (60, "B"), (84, "B"), (85, "A"), (120, "A")],
)
def test_points_are_a_criterion_too(points: int | None, letter: str | None) -> None:
    route = categories.judge(replace(NOBODY, points=points), NOW)

    assert (route.category.key if route.category else None) == letter


@pytest.mark.parametrize("points", range(121))
def test_points_alone_make_the_category_of_the_points_test(points: int) -> None:
    route = categories.judge(replace(NOBODY, points=points), NOW)

    assert route.category
    assert route.category.key == NOW.category_of(points)


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_no_category_is_founded_on_the_criteria_of_another(letter: str) -> None:
    category = categories.categories(NOW)[letter]
    named = [*category.sources, *(one.source for one in category.criteria)]

    for other in {"A", "B", "C"} - {letter}:
        assert not any(f"category {other}" in one.name.en for one in named)
        assert not any(f"{other} 类" in one.name.zh for one in named)


def test_without_any_criterion_there_is_no_category() -> None:
    assert categories.judge(NOBODY, NOW).category is None


@pytest.mark.parametrize(("age", "letter"), [(39, "A"), (40, None)])
def test_young_talent_is_under_40(age: int, letter: str | None) -> None:
    route = categories.judge(replace(NOBODY, a_by=["young"], age=age), NOW)

    assert (route.category.key if route.category else None) == letter
    assert any(one.weight is Weight.LOOK for one in route.findings) is (letter is None)


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [
        ({}, 0),
        ({"age": 60}, 0),
        ({"age": 61}, 1),
        ({"degree": "none"}, 1),
        ({"experience": 2}, 0),
        ({"experience": 1}, 1),
        ({"experience": 0, "b_by": ["graduate"]}, 0),
        ({"age": 70, "degree": "none", "experience": 0}, 3),
    ],
)
def test_limits_of_b_are_to_be_looked_at_as_they_may_be_relaxed(
    change: dict[str, object], doubtful: int
) -> None:
    who = replace(replace(NOBODY, b_by=["employed"]), **change)  # type: ignore[arg-type]

    route = categories.judge(who, NOW)

    assert route.is_open
    assert sum(one.weight is Weight.LOOK for one in route.findings) == doubtful


def test_a_has_no_limits_but_nobody_is_a_child() -> None:
    old = categories.judge(replace(NOBODY, a_by=["market"], age=80, degree="none"), NOW)
    child = categories.judge(replace(NOBODY, a_by=["market"], age=17), NOW)

    assert [one.weight for one in old.findings] == [Weight.IN_ORDER]
    assert not child.is_open


def test_the_age_limit_is_a_setting() -> None:
    who = replace(NOBODY, b_by=["employed"], age=65)

    route = categories.judge(who, NOW.with_settings({"age_most_b": 70}))

    assert all(one.weight is Weight.IN_ORDER for one in route.findings)


def test_figures_stand_in_the_words() -> None:
    known = categories.categories(NOW.with_settings({"points_a": 88, "period_most_years_b": 3}))

    assert "88" in known["A"].criteria[-1].name.zh
    assert any("3" in limit.en for limit in known["B"].limits)


def test_only_a_may_promise_degree_experience_and_no_crime() -> None:
    known = categories.categories(NOW)

    assert "promised" in known["A"].promise.en
    assert all("must be proven" in known[letter].promise.en for letter in "BC")


def test_answers_for_the_application_name_the_criterion() -> None:
    who = replace(NOBODY, b_by=["pay"], points=70)
    taken = categories.answers_for(categories.judge(who, NOW), who)

    assert taken == {
        "category": "B",
        "basis_b": "pay",
        "degree": "master",
        "experience_years": 5,
    }

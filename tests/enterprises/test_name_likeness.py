"""When two names are the same, and when merely alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.enterprises.name_likeness import Likeness, compare, distance, keys

names = st.text("瑞睿康慷源安成城己已", min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("瑞康", "瑞康", Likeness.SAME),
        ("華康", "华康", Likeness.SAME),  # traditional and simplified
        ("瑞康", "睿康", Likeness.SAME_SOUND),
        ("己成", "已成", Likeness.LOOKS_ALIKE),
        ("瑞康源", "瑞安源", Likeness.ONE_APART),
        ("瑞康源", "瑞康", Likeness.ONE_APART),
        ("瑞康", "瑞安", None),  # half of a short name differs
        ("澄野", "听松", None),
    ],
)
def test_names_are_alike_in_these_ways(one: str, other: str, likeness: Likeness | None) -> None:
    assert compare(keys(one, "生物科技"), keys(other, "生物科技")) is likeness


def test_a_character_read_in_two_ways_is_compared_by_both() -> None:
    assert compare(keys("乐居", "科技"), keys("月居", "科技")) is Likeness.NEAR_SOUND


def test_the_same_trade_name_in_another_industry_is_free_with_care() -> None:
    assert compare(keys("瑞康", "咨询"), keys("瑞康", "生物科技")) is Likeness.OTHER_INDUSTRY
    assert compare(keys("睿康", "咨询"), keys("瑞康", "生物科技")) is None


@pytest.mark.parametrize(
    ("one", "other"), [("", "生物科技"), ("生物科技", ""), ("生物科技", "生物技术")]
)
def test_no_industry_or_another_word_for_it_counts_as_the_same(one: str, other: str) -> None:
    assert compare(keys("瑞康", one), keys("瑞康", other)) is Likeness.SAME


@given(names, names)
def test_likeness_does_not_depend_on_who_came_first(one: str, other: str) -> None:
    first, second = keys(one, "科技"), keys(other, "科技")

    assert compare(first, second) is compare(second, first)


@given(names, names)
def test_names_one_character_apart_share_a_key_to_find_them_by(one: str, other: str) -> None:
    if distance(one, other) <= 1 and max(len(one), len(other)) >= 3:
        assert set(keys(one, "").near_keys) & set(keys(other, "").near_keys)


@given(names, names, names)
def test_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)

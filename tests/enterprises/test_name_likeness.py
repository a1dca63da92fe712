"""When two names are the same, and when merely alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.enterprises import reference
from servicedesk.enterprises.name_index import kept, probes
from servicedesk.enterprises.name_likeness import Likeness, compare, distance, keys

names = st.text("瑞睿康慷源安成城己已乐岳行", min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("瑞康", "瑞康", Likeness.SAME),
        ("華康", "华康", Likeness.SAME),  # traditional and simplified
        ("瑞康", "睿康", Likeness.SAME_SOUND),
        ("己成", "已成", Likeness.LOOKS_ALIKE),
        ("泰康", "秦康", Likeness.LOOKS_ALIKE),
        ("鸿运", "鸣运", Likeness.LOOKS_ALIKE),
        ("东方", "车方", Likeness.LOOKS_ALIKE),
        ("乌兰", "鸟兰", Likeness.LOOKS_ALIKE),
        ("云帆", "去帆", Likeness.LOOKS_ALIKE),
        ("金诺", "全诺", Likeness.LOOKS_ALIKE),
        ("科达", "料达", Likeness.LOOKS_ALIKE),
        ("天元", "夫元", Likeness.LOOKS_ALIKE),
        ("瑞康源", "瑞安源", Likeness.ONE_APART),
        ("瑞康源", "瑞康", Likeness.ONE_APART),
        ("瑞康", "瑞安", None),  # half of a short name differs
        ("澄野", "听松", None),
    ],
)
def test_names_are_alike_in_these_ways(one: str, other: str, likeness: Likeness | None) -> None:
    assert compare(keys(one, "生物科技"), keys(other, "生物科技")) is likeness


def test_a_character_read_in_two_ways_is_compared_by_both() -> None:
    held, asked = keys("乐居", "科技"), keys("月居", "科技")

    assert compare(held, asked) is compare(asked, held) is Likeness.NEAR_SOUND


def test_a_character_stands_in_one_group_of_look_alikes() -> None:
    groups = reference.lookalike_groups()
    characters = "".join(groups)

    assert all(len(group) > 1 for group in groups)
    assert len(set(characters)) == len(characters) > 500


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("瑞康", "瑞康", Likeness.OTHER_INDUSTRY),
        ("睿康", "瑞康", Likeness.ALIKE_ELSEWHERE),
        ("泰康", "秦康", Likeness.ALIKE_ELSEWHERE),
        ("瑞康源", "瑞安源", None),
    ],
)
def test_in_another_industry_a_name_is_free_with_care(
    one: str, other: str, likeness: Likeness | None
) -> None:
    assert compare(keys(one, "咨询"), keys(other, "生物科技")) is likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "生物科技"),
        ("生物科技", ""),
        ("生物科技", "生物技术"),
        ("生物科技", "生物工程"),
        ("生物科技", "生物科技发展"),
        ("软件", "软件技术"),
        ("咨询", "管理咨询"),
        ("咨询", "管理咨询服务"),
        ("投资", "投资管理"),
        ("科技", "科技发展"),
        ("航天", "航天技术"),
    ],
)
def test_no_industry_or_another_word_for_it_counts_as_the_same(one: str, other: str) -> None:
    assert compare(keys("瑞康", one), keys("瑞康", other)) is Likeness.SAME
    assert compare(keys("睿康", one), keys("瑞康", other)) is Likeness.SAME_SOUND


def test_an_industry_that_nobody_listed_may_be_the_same() -> None:
    assert compare(keys("瑞康", "航天"), keys("瑞康", "生物科技")) is Likeness.PERHAPS_SAME
    assert compare(keys("睿康", "航天"), keys("瑞康", "生物科技")) is Likeness.SAME_SOUND


@given(names, names)
def test_likeness_does_not_depend_on_who_came_first(one: str, other: str) -> None:
    first, second = keys(one, "科技"), keys(other, "科技")

    assert compare(first, second) is compare(second, first)


@given(names, names)
def test_what_is_alike_is_found_under_a_key(one: str, other: str) -> None:
    asked, held = keys(one, "科技"), keys(other, "科技")
    alike = {probe.alike for probe in probes(asked) if probe.key in kept(held)}

    assert min(alike, default=None) == compare(asked, held)


@given(names, names, names)
def test_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)

"""How a name is built and what it may not contain."""

import pytest

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import name_rules
from servicedesk.enterprises.name_parts import NameParts


def judge(
    trade_name: str, industry: str = "生物科技", form: str = "有限公司", *, foreign: bool = False
) -> list[Finding]:
    return list(
        name_rules.findings(
            NameParts("北京", trade_name, industry, form),
            divisions=["北京市昌平区", "北京"],
            is_foreign=foreign,
        )
    )


def wrong_places(found: list[Finding]) -> list[str | None]:
    return [one.place for one in found if one.weight is Weight.WRONG]


def test_an_ordinary_name_is_in_order() -> None:
    assert [one.weight for one in judge("澄野")] == [Weight.IN_ORDER]


@pytest.mark.parametrize(
    "trade_name",
    ["", "瑞", "Rui康", "瑞康3", "瑞·康", "華康", "北京", "生物科技", "中国瑞康", "美国瑞康"],
)
def test_such_a_trade_name_is_refused(trade_name: str) -> None:
    assert "trade_name" in wrong_places(judge(trade_name))


def test_traditional_script_is_told_its_simplified_form() -> None:
    (problem,) = judge("華康")

    assert problem.words.facts["standard"] == "华康"


@pytest.mark.parametrize(
    ("trade_name", "weight"),
    [
        ("公安局", Weight.WRONG),
        ("联合国", Weight.WRONG),
        ("新华中国", Weight.LOOK),
        ("国家级康", Weight.WRONG),  # begins with a word of art. 12
        ("喆康", Weight.LOOK),
        ("京北京", Weight.LOOK),
        ("天马里程", Weight.LOOK),  # holds 马里 by chance
    ],
)
def test_words_of_articles_7_to_12_are_refused_or_watched(trade_name: str, weight: Weight) -> None:
    weights = {one.weight for one in judge(trade_name)} - {Weight.IN_ORDER}

    assert weight in weights
    assert (Weight.WRONG in weights) == (weight is Weight.WRONG)


def test_china_in_brackets_is_only_for_foreign_investment() -> None:
    assert wrong_places(judge("瑞康", form="(中国)有限公司"))
    assert not wrong_places(judge("瑞康", form="(中国)有限公司", foreign=True))


def test_division_and_form_must_be_ones_offered() -> None:
    parts = NameParts("上海", "澄野", "科技", "股份有限公司")
    found = name_rules.findings(parts, divisions=["北京"], is_foreign=False)

    assert {"division", "name_form"} <= set(wrong_places(list(found)))


def test_every_refusal_names_its_article() -> None:
    for trade_name in ("瑞", "華康", "北京", "中国瑞康", "美国瑞康", "公安局"):
        for one in judge(trade_name):
            assert one.rule is not None

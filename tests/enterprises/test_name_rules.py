"""How a name is built and what it may not contain."""

import pytest

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import name_rules
from servicedesk.enterprises.name_parts import NameParts, of_answers
from servicedesk.enterprises.name_rules import Examined


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
        ("瑞美利坚", Weight.WRONG),  # too long to be chance
        ("华夏瑞康", Weight.LOOK),
        ("瑞康基金", Weight.LOOK),
    ],
)
def test_words_of_articles_7_to_12_are_refused_or_watched(trade_name: str, weight: Weight) -> None:
    weights = {one.weight for one in judge(trade_name)} - {Weight.IN_ORDER}

    assert weight in weights
    assert (Weight.WRONG in weights) == (weight is Weight.WRONG)


def test_china_in_brackets_is_only_for_foreign_investment() -> None:
    assert wrong_places(judge("瑞康", form="（中国）有限公司")) == ["name_form"]
    assert not wrong_places(judge("瑞康", form="（中国）有限公司", foreign=True))


@pytest.mark.parametrize("typed", ["(中国)有限公司", "（中国）有限公司"])
def test_china_stands_in_full_width_brackets_in_the_name(typed: str) -> None:
    answers = {"division": "北京", "trade_name": "瑞康", "industry": "咨询", "name_form": typed}

    assert of_answers(answers).full == "北京瑞康咨询（中国）有限公司"


@pytest.mark.parametrize(
    "division",
    [
        *(
            "北京",
            "北京市",
            "昌平",
            "昌平区",
            "海淀区",
            "北京昌平",
            "北京市昌平区",
            "浦东",
            "浦东新区",
        ),
        *("宁波", "石家庄", "长春", "无锡市", "内蒙古", "内蒙古自治区", "广西", "新疆", "香港"),
        *("延边", "延边朝鲜族自治州", "西双版纳", "锡林郭勒盟", "义乌市", "沛县", "鄂温克族自治旗"),
    ],
)
def test_a_division_is_no_trade_name_with_its_kind_or_without(division: str) -> None:
    assert "trade_name" in wrong_places(judge(division))


@pytest.mark.parametrize("trade_name", ["东方", "永康", "安康", "瑞宁波", "澄北京市"])
def test_a_division_that_may_mean_something_else_is_left_to_a_person(trade_name: str) -> None:
    weights = {one.weight for one in judge(trade_name)}

    assert Weight.LOOK in weights
    assert Weight.WRONG not in weights


@pytest.mark.parametrize(
    "trade_name",
    [
        *("瑞中共", "国民党", "八路军", "外交部", "国防部", "公安", "税务局", "海关", "发改委"),
        *(
            "瑞法国政府",
            "世贸组织",
            "国际奥委会",
            "毛泽东",
            "习近平",
            "纳粹",
            "希特勒",
            "法轮",
            "邪教",
        ),
        *("反革命", "博彩", "六合彩", "妓院", "性爱", "风水", "美利坚", "英格兰", "苏联", "瑞银行"),
        *("瑞康有限公司", "瑞康分公司", "瑞康集团", "瑞康股份", "瑞康合伙"),
    ],
)
def test_what_articles_6_to_14_forbid_is_no_trade_name(trade_name: str) -> None:
    assert "trade_name" in wrong_places(judge(trade_name))


@pytest.mark.parametrize("industry", ["生物科技有限公司", "投资集团", "银行", "博彩", "公安技术"])
def test_what_is_forbidden_is_no_industry_either(industry: str) -> None:
    assert wrong_places(judge("澄野", industry)) == ["industry"]


@pytest.mark.parametrize(
    ("form", "parts", "place"),
    [
        ("sole", NameParts("北京", "云栖", "翻译有限", "工作室"), "industry"),
        ("sole", NameParts("北京", "云栖有限", "翻译服务", "中心"), "trade_name"),
        ("sole", NameParts("北京", "云栖", "有限元软件", "中心"), "industry"),
        ("gp", NameParts("北京", "云栖", "企业管理", "（普通合伙）", "有限"), "name_body"),
        ("gp", NameParts("北京", "云栖", "企业管理有限", "（普通合伙）", "中心"), "industry"),
        ("sgp", NameParts("北京", "云栖有限", "法律", "（特殊普通合伙）", "中心"), "trade_name"),
        ("lp", NameParts("北京", "云栖", "企业管理", "（有限合伙）", "有限"), "name_body"),
        ("jsc", NameParts("北京", "云栖", "科技有限", "股份有限公司"), "industry"),
        ("llc", NameParts("北京", "云栖有限", "科技", "有限公司"), "trade_name"),
    ],
)
def test_limited_liability_is_said_at_the_end_where_there_is_any(
    form: str, parts: NameParts, place: str
) -> None:
    found = name_rules.findings(parts, divisions=["北京"], is_foreign=False, form=form)

    assert wrong_places(list(found)) == [place]


def test_a_word_that_only_holds_these_characters_stays() -> None:
    assert not wrong_places(judge("澄野", "有限元软件"))


@pytest.mark.parametrize(
    ("industry", "is_known"),
    [("生物科技", True), ("生物科技发展", True), ("软件开发", True), ("航天技术", False)],
)
def test_an_industry_that_is_not_in_the_list_is_left_to_a_person(
    industry: str, *, is_known: bool
) -> None:
    looked_at = [one.place for one in judge("澄野", industry) if one.weight is Weight.LOOK]

    assert looked_at == ([] if is_known else ["industry"])


@pytest.mark.parametrize(
    ("trade_name", "industry"),
    [("东风", "水产"), ("澄野", "国际贸易"), ("新中", "国际贸易"), ("长春花", "咨询")],
)
def test_words_are_not_made_up_across_the_parts(trade_name: str, industry: str) -> None:
    assert not wrong_places(judge(trade_name, industry))


@pytest.mark.parametrize(
    ("examined", "words"),
    [
        (Examined.NOW, "An officer will look."),
        (Examined.AT_SET_UP, "when the company is set up; the registration may then be refused"),
    ],
)
def test_what_is_left_to_a_person_says_when_that_person_looks(
    examined: Examined, words: str
) -> None:
    parts = NameParts("北京", "京北京喆第一", "", "有限公司")
    found = name_rules.findings(parts, divisions=["北京"], is_foreign=False, examined=examined)
    looks = [str(one.words) for one in found if one.weight is Weight.LOOK]

    assert len(looks) == 4
    assert all(words in one for one in looks)


def test_division_and_form_must_be_ones_offered() -> None:
    parts = NameParts("上海", "澄野", "科技", "股份有限公司")
    found = name_rules.findings(parts, divisions=["北京"], is_foreign=False)

    assert {"division", "name_form"} <= set(wrong_places(list(found)))


def test_every_refusal_names_its_article() -> None:
    for trade_name in ("瑞", "華康", "北京", "中国瑞康", "美国瑞康", "公安局"):
        for one in judge(trade_name):
            assert one.rule is not None

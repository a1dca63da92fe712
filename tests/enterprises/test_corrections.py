"""What is put right by typing it: read, written, and what follows from it."""

from typing import Any

import pytest

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import corrections
from servicedesk.enterprises.corrections import NOTATIONS, righted

LIN: dict[str, Any] = {
    "name": "林乔", "kind": "person", "country": "CN", "percent": "60.00",
    "contribution": {"currency": "CNY", "amount": "3000000.00"}, "method": "cash",
    "pay_by": "2031-03-31",
}  # fmt: skip
GINKGO = LIN | {
    "name": "北京银杏", "kind": "organisation", "credit_code": "91110114MA7XCP003J",
    "percent": "40.00", "contribution": {"currency": "CNY", "amount": "2000000.00"},
}  # fmt: skip
FACTS: dict[str, Any] = {
    "name": "北京云杉生物科技有限公司", "org_form": "llc",
    "type": {"zh": "有限责任公司", "en": "Limited liability company"},
    "capital": {"currency": "CNY", "amount": "5000000.00"},
    "legal_representative": "林乔",
    "officers": [
        {"name": "林乔", "posts": ["director", "legal_representative", "manager"]},
        {"name": "周若谷", "posts": ["director"]},
    ],
    "supervisors": ["宋知遥"],
    "shareholders": [LIN, GINKGO],
    "scope": ["BS001", "BS002"], "main_scope": "BS001",
    "address": {"zh": "北京市昌平区科学园路 1 号", "en": "1 Kexueyuan Road"},
    "established": "2024-05-01",
    "term": {"kind": "years", "years": 20, "until": "2044-05-01"},
    "liaison": "周若谷", "legal_recipient": "周若谷", "scientist_founded": True,
}  # fmt: skip


def right(fact: str, typed: str, known: dict[str, Any] = FACTS) -> dict[str, Any]:
    return righted(known, known, fact, typed)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("fact", NOTATIONS)
def test_what_is_written_is_read_as_the_same(fact: str, language: str) -> None:
    """So that a field sent as it was shown changes nothing, and says so."""
    assert fact in corrections.of(FACTS)
    with pytest.raises(Unfit, match="already"):
        right(fact, corrections.written(FACTS, fact, language))


def test_a_chinese_page_writes_chinese_words() -> None:
    long = FACTS | {"term": {"kind": "long"}}

    assert corrections.written(long, "term", "zh") == "长期"
    assert "自然人" in corrections.written(FACTS, "shareholders", "zh")
    with pytest.raises(Unfit, match="already"):
        right("term", "长期", long)


def test_shares_follow_from_what_is_contributed_and_a_code_is_kept() -> None:
    typed = NOTATIONS["shareholders"].write(FACTS["shareholders"]).replace("2000000.00", "500万")

    owners = right("shareholders", typed)["shareholders"]

    assert [one["percent"] for one in owners] == ["37.50", "62.50"]
    assert owners[1]["credit_code"] == GINKGO["credit_code"]


def test_an_owner_whose_name_was_wrong_keeps_the_code() -> None:
    typed = NOTATIONS["shareholders"].write(FACTS["shareholders"]).replace("北京银杏", "北京银杏树")

    owners = right("shareholders", typed)["shareholders"]

    assert (owners[1]["name"], owners[1]["credit_code"]) == ("北京银杏树", GINKGO["credit_code"])


def test_the_type_on_the_licence_follows_from_the_owners() -> None:
    told = right("shareholders", "林乔 | person | CN | 5000000 CNY")

    assert told["type"]["zh"] == "有限责任公司（自然人独资）"


def test_what_another_filing_says_is_not_changed_along() -> None:
    said = {"shareholders": FACTS["shareholders"]}  # and not the type

    with pytest.raises(Unfit, match="Type"):
        righted(said, FACTS, "shareholders", "林乔 | person | CN | 5000000 CNY")


def test_a_legal_representative_is_put_right_among_the_officers_too() -> None:
    told = right("legal_representative", "林桥")
    assert [one["name"] for one in told["officers"]] == ["林桥", "周若谷"]

    told = right("officers", "林桥 | director, manager, legal representative")
    assert told["legal_representative"] == "林桥"


def test_a_main_business_out_of_the_scope_gives_way() -> None:
    assert right("scope", "BS002") == {"scope": ["BS002"], "main_scope": "BS002"}


@pytest.mark.parametrize(
    ("fact", "typed", "words"),
    [
        ("officers", "林桥 | director", "legal representative"),
        ("shareholders", "Anna Example | person | DE | 5000000 CNY", "abroad"),
        ("scope", "BS001\nBS001", "twice"),
        ("scope", "Selling the moon", "not in the list"),
        ("main_scope", "BS003", "one of the phrases"),
        ("capital", "much", "not an amount"),
        ("term", "2020-01-01", "before"),
        ("address", "一\n二\n三", "one line"),
    ],
)
def test_what_contradicts_itself_is_refused(fact: str, typed: str, words: str) -> None:
    with pytest.raises(Unfit, match=words):
        right(fact, typed)


def test_the_capital_follows_what_the_owners_contribute() -> None:
    typed = NOTATIONS["shareholders"].write(FACTS["shareholders"]).replace("2000000.00", "300万")

    told = right("shareholders", typed)

    assert told["capital"] == {"currency": "CNY", "amount": "6000000.00"}
    assert [one["contribution"]["amount"] for one in told["shareholders"]] == [
        "3000000.00",
        "3000000.00",
    ]
    with pytest.raises(Unfit, match="capital follows"):
        right("capital", "6000000 CNY")


def test_what_contradicted_itself_before_may_be_put_right() -> None:
    odd = FACTS | {"capital": {"currency": "CNY", "amount": "4000000.00"}}

    assert right("capital", "500万元", odd)["capital"]["amount"] == "5000000.00"
    with pytest.raises(Unfit, match="come to"):
        right("capital", "600万元", odd)


@pytest.mark.parametrize(
    ("fact", "typed", "words"),
    [
        ("capital", "0 CNY", "more than 0"),
        ("capital", "5000000 XXX", "no currency"),
        ("supervisors", "林乔", "cannot be supervisors"),
        ("officers", "宋知遥 | director, legal representative", "cannot be supervisors"),
        ("shareholders", "\n".join(f"林{n} | person | CN | 1 CNY" for n in range(51)), "at most"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(fact: str, typed: str, words: str) -> None:
    alone = FACTS | {"shareholders": [{**LIN, "contribution": None}]}
    with pytest.raises(Unfit, match=words):
        right(fact, typed, alone if fact == "capital" else FACTS)


def test_the_address_of_a_place_of_the_park_is_not_typed() -> None:
    assert "address" not in corrections.of(FACTS | {"address_unit": "4-207"})

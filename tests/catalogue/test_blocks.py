"""Kinds that stand for several questions become just these, and what they look at is judged."""

from typing import Any

import pytest

from servicedesk.catalogue import asking, between, checking, definitions
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.definitions import DefinitionInvalid
from servicedesk.catalogue.fields import GroupQuestion
from tests.catalogue.factories import page_of, service_of_page, small, text

PERIOD = {"key": "stay", "kind": "period", "label": text("Stay", "居留")}
PERSON = {"key": "agent", "kind": "person", "label": text("Agent", "代理人")}
SCHEDULE = {
    "key": "payments",
    "kind": "schedule",
    "label": text("Contributions", "出资计划"),
    "target": "capital",
    "currencies": ["CNY", "USD"],
}
CAPITAL = {"key": "capital", "kind": "money", "label": text("Capital", "注册资本")}
DAYS = {
    "key": "days",
    "kind": "computed",
    "label": text("Days", "天数"),
    "value": {"days": [{"var": "stay_from"}, {"var": "stay_to"}]},
}


def _kinds(page: Page) -> dict[str, str]:
    return {one.key: one.kind for one in page.fields}


def _faults(*fields: dict[str, Any]) -> list[str]:
    data = small()
    data["pages"][0]["fields"] += fields
    for example in data["examples"]:
        example["answers"] |= {"stay_from": "2026-04-01", "stay_to": "2026-04-03"}
    return [str(one) for one in checking.problems(definitions.parse(data))]


def _asked(page: Page, answers: dict[str, Any]) -> dict[str, Any]:
    service: Service = service_of_page(page)
    return asking.asked(service, answers).answers


def test_a_period_is_two_days_in_their_order() -> None:
    page = page_of(PERIOD)
    assert _kinds(page) == {"stay_from": "date", "stay_to": "date"}
    assert page.fields[0].label.zh == "居留开始日期"

    wrong = {"stay_from": "2026-03-02", "stay_to": "2026-03-01"}
    assert [place for place, _ in between.faults(page.fields, wrong)] == ["stay_to"]
    right = {"stay_from": "2026-03-02", "stay_to": "2026-03-02"}
    assert list(between.faults(page.fields, right)) == []


def test_a_person_shows_a_paper_that_is_checked_as_its_kind_is() -> None:
    page = page_of(PERSON)
    assert list(_kinds(page)) == [
        "agent_name",
        "agent_id_kind",
        "agent_id_card",
        "agent_passport",
        "agent_id_number",
        "agent_country",
    ] or list(_kinds(page)) == [
        "agent_name",
        "agent_country",
        "agent_id_kind",
        "agent_id_card",
        "agent_passport",
        "agent_id_number",
    ]
    assert _kinds(page)["agent_id_card"] == "chinese_id"
    given = {"agent_id_kind": "passport", "agent_passport": "E1234567", "agent_id_card": "old"}
    assert "agent_id_card" not in _asked(page, given)
    assert next(one for one in page.fields if one.key == "agent_passport").sensitive


def test_a_block_hands_on_when_it_is_asked() -> None:
    own = {"==": [{"var": "kind"}, "rented"]}
    page = page_of({**PERSON, "parts": ["name", "paper"], "when": own, "required": False})
    assert page.fields[0].when == own
    assert page.fields[2].when == {"and": [own, {"in": [{"var": "agent_id_kind"}, ["id_card"]]}]}
    assert not any(one.required for one in page.fields)


def test_a_schedule_is_a_group_added_up_against_its_target() -> None:
    page = page_of(CAPITAL, SCHEDULE)
    group = page.fields[1]
    assert isinstance(group, GroupQuestion)
    assert [one.key for one in group.fields] == ["on", "amount", "method"]
    assert group.total is not None
    assert group.total.target == "capital"


def test_a_block_in_a_group_becomes_questions_of_its_entries() -> None:
    group = {
        "key": "stays",
        "kind": "group",
        "label": text("Stays", "停留"),
        "item": text("stay", "停留"),
        "title": ["stay_from"],
        "fields": [PERIOD],
    }
    page = page_of(group)
    answers = {"stays": [{"stay_from": "2026-03-02", "stay_to": "2026-03-01"}]}
    assert [place for place, _ in between.faults(page.fields, answers)] == ["stays[0].stay_to"]


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({**PERSON, "parts": ["shoe_size"]}, "has no part 'shoe_size'"),
        ({**PERIOD, "least": 3}, "a period knows no 'least'"),
        ({"key": "stay", "kind": "period"}, "a period needs a key and a label"),
    ],
)
def test_a_block_that_cannot_be_is_told(block: dict[str, Any], fault: str) -> None:
    data = small()
    data["pages"][0]["fields"].append(block)
    with pytest.raises(DefinitionInvalid) as refusal:
        definitions.parse(data)
    assert fault in str(refusal.value)


def test_what_is_worked_out_counts_as_an_answer() -> None:
    page = page_of(PERIOD, DAYS)
    assert _asked(page, {"stay_from": "2026-03-02", "stay_to": "2026-03-04"})["days"] == 3
    assert "days" not in _asked(page, {"stay_from": "2026-03-02", "days": 99})


def test_money_is_added_up_over_a_group() -> None:
    total = {
        "key": "total",
        "kind": "computed",
        "unit": "money",
        "label": text("Total", "合计"),
        "value": {"sum": [{"var": "payments"}, "amount.amount"]},
    }
    page = page_of(CAPITAL, SCHEDULE, total)
    paid = [{"amount": {"currency": "CNY", "amount": one}} for one in ("1.50", "2.25")]
    assert _asked(page, {"payments": paid})["total"] == {"currency": "CNY", "amount": "3.75"}


def test_a_definition_with_blocks_is_in_order() -> None:
    assert _faults(PERIOD, DAYS) == []


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (({"key": "d", "kind": "date", "label": text(), "not_before": "gone"},), "no other day"),
        (({"key": "s", "kind": "signature", "label": text(), "of": "gone"},), "names no text"),
        (({**DAYS, "value": {"**": [1, 2]}},), "unknown operator '**'"),
        (({**DAYS, "value": {"/": [1]}},), "gives '/' 1 arguments"),
        (({**DAYS, "value": {"+": [{"var": "later"}, 1]}},), "looks at 'later'"),
    ],
)
def test_what_looks_at_nothing_is_told(fields: tuple[dict[str, Any], ...], fault: str) -> None:
    assert any(fault in one for one in _faults(*fields))


def test_a_signature_is_the_name_it_stands_for() -> None:
    name = {"key": "name", "kind": "text", "label": text("Name", "姓名")}
    sign = {"key": "sign", "kind": "signature", "of": "name", "label": text("Sign", "签名")}
    page = page_of(name, sign)
    right = {"name": "Lin Qiao", "sign": "lin  QIAO"}
    assert list(between.faults(page.fields, right)) == []
    wrong = {"name": "Lin Qiao", "sign": "Lin Qiu"}
    assert [place for place, _ in between.faults(page.fields, wrong)] == ["sign"]

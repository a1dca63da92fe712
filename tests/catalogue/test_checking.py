"""Checking a definition: every fault planted is found, and told where it is."""

from typing import Any

import pytest
from flask import Flask

from servicedesk.catalogue import checking, definitions
from tests.cases.definitions import TEXT
from tests.cases.licences import CLOCK, make_joint
from tests.catalogue import planted_elsewhere, planted_in_fragments, planted_in_the_way
from tests.catalogue.changes import accept, decide, field, fields, group_with_total
from tests.catalogue.factories import make_service, small, text

FAULTS = planted_in_the_way.FAULTS | planted_elsewhere.FAULTS | planted_in_fragments.FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    plant, words = FAULTS[name]
    data = small()
    plant(data)

    found = [str(problem) for problem in checking.problems(definitions.parse(data))]

    assert any(words in one for one in found), found


def test_a_misspelt_task_of_four_eyes_is_told_once() -> None:
    data = small()
    decide(data).update(not_who_did=["acept"])

    (problem,) = checking.problems(definitions.parse(data))

    assert problem.fault.startswith("names no task up to here: 'acept' (did you mean accept?)")


def test_what_lacks_in_four_eyes_is_advised_by_real_names_only() -> None:
    data = small()
    decide(data).update(not_who_did=["moon"])

    faults = [one.fault for one in checking.problems(definitions.parse(data))]

    assert "lacks 'accept', who must not decide; write not_who_did: [accept]" in faults


def test_a_narrowed_list_follows_one_of_the_same_entries_on_its_page() -> None:
    data = small()
    lists: list[dict[str, Any]] = [
        {"key": "scope", "kind": "pick", "source": "business_scope", "many": True, "label": text()},
        {"key": "main", "kind": "pick", "source": "business_scope", "label": text()},
    ]
    for among, faults in (("scope", 0), ("nowhere", 1), ("full_name", 1)):
        data["pages"][0]["fields"] = [*fields(small()), lists[0], {**lists[1], "among": among}]
        found = [one for one in checking.problems(definitions.parse(data)) if "among" in one.where]
        assert len(found) == faults, among


def test_a_task_that_asks_its_officer_is_in_order() -> None:
    data = small()
    more = field("number", required=False)
    planted_in_fragments.asks(data, planted_in_fragments.kinds(key="kind_found"), more)
    accept(data)["checks"] = [
        {"key": "whole", "label": text("All is there.", "材料齐全。"), "looks_at": ["passport"]}
    ]
    planted_in_fragments.finds(data, {"do": "approve", "finds": {"more": 4, "kind_found": "own"}})

    assert checking.problems(definitions.parse(data)) == []


def test_a_task_asks_for_no_group_and_not_for_too_much() -> None:
    for asked in ([group_with_total()], [field("text", key=f"k_{n}") for n in range(11)]):
        data = small()
        planted_in_fragments.asks(data, *asked)
        with pytest.raises(definitions.DefinitionInvalid, match="fields"):
            definitions.parse(data)


def test_a_definition_in_order_has_no_problems() -> None:
    assert checking.problems(make_service()) == []


def test_a_stage_that_may_be_passed_over_is_fine() -> None:
    data = small()
    stage = {
        "key": "review",
        "name": text("Review", "审查"),
        "tasks": [
            {
                "key": "look",
                "name": text("Look", "查看"),
                "department": "park",
                "duty": "reviewer",
                "when": {"==": [{"var": "kind"}, "rented"]},
                "actions": {"confirm": "next", "object": "next"},
            }
        ],
    }
    data["stages"].insert(1, stage)

    assert checking.problems(definitions.parse(data)) == []


def test_the_last_stage_may_lead_on_to_the_approval() -> None:
    data = small()
    decide(data)["actions"] = {"approve": "next", "refuse": "end.refused"}

    assert checking.problems(definitions.parse(data)) == []


def test_a_name_may_be_the_same_in_both_languages() -> None:
    data = small()
    fields(data)[1]["options"][0]["label"] = text("有限公司", "有限公司")

    assert checking.problems(definitions.parse(data)) == []


def test_a_condition_may_look_at_the_entries_of_a_group() -> None:
    data = small()
    group = {
        "key": "owners",
        "kind": "group",
        "item": text("owner", "股东"),
        "min": 0,
        "label": text("Owners", "股东"),
        "title": ["party"],
        "fields": [
            {
                "key": "party",
                "kind": "choice",
                "label": text("Party", "类型"),
                "options": [
                    {"key": "person", "label": text("Person", "自然人")},
                    {"key": "firm", "label": text("Firm", "机构")},
                ],
            }
        ],
    }
    fields(data).append(group)
    data["materials"][1]["when"] = {"some": [{"var": "owners"}, {"==": [{"var": "party"}, "firm"]}]}

    assert checking.problems(definitions.parse(data)) == []

    data["materials"][1]["when"]["some"][1] = {"==": [{"var": "party"}, "frim"]}
    found = checking.problems(definitions.parse(data))
    told = "compares 'party' with 'frim', no answer to it (did you mean firm?)"
    assert [one.fault for one in found] == [f"{told}; there are: person, firm"]


def test_a_condition_may_look_at_yes_and_no_and_at_nothing() -> None:
    data = small()
    for number, value in enumerate([True, False, None]):
        when = {"==": [{"var": "agent"}, value]}
        fields(data).append(field("text", key=f"more_{number}", when=when, required=False))
    fields(data).insert(0, field("yes_no", key="agent", required=False))

    assert checking.problems(definitions.parse(data)) == []


def test_what_the_machine_decides_alone_needs_no_receipt() -> None:
    data = small()
    data["stages"] = [data["stages"][1]]
    data["stages"][0]["tasks"][0].update(
        duty="machine", not_who_did=[], actions={"approve": "end.approved"}
    )
    data["letters"] = {"approved": {}}
    data["clock"] = None
    data["examples"] = [{**data["examples"][0], "steps": []}]
    data["examples"][0]["expect"] = {"outcome": "approved", "letters": ["approved"]}

    assert checking.problems(definitions.parse(data)) == []


@pytest.mark.parametrize("path", sorted(definitions.SERVICES.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_service_we_ship_is_in_order(app: Flask, path: Any) -> None:  # noqa: ANN401, ARG001
    assert checking.problems(definitions.load(path), definitions.beside(path)) == []


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (None, "is missing: silence takes one of several decisions; there are: decide_work"),
        ("decide", "names no task that has a ruling: 'decide'"),
        ("decide_residence", None),
    ],
)
def test_silence_takes_a_decision_that_there_is(ruling: str | None, words: str | None) -> None:
    rule = {"by": "expires_on", "ruling": ruling, "basis": TEXT, "source": "L_ALL"}
    data = definitions.dump(make_joint()) | {"clock": CLOCK | {"deemed_granted": rule}}

    found = [str(one) for one in checking.problems(definitions.parse(data))]

    told = [one for one in found if "clock.deemed_granted.ruling" in one]
    assert len(told) == (words is not None)
    assert all(words in one for one in told if words)

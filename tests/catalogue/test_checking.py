"""Checking a definition: every fault planted is found, and told where it is."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from servicedesk.catalogue import checking, definitions
from tests.catalogue.factories import make_service, small, text

Data = dict[str, Any]
Change = Callable[[Data], object]


def _accept(data: Data) -> Data:
    task: Data = data["stages"][0]["tasks"][0]
    return task


def _decide(data: Data) -> Data:
    task: Data = data["stages"][1]["tasks"][0]
    return task


def _fields(data: Data) -> list[Data]:
    fields: list[Data] = data["pages"][0]["fields"]
    return fields


def _example(**changes: Any) -> Data:  # noqa: ANN401
    return {
        "name": "one",
        "at": "2026-03-02T09:00+08:00",
        "answers": {"full_name": "Lin Qiao", "kind": "own"},
        "expect": {"outcome": "open"},
        **changes,
    }


def _second_task(data: Data, **changes: Any) -> Data:  # noqa: ANN401
    task = {**_decide(data), "key": "second", **changes}
    data["stages"][1]["tasks"].append(task)
    return task


FAULTS: dict[str, tuple[Change, str]] = {
    "a stage nobody reaches": (
        lambda d: _accept(d)["actions"].update(accept="end.refused"),
        "is never reached",
    ),
    "an action into nowhere": (
        lambda d: _accept(d)["actions"].update(accept="nowhere"),
        "'nowhere', which does not exist",
    ),
    "a stage that never ends": (
        lambda d: (
            _accept(d).update(actions={"accept": "next"}),
            _decide(d).update(actions={"send_back": "acceptance"}),
        ),
        "never comes to an end",
    ),
    "corrections that lead on": (
        lambda d: _accept(d)["actions"].update(correct="next"),
        "lead to the applicant",
    ),
    "a task without way on": (
        lambda d: _accept(d).update(actions={"correct": "applicant"}),
        "never on",
    ),
    "sending back forwards": (
        lambda d: _accept(d)["actions"].update(send_back="decision"),
        "sends back to a later stage",
    ),
    "a decision before the acceptance": (
        lambda d: d["stages"].insert(
            0, {**d["stages"][1], "key": "early", "tasks": [{**_decide(d), "key": "early"}]}
        ),
        "comes before the acceptance",
    ),
    "turning away afterwards": (
        lambda d: _decide(d)["actions"].update(refuse_acceptance="end.not_accepted"),
        "comes after the acceptance",
    ),
    "an acceptance that may be passed over": (
        lambda d: _accept(d).update(when={"==": [{"var": "kind"}, "own"]}),
        "may be passed over",
    ),
    "more tasks asked for than there are": (
        lambda d: d["stages"][1].update(join="n_of_m", n=2),
        "must be 1 to 1",
    ),
    "no number of tasks": (lambda d: d["stages"][1].update(join="n_of_m"), "must be 1 to 1"),
    "a number that may be out of reach": (
        lambda d: (
            _second_task(d, when={"==": [{"var": "kind"}, "own"]}),
            d["stages"][1].update(join="n_of_m", n=2),
        ),
        "only 1 always apply",
    ),
    "a number without its join": (lambda d: d["stages"][1].update(n=1), "means nothing"),
    "waiting for a rejection nobody can make": (
        lambda d: (
            d["stages"][1].update(join="first_reject"),
            _decide(d).update(actions={"approve": "end.approved"}),
        ),
        "no task can reject",
    ),
    "no letter of refusal": (lambda d: d["letters"].pop("refused"), "lacks the letter 'refused'"),
    "no letter of correction": (
        lambda d: d["letters"].pop("correction"),
        "lacks the letter 'correction'",
    ),
    "a Chinese text without Chinese": (
        lambda d: d["summary"].update(zh="What it is for."),
        "has no Chinese character",
    ),
    "an English text in Chinese": (
        lambda d: d["summary"].update(en="办理用途。"),
        "is not English",
    ),
    "a question asked twice": (
        lambda d: _fields(d).append({**_fields(d)[0]}),
        "have the key 'full_name' 2 times",
    ),
    "a task key used twice": (
        lambda d: _decide(d).update(key="accept", not_who_did=[]),
        "have the key 'accept' 2 times",
    ),
    "a material key used twice": (
        lambda d: d["materials"].append(d["materials"][0]),
        "have the key 'passport' 2 times",
    ),
    "a condition on an unknown question": (
        lambda d: _fields(d)[2].update(when={"==": [{"var": "nobody"}, 1]}),
        "not asked by then",
    ),
    "a condition on a later page": (
        lambda d: d["pages"].insert(
            0,
            {
                **d["pages"][0],
                "key": "first",
                "when": {"==": [{"var": "kind"}, "own"]},
                "fields": [{"key": "early", "kind": "yes_no", "label": text()}],
            },
        ),
        "not asked by then",
    ),
    "a condition with an unknown operator": (
        lambda d: _fields(d)[2].update(when={"cat": ["a"]}),
        "unknown operator 'cat'",
    ),
    "a condition on an answer nobody can give": (
        lambda d: _fields(d)[2].update(when={"==": [{"var": "kind"}, "rentd"]}),
        "'rentd', no option",
    ),
    "questions that wait for each other": (
        lambda d: (
            _fields(d)[1].update(when={"==": [{"var": "landlord"}, "x"]}),
            _fields(d)[2].update(when={"==": [{"var": "kind"}, "own"]}),
        ),
        "waits for its own answer",
    ),
    "an unknown check": (
        lambda d: d["pages"][0].update(checks=["no_such"]),
        "unknown check 'no_such'",
    ),
    "an unknown list": (
        lambda d: _fields(d)[0].update(kind="pick", source="no_such"),
        "unknown list 'no_such'",
    ),
    "an unknown effect": (
        lambda d: d["result"].update(effect="no_such"),
        "unknown effect 'no_such'",
    ),
    "an unknown topic": (lambda d: d.update(topics=["no_such"]), "unknown topic 'no_such'"),
    "no topic": (lambda d: d.update(topics=[]), "names no topic"),
    "an unknown section": (
        lambda d: d["pages"][0].update(section="no_such"),
        "names no section",
    ),
    "a section without pages": (
        lambda d: d["sections"].append({"key": "empty", "title": text()}),
        "has no page",
    ),
    "an unknown department": (
        lambda d: _decide(d).update(department="moon"),
        "unknown department 'moon'",
    ),
    "a service of an unknown department": (
        lambda d: d.update(department="moon"),
        "unknown department 'moon'",
    ),
    "four eyes on a later task": (
        lambda d: _accept(d).update(not_who_did=["decide"]),
        "names no task up to here",
    ),
    "four eyes on oneself": (
        lambda d: _decide(d).update(not_who_did=["decide"]),
        "names the task itself",
    ),
    "a judge of what nobody asks": (
        lambda d: _decide(d).update(concerns=["nobody"]),
        "names no question or material: 'nobody'",
    ),
    "a limit for corrections nobody can ask for": (
        lambda d: _accept(d)["actions"].pop("correct"),
        "no task can ask for corrections",
    ),
    "corrections without a clock": (lambda d: d.update(clock=None), "corrections stop it"),
    "vague materials": (
        lambda d: d["materials"].append(
            {"key": "rest", "name": text("Other materials", "其他材料"), "need": "required"}
        ),
        "is vague: 'Other materials'",
    ),
    "a vague guide in Chinese": (
        lambda d: d["guide"]["conditions"].append(text("Have the papers", "具备相关材料")),
        "is vague: '相关材料'",
    ),
    "a conditional material without condition": (
        lambda d: d["materials"][1].pop("when"),
        "when is it needed?",
    ),
    "a required material with a condition": (
        lambda d: d["materials"][1].update(need="required"),
        "need says required",
    ),
    "a title from nothing": (lambda d: d.update(title_from=["no_such"]), "names no question"),
    "no title": (lambda d: d.update(title_from=[]), "cannot tell cases apart"),
    "a least above the most": (
        lambda d: _fields(d)[0].update(min=9, max=3),
        "is more than max",
    ),
    "an example with an unknown answer": (
        lambda d: d.update(examples=[_example(answers={"nobody": 1})]),
        "answers no question: 'nobody'",
    ),
    "an example with an unknown option": (
        lambda d: d.update(examples=[_example(answers={"kind": "rentd"})]),
        "none of the options: 'rentd'",
    ),
    "an example with an unknown material": (
        lambda d: d.update(examples=[_example(materials=["visa"])]),
        "names no material: 'visa'",
    ),
    "an example with an unknown task": (
        lambda d: d.update(examples=[_example(steps=[["2026-03-03", "nobody", "accept"]])]),
        "names no task: 'nobody'",
    ),
    "an example with an unknown action": (
        lambda d: d.update(examples=[_example(steps=[["2026-03-03", "accept", "approve"]])]),
        "offers no action 'approve'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    plant, words = FAULTS[name]
    data = small()
    plant(data)

    found = [str(problem) for problem in checking.problems(definitions.parse(data))]

    assert any(words in one for one in found), found


def test_a_narrowed_list_follows_one_of_the_same_entries_on_its_page() -> None:
    data = small()
    lists: list[Data] = [
        {"key": "scope", "kind": "pick", "source": "business_scope", "many": True, "label": text()},
        {"key": "main", "kind": "pick", "source": "business_scope", "label": text()},
    ]
    for among, faults in (("scope", 0), ("nowhere", 1), ("full_name", 1)):
        data["pages"][0]["fields"] = [*_fields(small()), lists[0], {**lists[1], "among": among}]
        found = [one for one in checking.problems(definitions.parse(data)) if "among" in one.where]
        assert len(found) == faults, among


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
    _decide(data)["actions"] = {"approve": "next", "refuse": "end.refused"}

    assert checking.problems(definitions.parse(data)) == []


def test_a_name_may_be_the_same_in_both_languages() -> None:
    data = small()
    _fields(data)[1]["options"][0]["label"] = text("有限公司", "有限公司")

    assert checking.problems(definitions.parse(data)) == []


def test_a_condition_may_look_at_the_entries_of_a_group() -> None:
    data = small()
    group = {
        "key": "owners",
        "kind": "group",
        "item": text("owner", "股东"),
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
    _fields(data).append(group)
    data["materials"][1]["when"] = {"some": [{"var": "owners"}, {"==": [{"var": "party"}, "firm"]}]}

    assert checking.problems(definitions.parse(data)) == []

    data["materials"][1]["when"]["some"][1] = {"==": [{"var": "party"}, "frim"]}
    found = checking.problems(definitions.parse(data))
    assert [one.fault for one in found] == ["compares 'party' with 'frim', no option of it"]


@pytest.mark.parametrize("path", sorted(definitions.SERVICES.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_service_we_ship_is_in_order(app: Flask, path: Any) -> None:  # noqa: ANN401, ARG001
    assert checking.problems(definitions.load(path)) == []

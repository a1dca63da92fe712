"""Bundles as data: whether their parts fit, pages taken over, and what stays out of the lists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import checking, definitions, operations, queries
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import DefinitionInvalid
from servicedesk.errors import RuleBroken
from tests.catalogue.bundled import Data, approved, first_part, second_part, whole
from tests.catalogue.factories import small, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

SETTING = {"label": text("Days", "天数"), "source": "OWN"}


def task(data: Data, number: int) -> Data:
    found: Data = data["stages"][0]["tasks"][number]
    return found


def question(data: Data, **changes: Any) -> Data:  # noqa: ANN401
    fields = data["pages"][0]["fields"]
    found = {"key": "more", "kind": "text", "label": text("More", "更多"), **changes}
    fields.append(found)
    return found


def steps(data: Data) -> list[Any]:
    found: list[Any] = data["examples"][0]["steps"]
    return found


# What is planted in (the whole, the first part, the second part), and what is told.
Plant = Callable[[Data, Data, Data], object]
FAULTS: dict[str, tuple[Plant, str]] = {
    "an unknown part": (
        lambda w, *_: task(w, 0).update(service="T_NOWHERE"),
        "stages[parts].tasks[first].service: names the unknown service 'T_NOWHERE'",
    ),
    "a part of itself": (
        lambda w, *_: task(w, 0).update(service="T_WHOLE"),
        "goes in a circle: a service is no part of itself",
    ),
    "a part with parts": (
        lambda w, f, _: f.update(stages=w["stages"]),
        "names T_FIRST, which has parts itself",
    ),
    "a part nobody applies for": (
        lambda _w, f, _s: f.update(pages=[], sections=[]),
        "names T_FIRST, which nobody applies for here",
    ),
    "a part of another department": (
        lambda w, *_: task(w, 1).update(department="fund"),
        "tasks[second].department: is not 'tax', whose service T_SECOND is",
    ),
    "a part somebody does": (
        lambda w, *_: task(w, 0).update(duty="clerk"),
        "tasks[first].duty: part and service go together",
    ),
    "a part without a service": (
        lambda w, *_: task(w, 0).update(service=None),
        "tasks[first].duty: part and service go together",
    ),
    "answers without a service": (
        lambda w, *_: task(w, 1).update(service=None),
        "tasks[second].answers: means nothing without a service",
    ),
    "a part that is approved": (
        lambda w, *_: task(w, 0).update(actions={"approve": "next", "refuse": "end.refused"}),
        "tasks[first].actions: of a part are confirm",
    ),
    "a task that waits for itself": (
        lambda w, *_: task(w, 0).update(after=["second"]),
        "goes in a circle: the task waits for itself",
    ),
    "a task that waits for nobody": (
        lambda w, *_: task(w, 1).update(after=["third"]),
        "after: names no task of this stage: 'third'",
    ),
    "corrections beside parts": (
        lambda w, *_: w["stages"][0]["tasks"].append(
            {
                "key": "look",
                "name": text("Look", "查看"),
                "department": "window",
                "duty": "clerk",
                "actions": {"confirm": "next", "correct": "applicant"},
            }
        ),
        "actions.correct: stands beside parts",
    ),
    "an answer to an unknown question": (
        lambda w, *_: task(w, 1)["answers"].update(nobody="payer"),
        "tasks[second].answers.nobody: names no question of T_SECOND: 'nobody'",
    ),
    "an answer from an unknown question": (
        lambda w, *_: task(w, 1)["answers"].update(account_name="nobody"),
        "tasks[second].answers.account_name: takes 'nobody', which is neither asked here nor known",
    ),
    "an answer from what is no fact": (
        lambda w, *_: task(w, 1)["answers"].update(account_name="earlier"),
        "takes 'earlier', which is neither asked here nor known",
    ),
    "a question nobody answers": (
        lambda _w, _f, s: question(s),
        "tasks[second].answers: lacks 'more', which T_SECOND has to know",
    ),
    "an answer of another kind": (
        lambda w, _f, s: (question(s), question(w, kind="yes_no")),
        "'more' of the part asks for a text, here it is a yes_no",
    ),
    "an option the part does not know": (
        lambda w, *_: w["pages"][0]["fields"][1]["options"].append(
            {"key": "lent", "label": text("Lent", "借用")}
        ),
        "tasks[first].service: 'kind' of the part knows no 'lent'",
    ),
    "an answer that may be missing": (
        lambda w, _f, s: (question(s), question(w, required=False)),
        "'more' of the part always needs an answer, here 'more' may have none",
    ),
    "an answer asked of some only": (
        lambda w, _f, s: (question(s), question(w, when={"==": [{"var": "kind"}, "own"]})),
        "'more' of the part always needs an answer, here 'more' may have none",
    ),
    "a paper nobody asks for": (
        lambda w, *_: w["materials"].pop(1),
        "names T_FIRST, whose paper 'lease' nobody asks for here",
    ),
    "a paper that may be left out": (
        lambda _w, f, _s: f["materials"][1].update(need="required", when=None, when_words=None),
        "needs the paper 'lease' always, here it may be left out",
    ),
    "a step in an unknown part": (
        lambda w, *_: steps(w).append(["2026-03-05", "third.record", "approve"]),
        "names no part: 'third'",
    ),
    "a step that does a part": (
        lambda w, *_: steps(w).append(["2026-03-05", "second", "confirm"]),
        "names a part; write its task, as in second.record",
    ),
    "a step by an unknown task": (
        lambda w, *_: steps(w)[4].__setitem__(1, "second.decide"),
        "names no task of T_SECOND: 'decide'",
    ),
    "a step by an unknown action": (
        lambda w, *_: steps(w)[4].__setitem__(2, "accept"),
        "'second.record' offers no action 'accept'",
    ),
    "an outcome of an unknown part": (
        lambda w, *_: w["examples"][0]["expect"]["parts"].update(third="approved"),
        "expect.parts.third: names no part: 'third'",
    ),
    "an outcome the steps do not bring": (
        lambda w, *_: w["examples"][0]["expect"]["parts"].update(second="refused"),
        "expect.parts.second: says refused, the steps end approved",
    ),
    "a step before its part has begun": (
        lambda w, *_: steps(w).insert(0, ["2026-03-02", "second.record", "approve"]),
        "steps[0]: the part 'second' has not begun",
    ),
    "a part withdrawn alone": (
        lambda w, *_: steps(w).insert(1, ["2026-03-02", "first.applicant", "withdraw"]),
        "steps[1]: a part cannot be withdrawn alone",
    ),
    "a page put last that is not there": (
        lambda w, *_: w.update(pages_of=[{"service": "T_FIRST", "last": ["nowhere"]}]),
        "pages_of: puts the page 'nowhere' last, which T_FIRST lacks",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_planted_in_a_bundle_is_found(name: str) -> None:
    plant, words = FAULTS[name]
    data, parts = whole(), (first_part(), second_part())
    plant(data, *parts)

    known = {one["code"]: definitions.parse(one) for one in (data, *parts)}
    found = [str(one) for one in checking.problems(known["T_WHOLE"], known.get)]

    assert any(words in one for one in found), found


def test_a_bundle_in_order_has_no_problems() -> None:
    known = _known()

    assert [checking.problems(one, known.get) for one in known.values()] == [[], [], []]


def test_an_answer_that_only_some_give_will_do_for_a_part_that_only_they_have() -> None:
    data = whole(examples=[{**approved(), "expect": {**approved()["expect"], "parts": {}}}])
    question(data, key="has_account", kind="yes_no")
    asked = {"==": [{"var": "has_account"}, True]}
    question(data, key="bank", when=asked)
    task(data, 1).update(when=asked, answers={"account_name": "bank"})
    data["examples"][0]["answers"] = {**approved()["answers"], "has_account": True, "bank": "X"}
    known = {**_known(), "T_WHOLE": definitions.parse(data)}

    found = [str(one) for one in checking.problems(known["T_WHOLE"], known.get)]

    assert not any("may have none" in one for one in found), found


# --- pages taken over -------------------------------------------------------------------


def test_pages_papers_and_settings_of_another_file_are_taken_over_in_their_place(
    tmp_path: Path,
) -> None:
    _write(tmp_path, _with_settings())
    path = _write(tmp_path, _taking(last=["end"]))

    service = definitions.load(path)

    assert [page.key for page in service.pages] == ["person", "ours", "end"]
    assert [section.key for section in service.sections] == ["you", "ours", "last"]
    assert [material.key for material in service.materials] == ["passport", "lease"]
    assert {key: one.of for key, one in service.settings.items()} == {"least": "T_FIRST"}


def test_what_is_wrong_with_taken_pages_is_told_where_they_are_taken(tmp_path: Path) -> None:
    path = _write(tmp_path, _taking())

    with pytest.raises(DefinitionInvalid) as told:
        definitions.load(path)

    assert "pages_of: names 'T_FIRST', which is no other service here" in str(told.value)
    assert told.value.problems[0].line == _line(path, "pages_of:")


def test_nobody_takes_pages_from_who_takes_pages(tmp_path: Path) -> None:
    _write(tmp_path, small(code="T_OTHER"))
    _write(tmp_path, {**_with_settings(), "pages_of": [{"service": "T_OTHER"}]})
    path = _write(tmp_path, _taking())

    with pytest.raises(DefinitionInvalid, match="or takes pages itself"):
        definitions.load(path)


def test_a_setting_that_came_with_pages_is_set_where_it_is_from(
    session: Session, tmp_path: Path
) -> None:
    admin = make_user(session, role=Role.ADMIN)
    for data in (_with_settings(), _taking()):
        operations.publish(session, definitions.load(_write(tmp_path, data)), MONDAY_MORNING)

    with pytest.raises(RuleBroken, match="is set at T_FIRST"):
        operations.set_setting(
            session, "T_WHOLE", "least", "3", by=admin, now=MONDAY_MORNING, reason="Why"
        )
    operations.set_setting(
        session, "T_FIRST", "least", "3", by=admin, now=MONDAY_MORNING, reason="Why"
    )

    for code in ("T_FIRST", "T_WHOLE"):
        _, service = queries.get_service(session, code)
        assert service.settings["least"].current == 3
        assert service.pages[0].fields[3].min == 3  # type: ignore[union-attr]
    again = operations.publish(session, definitions.load(tmp_path / "T_WHOLE.yaml"), MONDAY_MORNING)
    assert again.number == 2


# --- lists and guides ----------------------------------------------------------------------


def test_parts_stay_out_of_lists_searches_and_counts(session: Session, browser: Browser) -> None:
    _publish_all(session, name=text("Hidden away", "隐藏事项"), topics=["work_permit"])

    for address in ("/services", "/services?q=hidden", "/services?topic=work_permit"):
        assert "Hidden away" not in browser.get(address).text
    assert [one.topic.key for one in queries.topic_counts(session)] == ["advice"]


def test_a_bundle_leads_to_the_guides_of_its_parts_and_they_lead_back(
    session: Session, browser: Browser
) -> None:
    _publish_all(session, name=text("Hidden away", "隐藏事项"))

    guide = browser.get("/services/T_WHOLE").text
    part = browser.get("/services/T_FIRST").text

    assert 'href="/services/T_FIRST"' in guide
    assert 'href="/services/T_SECOND"' in guide
    assert "Start the application" in guide
    assert 'href="/services/T_WHOLE"' in part
    assert "Start the application" not in part


def test_a_bundle_is_not_published_before_its_parts(session: Session) -> None:
    with pytest.raises(DefinitionInvalid, match="names the unknown service 'T_FIRST'"):
        operations.publish(session, definitions.parse(whole()), MONDAY_MORNING)


def _known() -> dict[str, Service]:
    return {
        data["code"]: definitions.parse(data) for data in (whole(), first_part(), second_part())
    }


def _publish_all(session: Session, **changes: Any) -> None:  # noqa: ANN401
    for data in (first_part(**changes), second_part(), whole()):
        operations.publish(session, definitions.parse(data), MONDAY_MORNING)
    session.commit()


def _write(folder: Path, data: Data) -> Path:
    path = folder / f"{data['code']}.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def _line(path: Path, words: str) -> int:
    return 1 + [words in line for line in path.read_text("utf-8").splitlines()].index(True)


def _with_settings() -> Data:
    """Return a definition with a closing page, a setting of its form and one of its clock."""
    data = small(code="T_FIRST")
    number = {"key": "days", "kind": "number", "min": 2, "label": text("Days", "天数")}
    data["pages"][0]["fields"].append(number)
    end = {**data["pages"][0], "key": "end", "section": "last"}
    end["fields"] = [{"key": "sure", "kind": "declaration", "label": text("Sure", "确认")}]
    data["pages"].append(end)
    data["sections"].append({"key": "last", "title": text("Last", "最后")})
    data["settings"] = {
        "least": {**SETTING, "value": 2, "sets": ["pages[person].fields[days].min"]},
        "promised": {**SETTING, "value": 3, "sets": ["clock.committed.working_days"]},
    }
    for example in data["examples"]:
        example["answers"] |= {"days": 5, "sure": True}
    return data


def _taking(**more: Any) -> Data:  # noqa: ANN401
    """Return a definition that takes over those pages and asks one of its own."""
    page = small()["pages"][0]
    ours = {**page, "key": "ours", "section": "ours"}
    ours["fields"] = [{"key": "colour", "kind": "text", "label": text("Colour", "颜色")}]
    data = small(code="T_WHOLE", materials=[], pages=[ours])
    data["sections"] = [{"key": "ours", "title": text("Ours", "补充")}]
    data["pages_of"] = [{"service": "T_FIRST", **more}]
    for example in data["examples"]:
        example["answers"] |= {"days": 5, "sure": True, "colour": "Red"}
    return data

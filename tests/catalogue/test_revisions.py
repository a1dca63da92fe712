"""What changes between versions is said as what it is."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from servicedesk.catalogue import definitions, revisions
from servicedesk.catalogue.revisions import Matter
from tests.catalogue.factories import SMALL, text


def _changed(change: Callable[[dict[str, Any]], object]) -> list[tuple[Matter, str]]:
    before = copy.deepcopy(dict(SMALL))
    after = copy.deepcopy(before)
    change(after)
    old, new = definitions.parse(before), definitions.parse(after)
    return [(one.matter, str(one.words)) for one in revisions.changes(old, new)]


NEW_QUESTION = {"key": "age", "kind": "number", "label": text("Age", "年龄")}
YEARS = {"label": text("Years"), "value": 3, "source": "OWN"}


@pytest.mark.parametrize(
    ("change", "matter", "words"),
    [
        (
            lambda d: d["pages"][0]["fields"].append(NEW_QUESTION),
            Matter.FORM,
            "Question “Age”: new",
        ),
        (
            lambda d: d["pages"][0]["fields"].pop(0),
            Matter.FORM,
            "Question “Full name”: no longer",
        ),
        (
            lambda d: d["pages"][0]["fields"][0].update(required=False),
            Matter.FORM,
            "Question “Full name”, answer required: yes → no",
        ),
        (
            lambda d: d["pages"][0]["fields"].reverse(),
            Matter.FORM,
            "Page “Who you are”, its questions: put in another order",
        ),
        (
            lambda d: d["pages"][0]["fields"][0].update(label=text("Your name", "您的姓名")),
            Matter.WORDING,
            "Question “Full name”, label: “Full name” reads “Your name”",
        ),
        (
            lambda d: d["fee"].update(amount=20),
            Matter.MONEY,
            "Fee: 0 CNY → 20 CNY",
        ),
        (
            lambda d: d.update(settings={"years": YEARS}),
            Matter.SETTINGS,
            "Setting “Years”: new",
        ),
    ],
)  # fmt: skip
def test_a_change_is_said_as_what_it_is(
    change: Callable[[dict[str, Any]], object], matter: Matter, words: str
) -> None:
    assert _changed(change) == [(matter, words)]


def test_the_same_definition_has_no_changes() -> None:
    assert _changed(lambda _: None) == []


def test_examples_are_no_change_for_people() -> None:
    assert _changed(lambda d: d["examples"].pop()) == []


def test_the_grave_matters_come_first() -> None:
    found = _changed(
        lambda d: (d["summary"].update(en="Anew."), d["pages"][0]["fields"].append(NEW_QUESTION))
    )
    assert [matter for matter, _ in found] == [Matter.FORM, Matter.WORDING]

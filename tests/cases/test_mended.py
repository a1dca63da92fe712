"""What counts as mended, and what lies beyond a correction list."""

from typing import Any

import pytest

from servicedesk.cases.mended import Sent, beyond, is_mended
from servicedesk.cases.mending import PROMISES
from tests.cases.definitions import TEXT, make_service, make_task

CARDS = {
    "key": "owners",
    "kind": "group",
    "label": TEXT,
    "item": TEXT,
    "title": ["name"],
    "fields": [
        {"key": "name", "kind": "text", "label": TEXT},
        {"key": "kind", "kind": "text", "label": TEXT},
        {"key": "code", "kind": "text", "label": TEXT, "when": {"==": [{"var": "kind"}, "b"]}},
    ],
}
SERVICE = make_service(
    [{"key": "only", "tasks": [make_task("do", {"approve": "end.approved"})]}],
    sections=[{"key": "all", "title": TEXT}],
    pages=[{"key": "owners", "section": "all", "title": TEXT, "fields": [CARDS]}],
)
ANN, BEN = {"name": "Ann", "kind": "a"}, {"name": "Ben", "kind": "b", "code": "1"}


@pytest.mark.parametrize(
    ("place", "answers", "papers", "mended"),
    [
        ("field:owners", [ANN, BEN], {}, False),
        ("field:owners", [ANN], {}, True),
        ("field:owners[1]", [ANN | {"name": "Anne"}, BEN], {}, False),
        ("field:owners[1]", [ANN, BEN | {"code": "2"}], {}, True),
        ("field:owners[1].name", [ANN, BEN | {"code": "2"}], {}, False),
        ("field:owners[1].code", [ANN, BEN | {"code": "2"}], {}, True),
        ("field:owners[1]", [ANN], {}, True),
        ("material:lease", [ANN, BEN], {"lease": {"old"}}, False),
        ("material:lease", [ANN, BEN], {"lease": {"new"}}, True),
        ("material:lease", [ANN, BEN], {}, True),
    ],
)
def test_a_place_is_mended_when_it_says_something_else(
    place: str, answers: list[Any], papers: dict[str, set[str]], *, mended: bool
) -> None:
    before = Sent({"owners": [ANN, BEN]}, {"lease": {"old"}})

    after = Sent({"owners": answers}, papers if "material" in place else {"lease": {"old"}})

    assert is_mended(place, before, after) == mended


def test_a_promise_in_place_of_a_paper_mends_it() -> None:
    assert is_mended("material:lease", Sent({}, {}), Sent({PROMISES: ["lease"]}, {}))


@pytest.mark.parametrize(
    ("places", "after", "is_within"),
    [
        (["field:owners[1]"], [ANN, {"name": "Bob", "kind": "a"}], True),
        (["field:owners[1]"], [ANN | {"name": "Anne"}, BEN], False),
        (["field:owners[1]"], [ANN], False),
        (["field:owners[1]"], [ANN, BEN, BEN], False),
        (["field:owners[1].name"], [ANN, BEN | {"name": "Bob"}], True),
        (["field:owners[1].name"], [ANN, BEN | {"code": "2"}], False),
        (["field:owners[0].kind"], [ANN | {"kind": "b", "code": "7"}, BEN], True),
        (["field:owners[0].name", "field:owners[1].code"], [ANN, BEN | {"code": "2"}], True),
        (["field:owners[0]", "field:owners"], [BEN], True),
        (["field:owners"], [], True),
    ],
)
def test_a_list_that_names_cards_opens_these_alone(
    places: list[str], after: list[Any], *, is_within: bool
) -> None:
    found = beyond(SERVICE, places, {"owners": [ANN, BEN]}, {"owners": after})

    assert found == ([] if is_within else ["owners"])

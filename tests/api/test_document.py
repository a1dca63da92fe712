"""The OpenAPI document says what there is, and what it says is so."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from servicedesk.api import openapi
from servicedesk.api.scopes import Scope
from tests.api.conftest import MakeProgram
from tests.conftest import Browser

NOT_OF_JSON = {"api.document", "api.read"}


@pytest.fixture
def document(browser: Browser) -> dict[str, Any]:
    """Return the document as programs fetch it."""
    found: dict[str, Any] = browser.get("/api/v1/openapi.json").json or {}
    return found


def test_every_route_is_in_it_and_nothing_else(app: Flask, document: dict[str, Any]) -> None:
    ours = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint not in NOT_OF_JSON
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    said = {(path, method) for path, item in document["paths"].items() for method in item}

    assert document["openapi"] == "3.1.0"
    assert ours == said
    assert len(said) > 30


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    named = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}

    assert named <= set(schemas)


def test_every_name_of_an_operation_is_its_own(document: dict[str, Any]) -> None:
    names = [one["operationId"] for item in document["paths"].values() for one in item.values()]

    assert len(names) == len(set(names))


def test_its_examples_fit_what_is_taken(app: Flask) -> None:
    tried = 0
    for call in openapi.calls(app):
        if call.speech.takes is None:
            continue
        extra: Any = call.speech.takes.model_config.get("json_schema_extra") or {}
        for example in extra.get("examples", ()):
            call.speech.takes.model_validate_json(json.dumps(example))
            tried += 1

    assert tried > 10


def test_an_action_on_a_ticket_says_that_it_needs_a_version(document: dict[str, Any]) -> None:
    needed = {
        path.removeprefix("/api/v1/hall")
        for path, item in document["paths"].items()
        for one in item.values()
        if "428" in one["responses"]
    }
    counter, holder = "/counter/tickets/{ticket_id}", "/tickets/{token}"
    at_counter = ("start", "recall", "miss", "back", "hold", "resume", "choose", "transfer",
                  "finish", "services")  # fmt: skip
    one_of_them = ("stops/{position}/finish", "stops/{position}/quantity")
    others = ("stops/{position}/remove", "notes")

    assert needed == {
        *(f"{counter}/{action}" for action in (*at_counter, *one_of_them, *others)),
        *(f"{holder}/{action}" for action in ("pass", "late", "away", "language", "back", "leave")),
    }


def test_answers_are_as_it_says(program: MakeProgram, app: Flask) -> None:
    by_name = {call.rule.endpoint: call.speech.gives for call in openapi.calls(app)}
    kiosk, anybody = program(Scope.KIOSK), program()
    taken = kiosk.post("/training/tickets", {"lines": ["registration"]})

    for endpoint, answer in (
        ("api.halls", anybody.get("")),
        ("api.hall", anybody.get("/training")),
        ("api.live", anybody.get("/training/live")),
        ("api.take", taken),
        ("api.ticket", anybody.get(f"/tickets/{taken.json['token']}")),
        ("api.token", kiosk.get("/token")),
    ):
        by_name[endpoint].model_validate_json(answer.data)


def test_people_can_read_it(browser: Browser) -> None:
    led = browser.get("/api/v1/docs")
    page = browser.get(led.location)

    assert led.status_code == 303
    assert page.status_code == 200
    assert "POST /api/v1/hall/{hall}/tickets" in page.text
    assert "<code>version</code> (needed, unless If-Match is sent)" in page.text


def test_the_page_about_the_interface_is_in_the_language_of_its_reader(browser: Browser) -> None:
    page = browser.get("/help/api", headers={"Accept-Language": "zh-CN"}).text

    for english in (">Token<", ">none<", ">Takes<", ">Asks<", ">Gives<", "(needed)"):
        assert english not in page
    assert "（必填）" in page

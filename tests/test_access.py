"""No address without a word on who may call it (S1)."""

import json

import pytest
from flask import Flask

from servicedesk import route_list
from servicedesk.accounts.permissions import Permission
from servicedesk.cli import commands
from tests.conftest import Browser


def routes(app: Flask) -> list[route_list.Route]:
    return route_list.routes(app)


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    assert [route.rule for route in routes(app) if route.access is None] == []


def test_what_it_says_is_known(app: Flask) -> None:
    known = {"public", *Permission}

    assert [route for route in routes(app) if route.access not in known] == []


def test_a_view_that_names_an_object_finds_it_by_a_query(app: Flask) -> None:
    """Who may see a row is part of finding it, so there must be something that finds it."""
    unfound = [
        route.endpoint
        for route in routes(app)
        if "<" in route.rule and route.access != "public" and route.object_check is None
    ]

    assert unfound == []


def test_a_stranger_is_sent_to_sign_in_or_away(app: Flask, browser: Browser) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "access", "public") == "public" or "GET" not in (rule.methods or ()):
            continue
        address = rule.rule
        for argument in rule.arguments:
            value = "1" if f"<int:{argument}>" in address else "R26-00001"
            address = address.replace(f"<int:{argument}>", value)
            address = address.replace(f"<string:{argument}>", value)
            address = address.replace(f"<{argument}>", value)
        response = browser.get(address.replace("<path:", "").replace(">", ""))
        if not (response.status_code == 303 and "/sign-in" in response.location):
            wrong.append((address, response.status_code))

    assert wrong == []


def test_the_list_of_routes_is_complete_and_is_json(app: Flask) -> None:
    result = app.test_cli_runner().invoke(commands.commands["routes"], ["--json"])

    listed = {(route["rule"], route["endpoint"]) for route in json.loads(result.output)}
    ours = {(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert ours | {("/events", "events")} == listed


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_unsafe_request_needs_a_token(app: Flask, browser: Browser, method: str) -> None:
    """``open`` sends none; whatever the address, the answer is a refusal (S13)."""
    accepted = []
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.rule.startswith("/api/"):
            continue
        address = rule.rule
        for argument in rule.arguments:
            for kind in ("int:", "string:", "path:", ""):
                address = address.replace(f"<{kind}{argument}>", "1")
        response = browser.open(address, method=method, data={"email": "a@example.org"})
        if response.status_code not in {400, 403, 404}:
            accepted.append((address, response.status_code))

    assert accepted == []

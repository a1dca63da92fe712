"""No address without a word on who may call it (S1)."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import servicedesk
from servicedesk import route_list
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import PERMISSIONS, Permission, Role
from servicedesk.api.scopes import Scope
from servicedesk.cases import queries
from servicedesk.cli import commands
from servicedesk.enterprises.models import Enterprise
from servicedesk.errors import NotFound
from servicedesk.words import say
from tests.cases.factories import make_case, play_example, published
from tests.conftest import Browser
from tests.factories import make_user

PACKAGE = Path(servicedesk.__file__).parent

# Addresses with an argument that names nobody's object, and why.
NAMES_NO_OBJECT = {
    "assets.serve": "files that we ship",
    "static": "files that we ship",
    "tracking.code": "answers alike for every number; the code opens it",
}
# Addresses behind a permission whose object is anybody's.
ANYBODY_S = {
    "cases.start": "a service",
    "cases.join": "whoever holds the secret",
    "members.join": "whoever holds the secret",
}
# Forms that carry no weight when sent twice, and why.
MAY_BE_SENT_AGAIN = {
    "accounts.sign_in": "makes nothing; whoever is in is let in again",
    "accounts.sign_out": "makes nothing; whoever is out stays out",
    "enterprises.verify_file": "changes nothing: says what a file is",
    "home.components": "changes nothing: samples to look at, in development",
}
# Requests that only lead to a page which asks.
ASKS_LATER = {("cases.submit", "GET"), ("tracking.details", "GET")}
NOWHERE = {"reference": "R26-99999", "enterprise_id": "999999"}


def routes(app: Flask) -> list[route_list.Route]:
    return route_list.routes(app)


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    assert [route.rule for route in routes(app) if route.access is None] == []


def test_what_it_says_is_known(app: Flask) -> None:
    known = {"public", *Permission, *Scope}
    said = {(route.rule, one) for route in routes(app) for one in _parts(route.access)}

    assert [(rule, access) for rule, access in sorted(said) if access not in known] == []


def test_a_view_that_names_an_object_says_what_finds_it(app: Flask) -> None:
    silent = {
        route.endpoint for route in routes(app) if "<" in route.rule and not route.object_check
    }

    assert silent == set(NAMES_NO_OBJECT)


def test_what_it_says_is_what_it_asks(
    app: Flask, session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Callable[..., object]] = []
    wrong = []
    for rule, method, view in addressed(app):
        if not hasattr(view, "finds"):
            continue
        browser.sign_in(holder(session, view.access))
        with monkeypatch.context() as patch:
            asked.clear()
            for finder in view.finds:
                replace_everywhere(patch, finder, partial(refuse, asked, finder))
            send(browser, filled(rule, {}), method)
        if not asked and (rule.endpoint, method) not in ASKS_LATER:
            wrong.append((rule.rule, method))

    assert wrong == []


def test_what_is_not_yours_looks_like_what_is_not_there(
    app: Flask, session: Session, browser: Browser
) -> None:
    """S1 and S4: a stranger who holds the permission, with good tokens, on a real object."""
    there = objects_of_a_case(session)
    strangers = {
        Permission.CASE_APPLY: make_user(session),
        Permission.ACCOUNT_OWN: make_user(session),
        Permission.CASE_WORK: make_user(session, role=Role.CLERK, posts={"tax": "clerk"}),
    }
    wrong, tried = [], 0
    for rule, method, view in addressed(app):
        if getattr(view, "access", None) not in strangers or rule.endpoint in ANYBODY_S:
            continue
        browser.sign_in(strangers[view.access])
        pages = []
        for values in (there, there | NOWHERE):
            answer = send(browser, filled(rule, values), method)
            words = re.sub(f"{there['reference']}|{NOWHERE['reference']}", "", answer.text)
            pages.append((answer.status_code, re.sub(r'"[^"]*"|request [0-9a-f-]+', "", words)))
        tried += 1
        refused = 303 if (rule.endpoint, method) in ASKS_LATER else 404
        if pages[0] != pages[1] or pages[0][0] != refused:
            wrong.append((method, rule.rule, pages[0][0], pages[1][0]))

    assert wrong == []
    assert tried > 30


def test_every_form_has_one_effect_for_each_key(app: Flask) -> None:
    """R6: each view that takes a form says so, or is listed here with the reason why not."""
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not hasattr(app.view_functions[rule.endpoint], "has_keys")
    }

    assert silent == set(MAY_BE_SENT_AGAIN)


def test_nothing_is_committed_without_the_answer() -> None:
    commits = {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8").count("session.commit()")
        for path in PACKAGE.rglob("*views.py")
    }

    assert {path for path, count in commits.items() if count} == {"accounts/views.py"}
    assert commits["accounts/views.py"] == 1  # signing in


def test_a_stranger_is_sent_to_sign_in_or_away(app: Flask, browser: Browser) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "access", "public") == "public" or "GET" not in (rule.methods or ()):
            continue
        if rule.rule.startswith("/api/"):  # tests/api/test_access.py
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


def _parts(access: str | None) -> list[str]:
    """Return who may call: a permission, or the scopes of which a token may be."""
    return (access or "undeclared").removeprefix("token:").split("|")


def addressed(app: Flask) -> list[tuple[Rule, str, Any]]:
    """Return each rule that names something, with each method it takes, and its view."""
    return [
        (rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.arguments and not rule.rule.startswith("/api/")  # those: tests/api/test_access.py
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def filled(rule: Rule, values: Mapping[str, str]) -> str:
    """Return an address of ``rule``, with an argument that is not in ``values`` made up."""
    made_up = {"verdict": "allow", "name": "accept", "page_key": "name", "reference": "R26-00001"}
    return re.sub(
        r"<(?:[^:<>]*:)?(\w+)>",
        lambda found: (made_up | dict(values)).get(found[1], "1"),
        rule.rule,
    )


def holder(session: Session, access: str) -> User:
    """Return somebody who may call a view; for a public one, anybody."""
    role = next((role for role, may in PERMISSIONS.items() if access in may), Role.APPLICANT)
    return make_user(session, role=role)


def send(browser: Browser, address: str, method: str) -> TestResponse:
    """Send a request as one of our pages would."""
    data = {"request_key": "k" * 24} if method == "POST" else None
    return browser.open(address, method=method, data=data, headers=browser.credentials())


def refuse(
    asked: list[Callable[..., object]],
    finder: Callable[..., object],
    *_: object,
    **__: object,
) -> NoReturn:
    """Stand in for a finder: remember that it was asked, and find nothing."""
    asked.append(finder)
    raise NotFound(say("There is no such application."))


def replace_everywhere(
    patch: pytest.MonkeyPatch, function: Callable[..., object], by: Callable[..., object]
) -> None:
    """Replace a function under every name that a module of ours has for it."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("servicedesk"):
            for name, value in list(vars(module).items()):
                if value is function:
                    patch.setattr(module, name, by)


def objects_of_a_case(session: Session) -> dict[str, str]:
    """Return what there is of somebody's application under correction, as addresses name it."""
    made = published(session, "E_SET_LLC")[1].examples[0]
    play_example(session, "E_SET_LLC", made)
    case = make_case(session, example=1, steps=2)
    return {
        "reference": case.reference,
        "task_id": str(case.tasks[0].id),
        "document_id": str(queries.documents_in_force(session, case)[0].id),
        "letter_id": str(queries.letters_of(session, case)[0].id),
        "enterprise_id": str(session.scalars(sa.select(Enterprise.id)).first()),
        "user_id": str(case.applicant_id),
    }

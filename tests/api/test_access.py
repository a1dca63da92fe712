"""Who may call, and that each call asks for its object what it says it asks (S1)."""

import re
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.api import openapi
from servicedesk.api.scopes import Scope
from servicedesk.web.gate import SAFE_METHODS
from tests.api.conftest import MakeProgram
from tests.test_access import refuse, replace_everywhere

ROOT = "/api/v1/hall"


def _address(call: openapi.Call) -> str:
    return re.sub(r"{\w+}", "1", call.path).removeprefix(ROOT)


def _body(call: openapi.Call) -> Any:  # noqa: ANN401 - any JSON
    extra: Any = (
        call.speech.takes.model_config.get("json_schema_extra") if call.speech.takes else {}
    )
    return (extra or {}).get("examples", [{}])[0]


def test_without_a_good_token_every_call_that_needs_one_is_refused(
    app: Flask, program: MakeProgram
) -> None:
    anybody = program()
    wrong = []
    for call in openapi.calls(app):
        if call.scopes:
            answer = anybody.call(call.method, _address(call), _body(call))
            if answer.status_code != 401 or answer.content_type != "application/problem+json":
                wrong.append((call.path, answer.status_code))

    assert wrong == []


def test_a_token_of_another_scope_is_refused(app: Flask, program: MakeProgram) -> None:
    programs = {scope: program(scope) for scope in Scope}
    wrong = [
        (call.method, call.path, scope.value)
        for call in openapi.calls(app)
        for scope in Scope
        if call.scopes
        and scope not in call.scopes
        and programs[scope].call(call.method, _address(call), _body(call)).status_code != 403
    ]

    assert wrong == []


def test_each_call_asks_what_it_says_it_asks(
    app: Flask, session: Session, program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs: dict[str | None, Any] = {scope.value: program(scope) for scope in Scope}
    programs[None] = program()
    wrong = []
    for call in openapi.calls(app):
        if not call.rule.arguments:
            continue
        asked: list[Any] = []
        with monkeypatch.context() as patch:
            for finder in getattr(call.view, "finds", ()):
                replace_everywhere(patch, finder, partial(refuse, asked, finder))
            caller = programs[call.scopes[-1] if call.scopes else None]
            query = "?lines=registration" if call.speech.asks else ""
            answer = caller.call(
                call.method,
                _address(call) + query,
                None if call.method in SAFE_METHODS else _body(call),
            )
        if not asked or answer.status_code != 404:
            wrong.append((call.method, call.path, answer.status_code))

    assert wrong == []
    assert session.is_active

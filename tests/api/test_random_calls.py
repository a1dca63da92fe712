"""Whatever is sent, the answer is one that the document names, and never a fault of ours."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.api import openapi
from servicedesk.api.scopes import Scope
from servicedesk.hall.operations import hours
from tests.api.conftest import MakeProgram
from tests.api.factories import API, Program
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket

_TEXT = st.text(max_size=30)
_NEARLY = st.sampled_from(
    ["training", "registration", "advice", "E_SET_LLC", "en", "zh", "lunch", "served", "age", "",
     "2026-12-04T10:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\0"]
)  # fmt: skip
_VALUE = st.one_of(
    _NEARLY, _TEXT, st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(),
    st.lists(st.one_of(_NEARLY, _TEXT), max_size=4),
)  # fmt: skip


@pytest.fixture
def everybody(app: Flask, session: Session, program: MakeProgram) -> dict[str | None, Program]:
    """Return a program for each scope and one without a token, and let there be something."""
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    assert app
    found: dict[str | None, Program] = {scope.value: program(scope) for scope in Scope}
    return found | {None: program(), Scope.STAFF.value: program(Scope.STAFF, of=clerk)}


@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_no_input_is_a_fault_of_ours(
    app: Flask, everybody: dict[str | None, Program], data: st.DataObject
) -> None:
    call = data.draw(st.sampled_from(openapi.calls(app)))
    with app.test_request_context():
        named = openapi.document(app)["paths"]
    places = {
        name: data.draw(st.one_of(st.sampled_from(["training", "1", "2"]), _path_text()))
        for name in call.rule.arguments
    }
    path = call.path.format(**places).removeprefix(API)
    names = list(call.speech.takes.model_fields) if call.speech.takes else []
    body = data.draw(_bodies(names))
    asked = data.draw(st.dictionaries(st.sampled_from(["line", "persons", "x"]), _TEXT))

    answer = everybody[call.scopes[-1] if call.scopes else None].call(
        call.method, path + "?" + "&".join(f"{name}={value}" for name, value in asked.items()), body
    )

    assert answer.status_code < 500, (call.method, path, body)
    assert str(answer.status_code) in named[call.path][call.method.lower()]["responses"]
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert set(answer.json) >= {"title", "detail", "status"}


def _path_text() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)


def _bodies(names: list[str]) -> st.SearchStrategy[Any]:
    if not names:
        return st.just({})
    return st.dictionaries(st.one_of(st.sampled_from(names), st.just("x")), _VALUE)

"""What is changed is what was looked at: by the version, or by the ETag of what was fetched."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.api import openapi
from servicedesk.api.scopes import Scope
from tests.api.conftest import MakeProgram
from tests.hall.factories import make_clerk, make_sitting, make_ticket

WANTED = {"lines": ["registration"], "language": "en"}


@pytest.fixture
def address(program: MakeProgram) -> str:
    """Return the address of a ticket that somebody has just taken."""
    token = program(Scope.KIOSK).post("/training/tickets", WANTED).json["token"]
    return f"/tickets/{token}"


def test_the_etag_that_was_fetched_is_the_condition_of_a_change(
    program: MakeProgram, address: str
) -> None:
    phone = program()
    etag = phone.get(address).headers["ETag"]

    first = phone.post(f"{address}/late", If_Match=etag)
    again = phone.post(f"{address}/back", If_Match=etag)
    by_answer = phone.post(f"{address}/back", If_Match=first.headers["ETag"])

    assert (first.status_code, again.status_code) == (200, 412)
    assert again.json["code"] == "version-passed"
    assert by_answer.status_code == 200, "the ETag of a change is one, too"


def test_one_of_several_etags_is_enough_and_a_weak_one_is_none(
    program: MakeProgram, address: str
) -> None:
    phone = program()
    etag = phone.get(address).headers["ETag"]

    weak = phone.post(f"{address}/late", If_Match=f"W/{etag}")
    one_of_them = phone.post(f"{address}/late", If_Match=f'"77.abc", {etag}')

    assert (weak.status_code, one_of_them.status_code) == (412, 200)


def test_who_goes_before_makes_another_state_but_no_other_version(
    program: MakeProgram, address: str
) -> None:
    phone = program()
    second = program(Scope.KIOSK).post("/training/tickets", WANTED).json
    path = f"/tickets/{second['token']}"
    etag = phone.get(path).headers["ETag"]

    same = phone.get(path, If_None_Match=etag)
    phone.post(f"{address}/leave", {"version": phone.get(address).json["version"]})
    other = phone.get(path, If_None_Match=etag)
    late = phone.post(f"{path}/late", If_Match=etag)

    assert (same.status_code, other.status_code) == (304, 200)
    assert other.headers["ETag"] != etag
    assert (other.json["ahead"], late.status_code) == (0, 200)


def test_an_action_on_a_ticket_without_a_version_is_refused(
    program: MakeProgram, address: str
) -> None:
    phone = program()

    silent = phone.post(f"{address}/late")
    any_version = phone.post(f"{address}/late", If_Match="*")
    said = phone.post(f"{address}/late", {"version": phone.get(address).json["version"]})

    assert (silent.status_code, silent.json["code"]) == (428, "version-needed")
    assert silent.content_type == "application/problem+json"
    assert any_version.status_code == 428, "any version is none that was looked at"
    assert said.status_code == 200


def test_a_clerk_without_a_version_changes_nothing(program: MakeProgram, session: Session) -> None:
    user = make_clerk(session)
    make_sitting(session, clerk=user)
    ticket = make_ticket(session)
    clerk = program(Scope.STAFF, of=user)
    clerk.post("/counter/next")
    path, before = f"/counter/tickets/{ticket.id}", ticket.version

    silent = clerk.post(f"{path}/start")
    by_header = clerk.post(f"{path}/start", If_Match=f'"{before}"')

    assert silent.status_code == 428
    assert by_header.json["ticket"]["status"] == "serving"


def test_every_call_that_says_so_is_refused_without_a_version(
    app: Flask, program: MakeProgram
) -> None:
    programs: dict[str | None, Any] = {Scope.STAFF.value: program(Scope.STAFF), None: program()}
    wrong, tried = [], 0
    for call in openapi.calls(app):
        takes = call.speech.takes
        if takes is None or not call.speech.needs_version:
            continue
        extra: Any = takes.model_config.get("json_schema_extra")
        body = {key: said for key, said in extra["examples"][0].items() if key != "version"}
        path = call.path.format(ticket_id=1, token="1", position=0).removeprefix("/api/v1/hall")  # noqa: S106 - no secret
        caller = programs[call.scopes[0] if call.scopes else None]
        tried += 1
        if caller.call(call.method, path, body).status_code != 428:
            wrong.append(path)

    assert wrong == []
    assert tried > 15

"""The OpenAPI 3.1 document, made of the routes and of what their views say of themselves.

Nothing is written twice: addresses come from the URL map, who may call from ``access``, bodies
and answers from the models that read and write them, words from the views' docstrings.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from servicedesk.api.asked import Empty
from servicedesk.api.problems import MEDIA
from servicedesk.api.shapes import Problem
from servicedesk.api.speaking import Speech
from servicedesk.web import once
from servicedesk.web.gate import SAFE_METHODS

VERSION: Final = "1.0.0"
ROOT: Final = "/api/v1"
_REFERENCE: Final = "#/components/schemas/{model}"
_TOKEN: Final = "token"  # noqa: S105 - a name in the document
_PLACE: Final = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_ALWAYS: Final = (400, 404, 503)
_ON_CHANGE: Final = (409, 412, 413, 415, 422, 429)
_WITH_TOKEN: Final = (401, 403)
_IF_MATCH: Final = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag that came with what is changed, or its version in quotation marks.",
}  # fmt: skip
_WHY: Final = {
    400: "The header Idempotency-Key of a change is missing or malformed, or the address is.",
    401: "There is no good access token.",
    403: "The token is not for this.",
    404: "There is no such thing, or it is not yours.",
    409: "The rules forbid it now, or it has another version; detail says why.",
    412: "If-Match names another version.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The body does not fit, or the key came before with another body.",
    428: "Neither version nor If-Match says which version of the ticket was looked at.",
    429: "Too often; Retry-After says when to try again.",
    503: "The database is away; Retry-After says when to try again.",
}


@dataclass(frozen=True)
class Call:
    """One call: a method on an address."""

    method: str
    rule: Rule
    view: Callable[..., Any]
    speech: Speech

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it."""
        return _PLACE.sub(r"{\2}", self.rule.rule)

    @property
    def scopes(self) -> list[str]:
        """The scopes of which a token has to be; none: anybody may call."""
        access: str = self.view.access  # type: ignore[attr-defined]
        return access.removeprefix("token:").split("|") if access != "public" else []

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return (self.view.__doc__ or "").strip().splitlines()[0]


def calls(app: Flask) -> list[Call]:
    """Return every call of the API, by address and method."""
    found = [
        Call(method, rule, view, view.speech)
        for rule in app.url_map.iter_rules()
        for view in (app.view_functions[rule.endpoint],)
        if hasattr(view, "speech")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda call: (call.path, call.method))


def document(app: Flask) -> dict[str, Any]:
    """Return the document for ``app``."""
    found = calls(app)
    paths: dict[str, dict[str, Any]] = {}
    for call in found:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    bearer = {"type": "http", "scheme": "bearer", "description": "An access token: sd_..."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Service desk: the hall and the name check", "version": VERSION},
        "servers": [{"url": app.config["BASE_URL"]}],
        "paths": paths,
        "components": {"schemas": _schemas(found), "securitySchemes": {_TOKEN: bearer}},
    }


def _schemas(found: list[Call]) -> dict[str, Any]:
    taken = {call.speech.takes for call in found} | {call.speech.asks for call in found}
    given = {call.speech.gives for call in found} | {Problem}
    models: list[tuple[type[BaseModel], Any]] = [
        *((one, "validation") for one in taken if one is not None),
        *((one, "serialization") for one in given),
    ]
    ordered = sorted(models, key=lambda one: one[0].__name__)
    _, schema = models_json_schema(ordered, ref_template=_REFERENCE)
    defined: dict[str, Any] = schema["$defs"]
    return defined


def _operation(call: Call) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": call.rule.endpoint.removeprefix("api."),
        "summary": call.summary,
        "parameters": list(_parameters(call)),
        "responses": _responses(call),
        "security": [{_TOKEN: []}] if call.scopes else [],
    }
    if call.scopes:
        said["description"] = f"A token of scope {' or '.join(call.scopes)}."
    if call.speech.takes is not None:
        schema = {"$ref": _REFERENCE.format(model=call.speech.takes.__name__)}
        said["requestBody"] = {
            "required": not _may_be_left_out(call.speech.takes),
            "content": {"application/json": {"schema": schema}},
        }
    return said


def _may_be_left_out(model: type[BaseModel]) -> bool:
    return model is Empty or not any(one.is_required() for one in model.model_fields.values())


def _parameters(call: Call) -> Iterator[Mapping[str, Any]]:
    for kind, name in _PLACE.findall(call.rule.rule):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if call.speech.asks is not None:
        asked = call.speech.asks.model_json_schema()
        for name, schema in asked["properties"].items():
            is_needed = name in asked.get("required", ())
            yield {"name": name, "in": "query", "required": is_needed, "schema": schema}
    if call.method not in SAFE_METHODS:
        key = {"type": "string", "pattern": once.KEY_PATTERN.pattern}
        yield {"name": once.HEADER, "in": "header", "required": True, "schema": key}
        yield _IF_MATCH
    elif call.speech.has_etag:
        text = {"type": "string"}
        yield {"name": "If-None-Match", "in": "header", "required": False, "schema": text}


def _responses(call: Call) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=call.speech.gives.__name__)}
    good: dict[str, Any] = {
        "description": HTTPStatus(call.speech.status).phrase,
        "content": {"application/json": {"schema": schema}},
    }
    found = {str(call.speech.status): good}
    if call.speech.has_etag:
        found["304"] = {"description": "It is as it was."}
    problem = {MEDIA: {"schema": {"$ref": _REFERENCE.format(model=Problem.__name__)}}}
    for status in _refusals(call):
        found[str(status)] = {"description": _WHY[status], "content": problem}
    return found


def _refusals(call: Call) -> list[int]:
    found = {*_ALWAYS}
    if call.scopes:
        found.update(_WITH_TOKEN)
    if call.method not in SAFE_METHODS:
        found.update(_ON_CHANGE)
    if call.speech.needs_version:
        found.add(428)
    if call.speech.asks is not None:
        found.update((422, 429))
    return sorted(found)

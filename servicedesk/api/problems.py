"""Refusals of the API that no page has: what was wrong with the request, for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Response
from werkzeug.exceptions import HTTPException

from servicedesk.web.words import spoken
from servicedesk.words import Words, say

MEDIA: Final = "application/problem+json"
Fault = Mapping[str, object]  # "where" a body is wrong, and "what" is


def refusal(
    status: int,
    title: Words,
    detail: Words,
    *,
    code: str,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> HTTPException:
    """Return what to raise so that the answer is a problem document (RFC 9457)."""
    document: dict[str, object] = {
        "type": "about:blank", "status": status, "title": spoken(title), "detail": spoken(detail),
        "code": code,
    }  # fmt: skip
    if faults:
        document["errors"] = list(faults)
    response = Response(json.dumps(document), status, content_type=MEDIA)
    response.headers.extend(headers or {})
    return HTTPException(response=response)


def without_token() -> HTTPException:
    """Return the refusal of a call that shows no good token; which of why we do not say (S4)."""
    return refusal(
        401,
        say("This call needs an access token"),
        say("Send a token that is in force: Authorization: Bearer sd_..."),
        code="token-needed",
        headers={"WWW-Authenticate": "Bearer"},
    )


def without_key() -> HTTPException:
    """Return the refusal of a change that could not be told from its repetition."""
    return refusal(
        400,
        say("This call needs a request key"),
        say(
            "Send a header Idempotency-Key with 16 to 64 letters, digits, - or _, a new one for"
            " each change. Sent again, the same key gives the same answer."
        ),
        code="key-needed",
    )


def not_json() -> HTTPException:
    """Return the refusal of a body in another format."""
    return refusal(
        415,
        say("The body is not JSON"),
        say("Send Content-Type: application/json."),
        code="not-json",
    )


def too_large() -> HTTPException:
    """Return the refusal of a body that no call of ours can need."""
    return refusal(
        413,
        say("The body is too large"),
        say("A call has some hundred characters."),
        code="too-large",
    )


def overtaken() -> HTTPException:
    """Return the refusal of a change based on another version."""
    return refusal(
        412,
        say("It has changed meanwhile"),
        say("Look at it again, then send its version in If-Match."),
        code="version-passed",
    )


def without_version() -> HTTPException:
    """Return the refusal of an action on a ticket that does not say what it is based on."""
    return refusal(
        428,
        say("This call needs a version"),
        say(
            "Look at the ticket, then send its version: as version in the body, or its ETag in"
            " If-Match. When it is another by now, nothing is changed."
        ),
        code="version-needed",
    )


def malformed(faults: Sequence[Fault]) -> HTTPException:
    """Return the refusal of a body or a query that does not fit its schema."""
    return refusal(
        422,
        say("Something in this call is wrong"),
        say("Look at errors: each says where, and what would do. See /api/v1/openapi.json."),
        code="malformed",
        faults=faults,
    )

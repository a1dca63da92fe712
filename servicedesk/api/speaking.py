"""JSON in, JSON out: what a view takes and gives is said once, for the call and the document.

    @bp.post("/<string:hall>/tickets")
    @with_token(Scope.KIOSK)
    @finds(queries.get_hall)
    @once.for_each_key
    @speaks(takes=Take, gives=Ticket, status=201)
    def take(hall: str, said: Take) -> Ticket:

A view that changes something is committed together with its answer (``web.once``).  ``openapi``
reads the same marks.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, get_origin

from flask import Response, g, request
from pydantic import BaseModel, ValidationError

from servicedesk.api import problems
from servicedesk.api.asked import OnTicket
from servicedesk.errors import Overtaken
from servicedesk.web import once
from servicedesk.web.gate import SAFE_METHODS
from servicedesk.web.headers import FOR_ONE_PERSON

M = TypeVar("M", bound=BaseModel)

_LARGEST: Final = 64 * 1024  # bytes of a body
_MOST_FAULTS: Final = 20


@dataclass(frozen=True)
class Speech:
    """What a view takes, from where, and what it gives."""

    takes: type[BaseModel] | None
    gives: type[BaseModel]
    status: int
    asks: type[BaseModel] | None  # in the query of the address
    has_etag: bool

    @property
    def needs_version(self) -> bool:
        """Whether the version that was looked at has to be said, in the body or ``If-Match``."""
        return self.takes is not None and issubclass(self.takes, OnTicket)


def speaks(
    *,
    gives: type[BaseModel],
    takes: type[BaseModel] | None = None,
    asks: type[BaseModel] | None = None,
    status: int = 200,
    has_etag: bool = False,
) -> Callable[[Callable[..., BaseModel]], Callable[..., Response]]:
    """Mark what a view takes and gives, read the one and write the other.

    The view gets what was said as ``said``.  With ``has_etag`` the answer is 304 for whoever has
    it already; ``as_of`` does not make it another.

    Raises:
        HTTPException: the body or the query does not fit, is no JSON, or says no version where
            one is needed.
    """
    speech = Speech(takes, gives, status, asks, has_etag)

    def decorate(view: Callable[..., BaseModel]) -> Callable[..., Response]:
        @wraps(view)
        def speaking(**places: object) -> Response:
            if takes is not None:
                places["said"] = _read(takes)
            elif asks is not None:
                places["said"] = _asked(asks)
            answer = _written(view(**places), speech)
            return answer if request.method in SAFE_METHODS else once.commit(answer)

        speaking.speech = speech  # type: ignore[attr-defined]
        return speaking

    return decorate


def see_version(actual: int, said: int | None) -> None:
    """See that what is changed is as it was looked at: by ``If-Match``, or by its version.

    Raises:
        HTTPException: 412, ``If-Match`` names another version.
        Overtaken: the body does.
    """
    if "If-Match" in request.headers and not _is_match(actual):
        raise problems.overtaken()
    if said is not None and said != actual:
        raise Overtaken


def _is_match(actual: int) -> bool:
    """Whether ``If-Match`` names the version: alone, or before the dot of an ETag of ours."""
    named = request.if_match
    return named.star_tag or any(one.partition(".")[0] == str(actual) for one in named)


def _see_there_is_a_version(said: BaseModel) -> None:
    """See that an action on a ticket says what it is based on; any version (``*``) is none.

    Raises:
        HTTPException: 428, it does not.
    """
    is_named = "If-Match" in request.headers and not request.if_match.star_tag
    if isinstance(said, OnTicket) and said.version is None and not is_named:
        raise problems.without_version()


def _read(model: type[M]) -> M:
    if (request.content_length or 0) > _LARGEST:
        raise problems.too_large()
    body = request.get_data()
    if not body.strip():
        body = b"{}"
    elif request.mimetype != "application/json":
        raise problems.not_json()
    try:
        found = model.model_validate_json(body)
    except ValidationError as error:
        raise problems.malformed(_faults(error)) from None
    _see_there_is_a_version(found)
    return found


def _asked(model: type[M]) -> M:
    try:
        return model.model_validate(_query(model))
    except ValidationError as error:
        raise problems.malformed(_faults(error)) from None


def _query(model: type[BaseModel]) -> dict[str, object]:
    """Return what the address asks: a list is said by saying its name again."""
    lists = {key for key, one in model.model_fields.items() if get_origin(one.annotation) is list}
    return {
        key: said if key in lists else said[0]
        for key, said in request.args.to_dict(flat=False).items()
    }


def _faults(error: ValidationError) -> list[Mapping[str, object]]:
    """Return where and what is wrong; what was sent is not in it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        {"where": ".".join(str(part) for part in one["loc"]), "what": one["msg"]}
        for one in found[:_MOST_FAULTS]
    ]


def _written(found: BaseModel, speech: Speech) -> Response:
    response = Response(
        found.model_dump_json(), speech.status, content_type="application/json; charset=utf-8"
    )
    if "api_token" in g:
        response.headers["Cache-Control"] = FOR_ONE_PERSON
    if etag := _etag(found, speech):
        response.set_etag(etag)
    if speech.has_etag:
        response.make_conditional(request)
    return response


def _etag(found: BaseModel, speech: Speech) -> str:
    """Return the version, the state, or ``version.state``, which serves both conditions.

    A ticket's version stays while the people before it go: its state does not.
    """
    version = getattr(found, "version", None)
    parts = [str(version)] if isinstance(version, int) else []
    if speech.has_etag:
        parts.append(_state_of(found.model_dump(mode="json", exclude={"as_of"})))
    return ".".join(parts)


def _state_of(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]

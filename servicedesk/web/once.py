"""One effect for one request, however often it is sent (R6).

A form that creates something carries a ``request_key``.  The view begins with it, before
any operation, in the transaction of the operation itself::

    answer = once.begin(db.session, user)
    ...
    response = redirect(url_for(...), 303)
    answer.keep(response)
    db.session.commit()
    return response

The key's row is inserted first.  Whoever comes second with the same key waits at that
insert until the first has committed, and then gets the first one's answer; had the first
been rolled back, the second does the work.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn, Protocol, cast

import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from servicedesk import clock
from servicedesk.errors import KeyReused
from servicedesk.web import sessions
from servicedesk.web.models import RequestKey

FIELD: Final = "request_key"
HEADER: Final = "Idempotency-Key"
_KEY_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOT_THE_BODY: Final = frozenset({FIELD, "csrf_token"})
_LONGEST_ROUTE: Final = 200  # characters; the width of RequestKey.route
_CHUNK: Final = 1 << 16  # bytes


class HasId(Protocol):
    """A person: anything with an id."""

    @property
    def id(self) -> Any: ...  # noqa: ANN401, D102 - a mapped column or an int


@dataclass(frozen=True)
class Answer:
    """The place kept for the answer to this request."""

    session: Session
    actor: str
    route: str
    key: str

    def keep(self, response: AnyResponse) -> None:
        """Remember ``response`` for whoever sends the same again; commit afterwards."""
        self.session.execute(
            sa.update(RequestKey).where(*self._is_me()).values(answer=_written(response))
        )

    def _is_me(self) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            RequestKey.actor == self.actor,
            RequestKey.route == self.route,
            RequestKey.key == self.key,
        )


def begin(session: Session, actor: HasId | str | None = None) -> Answer:
    """Claim this request's key for ``actor``: a person, a name, or else the web session.

    Raises:
        KeyReused: the key came before with another body.
        HTTPException: the request was answered before; carries the same answer.
        BadRequest: there is no key, or it is malformed.
    """
    answer = Answer(session, _name_of(actor), _route(), _key())
    body = _body_hash()
    if not _insert(answer, body):
        _repeat(answer, body)
    return answer


def begin_if_sent(session: Session, actor: HasId | str | None = None) -> Answer | None:
    """Do as ``begin`` for a form that is sent; return None where it is only shown."""
    return begin(session, actor) if request.method == "POST" else None


def sweep(session: Session, before: datetime) -> int:
    """Forget the keys of requests answered before ``before``; return how many."""
    result = session.execute(sa.delete(RequestKey).where(RequestKey.created_at < before))
    return cast("sa.CursorResult[Any]", result).rowcount


def _insert(answer: Answer, body: bytes) -> bool:
    """Insert the key, waiting for anybody who is inserting the same; False if it is there."""
    row = insert(RequestKey).values(
        actor=answer.actor,
        route=answer.route,
        key=answer.key,
        body_hash=body,
        created_at=clock.now(),
    )
    inserted = answer.session.execute(row.on_conflict_do_nothing().returning(RequestKey.key))
    return inserted.first() is not None


def _repeat(answer: Answer, body: bytes) -> NoReturn:
    """Raise the answer given before."""
    session = answer.session
    query = sa.select(RequestKey.body_hash, RequestKey.answer).where(*answer._is_me())  # noqa: SLF001
    body_before, given = session.execute(query).one()
    session.rollback()
    if bytes(body_before) != body:
        raise KeyReused
    if given is None:
        raise RuntimeError(f"{answer.route} committed without answer.keep(response)")
    raise HTTPException(response=_response(given))


def _written(response: AnyResponse) -> dict[str, Any]:
    given: dict[str, Any] = {"status": response.status_code}
    if response.location:
        given["location"] = response.location
    else:
        given["type"] = response.content_type
        given["body"] = response.get_data(as_text=True)
    return given


def _response(given: dict[str, Any]) -> Response:
    if "location" in given:
        return Response(status=given["status"], headers={"Location": given["location"]})
    return Response(given["body"], given["status"], content_type=given["type"])


def _name_of(actor: HasId | str | None) -> str:
    if actor is None:
        return sessions.actor()
    return actor if isinstance(actor, str) else f"user:{actor.id}"


def _route() -> str:
    route = f"{request.endpoint} {request.path}"
    if len(route) <= _LONGEST_ROUTE:
        return route
    return f"{request.endpoint} {hashlib.sha256(request.path.encode()).hexdigest()}"


def _key() -> str:
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not _KEY_PATTERN.fullmatch(key):
        raise BadRequest
    return key


def _body_hash() -> bytes:
    """Return a digest of everything sent: fields and files, or the raw body."""
    digest = hashlib.sha256()
    if not request.form and not request.files:
        digest.update(request.get_data())
    for name, value in sorted(request.form.items(multi=True)):
        if name not in _NOT_THE_BODY:
            digest.update(f"{len(name)}:{name}={len(value)}:{value};".encode())
    for name, upload in request.files.items(multi=True):
        digest.update(f"{len(name)}:{name}@{upload.filename};".encode())
        while chunk := upload.stream.read(_CHUNK):
            digest.update(chunk)
        upload.stream.seek(0)
    return digest.digest()

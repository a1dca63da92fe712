"""One effect for one request, however often it is sent (R6).

A form that creates or changes something carries a ``request_key``.  Its view says so, and
commits together with its answer::

    @bp.post("/next")
    @requires(Permission.CASE_WORK)
    @once.for_each_key
    def claim_next() -> ResponseReturnValue:
        ...
        return once.commit(redirect(url_for(...), 303))

The key's row is inserted before the view begins, in the view's own transaction.  Whoever
comes second with the same key waits at that insert until the first has committed, and then
gets the first one's answer; had the first been rolled back, the second does the work.  An
answer that asks for something to be put right uses no key up: the same page is sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, NoReturn, ParamSpec, cast

import sqlalchemy as sa
from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from servicedesk import clock
from servicedesk.database import keyring
from servicedesk.errors import KeyReused
from servicedesk.extensions import db
from servicedesk.web import sessions
from servicedesk.web.gate import SAFE_METHODS
from servicedesk.web.models import RequestKey

P = ParamSpec("P")

FIELD: Final = "request_key"
HEADER: Final = "Idempotency-Key"
KEY_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOT_THE_BODY: Final = frozenset({FIELD, "csrf_token"})
_BODIES: Final = "request bodies"  # what the key of their marks is for


@dataclass(frozen=True)
class _Claim:
    """The place kept for the answer to this request: whose, where, under which key."""

    actor: str
    route: str
    key: str

    def rows(self) -> tuple[sa.ColumnElement[bool], ...]:
        """Return what finds its row."""
        return (
            RequestKey.actor == self.actor,
            RequestKey.route == self.route,
            RequestKey.key == self.key,
        )


def for_each_key(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Mark ``view`` as one that has one effect and one answer for each key it is sent with.

    Where it changed something it ends with ``once.commit(response)``, never with a commit
    that leaves the answer out.

    Raises:
        KeyReused: the key came before with another body.
        HTTPException: the request was answered before; carries the same answer.
        BadRequest: there is no key, or it is malformed.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method not in SAFE_METHODS:
            g.claim = _claimed(db.session)
        return view(*args, **kwargs)

    guarded.has_keys = True  # type: ignore[attr-defined]
    return guarded


def commit(answer: ResponseReturnValue) -> Response:
    """Commit what this request did, together with its answer for whoever sends it again."""
    response, claim = make_response(answer), cast("_Claim", g.claim)
    kept = sa.update(RequestKey).values(answer=_written(response))
    change = sa.delete(RequestKey) if _asks_again(response) else kept
    db.session.execute(change.where(*claim.rows()))
    db.session.commit()
    return response


def is_key(given: str) -> bool:
    """Whether ``given`` may be the key of a request."""
    return KEY_PATTERN.fullmatch(given) is not None


def sweep(session: Session, before: datetime) -> int:
    """Forget the keys of requests answered before ``before``; return how many."""
    result = session.execute(sa.delete(RequestKey).where(RequestKey.created_at < before))
    return cast("sa.CursorResult[Any]", result).rowcount


def _claimed(session: Session) -> _Claim:
    """Insert this request's key, waiting for anybody who is inserting the same."""
    claim = _Claim(sessions.actor(), _route(), _key())
    body = _body()
    row = insert(RequestKey).values(
        actor=claim.actor,
        route=claim.route,
        key=claim.key,
        body_hash=keyring.mark(_BODIES, body),
        created_at=clock.now(),
    )
    inserted = session.execute(row.on_conflict_do_nothing().returning(RequestKey.key))
    if inserted.first() is None:
        _repeat(session, claim, body)
    return claim


def _repeat(session: Session, claim: _Claim, body: bytes) -> NoReturn:
    """Raise the answer given before."""
    query = sa.select(RequestKey.body_hash, RequestKey.answer).where(*claim.rows())
    mark, given = session.execute(query).one()
    session.rollback()
    if not keyring.fits(_BODIES, body, mark):
        raise KeyReused
    raise HTTPException(response=_response(given))


def _asks_again(response: AnyResponse) -> bool:
    """Whether the visitor is to put something right and send the same page again."""
    return response.status_code >= 400  # noqa: PLR2004 - HTTP


def _written(response: AnyResponse) -> dict[str, Any]:
    """Return the answer sealed: its address may be a link that is a secret (ADR 12)."""
    given: dict[str, Any] = {"status": response.status_code}
    if response.location:
        given["location"] = response.location
    else:
        given["type"] = response.content_type
        given["body"] = response.get_data(as_text=True)
    return {"sealed": keyring.seal(json.dumps(given).encode()).decode()}


def _response(kept: dict[str, Any]) -> Response:
    given = json.loads(keyring.open(kept["sealed"].encode()))
    if "location" in given:
        return Response(status=given["status"], headers={"Location": given["location"]})
    return Response(given["body"], given["status"], content_type=given["type"])


def _route() -> str:
    """Return which form it is of what; a path may hold the secret of a link, its digest not."""
    return f"{request.endpoint} {hashlib.sha256(request.path.encode()).hexdigest()}"


def _key() -> str:
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not is_key(key):
        raise BadRequest
    return key


def _body() -> bytes:
    """Return a digest of everything sent: fields and files, or the raw body.

    Files are read from where the parser put them, piece by piece.
    """
    digest = hashlib.sha256()
    if not request.form and not request.files:
        digest.update(request.get_data())
    for name, value in sorted(request.form.items(multi=True)):
        if name not in _NOT_THE_BODY:
            digest.update(f"{len(name)}:{name}={len(value)}:{value};".encode())
    for name, upload in request.files.items(multi=True):
        digest.update(f"{len(name)}:{name}@{upload.filename};".encode())
        digest.update(hashlib.file_digest(cast("Any", upload.stream), "sha256").digest())
        upload.stream.seek(0)
    return digest.digest()

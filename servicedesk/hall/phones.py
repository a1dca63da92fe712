"""The mark that we leave in a phone which takes a ticket.

It is random, signed, and gone after a day; the database has its hash alone.  It only counts the
tickets of one phone together, and leads it back to the ticket that it has.
"""

import hashlib
import secrets
from typing import Final

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

_COOKIE: Final = "phone"
_KEPT: Final = 24 * 3600  # seconds


def device() -> bytes | None:
    """Return the hash of this phone's mark; None: it has none, or keeps no cookies."""
    mark = _mark()
    return hashlib.sha256(mark.encode()).digest() if mark else None


def leave_mark(response: AnyResponse) -> None:
    """Leave a mark in the phone that gets ``response``, unless it has one."""
    if _mark() is None:
        response.set_cookie(
            _cookie_name(),
            _signer().dumps(secrets.token_urlsafe(16)),
            max_age=_KEPT,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )


def _mark() -> str | None:
    try:
        return str(_signer().loads(request.cookies.get(_cookie_name(), ""), max_age=_KEPT))
    except BadSignature:
        return None


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    oldest_first = [*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]]
    return URLSafeTimedSerializer(oldest_first, salt="phone")


def _cookie_name() -> str:
    """Return a name with the prefix that ties the cookie to this host, where we have TLS."""
    return f"__Host-{_COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else _COOKIE

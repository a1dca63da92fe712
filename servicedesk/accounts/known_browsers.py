"""The mark we leave in a browser in which somebody signed in.

It opens nothing.  It only lets the owner's browser be counted apart from strangers who
guess at the same account (``throttle_rules``), so that they cannot lock the owner out.
"""

import secrets
from typing import Final

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from servicedesk.accounts.throttle_rules import digest

_COOKIE: Final = "known"
_KEPT: Final = 365 * 24 * 3600  # seconds
_MOST_ACCOUNTS: Final = 5  # of one browser; a shared one forgets the oldest


def mark_of(email: str) -> str | None:
    """Return the mark of this browser if the account was signed in to here before."""
    return _marks().get(digest(email))


def any_mark() -> str | None:
    """Return a mark of this browser if any account was signed in to here before."""
    return next(iter(_marks().values()), None)


def remember(response: AnyResponse, email: str) -> None:
    """Leave a mark for the account in the browser that gets ``response``."""
    marks = _marks()
    mark = marks.pop(digest(email), None) or secrets.token_urlsafe(12)
    newest = [*marks.items(), (digest(email), mark)][-_MOST_ACCOUNTS:]
    response.set_cookie(
        _cookie_name(),
        _signer().dumps(dict(newest)),
        max_age=_KEPT,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _marks() -> dict[str, str]:
    try:
        marks = _signer().loads(request.cookies.get(_cookie_name(), ""), max_age=_KEPT)
    except BadSignature:
        return {}
    return dict(marks)


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    oldest_first = [*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]]
    return URLSafeTimedSerializer(oldest_first, salt="known-browser")


def _cookie_name() -> str:
    """Return a name with the prefix that ties the cookie to this host, where we have TLS."""
    return f"__Host-{_COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else _COOKIE

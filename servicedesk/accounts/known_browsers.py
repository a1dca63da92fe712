"""The mark we leave in a browser in which somebody signed in.

It opens nothing.  It only lets the owner's browser be counted apart from strangers who
guess at the same account (``throttle_rules``), so that they cannot lock the owner out.
"""

import secrets
from typing import Final

from werkzeug.wrappers import Response as AnyResponse

from servicedesk.accounts.throttle_rules import digest
from servicedesk.web.signed_cookies import SignedCookie

_COOKIE: Final = SignedCookie("known", salt="known-browser", kept=365 * 24 * 3600)
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
    _COOKIE.leave(response, dict(newest))


def _marks() -> dict[str, str]:
    return dict(_COOKIE.read() or {})

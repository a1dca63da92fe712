"""The mark that we leave in a phone which takes a ticket.

It is random, signed, and gone after a day; the database has its hash alone.  It only counts the
tickets of one phone together, and leads it back to the ticket that it has.
"""

import hashlib
import secrets
from typing import Final

from werkzeug.wrappers import Response as AnyResponse

from servicedesk.web.signed_cookies import SignedCookie

_MARK: Final = SignedCookie("phone", salt="phone", kept=24 * 3600)


def device() -> bytes | None:
    """Return the hash of this phone's mark; None: it has none, or keeps no cookies."""
    mark = _MARK.read()
    return hashlib.sha256(str(mark).encode()).digest() if mark else None


def leave_mark(response: AnyResponse) -> None:
    """Leave a mark in the phone that gets ``response``, unless it has one."""
    if _MARK.read() is None:
        _MARK.leave(response, secrets.token_urlsafe(16))

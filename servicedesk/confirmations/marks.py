"""By what a person is known again without being named.

Pure.  A mark is made of the person's key under a salt that lies sealed with the request: the
database holds one request for each person of a case, and whoever has only the database can try out
no identity numbers against it (D3).
"""

import hashlib
import hmac
import secrets
from typing import Final

_HANDLE: Final = 20  # letters of what a form sends instead of a person


def new_salt() -> str:
    """Return a salt for the people of one application."""
    return secrets.token_hex(16)


def mark_of(salt: str, key: str) -> bytes:
    """Return the mark of the person ``key``."""
    return hmac.digest(salt.encode(), key.encode(), "sha256")


def handle_of(reference: str, key: str) -> str:
    """Return what the forms of a board call a person; never stored, never in an address."""
    return hashlib.sha256(f"{reference}\n{key}".encode()).hexdigest()[:_HANDLE]

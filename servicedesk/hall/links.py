"""The link of a ticket or an appointment: who has it, has the ticket or the appointment.

Pure but for the keys.  A link is a random nonce and what only a holder of our keys can write
under it (S3): the database alone makes no link, and whoever guesses has 128 bits before them.
It needs no storing, so it can be written again into a mail or onto paper.
"""

import base64
import binascii
import secrets
from typing import Final

from servicedesk.database import keyring

NONCE_BYTES: Final = 9
_MARK_BYTES: Final = 18
_PURPOSE: Final = "ticket link"
_OF_APPOINTMENTS: Final = "appointment link"


def new_nonce() -> bytes:
    """Return a nonce for a new ticket or appointment."""
    return secrets.token_bytes(NONCE_BYTES)


def token_of(nonce: bytes) -> str:
    """Return the token in the address of the ticket's page."""
    return _token(_PURPOSE, nonce)


def nonce_of(token: str) -> bytes | None:
    """Return the nonce of a ticket's token of ours; None if it is none."""
    return _nonce(_PURPOSE, token)


def link_of(nonce: bytes) -> str:
    """Return the token in the address of an appointment's page."""
    return _token(_OF_APPOINTMENTS, nonce)


def nonce_of_link(token: str) -> bytes | None:
    """Return the nonce of an appointment's token of ours; None if it is none."""
    return _nonce(_OF_APPOINTMENTS, token)


def _token(purpose: str, nonce: bytes) -> str:
    mark = keyring.mark(purpose, nonce)[:_MARK_BYTES]
    return base64.urlsafe_b64encode(nonce + mark).decode()


def _nonce(purpose: str, token: str) -> bytes | None:
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    nonce, mark = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    return nonce if keyring.fits_in_part(purpose, nonce, mark, _MARK_BYTES) else None

"""Making, changing and withdrawing the keys that sign certificates."""

import logging
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from servicedesk.database import keyring
from servicedesk.enterprises import signatures
from servicedesk.enterprises.key_models import SigningKey
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.queries import signing_keys as queries
from servicedesk.enterprises.queries.signing_keys import Signer
from servicedesk.enterprises.signatures import KeyState
from servicedesk.errors import NotFound
from servicedesk.words import say

log = logging.getLogger(__name__)

_KEYS: Final = "signing keys"  # the name of the lock under which they change


def signer(session: Session, *, now: datetime) -> Signer:
    """Return the key that signs, which stays so until the caller commits; make the first.

    Of two who make the first at once, one waits for the other and then uses that one's.  Who
    waited while the key was replaced goes on with the new one.
    """
    key = queries.find_active(session, locks="share")
    if key is None:
        key = active(session) or _made(session, None, now=now)
    return queries.signer_of(key)


def active(session: Session) -> SigningKey | None:
    """Return the key that signs, once nobody is signing with it; None: there was never one.

    Until the caller commits nobody signs, and nobody else changes keys.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(_KEYS, 0))))
    return queries.find_active(session, locks="update")


def rotate(session: Session, *, now: datetime) -> SigningKey:
    """Let a new key sign from now on, and destroy the private half of the old one.

    Waits for those who are signing.  What the old key signed in its time holds.
    """
    return _made(session, active(session), now=now)


def withdraw(session: Session, kid: str, *, now: datetime) -> bool:
    """Let nothing be believed any more that a key signed; a new one signs if it was in use.

    Returns whether anything changed: not when it was withdrawn before.

    Raises:
        NotFound: there is no such key.
    """
    in_use = active(session)
    key = session.get(SigningKey, kid)
    if key is None:
        raise NotFound(say("There is no such signing key."))
    if key.state is KeyState.COMPROMISED:
        return False
    if key is in_use:
        _made(session, key, now=now)
    key.state = KeyState.COMPROMISED
    session.flush()
    log.warning("signing key withdrawn", extra={"kid": kid})
    return True


def _made(session: Session, old: SigningKey | None, *, now: datetime) -> SigningKey:
    """Make a key, in place of ``old``; the caller holds the lock of ``active``."""
    since = now
    if old is not None:
        since = old.until = _end_of(session, old, now)
        old.state, old.private_sealed = KeyState.RETIRED, None
        session.flush()
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(
        kid=signatures.thumbprint(public),
        state=KeyState.ACTIVE,
        public=public,
        private_sealed=keyring.seal(private.private_bytes_raw()),
        since=since,
    )
    session.add(key)
    session.flush()
    log.info("signing key made", extra={"kid": key.kid, "instead_of": old.kid if old else None})
    return key


def _end_of(session: Session, key: SigningKey, now: datetime) -> datetime:
    """Return when a key's time ends: now, but never before what it signed, by anybody's clock."""
    last = session.scalar(
        sa.select(sa.func.max(Certificate.issued_at)).where(Certificate.sealed_with == key.kid)
    )
    return max(now, key.since, last or now)

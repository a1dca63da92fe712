"""The keys that sign certificates: the one that signs now, and all that ever did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.database import keyring
from servicedesk.enterprises import signatures
from servicedesk.enterprises.key_models import SigningKey
from servicedesk.enterprises.signatures import KeyState, PublicKey


@dataclass(frozen=True)
class Signer:
    """The key that signs now, opened."""

    kid: str
    since: datetime
    private: bytes = field(repr=False)

    def sign(self, said: dict[str, Any], *, kind: str) -> str:
        """Return ``said`` as a token of ``kind``."""
        return signatures.sign(said, self.private, kind=kind)


def public_keys(session: Session) -> Sequence[PublicKey]:
    """Return every key there is or was, the newest first."""
    keys = session.scalars(sa.select(SigningKey).order_by(SigningKey.since.desc(), SigningKey.kid))
    return [key.published() for key in keys]


def find_active(session: Session, *, locks: str | None = None) -> SigningKey | None:
    """Return the key that signs now, as it is in the database; None: nothing was ever signed.

    Args:
        session: the database.
        locks: "share": it stays the one until the caller commits; "update": it is to be changed.
    """
    query = sa.select(SigningKey).where(SigningKey.state == KeyState.ACTIVE)
    if locks is not None:
        query = query.with_for_update(read=locks == "share")
    return session.scalar(query.execution_options(populate_existing=True))


def find_signer(session: Session) -> Signer | None:
    """Return the key that signs now, to print with; None: nothing was ever signed."""
    key = find_active(session)
    return None if key is None else signer_of(key)


def signer_of(key: SigningKey) -> Signer:
    """Return an active key, opened.

    Raises:
        cryptography.fernet.InvalidToken: no field key of ours opens it.
        ValueError: it signs no more.
    """
    if key.private_sealed is None:
        raise ValueError(f"{key.kid} signs no more")
    return Signer(key.kid, key.since, keyring.open(bytes(key.private_sealed)))

"""Finding access tokens."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.api.models import AccessToken
from servicedesk.errors import NotFound
from servicedesk.words import say


def hash_of(secret: str) -> bytes:
    """Return what is stored in the place of a token."""
    return hashlib.sha256(b"access token\n" + secret.encode()).digest()


def find_token(session: Session, secret: str, *, now: datetime) -> AccessToken | None:
    """Return the token while it is good; None: it is none of ours, expired or revoked."""
    query = sa.select(AccessToken).where(
        AccessToken.secret_hash == hash_of(secret),
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > now,
    )
    user = joinedload(AccessToken.user).selectinload(User.posts)
    return session.scalar(query.options(user, joinedload(AccessToken.hall)))


def get_token(session: Session, token_id: int) -> AccessToken:
    """Return a token, good or not.

    Raises:
        NotFound: there is none.
    """
    found = session.get(AccessToken, token_id)
    if found is None:
        raise NotFound(say("There is no such access token."))
    return found


def list_tokens(session: Session, *, count: int = 200) -> Sequence[AccessToken]:
    """Return the newest ``count`` tokens, those that are good first."""
    query = (
        sa.select(AccessToken)
        .options(selectinload(AccessToken.user), selectinload(AccessToken.hall))
        .order_by(AccessToken.revoked_at.is_not(None), AccessToken.id.desc())
        .limit(count)
    )
    return session.scalars(query).all()

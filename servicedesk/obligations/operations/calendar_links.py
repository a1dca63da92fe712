"""The secret address of a person's calendar: made anew, or ended."""

import secrets
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.obligations.models import CalendarLink
from servicedesk.obligations.queries import hash_of

SECRET_BYTES: Final = 32


def make(session: Session, user: User, *, now: datetime) -> str:
    """Return a new secret for this person's calendar; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    put = insert(CalendarLink).values(user_id=user.id, secret_hash=hash_of(secret), made_at=now)
    put = put.on_conflict_do_update(
        index_elements=["user_id"],
        set_={"secret_hash": put.excluded.secret_hash, "made_at": put.excluded.made_at},
    )
    session.execute(put)
    return secret


def end(session: Session, user: User) -> None:
    """Let this person's calendar have no address any more."""
    session.execute(sa.delete(CalendarLink).where(CalendarLink.user_id == user.id))

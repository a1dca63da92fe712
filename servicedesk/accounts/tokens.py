"""One-time secrets that are mailed: long ones in links, short ones as codes to type.

Only a hash is kept.  A secret is good for one purpose, for a while, and once: spending is
a single conditional UPDATE, so of two at the same moment one wins (S3).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import Token, TokenPurpose
from servicedesk.errors import RuleBroken
from servicedesk.words import say

SECRET_BYTES: Final = 32
CODE_DIGITS: Final = 6
LIFETIMES: Final = {
    TokenPurpose.CONFIRM_EMAIL: timedelta(days=2),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=2),
    TokenPurpose.TRACK: timedelta(minutes=15),
    TokenPurpose.JOIN_CASE: timedelta(days=7),
    TokenPurpose.CONFIRM_DATA: timedelta(minutes=10),
    TokenPurpose.JOIN_ENTERPRISE: timedelta(days=7),
}


class LinkSpent(RuleBroken):
    """The link was used, is too old, or never was one; which of them we do not say."""

    def __init__(self) -> None:
        super().__init__(say("This link no longer works. Ask for a new one."))


def issue(session: Session, purpose: TokenPurpose, subject: str, *, now: datetime) -> str:
    """Return a new secret (256 bits) that stands for ``subject``."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(_token(purpose, subject, _hash_of(purpose, secret), now))
    session.flush()
    return secret


def subject_of(
    session: Session, purpose: TokenPurpose, secret: str, *, now: datetime
) -> str | None:
    """Return what ``secret`` stands for while it may be used; uses nothing up."""
    query = sa.select(Token.subject).where(*_is_open(purpose, now))
    return session.scalar(query.where(Token.secret_hash == _hash_of(purpose, secret)))


def spend(session: Session, purpose: TokenPurpose, secret: str, *, now: datetime) -> str:
    """Use ``secret`` up and return what it stands for.

    Raises:
        LinkSpent: it was used before, has expired, or is none of ours.
    """
    subject = session.scalar(
        sa.update(Token)
        .where(*_is_open(purpose, now), Token.secret_hash == _hash_of(purpose, secret))
        .values(used_at=now)
        .returning(Token.subject)
        .execution_options(synchronize_session=False)
    )
    if subject is None:
        raise LinkSpent
    return subject


def issue_code(session: Session, purpose: TokenPurpose, subject: str, *, now: datetime) -> str:
    """Return a new code to type for ``subject``; earlier ones are void."""
    revoke(session, purpose, subject)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    session.add(_token(purpose, subject, _hash_of(purpose, code, subject), now))
    session.flush()
    return code


def spend_code(
    session: Session, purpose: TokenPurpose, subject: str, code: str, *, now: datetime
) -> bool:
    """Use up the code of ``subject``; a wrong one uses up one of its five attempts.

    Commit in either case, or the attempt is not counted.
    """
    tried = (
        sa.update(Token)
        .where(*_is_open(purpose, now), Token.subject == subject, Token.attempts_left > 0)
        .values(attempts_left=Token.attempts_left - 1)
        .returning(Token.id, Token.secret_hash)
        .execution_options(synchronize_session=False)
    )
    for token_id, secret_hash in session.execute(tried).all():
        if secrets.compare_digest(bytes(secret_hash), _hash_of(purpose, code.strip(), subject)):
            session.execute(sa.update(Token).where(Token.id == token_id).values(used_at=now))
            return True
    return False


def revoke(session: Session, purpose: TokenPurpose, subject: str) -> None:
    """Make every secret of ``subject`` for ``purpose`` useless."""
    session.execute(sa.delete(Token).where(Token.purpose == purpose, Token.subject == subject))


def sweep(session: Session, *, now: datetime) -> int:
    """Delete what has expired and return how many.  Safe to run again."""
    gone = session.execute(sa.delete(Token).where(Token.expires_at <= now))
    return cast("sa.CursorResult[Any]", gone).rowcount


def _token(purpose: TokenPurpose, subject: str, secret_hash: bytes, now: datetime) -> Token:
    return Token(
        purpose=purpose,
        subject=subject,
        secret_hash=secret_hash,
        expires_at=now + LIFETIMES[purpose],
        created_at=now,
    )


def _is_open(purpose: TokenPurpose, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Token.purpose == purpose, Token.used_at.is_(None), Token.expires_at > now)


def _hash_of(purpose: TokenPurpose, secret: str, subject: str = "") -> bytes:
    return hashlib.sha256(f"{purpose}\n{subject}\n{secret}".encode()).digest()

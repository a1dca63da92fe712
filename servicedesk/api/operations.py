"""Making and revoking access tokens, and noting that one was used."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.api.models import AccessToken
from servicedesk.api.queries import hash_of
from servicedesk.api.scopes import LONGEST_DAYS, NEEDS, OF_A_HALL, Scope
from servicedesk.errors import RuleBroken
from servicedesk.hall.models import Hall
from servicedesk.words import say

log = logging.getLogger(__name__)

SECRET_BYTES: Final = 32
PREFIX: Final = "sd_"  # so that one that was published by mistake is recognised
_NOTED_EVERY: Final = timedelta(minutes=1)


class WrongHolder(RuleBroken):
    """A token of this kind cannot be for them."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "A token for a kiosk or a board is of a hall. One for an integrator is of an"
                " applicant, one for staff is of somebody who works at a counter."
            )
        )


def issue(
    session: Session,
    scope: Scope,
    *,
    name: str,
    of: Hall | User,
    days: int,
    by: User | None,
    now: datetime,
) -> tuple[AccessToken, str]:
    """Make a token of 256 bits; return it and the secret, which is shown once and not kept.

    ``by`` is None at the command line.

    Raises:
        WrongHolder: ``of`` is not what a token of ``scope`` is for, or may not do it.
    """
    if not _fits(scope, of):
        raise WrongHolder
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = AccessToken(
        scope=scope, name=name, secret_hash=hash_of(secret),
        hall=of if isinstance(of, Hall) else None, user=of if isinstance(of, User) else None,
        created_by_id=by.id if by else None, created_at=now,
        expires_at=now + timedelta(days=min(days, LONGEST_DAYS)),
    )  # fmt: skip
    session.add(token)
    session.flush()
    log.info("access token made", extra={"access_token": token.id, "scope": scope.value})
    return token, secret


def revoke(token: AccessToken, *, now: datetime) -> None:
    """Make the token useless from now on; again is the same as once."""
    token.revoked_at = token.revoked_at or now
    log.info("access token revoked", extra={"access_token": token.id})


def note_use(session: Session, token: AccessToken, *, now: datetime) -> bool:
    """Note that the token was used, once a minute at most; return whether there was a change."""
    if token.last_used_at is not None and now - token.last_used_at < _NOTED_EVERY:
        return False
    session.execute(
        sa.update(AccessToken)
        .where(AccessToken.id == token.id)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return True


def _fits(scope: Scope, of: Hall | User) -> bool:
    if isinstance(of, Hall):
        return scope in OF_A_HALL
    return scope in NEEDS and of.is_active and of.may(NEEDS[scope])

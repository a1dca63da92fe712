"""Finding people."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from servicedesk.accounts.email_addresses import NotAnAddress, normalise
from servicedesk.accounts.models import User
from servicedesk.errors import NotFound
from servicedesk.web.models import WebSession
from servicedesk.words import say


def find_user_by_email(session: Session, address: str, *, to_change: bool = False) -> User | None:
    """Return the person with that address, however it is written.

    ``to_change``: nobody else changes the account until the commit.
    """
    try:
        email = normalise(address)
    except NotAnAddress:
        return None
    # Posts are not loaded along: a second query would tell, by its time, that there is one.
    query = sa.select(User).where(User.email == email).options(lazyload(User.posts))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def get_user(session: Session, user_id: int) -> User:
    """Return the person.

    Raises:
        NotFound: there is no such account.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(say("There is no such account."))
    return user


def count_sessions(session: Session, user: User, *, now: datetime) -> int:
    """Return in how many browsers ``user`` is signed in."""
    query = sa.select(sa.func.count()).select_from(WebSession)
    found = session.scalar(query.where(WebSession.user_id == user.id, WebSession.expires_at > now))
    return found or 0

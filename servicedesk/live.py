"""Telling open pages that something changed: topics, and who may listen to them.

A topic is a name such as ``case:12`` or ``inbox:market``; an event says that it changed and
nothing else, and the page asks for what it may see.  Which topics a browser may listen to
is written into its page as a signed ticket, so that nobody can listen at other doors.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from flask import Flask, current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session, SessionTransaction

CHANNEL: Final = "servicedesk"  # of PostgreSQL's NOTIFY
TICKET_LIFETIME: Final = timedelta(hours=12)  # then the page fetches itself for another
_SALT: Final = "live topics"
_CHANGED: Final = "changed topics"  # in a session's ``info``


def announce(session: Session, *topics: str) -> None:
    """Tell everybody who listens that ``topics`` changed, when ``session`` commits."""
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(_CHANGED, set()).update(topics)


@sa.event.listens_for(Session, "before_commit")
def _tell(session: Session) -> None:
    """Tell each topic once, however much happened in the transaction, and what was taken back."""
    topics = session.info.get(_CHANGED)
    if topics and not session.in_nested_transaction():
        session.execute(sa.select(*(sa.func.pg_notify(CHANNEL, topic) for topic in sorted(topics))))


@sa.event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_CHANGED, None)


def ticket(keys: Sequence[str], topics: Sequence[str]) -> str:
    """Return what lets a browser listen to ``topics``; ``keys`` sign it, the newest first."""
    return str(_signer(keys).dumps(sorted(topics)))


def topics_of(keys: Sequence[str], given: str) -> frozenset[str]:
    """Return the topics that a ticket is for; none if it is not ours or too old."""
    try:
        found = _signer(keys).loads(given, max_age=int(TICKET_LIFETIME.total_seconds()))
    except BadData:
        return frozenset()
    return frozenset(found)


def keys_of(app: Flask) -> list[str]:
    """Return the keys that sign tickets, the newest first."""
    return [app.config["SECRET_KEY"], *(app.config["SECRET_KEY_FALLBACKS"] or ())]


def init_app(app: Flask) -> None:
    """Give templates ``live_ticket("case:12", ...)``."""
    app.jinja_env.globals["live_ticket"] = _ticket_in_page


def _ticket_in_page(*topics: str) -> str:
    return ticket(keys_of(current_app), topics)


def _signer(keys: Sequence[str]) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(keys)), salt=_SALT)  # the last one signs

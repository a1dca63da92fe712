"""Sessions kept by us, not by the browser (S6).

The cookie holds a secret of 256 bits; the table holds its SHA-256 and the sealed data.  A
session is read when first looked at, so most requests cost one SELECT and static files none.
It is stored only when something is put in, gets a new secret whenever who is signed in
changes, and is written in a short transaction of its own after the view is done.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from flask import Flask, Request, Response, g
from flask import session as current
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.web.gate import API
from servicedesk.web.models import WebSession

log = logging.getLogger(__name__)

SECRET_BYTES: Final = 32
TOUCH_EVERY: Final = timedelta(minutes=10)  # how often use of a session moves its end
USER_KEY: Final = "_user_id"  # where Flask-Login keeps who is signed in
CSRF_KEY: Final = "csrf_token"
BROUGHT: Final = "brought."  # begins the keys of what a stranger typed, kept through signing in


class DeskSession(SessionMixin):
    """What one browser's session holds; loads itself when first looked at."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self.rotates = False
        self.expires_at: datetime | None = None  # None: not stored
        self.was_user: int | None = None
        self.touched: set[str] = set()  # keys set or removed in this request
        self._data: dict[str, Any] | None = None if secret else {}

    @property
    def is_loaded(self) -> bool:
        """Whether somebody has looked at it in this request."""
        return self._data is not None

    @property
    def is_stored(self) -> bool:
        """Whether there is a row for it."""
        return self.expires_at is not None

    @property
    def modified(self) -> bool:
        """Whether there is something to write."""
        return bool(self.touched) or self.rotates

    @modified.setter
    def modified(self, value: bool) -> None:
        if value:  # a nested value was changed, nobody knows which
            self.touched.update(self.data)

    @property
    def data(self) -> dict[str, Any]:
        """All that is in it."""
        if self._data is None:
            self._data = self._read()
        return self._data

    @property
    def user_id(self) -> int | None:
        """Who is signed in."""
        value = self.data.get(USER_KEY)
        return int(value) if value is not None else None

    def _read(self) -> dict[str, Any]:
        query = sa.select(WebSession.data, WebSession.user_id, WebSession.expires_at).where(
            WebSession.secret_hash == hash_of(cast("str", self.secret)),
            WebSession.expires_at > clock.now(),
        )
        with db.engine.connect() as connection:
            try:
                row = connection.execute(query).one_or_none()
            except InvalidToken:  # sealed under a key that is gone
                row = None
        if row is None:
            return {}
        data, self.was_user, self.expires_at = row
        return cast("dict[str, Any]", data)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - sessions hold anything
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401 - sessions hold anything
        self.data[key] = value
        self.touched.add(key)

    def __delitem__(self, key: str) -> None:
        del self.data[key]
        self.touched.add(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


class StoredSessions(SessionInterface):
    """Reads and writes ``DeskSession`` for Flask."""

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        """Return the session that the cookie names, not yet loaded; none for programs."""
        if request.path.startswith(API):
            return DeskSession(None)
        return DeskSession(request.cookies.get(self.get_cookie_name(app)))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, and tell the browser its new secret if there is one."""
        session = cast("DeskSession", session)
        if not session.is_loaded:
            return
        response.vary.add("Cookie")
        before = session.secret
        now, lifetime = clock.now(), app.permanent_session_lifetime
        if session.modified:
            with db.engine.begin() as connection:
                session.secret = _write(connection, session, now, lifetime)
        elif _is_due_for_a_touch(session, now, lifetime):
            with db.engine.begin() as connection:
                connection.execute(_row_of(session).values(expires_at=now + lifetime))
        elif not session.is_stored:
            session.secret = None
        self._tell_browser(app, before, session.secret, response)

    def _tell_browser(
        self, app: Flask, before: str | None, secret: str | None, response: Response
    ) -> None:
        if secret == before:
            return
        name, path = self.get_cookie_name(app), self.get_cookie_path(app)
        secure, samesite = self.get_cookie_secure(app), self.get_cookie_samesite(app)
        if secret is None:
            response.delete_cookie(name, path, secure=secure, httponly=True, samesite=samesite)
        else:
            response.set_cookie(
                name, secret, path=path, secure=secure, httponly=True, samesite=samesite
            )


def init_app(app: Flask) -> None:
    """Keep this application's sessions in its database."""
    app.session_interface = StoredSessions()


def rotate() -> None:
    """Give the present session a new secret.  Signing in or out does it unasked."""
    session = _present()
    session.rotates = bool(session.data)  # looks into it: one that is not there needs none


def begin_anew() -> None:
    """Forget everything but what the visitor typed, which gives nobody any right."""
    session = _present()
    brought = {key: session[key] for key in session if key.startswith(BROUGHT)}
    session.clear()
    session.update(brought)


def actor() -> str:
    """Return who is asking, as request keys name them: a person, or else a session.

    A program that shows a token has been named already, as ``g.actor``.
    """
    if "actor" in g:
        return str(g.actor)
    session = _present()
    if session.user_id is not None:
        return f"user:{session.user_id}"
    return f"session:{hash_of(session.secret or '').hex()}"


def _present() -> DeskSession:
    return cast("DeskSession", current._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - as Werkzeug documents it


def end_sessions_of(session: Session, user_id: int) -> None:
    """Sign ``user_id`` out everywhere, at the commit: the password or the role changed."""
    session.execute(sa.delete(WebSession).where(WebSession.user_id == user_id))


def sweep(session: Session, now: datetime) -> int:
    """Delete the sessions that have ended and return how many.  Safe to run again."""
    result = session.execute(sa.delete(WebSession).where(WebSession.expires_at <= now))
    return cast("sa.CursorResult[Any]", result).rowcount


def hash_of(secret: str) -> bytes:
    """Return what is stored in the secret's place."""
    return hashlib.sha256(secret.encode()).digest()


def _write(
    connection: sa.Connection, session: DeskSession, now: datetime, lifetime: timedelta
) -> str | None:
    """Store the session and return its secret, None when nothing is left of it."""
    changes_hands = session.user_id != session.was_user
    if session.is_stored and session.data and not (session.rotates or changes_hands):
        return _merge(connection, session, now, lifetime)
    if session.is_stored:
        connection.execute(_deletion_of(session))
    if not session.data:
        return None
    if changes_hands and session.is_stored:
        session.data.pop(CSRF_KEY, None)  # it was another's
    secret = secrets.token_urlsafe(SECRET_BYTES)
    connection.execute(
        sa.insert(WebSession).values(
            secret_hash=hash_of(secret),
            user_id=session.user_id,
            data=session.data,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return secret


def _merge(
    connection: sa.Connection, session: DeskSession, now: datetime, lifetime: timedelta
) -> str | None:
    """Write the keys this request touched over what is stored now; another may have written."""
    where = WebSession.secret_hash == hash_of(cast("str", session.secret))
    stored = connection.scalar(sa.select(WebSession.data).where(where).with_for_update())
    if stored is None:
        return None  # ended elsewhere while we worked: it stays ended
    merged = _merged(stored, session.data, session.touched)
    connection.execute(_row_of(session).values(data=merged, expires_at=now + lifetime))
    return session.secret


def _merged(
    stored: Mapping[str, Any], mine: Mapping[str, Any], touched: set[str]
) -> dict[str, Any]:
    kept = {key: value for key, value in stored.items() if key not in touched}
    return kept | {key: mine[key] for key in touched if key in mine}


def _is_due_for_a_touch(session: DeskSession, now: datetime, lifetime: timedelta) -> bool:
    return session.expires_at is not None and session.expires_at < now + lifetime - TOUCH_EVERY


def _row_of(session: DeskSession) -> sa.Update:
    return sa.update(WebSession).where(
        WebSession.secret_hash == hash_of(cast("str", session.secret))
    )


def _deletion_of(session: DeskSession) -> sa.Delete:
    return sa.delete(WebSession).where(
        WebSession.secret_hash == hash_of(cast("str", session.secret))
    )

"""Who may call a view, and who is calling.

Every view is marked by exactly one of ``@public`` and ``@requires``, and one whose address
names an object by ``@finds``; a test walks the routes and fails on one that is not.  What a
person may do *to one object* is that feature's ``policy.py``.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from sqlalchemy.orm import joinedload

from servicedesk.accounts.models import User
from servicedesk.accounts.own_paths import own_path
from servicedesk.accounts.permissions import Permission
from servicedesk.errors import NotPermitted
from servicedesk.extensions import db
from servicedesk.words import say

P = ParamSpec("P")


class _SessionOnly(LoginManager):  # type: ignore[misc]
    """Flask-Login without its "remember me" cookie: only a session on the server counts (S6)."""

    def _load_user_from_remember_cookie(self, cookie: str) -> None:  # noqa: ARG002
        return None

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


login_manager = _SessionOnly()
login_manager.session_protection = None  # sessions are on the server; phones change address


def init_app(app: Flask) -> None:
    """Let Flask-Login recognise who is calling."""
    login_manager.init_app(app)
    login_manager.user_loader(_load_user)


def signed_in_user() -> User:
    """Return the person calling.  Only for views marked ``@requires``."""
    return cast("User", current_user._get_current_object())  # noqa: SLF001 - Flask's own spelling


def current_user_or_none() -> User | None:
    """Return the person calling, or None for strangers and for unconfirmed addresses."""
    if not current_user.is_authenticated:
        return None
    user = signed_in_user()
    return user if user.confirmed_at is not None else None


def public(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark ``view`` as open to anyone, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def finds(
    *finders: Callable[..., object],
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Say by which queries a view finds what its address names, the first one first.

    Whose object it is, is part of those queries: what they do not find answers 404.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        view.finds = finders  # type: ignore[attr-defined]
        return view

    return decorate


def requires(
    permission: Permission, *, unconfirmed_too: bool = False
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only people who hold ``permission`` in; strangers are sent to sign in first.

    People who have not confirmed their e-mail address are sent to the page that says so,
    except where ``unconfirmed_too``.

    Raises:
        NotPermitted: the person is signed in but does not hold ``permission``.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return redirect(url_for("accounts.sign_in", next=_where_we_were()), 303)
            user = signed_in_user()
            if user.confirmed_at is None and not unconfirmed_too:
                return redirect(url_for("accounts.unconfirmed"), 303)
            if not user.may(permission):
                raise NotPermitted(say("Your account may not do this."))
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _load_user(user_id: str) -> User | None:
    if not user_id.isdecimal():
        return None
    user = db.session.get(User, int(user_id), options=[joinedload(User.posts)])
    return user if user is not None and user.is_active else None


def _where_we_were() -> str | None:
    """Return the page to come back to: this one, or the one whose form was sent."""
    if request.method in {"GET", "HEAD"}:
        return own_path(request.full_path.removesuffix("?"))
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return own_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))

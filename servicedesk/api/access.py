"""Which program is calling: by a token in the header, never by a cookie.

In the spirit of ``accounts.access``: each view of the API is marked by ``@public`` or by
``@with_token`` and says so in ``routes``.  A staff token acts as its clerk, with the clerk's
permissions as they are at that moment.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, cast

from flask import g, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.api import operations, queries
from servicedesk.api.models import AccessToken
from servicedesk.api.problems import without_token
from servicedesk.api.scopes import NEEDS, Scope
from servicedesk.errors import NotPermitted
from servicedesk.extensions import db
from servicedesk.hall.models import Hall
from servicedesk.words import say

P = ParamSpec("P")

_SCHEME: Final = "bearer "
_LONGEST: Final = 200  # characters; ours have 46


def with_token(
    *scopes: Scope,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only programs in that show a good token of one of ``scopes``.

    Raises:
        HTTPException: 401, there is no good token.
        NotPermitted: it is of another scope, or its person may not do this any more.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            found = _token()
            if found.scope not in scopes:
                raise NotPermitted(say("This access token is not for such calls."))
            _see_person(found)
            g.api_token, g.actor = found, f"token:{found.id}"
            return view(*args, **kwargs)

        guarded.access = "token:" + "|".join(scopes)  # type: ignore[attr-defined]
        return guarded

    return decorate


def token() -> AccessToken:
    """Return the token of this call.  Only for views marked ``@with_token``."""
    return cast("AccessToken", g.api_token)


def person() -> User:
    """Return whom the token acts for.  Only where the scopes are of persons."""
    return cast("User", token().user)


def in_hall(hall: Hall) -> Hall:
    """Return ``hall``, which the token may act in.

    Raises:
        NotPermitted: it is of another hall.
    """
    if token().hall_id not in {None, hall.id}:
        raise NotPermitted(say("This access token is of another hall."))
    return hall


def _token() -> AccessToken:
    """Return the token that is shown, and note its use.

    The note is committed by itself, before the call begins: nothing of the call is in it.
    """
    given = request.headers.get("Authorization", "")
    secret = given[len(_SCHEME) :].strip()
    if not given.lower().startswith(_SCHEME) or not 0 < len(secret) <= _LONGEST:
        raise without_token()
    now = clock.now()
    found = queries.find_token(db.session, secret, now=now)
    if found is None:
        raise without_token()
    if operations.note_use(db.session, found, now=now):
        db.session.commit()
    return found


def _see_person(found: AccessToken) -> None:
    needed = NEEDS.get(found.scope)
    if needed is None:
        return
    user = found.user
    is_allowed = user is not None and user.is_active and user.confirmed_at and user.may(needed)
    if not is_allowed:
        raise NotPermitted(say("The person of this access token may not do this any more."))

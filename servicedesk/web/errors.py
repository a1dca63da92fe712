"""Which page and status a visitor gets when something goes wrong; never what went wrong inside."""

import errno
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

import sqlalchemy.exc as sa_exc
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from servicedesk.errors import (
    DeskError,
    KeyReused,
    NotFound,
    NotPermitted,
    Overtaken,
    RuleBroken,
    TooMany,
)
from servicedesk.extensions import db
from servicedesk.web import resending, visitor
from servicedesk.web.gate import API
from servicedesk.web.words import spoken

log = logging.getLogger(__name__)

RETRY_DATABASE_AFTER: Final = 5  # seconds
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})  # the disk is full


@dataclass(frozen=True)
class Page:
    """What an error page says: what happened, and what to do."""

    heading: LazyString
    advice: LazyString


_NOT_FOUND: Final = Page(
    lazy_gettext("We cannot find that page"),
    lazy_gettext(
        "Check the address. If you followed a link here, what it led to may have been moved, "
        "or it may belong to another account."
    ),
)
_FAULT: Final = Page(
    lazy_gettext("Something went wrong on our side"),
    lazy_gettext(
        "We have been told. Nothing was half done: what you sent was either kept whole or not "
        "at all. Try again in a minute."
    ),
)
PAGES: Final = {
    400: Page(
        lazy_gettext("We could not read that request"),
        lazy_gettext("Go back to the page before, open it again and send your answers once more."),
    ),
    403: Page(
        lazy_gettext("You may not do this"),
        lazy_gettext("If you have another account, sign in with that one."),
    ),
    404: _NOT_FOUND,
    405: Page(
        lazy_gettext("This page cannot be used in that way"),
        lazy_gettext("Start from the page before it."),
    ),
    409: Page(
        lazy_gettext("This cannot be done now"),
        lazy_gettext("Go back and look again at how it stands."),
    ),
    413: Page(
        lazy_gettext("That is too much to send at once"),
        lazy_gettext("Send fewer files, or smaller ones."),
    ),
    422: Page(
        lazy_gettext("This was sent before"),
        lazy_gettext("Open the page again before you send other answers."),
    ),
    429: Page(
        lazy_gettext("Too many tries"),
        lazy_gettext("Wait a little, then try again."),
    ),
    500: _FAULT,
    503: Page(
        lazy_gettext("The service desk is not reachable for a moment"),
        lazy_gettext("Nothing you sent was half done. This page works again by itself; try soon."),
    ),
}
STATUS_OF: Final[dict[type[DeskError], int]] = {
    NotFound: 404,
    NotPermitted: 403,
    RuleBroken: 409,
    KeyReused: 422,
    TooMany: 429,
}
_KEPT_HEADERS: Final = ("Allow", "Retry-After", "WWW-Authenticate")


View = TypeVar("View", bound=Callable[..., Any])


def shown_in(template: str) -> Callable[[View], View]:
    """Let what goes wrong in a view be said by ``template``: on screens with no way elsewhere."""

    def mark(view: View) -> View:
        view.error_page = template  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Give each kind of error its page."""
    for kind in STATUS_OF:
        app.register_error_handler(kind, _on_desk_error)
    app.register_error_handler(StaleDataError, _on_stale_data)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(InternalServerError, _on_fault)
    for trouble in (sa_exc.OperationalError, sa_exc.InterfaceError, sa_exc.TimeoutError):
        app.register_error_handler(trouble, _on_database_trouble)


def _on_desk_error(error: DeskError) -> Response:
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return _answer(status, spoken(error.words), headers, type(error).__name__)


def _on_stale_data(_error: StaleDataError) -> Response:
    return _on_desk_error(Overtaken())


def _on_csrf_error(error: CSRFError) -> Response:
    """A form whose token has ended: give back what was typed, to be sent again (A7)."""
    kept = resending.kept_fields(request)
    if kept is None:
        return _answer(400, None, {})
    db.session.rollback()
    page = render_template("resend.html", kept=kept, is_signed_in=visitor.signed_in() is not None)
    return make_response(page, error.code or 400)


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    found = error.get_response().headers
    headers = {name: found[name] for name in _KEPT_HEADERS if name in found}
    return _answer(status, None, headers)


def _on_fault(error: InternalServerError) -> Response:
    if getattr(error.original_exception, "errno", None) in NO_ROOM:
        return _answer(503, None, {"Retry-After": str(RETRY_DATABASE_AFTER)})
    if isinstance(error.original_exception, (sa_exc.OperationalError, sa_exc.TimeoutError)):
        return _on_database_trouble(error.original_exception)
    visitor.go_bare()
    return _answer(500, None, {})


def _on_database_trouble(error: Exception) -> Response:
    log.error("database not reachable", extra={"kind": type(error).__name__})
    visitor.go_bare()
    return _answer(503, None, {"Retry-After": str(RETRY_DATABASE_AFTER)})


def _answer(
    status: int, message: str | None, headers: dict[str, str], kind: str | None = None
) -> Response:
    """Return the page, or the problem document, for ``status``; ``kind`` is for programs."""
    _forget_the_transaction()
    page = PAGES.get(status, _FAULT if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _NOT_FOUND)
    words = message or str(page.advice)
    if request.path.startswith(API):
        response = _problem(status, str(page.heading), words, kind)
    else:
        response = make_response(_written(status, page, message), status)
    response.headers.extend(headers)
    return response


def _forget_the_transaction() -> None:
    """Let go of locks and of a failed transaction before the page looks anything up."""
    try:
        db.session.rollback()
    except sa_exc.SQLAlchemyError:
        visitor.go_bare()


def _problem(status: int, title: str, detail: str, kind: str | None) -> Response:
    document: dict[str, Any] = {"type": "about:blank", "status": status}
    if kind is not None:  # "SlotTaken" is "slot-taken"
        document["code"] = re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()
    response = jsonify(document | {"title": title, "detail": detail})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _written(status: int, page: Page, message: str | None) -> str:
    """Write the page; if even that fails, a plain one."""
    try:
        view = current_app.view_functions.get(request.endpoint or "")
        template = getattr(view, "error_page", "error.html")
        return render_template(template, status=status, page=page, message=message)
    except Exception:
        log.exception("error page could not be written", extra={"status": status})
        heading, advice = gettext(str(page.heading)), gettext(str(page.advice))
        return f"<!doctype html><title>{heading}</title><h1>{heading}</h1><p>{advice}</p>"

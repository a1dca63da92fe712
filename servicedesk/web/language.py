"""Which language a page is in, and the link that changes it.

The choice, in this order: ``?lang=`` on the address; the cookie that such an address leaves;
the signed-in person's own; what the browser asks for; English.  The cookie is a choice of
display kept in the visitor's browser: following the link changes nothing here.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import get_locale
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from servicedesk import resources
from servicedesk.extensions import babel
from servicedesk.web import visitor
from servicedesk.words import LANGUAGES

COOKIE: Final = "language"
PARAMETER: Final = "lang"
COOKIE_AGE: Final = 365 * 24 * 3600  # seconds
OWN_NAMES: Final = {"en": "English", "zh": "简体中文"}  # each in its own language
HTML_CODES: Final = {"en": "en", "zh": "zh-CN"}


def init_app(app: Flask) -> None:
    """Choose a language for every request, and remember one that was asked for."""
    babel.init_app(
        app,
        locale_selector=choose,
        default_translation_directories=str(resources.TRANSLATIONS),
    )
    app.after_request(_remember)


def current() -> str:
    """Return the language being written: of the page, or the one forced for a mail."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def choose() -> str:
    """Return the language that the visitor of this request reads."""
    if not has_request_context():
        return LANGUAGES[0]
    for wish in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    person = visitor.signed_in()
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def link_to(language: str) -> str:
    """Return the address of this same page in ``language``; the front page if it has none."""
    args = request.args.to_dict(flat=False) | {PARAMETER: [language]}
    path = request.path if _can_be_opened(request.path) else "/"
    return f"{quote(path)}?{query_of(args)}"


def query_of(args: Mapping[str, Sequence[str]]) -> str:
    """Return a query string of ``args``."""
    return urlencode([(name, value) for name, values in args.items() for value in values])


def _can_be_opened(path: str) -> bool:
    """Whether ``path`` answers to GET; the page shown may be the answer to a POST."""
    try:
        current_app.url_map.bind("").match(path, "GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _remember(response: Response) -> Response:
    wish = request.args.get(PARAMETER)
    if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
        response.set_cookie(
            COOKIE,
            wish,
            max_age=COOKIE_AGE,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response

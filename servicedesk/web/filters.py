"""Filters and functions that every template may use.

``|t`` bilingual text, ``|words`` a ``Words``, ``|both`` either in both languages,
``|day`` ``|moment`` (styles full, short, long) ``|clock`` ``|seconds`` times,
``|money`` ``|number`` ``|percent`` ``|size`` figures, ``|mark`` punctuation between words,
``|named`` registered names.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from servicedesk.park import local, local_day, park
from servicedesk.web import amounts, assets, language, route_diagram, route_lanes, visitor, writing
from servicedesk.web.fields import choices_of, face_of
from servicedesk.web.forms import new_request_key
from servicedesk.web.option_lists import drawn_options
from servicedesk.web.words import Bilingual, is_bilingual, spoken, today
from servicedesk.words import LANGUAGES, Words

_HAN: Final = re.compile("[\u3400-\u9fff]")


def init_app(app: Flask) -> None:
    """Add them to the templates of ``app``."""
    app.jinja_env.filters.update(
        t=text,
        words=words,
        both=both,
        day=day,
        moment=moment,
        clock=time_of_day,
        currency=currency,
        in_words=in_words,
        mark=mark,
        money=money,
        named=named,
        number=writing.number,
        percent=percent,
        seconds=time_to_the_second,
        size=writing.size,
    )
    app.jinja_env.tests.update(reachable=works)
    app.jinja_env.globals.update(
        asset=assets.url,
        choices_of=choices_of,
        drawn_options=drawn_options,
        csrf_token=generate_csrf,
        face_of=face_of,
        language=language.current,
        languages=language.OWN_NAMES,
        html_language=html_language,
        is_bare=visitor.is_bare,
        link_to_language=language.link_to,
        new_request_key=new_request_key,
        park=park,
        route_layout=RouteLayout,
        signed_in=visitor.signed_in,
        this_address=this_address,
        today=today,
        with_args=with_args,
        works=works,
    )


class RouteLayout:
    """Draws ways that templates give as lists of lists of dictionaries."""

    @staticmethod
    def wide(stages: Sequence[Sequence[Mapping[str, Any]]]) -> route_diagram.Diagram:
        """Return the drawing from left to right."""
        return route_diagram.wide(_stations(stages))

    @staticmethod
    def upright(stages: Sequence[Sequence[Mapping[str, Any]]]) -> route_diagram.Diagram:
        """Return the drawing from top to bottom."""
        return route_diagram.upright(_stations(stages))


def _stations(
    stages: Sequence[Sequence[Mapping[str, Any]]],
) -> list[list[route_lanes.Station]]:
    return [[route_lanes.Station(**station) for station in stage] for stage in stages]


def text(value: Bilingual | str | None) -> str:
    """Return a bilingual text in the page's language; plain strings as they are."""
    if value is None:
        return ""
    return value.in_language(language.current()) if is_bilingual(value) else str(value)


def words(value: Words | Bilingual | str | None) -> str:
    """Return ``Words`` in the page's language; texts and strings as ``|t`` does."""
    return spoken(value) if isinstance(value, Words) else text(value)


def day(value: date | datetime | None, style: writing.Style = "full") -> str:
    """Return a day, "Friday 4 December"; a moment's day in the park."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local_day(value)
    return writing.day(value, language.current(), today(), style)


def moment(value: datetime | None, style: writing.Style = "short") -> str:
    """Return day and time in the park, "20 Nov, 15:12"."""
    if value is None:
        return ""
    return writing.moment(local(value), language.current(), today(), style)


def time_of_day(value: datetime) -> str:
    """Return the time in the park, "15:12"."""
    return writing.time_of_day(local(value))


def time_to_the_second(value: datetime) -> str:
    """Return the time in the park, "15:12:07"."""
    return local(value).strftime("%H:%M:%S")


def money(value: Any, currency: str = "CNY") -> str:  # noqa: ANN401 - an answer or an amount
    """Return ``{"currency", "amount"}``, or an amount in ``currency``."""
    if not value and value != 0:
        return ""
    if isinstance(value, dict):
        value, currency = value["amount"], value["currency"]
    return writing.money(Decimal(value), currency, language.current())


def currency(code: str) -> str:
    """Return a currency as a label: its code in English, its name in Chinese."""
    return amounts.currency_name(code, language.current())


def in_words(value: Mapping[str, str]) -> str:
    """Return ``{"currency", "amount"}`` written out: "Five million yuan"."""
    return amounts.in_words(Decimal(value["amount"]), value["currency"], language.current())


def named(name: str) -> str:
    """Return a registered name, marked as Chinese where it is and the page is not."""
    if language.current() == "zh" or not _HAN.search(name):
        return name
    return Markup('<span lang="{}">{}</span>').format(language.HTML_CODES["zh"], name)


@pass_context
def both(_context: Context, value: Words | Bilingual) -> Markup:
    """Return a text in both languages, for screens that everybody in the room reads."""
    written = []
    for code in reversed(LANGUAGES):
        with force_locale(code):
            said = words(value)
        written.append(Markup('<span lang="{}">{}</span>').format(language.HTML_CODES[code], said))
    return Markup(" ").join(written)


@pass_context
def mark(_context: Context, stop: str) -> str:
    """Return ``": "`` and other marks between words as the page's language sets them.

    It takes the context, as Jinja works out a filter of a constant once and for all otherwise.
    """
    return writing.mark(stop, language.current())


def percent(value: Decimal | float) -> str:
    """Return a percentage as the page's language writes it."""
    return writing.percent(value, language.current())


def html_language(code: str | None = None) -> str:
    """Return the ``lang`` attribute for a language, by default the page's."""
    return language.HTML_CODES[code or language.current()]


def this_address() -> str:
    """Return the address of this page, with its query."""
    parts = urlsplit(request.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def with_args(**changes: str | None) -> str:
    """Return the query of this page with some arguments changed; None removes one."""
    args = request.args.to_dict(flat=False)
    args.pop(language.PARAMETER, None)
    for name, value in changes.items():
        args.pop(name, None)
        if value is not None:
            args[name] = [value]
    return "?" + language.query_of(args)


def works(path: str, method: str = "GET") -> bool:
    """Whether this installation has a page at ``path``: no link leads nowhere."""
    try:
        current_app.url_map.bind("").match(path.partition("?")[0], method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True

"""Answers that are written without Flask: when it cannot, or need not, be asked.

One page in both languages, with the headers, the number, the log line and the count that
every other answer has.
"""

import logging
from collections.abc import Iterable
from secrets import token_hex
from typing import Final

from flask import Flask
from flask_babel import force_locale
from markupsafe import escape

from servicedesk.health import metrics
from servicedesk.intake import Scope, Send
from servicedesk.web.errors import PAGES, RETRY_DATABASE_AFTER, Page
from servicedesk.web.headers import always

log = logging.getLogger("servicedesk.logs")

Headers = list[tuple[bytes, bytes]]

_STATUSES: Final = (403, 405, 500, 503)
_SERVER_AWAY: Final = 503


class PlainAnswers:
    """What one application says without Flask."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self._pages = {status: _written(PAGES[status]) for status in _STATUSES}
        named = always(app) | {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        }
        self._always = [(name.lower().encode(), value.encode()) for name, value in named.items()]

    async def send(
        self, send: Send, scope: Scope, status: int, more: Iterable[tuple[bytes, bytes]] = ()
    ) -> None:
        """Answer with the page for ``status``; ``more`` are headers."""
        headers = [(b"content-type", b"text/html; charset=utf-8"), *more]
        if status == _SERVER_AWAY:
            headers.append((b"retry-after", str(RETRY_DATABASE_AFTER).encode()))
        await self.begin(send, scope, status, headers)
        body = b"" if scope["method"] == "HEAD" else self._pages[status]
        await send({"type": "http.response.body", "body": body})

    async def begin(self, send: Send, scope: Scope, status: int, headers: Headers) -> None:
        """Send status and headers, those of every answer with them; log and count it."""
        number = token_hex(8)
        endpoint = "events" if scope["path"] == "/events" else "none"
        method = metrics.known_method(scope["method"])
        facts = {"endpoint": endpoint, "method": method, "status": status, "request": number}
        log.info("request answered", extra=facts)
        metrics.count(endpoint, method, status)
        whole = [*headers, *self._always, (b"x-request-id", number.encode())]
        await send({"type": "http.response.start", "status": status, "headers": whole})


def _written(page: Page) -> bytes:
    """Return the page in both languages."""
    with force_locale("en"):
        heading, advice = escape(page.heading), escape(page.advice)
    with force_locale("zh"):
        heading_zh, advice_zh = escape(page.heading), escape(page.advice)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{heading}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<main><h1>{heading}</h1><p>{advice}</p>"
        f'<div lang="zh"><h2>{heading_zh}</h2><p>{advice_zh}</p></div></main></html>\n'
    ).encode()

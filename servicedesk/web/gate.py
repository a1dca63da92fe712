"""Requests that are turned away before any view: strange hosts, foreign origins (S13, S16)."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}
API: Final = "/api/"  # for programs: no cookie counts there
FOR_MACHINES: Final = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by address


def init_app(app: Flask) -> None:
    """Believe forwarded headers of configured proxies only, and check host and origin."""
    count = app.config["TRUSTED_PROXIES"]
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask documents it
    app.url_map.converters["int"] = DatabaseInteger  # before any route is added
    app.before_request(_check_host)
    app.before_request(_check_size)
    app.before_request(_check_origin)
    app.before_request(_check_characters)


class DatabaseInteger(IntegerConverter):
    """A number in an address that fits into a column; any other is an address there is not."""

    def __init__(self, url_map: Map, **kwargs: Any) -> None:  # noqa: ANN401 - as in Werkzeug
        super().__init__(url_map, **{"max": 2**31 - 1, **kwargs})


def _check_size() -> None:
    """Werkzeug bounds the parts of multipart forms only; a plain one is bounded here."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    length = request.content_length or 0
    if length > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        abort(413)
    body = request.get_data(cache=True, parse_form_data=False)
    if body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
        abort(413)


def _check_host() -> None:
    if request.path in FOR_MACHINES:
        return
    scheme = urlsplit(current_app.config["BASE_URL"]).scheme  # TLS may end before us
    if not _is_ours(f"{scheme}://{request.host}"):
        abort(400)


def _check_origin() -> None:
    """A change must come from our own pages, whatever tokens it carries.

    Browsers name the origin of every change; an old one may send the address of the page
    only.  Who says neither may still be a browser that says where it stands.  A program at the
    API says nothing of that, and no cookie counts there.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    whence = request.headers.get("Origin", request.headers.get("Referer"))
    is_program = request.path.startswith(API) and site is None
    is_own = is_program or site == "same-origin" if whence is None else _is_ours(whence)
    if not is_own or site in {"cross-site", "same-site"}:
        abort(403)


def _check_characters() -> None:
    """No database text holds a NUL; who sends one is not filling in a form."""
    values = (
        value for _, value in (*request.args.items(multi=True), *request.form.items(multi=True))
    )
    if "\0" in request.path or any("\0" in value for value in values):
        abort(400)


def _is_ours(address: str) -> bool:
    """Whether ``address`` has the scheme, host and port that visitors reach us at."""
    ours, theirs = _origin(current_app.config["BASE_URL"]), _origin(address)
    if current_app.config["ANY_LOOPBACK_IS_US"] and ours.host in LOOPBACK:
        return theirs.host in LOOPBACK
    return theirs == ours


class _Origin(NamedTuple):
    scheme: str
    host: str | None
    port: int | None


def _origin(address: str) -> _Origin:
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # a port or a host that is none
        return _Origin("", None, None)
    return _Origin(parts.scheme, parts.hostname, port)

"""Lines for operators: a constant sentence, and the facts as keys.

    2026-03-02T09:00:00Z INFO servicedesk.cases.operations "case withdrawn" case=R26-00042

Facts are references and numbers, never names, addresses or what a visitor typed.  In
production each line is one JSON object.  Of an exception the log shows where it arose and
its class, not its message: messages quote the data that caused them.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from types import TracebackType
from typing import Any, Final

from flask import Flask, Response, g, request

_OURS: Final = "servicedesk"
_QUIET: Final = {  # what libraries say below this is of no use to operators
    "procrastinate": logging.WARNING,
    "alembic": logging.WARNING,
    "granian": logging.WARNING,
    "_granian": logging.WARNING,
}
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SLOW: Final = 1.0  # seconds; a request that takes longer is worth a look

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Write the lines of ``app``, and give every request a number that ties its lines together."""
    if not app.testing:
        configure(as_json=not app.config.get("LOGS_FOR_PEOPLE", False))
    app.log_exception = _log_failure  # type: ignore[method-assign]  # Flask's own names the path
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def configure(*, as_json: bool) -> None:
    """Send all lines of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers, logger.propagate = [], True  # granian's own writes what was in errors
    logging.captureWarnings(capture=True)


class PlainLines(logging.Formatter):
    """One readable line an event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an exception arose."""
        facts = "".join(f" {key}={_plain(value)}" for key, value in _facts(record))
        sentence = record.getMessage().replace('"', "'")
        line = f'{_moment(record)} {record.levelname} {record.name} "{sentence}"{facts}'
        return "\n    ".join([line, *_origin(record)])


class JsonLines(logging.Formatter):
    """One JSON object an event, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object on one line."""
        event: dict[str, Any] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        event |= {key: value for key, value in _facts(record) if key not in event}
        origin = _origin(record)
        if origin:
            event["error_at"] = origin
        return json.dumps(event, ensure_ascii=False, default=str)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _facts(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    for key, value in vars(record).items():
        if key not in _STANDARD:
            yield key, value
    if record.exc_info and record.exc_info[0]:
        yield "error", record.exc_info[0].__name__
    present = request_id.get()
    if present:
        yield "request", present


def _plain(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or " " in text else text


def _origin(record: logging.LogRecord) -> list[str]:
    """Return where an exception arose, the innermost last: places, no values."""
    if not record.exc_info or record.exc_info[2] is None:
        return []
    return _places(record.exc_info[2])


def _places(trace: TracebackType) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def _log_failure(
    exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    log.error("request failed", extra={"endpoint": request.endpoint}, exc_info=exc_info)


def _begin() -> None:
    g.began = time.monotonic()
    request_id.set(token_hex(8))


def _forget(_error: BaseException | None) -> None:
    request_id.set(None)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id.get() or ""
    seconds = time.monotonic() - g.get("began", time.monotonic())
    facts = {
        "endpoint": request.endpoint,
        "method": request.method,
        "status": response.status_code,
        "ms": round(seconds * 1000),
    }
    if seconds >= _SLOW:
        log.warning("request was slow", extra=facts)
    else:
        log.info("request answered", extra=facts)
    return response

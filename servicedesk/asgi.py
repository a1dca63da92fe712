"""The entry for the web server: ``/events`` is answered here, everything else by Flask.

A stream held open in Flask would hold a thread; here it costs a task.  On SIGTERM streams
end, requests in flight finish, and only then is the server told to stop.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from a2wsgi import WSGIMiddleware
from flask import Flask

from servicedesk import create_app, live
from servicedesk.extensions import db
from servicedesk.intake import BODY, Receive, Rude, Scope, Send, put_right, take_body, with_patience
from servicedesk.streams import Exchange, Listener

log = logging.getLogger(__name__)

THREADS: Final = 16  # requests that Flask works on at once, in one process
_HEARTBEAT_SECONDS: Final = 15.0  # a comment in every stream, so that proxies keep it
_FINISH_SECONDS: Final = 4.5  # for requests in flight, after SIGTERM
_LAST_MOMENT_SECONDS: Final = 6.0  # then the process ends, whoever is still connected
_SAFE_HEADERS: Final = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]
_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
    *_SAFE_HEADERS,
]


class Desk:
    """The service desk as an ASGI application."""

    def __init__(self, flask_app: Flask) -> None:
        self._keys = live.keys_of(flask_app)
        self._largest: int = flask_app.config["MAX_CONTENT_LENGTH"]
        with flask_app.app_context():
            url = db.engine.url.set(drivername="postgresql")
        self._exchange = Exchange(url.render_as_string(hide_password=False))
        self._flask = WSGIMiddleware(_with_whole_body(flask_app), THREADS, send_queue_size=512)
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping: asyncio.Event | None = None  # made on the loop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/events":
            await self._stream(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._begin_to_stop)
        self._exchange.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._exchange.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _begin_to_stop(self) -> None:
        """End the streams, let requests finish, then stop the server; but stop it surely."""
        if self._stopping is None or self._stopping.is_set():
            return
        self._stopping.set()
        last_moment = threading.Timer(_LAST_MOMENT_SECONDS, os._exit, (0,))
        last_moment.daemon = True
        last_moment.start()
        self._drain = asyncio.get_running_loop().create_task(self._drained())

    async def _drained(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _FINISH_SECONDS)
        log.info("web process stops", extra={"unfinished": self._in_flight})
        os.kill(os.getpid(), signal.SIGINT)  # which the server still handles itself

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, size = await take_body(receive, largest=self._largest)
        except Rude:
            log.info("request never arrived whole")
            return
        self._in_flight += 1
        self._idle.clear()
        try:
            with body:
                whole = {**put_right(scope, size=size), BODY: body}
                await self._flask(whole, receive, with_patience(self._parting(send)))  # type: ignore[arg-type]
        except TimeoutError:
            log.info("answer was not taken")
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    def _parting(self, send: Send) -> Send:
        """Return ``send`` that, while we stop, tells the browser to connect anew next time."""

        async def sending(message: Any) -> None:  # noqa: ANN401 - a message of ASGI
            if message["type"] == "http.response.start" and self._is_stopping:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        return sending

    @property
    def _is_stopping(self) -> bool:
        return self._stopping is not None and self._stopping.is_set()

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        topics = live.topics_of(self._keys, query.get("ticket", [""])[0])
        if scope["method"] != "GET" or not topics:
            await _refuse(send, 403)
        elif self._exchange.is_full or self._is_stopping:
            await _refuse(send, 503)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
            async with self._exchange.listening(topics) as listener:
                await self._pass_on(listener, receive, send)

    async def _pass_on(self, listener: Listener, receive: Receive, send: Send) -> None:
        """Write what the listener is told until the browser leaves or we stop."""
        assert self._stopping is not None  # noqa: S101 - set before the first request
        leaving = asyncio.create_task(_gone(receive))
        stopping = asyncio.create_task(self._stopping.wait())
        writing = asyncio.create_task(_write(listener, with_patience(send)))
        tasks = {leaving, stopping, writing}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not leaving.done() or leaving.cancelled():
            await send({"type": "http.response.body", "body": b""})


def _with_whole_body(flask_app: Flask) -> Any:  # noqa: ANN401 - a WSGI application
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = environ["asgi.scope"][BODY]
        environ["wsgi.input_terminated"] = True
        return flask_app(environ, start_response)

    return answer


async def _write(listener: Listener, send: Send) -> None:
    await _say(send, "retry: 3000\n\n")
    while True:
        topics = await listener.wait(_HEARTBEAT_SECONDS)
        events = "".join(f"event: changed\ndata: {topic}\n\n" for topic in topics)
        await _say(send, events or ":\n\n")


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _refuse(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"retry-after", b"30"),
        *_SAFE_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"No live events now; ask again later.\n"})


def build() -> Desk:
    """Return the application, with the settings of the environment."""
    return Desk(create_app())

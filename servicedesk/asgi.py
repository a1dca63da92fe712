"""The entry for the web server: ``/events`` is answered here, everything else by Flask.

A stream held open in Flask would hold a thread; here it costs a task.  On SIGTERM streams
end, requests in flight finish, and only then is the server told to stop.
"""

import asyncio
import contextlib
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from flask import Flask

from servicedesk import create_app, deadlines, live
from servicedesk.bridge import Bridge
from servicedesk.extensions import db
from servicedesk.hanging_up import hang_up
from servicedesk.intake import (
    LISTENERS,
    READERS,
    SENDERS,
    NoRoom,
    Pace,
    Receive,
    Rude,
    Scope,
    Send,
    client_of,
    put_right,
    take_body,
    with_patience,
)
from servicedesk.plain import PlainAnswers
from servicedesk.sharing import SharedAnswers
from servicedesk.streams import Exchange, Listener

log = logging.getLogger(__name__)

THREADS: Final = 16  # requests that Flask works on at once, in one process
_HEARTBEAT_SECONDS: Final = 15.0  # a comment in every stream, so that proxies keep it
_FINISH_SECONDS: Final = 4.5  # for requests in flight, after SIGTERM
_LAST_MOMENT_SECONDS: Final = 6.0  # then the process ends, whoever is still connected
_THREAD_WITHIN: Final = 10.0  # seconds; when all are busy for longer, people get a 503
_STREAM_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
]


class Desk:
    """The service desk as an ASGI application."""

    def __init__(
        self,
        flask_app: Flask,
        *,
        senders: Pace = SENDERS,
        readers: Pace = READERS,
        listeners: Pace = LISTENERS,
    ) -> None:
        self._senders, self._readers, self._listeners = senders, readers, listeners
        self._keys = live.keys_of(flask_app)
        self._largest: int = flask_app.config["MAX_CONTENT_LENGTH"]
        self._proxies: int = flask_app.config["TRUSTED_PROXIES"]
        self.incoming = Path(flask_app.config["DATA_DIR"]) / "incoming"
        with contextlib.suppress(OSError):  # people are told when something is to be kept
            self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        with flask_app.app_context():
            for engine in db.engines.values():
                deadlines.keep(engine)
            url = db.engine.url.set(drivername="postgresql")
        self._exchange = Exchange(url.render_as_string(hide_password=False))
        self._plain = PlainAnswers(flask_app)
        self._bridge = Bridge(flask_app, self._plain, threads=THREADS, thread_within=_THREAD_WITHIN)
        self._shared = SharedAnswers(flask_app, self._bridge.answer)
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
        else:
            try:
                await self._answer(scope, receive, self._parting(send))
            except Rude:
                log.info("request or answer was not taken to its end")
                await asyncio.to_thread(hang_up, scope["client"])

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._begin_to_stop)
        loop.set_exception_handler(_note)
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
        if scope["path"] == "/events":
            await self._stream(scope, receive, with_patience(send, self._listeners))
            return
        taking = with_patience(send, self._readers)
        try:
            body, size = await take_body(
                receive, largest=self._largest, directory=self.incoming, pace=self._senders
            )
        except NoRoom:
            await self._plain.send(taking, scope, 503)
            return
        with body, self._counted():
            if self._shared.has(scope):
                await self._shared.answer(put_right(scope, size=size), taking)
                return
            await self._bridge.answer(put_right(scope, size=size), body, taking)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """Count a request as in flight."""
        self._in_flight += 1
        self._idle.clear()
        try:
            yield
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
        address = client_of(scope, proxies=self._proxies)
        if scope["method"] != "GET":
            await self._plain.send(send, scope, 405, [(b"allow", b"GET")])
        elif not topics:
            await self._plain.send(send, scope, 403)
        elif self._is_stopping or not self._exchange.has_room_for(address):
            await self._plain.send(send, scope, 503)
        else:
            async with self._exchange.listening(topics, address) as listener:
                await self._plain.begin(send, scope, 200, _STREAM_HEADERS)
                await self._pass_on(listener, receive, send)

    async def _pass_on(self, listener: Listener, receive: Receive, send: Send) -> None:
        """Write what the listener is told until the browser leaves or we stop."""
        assert self._stopping is not None  # noqa: S101 - set before the first request
        leaving = asyncio.create_task(_gone(receive))
        stopping = asyncio.create_task(self._stopping.wait())
        writing = asyncio.create_task(_write(listener, send))
        tasks = {leaving, stopping, writing}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if leaving.cancelled():
            await send({"type": "http.response.body", "body": b""})  # or Rude, once more


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody waited for; asyncio's own line would quote it."""
    error = context.get("exception")
    log.error("task broke off", exc_info=error)


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


def build() -> Desk:
    """Return the application, with the settings of the environment."""
    desk = Desk(create_app())
    tempfile.tempdir = str(desk.incoming)  # not the system's, which may be small
    return desk

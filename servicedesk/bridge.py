"""Flask behind the event loop: a thread while it computes, none while the reader takes it.

The answer is fetched part by part, and the next part only when the last one was taken.  So
a slow reader costs a task and 64 kB, whatever the size of the answer (R10); nothing that
goes wrong in Flask comes further than here (S17).
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import IO, Any, Final
from wsgiref.types import WSGIApplication

import sqlalchemy.exc as sa_exc
from a2wsgi.wsgi import build_environ
from werkzeug.wsgi import FileWrapper

from servicedesk.intake import Body, Message, Scope, Send
from servicedesk.plain import PlainAnswers

log = logging.getLogger(__name__)

_AT_ONCE: Final = 64 * 1024  # bytes of an answer that wait for its reader
_PASSING: Final = (sa_exc.OperationalError, sa_exc.InterfaceError, sa_exc.TimeoutError)


class Bridge:
    """A WSGI application, answering requests of ASGI whose body is there already."""

    def __init__(
        self, app: WSGIApplication, plain: PlainAnswers, *, threads: int, thread_within: float
    ) -> None:
        self._app = app
        self._plain = plain
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="flask")
        self._free = asyncio.Semaphore(threads)
        self._thread_within = thread_within  # seconds; then people are told to come back

    async def answer(self, scope: Scope, body: Body, send: Send) -> None:
        """Answer the request.

        Raises:
            Rude: the reader does not take the answer.
        """
        messages = _answering(self._app, scope, body)
        try:
            first = await self._begin(messages)
        except Exception as error:
            status = _status_of(error)
            log.exception("request failed", extra={"status": status})
            await self._plain.send(send, scope, status)
            return
        try:
            await self._pass_on(first, messages, send)
        finally:
            await asyncio.to_thread(messages.close)

    async def _begin(self, messages: Iterator[Message]) -> list[Message]:
        """Let Flask work in one of its threads; return the beginning of the answer."""
        async with asyncio.timeout(self._thread_within):
            await self._free.acquire()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _some, messages)
        finally:
            self._free.release()

    async def _pass_on(self, first: list[Message], messages: Iterator[Message], send: Send) -> None:
        taken = first
        while taken:
            for message in taken:
                await send(message)
            if not taken[-1].get("more_body", True):
                return
            try:
                taken = await asyncio.to_thread(_some, messages)
            except Exception:
                log.exception("answer broke off")  # too late for another; the reader sees a cut
                return


def _status_of(error: Exception) -> int:
    """Return what to answer when Flask could not: is it a passing trouble?"""
    passes = isinstance(error, (*_PASSING, TimeoutError))
    return HTTPStatus.SERVICE_UNAVAILABLE if passes else HTTPStatus.INTERNAL_SERVER_ERROR


def _answering(app: WSGIApplication, scope: Scope, body: Body) -> Any:  # noqa: ANN401 - a generator
    """Yield the messages of ASGI that answer a request; each may block."""
    environ = build_environ(scope, body)  # type: ignore[arg-type]
    environ["wsgi.input_terminated"] = True  # type: ignore[typeddict-unknown-key]
    environ["wsgi.file_wrapper"] = _wrapped  # type: ignore[typeddict-unknown-key]
    head: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:  # noqa: ANN401 - as WSGI has it
        head["status"] = int(status.partition(" ")[0])
        head["headers"] = [
            (name.lower().encode("latin-1"), value.strip().encode("latin-1"))
            for name, value in headers
        ]
        return None

    content = app(environ, start_response)  # type: ignore[arg-type]
    try:
        yield head
        yield from _as_messages(content)
    finally:
        getattr(content, "close", lambda: None)()


def _wrapped(file: IO[bytes], _size: int = 0) -> FileWrapper:
    """Return the parts of ``file``; whoever wraps it thinks of small ones."""
    return FileWrapper(file, _AT_ONCE)


def _as_messages(content: Iterable[bytes]) -> Iterator[Message]:
    waiting = b""  # the last part says that it is the last
    for part in _parts(content):
        if waiting:
            yield {"type": "http.response.body", "body": waiting, "more_body": True}
        waiting = part
    yield {"type": "http.response.body", "body": waiting, "more_body": False}


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in content:
        for start in range(0, len(chunk), _AT_ONCE):
            yield chunk[start : start + _AT_ONCE]


def _some(messages: Iterator[Message]) -> list[Message]:
    """Return the next messages: about as much as may wait, or all that are left."""
    taken: list[Message] = []
    size = 0
    for message in messages:
        taken.append(message)
        size += len(message.get("body", b""))
        if size >= _AT_ONCE:
            break
    return taken

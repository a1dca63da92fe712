"""Taking requests in, before Flask sees them, and handing answers out.

A request's body is read by the event loop, so that slow or rude senders hold no thread
(R10); Flask gets requests that are complete.  What senders could use to be taken for a
proxy, or to break the translation to WSGI, is put right.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote_from_bytes

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Body = IO[bytes]

_IN_MEMORY: Final = 256 * 1024  # bytes; larger bodies wait on disk


@dataclass(frozen=True)
class Pace:
    """How slow the other side may be."""

    next_within: float  # seconds for the next part to come, or to be taken
    first_moments: float  # seconds after which the whole is looked at
    slowest: float  # bytes a second over the whole, after the first moments

    def is_kept(self, size: int, seconds: float) -> bool:
        """Whether ``size`` bytes in ``seconds`` are fast enough."""
        return seconds <= self.first_moments + size / self.slowest


SENDERS: Final = Pace(next_within=20.0, first_moments=30.0, slowest=8 * 1024)
READERS: Final = Pace(next_within=60.0, first_moments=60.0, slowest=8 * 1024)
LISTENERS: Final = Pace(next_within=60.0, first_moments=float("inf"), slowest=1)  # of a stream


class Rude(Exception):
    """The other side went away or keeps us waiting; nobody is there for an answer."""


class NoRoom(Exception):
    """The disk takes no more; the sender is still there for an answer."""


async def take_body(
    receive: Receive, *, largest: int, directory: Path, pace: Pace
) -> tuple[Body, int]:
    """Return the whole body of a request, at its beginning, and its size in bytes.

    What goes beyond ``largest`` is counted, not kept; Flask then refuses it by its size.
    A larger body waits in ``directory``, written by a thread: a disk may be slow.

    Raises:
        Rude: the sender went away or is too slow.
        NoRoom: it could not be kept; it was received to its end all the same.
    """
    body = _Spool(directory)
    size = 0
    try:
        async for part in _parts(receive, pace):
            size += len(part)
            if size > largest:
                break
            await body.take(part)
        return await body.whole(), size
    except BaseException:
        body.close()
        raise


class _Spool:
    """A body that is being received; from the first trouble with the disk on it keeps nothing."""

    def __init__(self, directory: Path) -> None:
        self._file: Body = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - whoever gets it closes it
            _IN_MEMORY, dir=str(directory)
        )
        self._waiting = bytearray()
        self._trouble: OSError | None = None

    async def take(self, part: bytes) -> None:
        """Keep ``part``."""
        self._waiting += part
        if len(self._waiting) > _IN_MEMORY:
            await self._write()

    async def whole(self) -> Body:
        """Return what was taken, at its beginning."""
        if self._file.tell():
            await self._write()
        elif self._trouble is None:
            self._file.write(self._waiting)  # in memory: cannot fail, and takes no time
        if self._trouble is not None:
            log.error("request not kept", extra={"errno": self._trouble.errno})
            raise NoRoom
        self._file.seek(0)
        return self._file

    async def _write(self) -> None:
        part, self._waiting = bytes(self._waiting), bytearray()
        if self._trouble is not None:
            return
        try:
            await asyncio.to_thread(_write_out, self._file, part)
        except OSError as error:
            self._trouble = error

    def close(self) -> None:
        """Throw away what there is."""
        try:
            self._file.close()
        except OSError as error:  # where the disk is full, closing may fail too
            log.warning("request not closed", extra={"errno": error.errno})


def _write_out(file: Body, part: bytes) -> None:
    file.write(part)
    file.flush()


async def _parts(receive: Receive, pace: Pace) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    began, size = loop.time(), 0
    has_more = True
    while has_more:
        try:
            message = await asyncio.wait_for(receive(), pace.next_within)
        except TimeoutError:
            raise Rude from None
        size += len(message.get("body", b""))
        is_too_slow = not pace.is_kept(size, loop.time() - began)
        if message["type"] == "http.disconnect" or is_too_slow:
            raise Rude
        has_more = message.get("more_body", False)
        yield message.get("body", b"")


def put_right(scope: Scope, *, size: int) -> Scope:
    """Return a scope that translates to WSGI safely.

    Header names with an underscore would become equal to others (``X_Forwarded_For``); a
    query of raw bytes would break the translation; the body's size is known by now.
    """
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if b"_" not in name and name not in {b"content-length", b"transfer-encoding"}
    ]
    if size or scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
        headers.append((b"content-length", str(size).encode()))
    query = quote_from_bytes(scope["query_string"], safe="%&=+;/?:@!$'()*,[]~#\"<>\\^`{|}")
    return {**scope, "headers": headers, "query_string": query.encode()}


def with_patience(send: Send, pace: Pace) -> Send:
    """Return ``send`` that gives up on a reader who takes nothing, or too little over all.

    It raises ``Rude``, at that message and at every later one.
    """
    loop = asyncio.get_running_loop()
    began, size, is_over = float("inf"), 0, False

    async def patient(message: Message) -> None:
        nonlocal began, size, is_over
        began = min(began, loop.time())  # of the first: until then we kept the reader waiting
        is_over = is_over or not pace.is_kept(size, loop.time() - began)
        if is_over:
            raise Rude
        try:
            await asyncio.wait_for(send(message), pace.next_within)
        except TimeoutError:
            is_over = True
            raise Rude from None
        size += len(message.get("body", b""))

    return patient


def client_of(scope: Scope, *, proxies: int) -> str:
    """Return the address a request comes from; ``proxies`` before us say it, if there are any."""
    told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    addresses = [address.strip() for address in told.decode("latin-1").split(",")]
    if proxies and len(addresses) >= proxies:
        return addresses[-proxies]
    return str((scope.get("client") or ("",))[0])

"""Taking requests in, before Flask sees them.

A request's body is read by the event loop, so that slow or rude senders hold no thread
(R10); Flask gets requests that are complete.  What senders could use to be taken for a
proxy, or to break the translation to WSGI, is put right.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import IO, Any, Final
from urllib.parse import quote_from_bytes

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY: Final = "servicedesk.body"  # key in the scope
_IN_MEMORY: Final = 256 * 1024  # bytes; larger bodies wait on disk
_NEXT_PART_WITHIN: Final = 20.0  # seconds
_SLOWEST: Final = 8 * 1024  # bytes a second over the whole body, after the first moments
_FIRST_MOMENTS: Final = 30.0  # seconds
_NEXT_ANSWER_WITHIN: Final = 60.0  # seconds for a reader to take the next part of an answer


class Rude(Exception):
    """The sender went away or keeps us waiting; nobody is there for an answer."""


async def take_body(receive: Receive, *, largest: int) -> tuple[IO[bytes], int]:
    """Return the whole body of a request, at its beginning, and its size in bytes.

    What goes beyond ``largest`` is counted, not kept; Flask then refuses it by its size.

    Raises:
        Rude: the sender went away or is too slow.
    """
    body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes
    size = 0
    try:
        async for part in _parts(receive):
            size += len(part)
            if size > largest:
                break
            body.write(part)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, size


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    began, size = loop.time(), 0
    has_more = True
    while has_more:
        try:
            message = await asyncio.wait_for(receive(), _NEXT_PART_WITHIN)
        except TimeoutError:
            raise Rude from None
        size += len(message.get("body", b""))
        is_too_slow = loop.time() - began > _FIRST_MOMENTS + size / _SLOWEST
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


def with_patience(send: Send) -> Send:
    """Return ``send`` that gives up on a reader who takes nothing for a minute."""

    async def patient(message: Message) -> None:
        await asyncio.wait_for(send(message), _NEXT_ANSWER_WITHIN)

    return patient

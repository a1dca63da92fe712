"""One answer for everybody who asks the same at the same moment.

When a number is called, hundreds of open boards ask for the same fragment.  Whoever asks while it
is being written waits for the next one, which begins after they asked; so nobody gets anything
older than an answer of their own would be, "as of" holds for each of them, and nothing is kept
that could be stale.  Hundreds of askers cost two answers.

Which views are the same for all says ``web.fragments.same_for_all``.  What may make an answer
another (cookies, language, token) makes it another question here.
"""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from flask import Flask

from servicedesk.intake import Body, Message, Scope, Send

Question = tuple[bytes, ...]
Answer = Callable[[Scope, Body, Send], Awaitable[None]]

_TELLING: Final = (b"accept-language", b"authorization", b"cookie", b"host", b"x-forwarded-host")
_KNOWN: Final = b"if-none-match"
_NOT_OF_304: Final = frozenset({b"content-length", b"content-type"})


@dataclass
class _Line:
    """Those who ask the same."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    following: "asyncio.Task[list[Message]] | None" = None  # has not begun
    asking: int = 0


class SharedAnswers:
    """Gives out the answers of ``answer`` to several at once, for the shared views of ``app``."""

    def __init__(self, app: Flask, answer: Answer) -> None:
        self._answer = answer
        self._lines: dict[Question, _Line] = {}
        shared = [
            re.sub(r"<[^>]*>", "[^/]+", re.escape(rule.rule))
            for rule in app.url_map.iter_rules()
            if hasattr(app.view_functions[rule.endpoint], "is_same_for_all")
        ]
        self._paths = re.compile("|".join(shared) or r"(?!)")

    def has(self, scope: Scope) -> bool:
        """Whether the answer to this request may be somebody else's, too."""
        return scope["method"] == "GET" and self._paths.fullmatch(scope["path"]) is not None

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer the request with the next answer to its question."""
        question = _question(scope)
        line = self._lines.setdefault(question, _Line())
        line.asking += 1
        try:
            if line.following is None:
                line.following = asyncio.create_task(self._following(line, scope))
            messages = await asyncio.shield(line.following)
        finally:
            line.asking -= 1
            if not line.asking:
                self._lines.pop(question, None)
        for message in _for_one(messages, _header(scope, _KNOWN)):
            await send(dict(message))

    async def _following(self, line: _Line, scope: Scope) -> list[Message]:
        """Return the answer that begins when the one before has ended."""
        async with line.turn:
            line.following = None  # who asks from now on gets the one after
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            headers = [one for one in scope["headers"] if one[0] != _KNOWN]
            await self._answer({**scope, "headers": headers}, io.BytesIO(), keep)
            return messages


def _question(scope: Scope) -> Question:
    telling = (_header(scope, name) for name in _TELLING)
    return (scope["path"].encode(), scope["query_string"], scope["scheme"].encode(), *telling)


def _header(scope: Scope, name: bytes) -> bytes:
    return b", ".join(value for key, value in scope["headers"] if key == name)


def _for_one(messages: list[Message], known: bytes) -> list[Message]:
    """Return the answer for one who has the state ``known``: 304 where it is that of now."""
    head = messages[0]
    tag = next((value for name, value in head["headers"] if name == b"etag"), None)
    if head["status"] != 200 or tag is None or tag not in re.split(rb"\s*,\s*", known):  # noqa: PLR2004
        return messages
    kept = [one for one in head["headers"] if one[0] not in _NOT_OF_304]
    return [
        {"type": "http.response.start", "status": 304, "headers": kept},
        {"type": "http.response.body", "body": b"", "more_body": False},
    ]

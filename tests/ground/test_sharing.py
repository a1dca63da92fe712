"""Those who ask the same at once share an answer that is never older than their question."""

import asyncio
from typing import Any

import pytest
from flask import Flask

from servicedesk.intake import Body, Message, Scope, Send
from servicedesk.sharing import SharedAnswers


class Slow:
    """Answers with the number of the answer, each when it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.go = asyncio.Event()

    async def answer(self, scope: Scope, body: Body, send: Send) -> None:
        """Answer."""
        assert body.read() == b""
        assert b"if-none-match" not in dict(scope["headers"])
        self.begun += 1
        words = b"answer %d" % self.begun
        await self.go.wait()
        headers = [(b"etag", b'"%d"' % self.begun), (b"content-length", b"8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": words, "more_body": False})


def asked(path: str = "/hall/training/board/now", **headers: str) -> Scope:
    """Return a request."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "scheme": "http",
        "headers": sent,
    }  # fmt: skip


async def _ask(shared: SharedAnswers, scope: Scope) -> tuple[int, bytes]:
    got: list[Message] = []

    async def send(message: Message) -> None:
        got.append(message)

    await shared.answer(scope, send)
    return got[0]["status"], got[1]["body"]


def test_whoever_asks_while_an_answer_is_written_gets_the_next_one(app: Flask) -> None:
    async def play() -> tuple[list[Any], int]:
        slow = Slow()
        shared = SharedAnswers(app, slow.answer)
        first = [asyncio.create_task(_ask(shared, asked())) for _ in range(3)]
        await asyncio.sleep(0.01)
        later = [asyncio.create_task(_ask(shared, asked())) for _ in range(100)]
        await asyncio.sleep(0.01)
        slow.go.set()
        return await asyncio.gather(*first, *later), slow.begun

    answers, begun = asyncio.run(play())

    assert [one[1] for one in answers] == [b"answer 1"] * 3 + [b"answer 2"] * 100
    assert begun == 2


@pytest.mark.parametrize(
    "other", [{"cookie": "language=zh"}, {"accept_language": "zh"}, {"authorization": "Bearer x"}]
)
def test_another_language_or_person_is_another_question(app: Flask, other: dict[str, str]) -> None:
    async def play() -> int:
        slow = Slow()
        slow.go.set()
        shared = SharedAnswers(app, slow.answer)
        await asyncio.gather(_ask(shared, asked()), _ask(shared, asked(**other)))
        return slow.begun

    assert asyncio.run(play()) == 2


def test_who_has_the_state_already_is_told_so(app: Flask) -> None:
    async def play() -> list[tuple[int, bytes]]:
        slow = Slow()
        slow.go.set()
        shared = SharedAnswers(app, slow.answer)
        scopes = [asked(), asked(if_none_match='"1"'), asked(if_none_match='"7"')]
        return list(await asyncio.gather(*(_ask(shared, one) for one in scopes)))

    answers = asyncio.run(play())

    assert answers == [(200, b"answer 1"), (304, b""), (200, b"answer 1")]


def test_a_reader_who_leaves_does_not_take_the_answer_along(app: Flask) -> None:
    async def play() -> tuple[int, bytes]:
        slow = Slow()
        shared = SharedAnswers(app, slow.answer)
        leaving = asyncio.create_task(_ask(shared, asked()))
        staying = asyncio.create_task(_ask(shared, asked()))
        await asyncio.sleep(0.01)
        leaving.cancel()
        slow.go.set()
        return await staying

    assert asyncio.run(play()) == (200, b"answer 1")


def test_only_what_is_the_same_for_all_is_shared(app: Flask) -> None:
    shared = SharedAnswers(app, Slow().answer)

    assert shared.has(asked())
    assert shared.has(asked("/hall/training/lines"))
    assert shared.has(asked("/api/v1/hall/training/live"))
    assert not shared.has(asked("/hall/tickets/x/now"))
    assert not shared.has(asked("/desk/counter/line"))
    assert not shared.has({**asked(), "method": "POST"})

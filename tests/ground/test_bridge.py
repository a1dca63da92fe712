"""Flask behind the event loop: no thread for slow readers, no exception to the server."""

import asyncio
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import sqlalchemy.exc as sa_exc
from flask import Flask

from servicedesk.bridge import Bridge
from servicedesk.intake import Message, Pace, Rude, with_patience
from servicedesk.plain import PlainAnswers

LARGE = 600  # parts of 64 kB
PART = b"x" * 64 * 1024
SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "http_version": "1.1",
    "headers": [],
}
Answer = list[Message]
Reader = Callable[[Message], Any]


def bridge(app: Flask, wsgi: WSGIApplication, *, threads: int = 2, within: float = 5) -> Bridge:
    return Bridge(wsgi, PlainAnswers(app), threads=threads, thread_within=within)


def answered(given: Bridge) -> Answer:
    return asyncio.run(ask(given))


async def ask(given: Bridge) -> Answer:
    messages: Answer = []

    async def send(message: Message) -> None:
        messages.append(message)

    await given.answer(SCOPE, io.BytesIO(), send)
    return messages


def body_of(answer: Answer) -> bytes:
    return b"".join(message.get("body", b"") for message in answer[1:])


def sends(content: Iterable[bytes]) -> WSGIApplication:
    def wsgi(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return content

    return wsgi


def fails(error: Exception) -> WSGIApplication:
    def wsgi(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        raise error

    return wsgi


class Large:
    """An answer of many parts that knows how much of it was asked for, and whether it ended."""

    def __init__(self) -> None:
        self.given = 0
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(LARGE):
            self.given += 1
            yield PART

    def close(self) -> None:
        """Note that nobody wants more."""
        self.is_closed = True


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], b""),
        ([b""], b""),
        ([b"one"], b"one"),
        ([b"a", b"", b"b"], b"ab"),
        ([PART * 3], PART * 3),
    ],
)
def test_an_answer_is_passed_on_whole_and_ends_once(
    app: Flask, content: list[bytes], expected: bytes
) -> None:
    answer = answered(bridge(app, sends(content)))

    assert answer[0]["status"] == 200
    assert answer[0]["headers"] == [(b"content-type", b"text/plain")]
    assert body_of(answer) == expected
    assert [message["more_body"] for message in answer[1:]] == [True] * (len(answer) - 2) + [False]
    assert all(len(message["body"]) <= len(PART) for message in answer[1:])


def test_readers_who_take_nothing_hold_neither_threads_nor_memory(app: Flask) -> None:
    contents = [Large() for _ in range(40)]
    waiting = iter(contents)

    def wsgi(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return sends(next(waiting) if environ["PATH_INFO"] == "/large" else [b"ok"])(environ, start)

    async def visit() -> Answer:
        given = bridge(app, wsgi)

        async def stalled(_message: Message) -> None:
            await asyncio.sleep(60)

        readers = [
            asyncio.create_task(given.answer(SCOPE | {"path": "/large"}, io.BytesIO(), stalled))
            for _ in contents
        ]
        await asyncio.sleep(0.5)
        answer = await asyncio.wait_for(ask(given), 5)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        return answer

    assert body_of(asyncio.run(visit())) == b"ok"
    assert {content.given for content in contents} <= {1, 2}
    assert all(content.is_closed for content in contents)


def test_a_reader_who_is_given_up_leaves_nothing_behind(app: Flask) -> None:
    content = Large()

    async def visit(given: Bridge) -> None:
        async def stalled(message: Message) -> None:
            await asyncio.sleep(60 if message.get("body") else 0)

        with pytest.raises(Rude):
            await given.answer(SCOPE, io.BytesIO(), with_patience(stalled, Pace(0.05, 5, 1)))

    asyncio.run(visit(bridge(app, sends(content))))

    assert content.is_closed
    assert content.given < 5


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("passport E12345678"), 500),
        (sa_exc.OperationalError("SELECT secret", {}, Exception("E12345678")), 503),
    ],
)
def test_what_goes_wrong_in_flask_becomes_a_page_that_does_not_say_what(
    app: Flask, caplog: pytest.LogCaptureFixture, error: Exception, status: int
) -> None:
    answer = answered(bridge(app, fails(error)))

    headers = dict(answer[0]["headers"])
    assert answer[0]["status"] == status
    assert (b"retry-after" in headers) == (status == 503)
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert len(headers[b"x-request-id"]) == 16
    page = body_of(answer).decode()
    assert "E12345678" not in page
    assert 'lang="zh"' in page
    assert "请" in page
    assert "E12345678" not in "".join(record.getMessage() for record in caplog.records)


def test_an_answer_that_breaks_half_way_is_cut_and_does_not_end_well(app: Flask) -> None:
    def broken() -> Iterator[bytes]:
        yield PART
        yield PART
        raise OSError("disk gone")

    answer = answered(bridge(app, sends(broken())))

    assert answer[0]["status"] == 200
    assert all(message["more_body"] for message in answer[1:])


def test_when_every_thread_is_busy_for_too_long_people_are_told_to_come_back(app: Flask) -> None:
    free = threading.Event()

    def wsgi(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        free.wait(10)
        return sends([b"late"])(environ, start)

    async def visit() -> list[Answer]:
        given = bridge(app, wsgi, threads=1, within=0.1)
        first = asyncio.create_task(ask(given))
        await asyncio.sleep(0.05)
        second = await ask(given)
        free.set()
        return [await first, second]

    first, second = asyncio.run(visit())

    assert body_of(first) == b"late"
    assert second[0]["status"] == 503
    assert (b"retry-after", b"5") in second[0]["headers"]

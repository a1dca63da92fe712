"""How requests are taken in and answers handed out, whoever is on the other side."""

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from servicedesk import intake
from servicedesk.intake import NoRoom, Pace, Rude, client_of, put_right, take_body, with_patience

AT_EASE = Pace(next_within=5, first_moments=5, slowest=1)
KEPT_IN_MEMORY = 256 * 1024
Message = intake.Message


def sender(
    parts: list[bytes], *, every: float = 0, leaves: bool = False
) -> Callable[[], Awaitable[Message]]:
    """Return an ASGI ``receive`` of somebody who sends ``parts``."""

    async def messages() -> AsyncIterator[Message]:
        for number, part in enumerate(parts):
            await asyncio.sleep(every)
            has_more = leaves or number < len(parts) - 1
            yield {"type": "http.request", "body": part, "more_body": has_more}
        yield {"type": "http.disconnect"}

    return messages().__anext__


def taken(parts: list[bytes], directory: Path, pace: Pace = AT_EASE, **how: Any) -> bytes:  # noqa: ANN401
    async def take() -> bytes:
        body, size = await take_body(
            sender(parts, **how), largest=2_000_000, directory=directory, pace=pace
        )
        with body:
            whole = body.read()
        assert size == len(whole)
        return whole

    return asyncio.run(take())


@pytest.mark.parametrize("size", [0, 10, KEPT_IN_MEMORY, KEPT_IN_MEMORY + 1, 1_500_000])
def test_a_body_arrives_as_it_was_sent(size: int, tmp_path: Path) -> None:
    sent = bytes(range(256)) * (size // 256 + 1)
    parts = [sent[:size][start : start + 70_000] for start in range(0, size, 70_000)] or [b""]

    assert taken(parts, tmp_path) == sent[:size]


def test_a_body_beyond_the_largest_is_counted_and_not_kept(tmp_path: Path) -> None:
    async def take() -> tuple[int, int]:
        receive = sender([b"x" * 60] * 10)
        body, size = await take_body(receive, largest=100, directory=tmp_path, pace=AT_EASE)
        with body:
            return size, len(body.read())

    assert asyncio.run(take()) == (120, 60)


def test_who_goes_away_half_way_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Rude):
        taken([b"half"], tmp_path, leaves=True)


def test_who_sends_nothing_for_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(Rude):
        taken([b"a", b"b"], tmp_path, Pace(0.02, 5, 1), every=0.2)


def test_who_sends_a_little_now_and_then_is_given_up_too(tmp_path: Path) -> None:
    with pytest.raises(Rude):
        taken([b"a"] * 50, tmp_path, Pace(5, 0.05, 1000), every=0.02)


def test_a_full_disk_is_said_after_the_whole_body_was_received(tmp_path: Path) -> None:
    parts = [b"x" * 300_000] * 4
    receive = sender(parts)

    async def take() -> Message:
        with pytest.raises(NoRoom):
            await take_body(receive, largest=2_000_000, directory=tmp_path, pace=AT_EASE)
        return await receive()

    with patch.object(intake, "_write_out", side_effect=OSError(errno.ENOSPC, "full")):
        following = asyncio.run(take())

    assert following["type"] == "http.disconnect"  # so a browser reads the answer


def test_bodies_wait_in_the_directory_named_for_them(tmp_path: Path) -> None:
    with pytest.raises(NoRoom):
        taken([b"x" * 300_000], tmp_path / "is not there")


def scope_of(*headers: tuple[bytes, bytes], query: bytes = b"") -> intake.Scope:
    return {
        "method": "GET",
        "headers": list(headers),
        "query_string": query,
        "client": ("10.0.0.9", 1),
    }


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_hyphen() -> None:
    scope = scope_of((b"x_forwarded_for", b"1.2.3.4"), (b"accept", b"*/*"))

    assert put_right(scope, size=0)["headers"] == [(b"accept", b"*/*")]


def test_the_length_that_counts_is_the_one_that_was_measured() -> None:
    scope = scope_of((b"content-length", b"5"), (b"transfer-encoding", b"chunked"))

    assert put_right(scope, size=7)["headers"] == [(b"content-length", b"7")]


def test_a_query_of_raw_bytes_is_written_in_ascii() -> None:
    assert put_right(scope_of(query=b"q=\xe9&a=%41"), size=0)["query_string"] == b"q=%E9&a=%41"


@pytest.mark.parametrize(
    ("proxies", "expected"), [(0, "10.0.0.9"), (1, "2.2.2.2"), (2, "1.1.1.1"), (3, "10.0.0.9")]
)
def test_only_configured_proxies_say_where_a_request_comes_from(
    proxies: int, expected: str
) -> None:
    scope = scope_of((b"x-forwarded-for", b"1.1.1.1, 2.2.2.2"))

    assert client_of(scope, proxies=proxies) == expected


def read_by(reader: Callable[[Message], Awaitable[None]], pace: Pace, parts: int) -> int:
    """Send ``parts`` of 1 byte to ``reader``; return how many were sent before it was given up."""

    async def hand_out() -> int:
        send = with_patience(reader, pace)
        for number in range(parts):
            try:
                await send({"type": "http.response.body", "body": b"x"})
            except Rude:
                with pytest.raises(Rude):  # and stays given up
                    await send({"type": "http.response.body", "body": b"x"})
                return number
        return parts

    return asyncio.run(hand_out())


def reading_every(seconds: float) -> Callable[[Message], Awaitable[None]]:
    async def read(_message: Message) -> None:
        await asyncio.sleep(seconds)

    return read


def test_a_reader_who_keeps_up_gets_everything() -> None:
    assert read_by(reading_every(0), AT_EASE, 100) == 100


def test_a_reader_who_takes_nothing_is_given_up() -> None:
    assert read_by(reading_every(1), Pace(0.02, 5, 1), 3) == 0


def test_a_reader_who_trickles_is_given_up() -> None:
    assert 1 <= read_by(reading_every(0.02), Pace(5, 0.05, 1000), 50) < 20

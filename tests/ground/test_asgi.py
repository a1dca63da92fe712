"""The entry for the web server, message by message."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

from servicedesk import asgi, live
from servicedesk.asgi import Desk
from servicedesk.intake import Message, Pace


@asynccontextmanager
async def living(desk: Desk) -> AsyncIterator[None]:
    """Let ``desk`` live as the server does."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    life = asyncio.create_task(desk({"type": "lifespan"}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    await said.get()
    yield
    await told.put({"type": "lifespan.shutdown"})
    await life


def test_a_listener_who_takes_nothing_is_hung_up_on(app: Flask) -> None:
    ticket = live.ticket(live.keys_of(app), ["case:1"])
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/events",
        "query_string": f"ticket={ticket}".encode(),
        "headers": [],
        "client": ("192.0.2.1", "1234"),
    }
    began: list[Message] = []

    async def take(message: Message) -> None:
        began.append(message)
        await asyncio.sleep(60 if len(began) > 1 else 0)

    async def stay() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def visit() -> None:
        desk = Desk(app, listeners=Pace(0.1, float("inf"), 1))
        async with living(desk):
            await asyncio.wait_for(desk(scope, stay, take), 5)

    with patch.object(asgi, "hang_up") as hung_up:
        asyncio.run(visit())

    hung_up.assert_called_once_with(("192.0.2.1", "1234"))
    assert began[0]["status"] == 200


def test_what_a_forgotten_task_fails_with_is_not_quoted(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ValueError("passport E12345678")

    async def visit() -> None:
        async with living(Desk(app)):
            task = asyncio.create_task(fail())
            await asyncio.sleep(0)
            del task
            await asyncio.sleep(0)

    asyncio.run(visit())

    said = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in said] == ["task broke off"]


def test_temporary_files_of_a_web_process_lie_in_the_data_directory(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    with patch.object(asgi, "create_app", return_value=app):
        asgi.build()

    assert Path(tempfile.gettempdir()) == app.config["DATA_DIR"] / "incoming"

"""The streams of ``/events``: one LISTEN connection a process, any number of listeners.

Server-sent events, from the event loop and never from Flask.  When the database goes away
the streams stay open; when it is back every listener is told to look again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg

from servicedesk.live import CHANNEL

log = logging.getLogger(__name__)

BACK_AFTER: Final = 1.0  # seconds, when the connection broke
PROBE_EVERY: Final = 10.0  # seconds; how soon a dead connection is noticed
MOST_LISTENERS: Final = 2_000  # a process
MOST_OF_ONE: Final = 500  # of one address, behind which there may be a whole company
_MOST_WAITING: Final = 50  # events a listener; a slower one is told to look at everything

LOOK_AGAIN: Final = "*"  # stands for every topic


class Listener:
    """One open stream and what it has still to be told."""

    def __init__(self, topics: frozenset[str], address: str = "") -> None:
        self.topics = topics
        self.address = address
        self._waiting: dict[str, None] = {}  # in order, each topic once
        self._news = asyncio.Event()

    def tell(self, topic: str) -> None:
        """Note that ``topic`` changed."""
        if topic != LOOK_AGAIN and topic not in self.topics:
            return
        if topic == LOOK_AGAIN or len(self._waiting) >= _MOST_WAITING:
            self._waiting = {LOOK_AGAIN: None}
        else:
            self._waiting[topic] = None
        self._news.set()

    async def wait(self, seconds: float) -> list[str]:
        """Return the topics that changed, waiting up to ``seconds``; empty if none did."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return []
        self._news.clear()
        topics, self._waiting = list(self._waiting), {}
        return topics


class Exchange:
    """Passes what PostgreSQL notifies on to the listeners of this process."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._listeners: set[Listener] = set()
        self._of_one: Counter[str] = Counter()  # listeners by address
        self._task: asyncio.Task[None] | None = None
        self.is_connected = False

    def has_room_for(self, address: str) -> bool:
        """Whether ``address`` may have another listener."""
        return len(self._listeners) < MOST_LISTENERS and self._of_one[address] < MOST_OF_ONE

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen_for_ever())

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @asynccontextmanager
    async def listening(self, topics: frozenset[str], address: str) -> AsyncIterator[Listener]:
        """Yield a listener to ``topics`` at ``address``."""
        listener = Listener(topics, address)
        self._listeners.add(listener)
        self._of_one[address] += 1
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._of_one -= Counter([address])  # and those at nought go

    def tell_all(self, topic: str) -> None:
        """Tell every listener that cares."""
        for listener in self._listeners:
            listener.tell(topic)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                if self.is_connected:
                    log.warning("live events broken off", extra={"error": type(error).__name__})
                self.is_connected = False
                await asyncio.sleep(BACK_AFTER)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=3
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.is_connected = True
            self.tell_all(LOOK_AGAIN)  # something may have happened before
            while True:
                async for notice in connection.notifies(timeout=PROBE_EVERY):
                    self.tell_all(notice.payload)
                await connection.execute("SELECT")  # raises when it is dead

"""A database that is killed or hangs under load: readable 503s, and recovery unaided (R8)."""

import http.client
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from servicedesk import schema
from servicedesk.embedded import processes
from servicedesk.embedded import server as embedded
from tests.ground import running

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

VISITORS = 8


@dataclass(frozen=True)
class Answer:
    """What a visitor got."""

    status: int
    retry_after: str | None
    has_policy: bool
    page: bytes
    seconds: float

    @property
    def is_in_order(self) -> bool:
        """Return whether it is a page, or a readable "come back"."""
        is_page = self.has_policy and b"<h1" in self.page and b"Traceback" not in self.page
        return is_page and (self.status == 200 or (self.status == 503 and bool(self.retry_after)))


def visit(address: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=40)
    began = time.monotonic()
    try:
        connection.request("GET", "/services")
        response = connection.getresponse()
        return Answer(
            response.status,
            response.headers["Retry-After"],
            "Content-Security-Policy" in response.headers,
            response.read(),
            time.monotonic() - began,
        )
    finally:
        connection.close()


def visits(address: str, until: Event) -> list[Answer]:
    answers = []
    while not until.is_set():
        answers.append(visit(address))
    return answers


@pytest.fixture
def database(tmp_path: Path) -> Iterator[embedded.Server]:
    server = embedded.start(tmp_path / "db", is_throwaway=True)
    engine = sa.create_engine(server.url)
    schema.upgrade(engine)
    engine.dispose()
    yield server
    server.stop()


def every_process(server: embedded.Server) -> list[int]:
    return [*running.descendants(server.process.pid), server.process.pid]


def test_a_database_killed_under_load_is_away_for_a_moment_and_nothing_else(
    database: embedded.Server, tmp_path: Path
) -> None:
    enough = Event()
    with (
        running.serving(database.url, tmp_path) as (_, address),
        ThreadPoolExecutor(VISITORS) as pool,
    ):
        visitors = [pool.submit(visits, address, enough) for _ in range(VISITORS)]
        time.sleep(2)
        processes.end(every_process(database), signal.SIGKILL)
        time.sleep(2)
        database.stop()
        again = embedded.start(tmp_path / "db", is_throwaway=True)
        try:
            assert running.until(lambda: visit(address).status == 200, 10)
        finally:
            enough.set()
            answers = [answer for visitor in visitors for answer in visitor.result()]
            again.stop()

    assert {answer.status for answer in answers} == {200, 503}
    assert [answer for answer in answers if not answer.is_in_order] == []
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "terminat" not in log.lower()  # what the server or the driver said


def test_a_database_that_hangs_is_given_up_in_seconds(
    database: embedded.Server, tmp_path: Path
) -> None:
    with (
        running.serving(database.url, tmp_path) as (_, address),
        ThreadPoolExecutor(20) as pool,
    ):
        assert {answer.status for answer in pool.map(visit, [address] * 10)} == {200}
        stopped = every_process(database)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            first = list(pool.map(visit, [address] * 20))
            second = list(pool.map(visit, [address] * 20))
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

        assert {answer.status for answer in first + second} == {503}
        assert all(answer.is_in_order for answer in first + second)
        assert max(answer.seconds for answer in first) < 18
        assert max(answer.seconds for answer in second) < 8
        assert running.until(lambda: visit(address).status == 200, 10)

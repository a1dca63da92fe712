"""The web server as a whole process: answers, streams, stops, outlives its database."""

import errno
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from config import Development
from servicedesk import cli, live, schema, serving
from servicedesk.embedded import processes
from servicedesk.embedded import server as embedded
from tests import databases
from tests.ground import running

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

Connection = psycopg.Connection[tuple[object, ...]]
Web = tuple[subprocess.Popen[bytes], str]


@pytest.fixture
def web(engine_url: str, tmp_path: Path) -> Iterator[Web]:
    with running.serving(engine_url, tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def shared(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Yield the address of a server that several tests ask, and that of its database."""
    with (
        databases.clone(server_url, template) as url,
        running.serving(url, tmp_path_factory.mktemp("shared")) as (_, address),
    ):
        yield address, url


@pytest.fixture
def shared_database(shared: tuple[str, str]) -> Iterator[Connection]:
    with psycopg.connect(shared[1].replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture
def database(engine_url: str) -> Iterator[Connection]:
    url = engine_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


class Stream:
    """An open ``/events``, read in the background."""

    def __init__(self, address: str, *topics: str) -> None:
        ticket = live.ticket([Development.SECRET_KEY], topics)
        self.response = urllib.request.urlopen(f"{address}/events?ticket={ticket}", timeout=30)  # noqa: S310
        self.lines: list[str] = []
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self.response:
            for line in self.response:
                self.lines.append(line.decode().strip())
        self.ended.set()

    def heard(self, topic: str) -> bool:
        """Return whether ``topic`` was told."""
        return f"data: {topic}" in self.lines


def notify(database: Connection, topic: str) -> None:
    database.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, topic])


def test_a_stream_tells_its_own_topics_and_no_others(
    shared: tuple[str, str], shared_database: Connection
) -> None:
    stream = Stream(shared[0], "case:1")
    assert running.until(lambda: stream.lines != [], 5)

    notify(shared_database, "case:2")
    notify(shared_database, "case:1")

    assert running.until(lambda: stream.heard("case:1"), 5)
    assert not stream.heard("case:2")


def test_without_a_ticket_there_is_no_stream(shared: tuple[str, str]) -> None:
    assert running.status(f"{shared[0]}/events") == 403
    assert running.status(f"{shared[0]}/events?ticket=guessed") == 403


def test_a_stream_goes_on_after_the_database_dropped_its_connection(
    shared: tuple[str, str], shared_database: Connection
) -> None:
    stream = Stream(shared[0], "case:1")
    assert running.until(lambda: stream.lines != [], 5)

    shared_database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR"
        " query = 'SELECT'"
    )

    assert running.until(lambda: stream.heard("*"), 10)  # told to look again
    notify(shared_database, "case:1")
    assert running.until(lambda: stream.heard("case:1"), 5)


def test_sigterm_ends_streams_idle_connections_and_every_process(web: Web) -> None:
    process, address = web
    stream = Stream(address, "case:1")
    idle = http.client.HTTPConnection(urlsplit(address).netloc)
    idle.request("GET", "/healthz")
    idle.getresponse().read()
    all_of_it = running.in_session(process.pid)

    process.terminate()

    assert running.seconds_until_gone(process, all_of_it) < 10
    assert stream.ended.wait(5)
    idle.close()


def test_a_request_in_flight_is_answered_after_sigterm(web: Web, database: Connection) -> None:
    process, address = web
    with ThreadPoolExecutor(1) as pool:
        with database.transaction():
            database.execute("LOCK TABLE procrastinate_workers IN ACCESS EXCLUSIVE MODE")
            answer = pool.submit(running.status, f"{address}/readyz")
            assert running.until(lambda: waits_for_lock(database), 10)
            process.terminate()
            time.sleep(1)

        assert answer.result() == 503  # there is no worker; but it is an answer
    process.wait(10)


def waits_for_lock(database: Connection) -> bool:
    waiting = database.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return waiting is not None and waiting[0] != 0


def test_slow_senders_do_not_slow_others(shared: tuple[str, str]) -> None:
    host = urlsplit(shared[0])
    rude = [socket.create_connection((host.hostname or "", host.port or 0)) for _ in range(60)]
    for one in rude:
        one.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow")

    began = time.monotonic()
    assert running.status(f"{shared[0]}/healthz") == 200

    assert time.monotonic() - began < 1
    for one in rude:
        one.close()


def test_bytes_that_are_no_address_are_not_our_fault(shared: tuple[str, str]) -> None:
    host = urlsplit(shared[0])
    with socket.create_connection((host.hostname or "", host.port or 0)) as connection:
        connection.sendall(
            b"GET /healthz?%FF=\xe9 HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_For: 1.2.3.4\r\n"
            b"Connection: close\r\n\r\n"
        )
        answer = connection.recv(100)

    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))  # but no 500


def test_several_processes_answer_for_all_and_stop_together(
    engine_url: str, tmp_path: Path
) -> None:
    with running.serving(engine_url, tmp_path, "--workers", "2") as (process, address):
        for _ in range(6):
            assert running.status(f"{address}/healthz") == 200
        with urllib.request.urlopen(f"{address}/metrics", timeout=5) as response:  # noqa: S310
            numbers = response.read().decode()
        all_of_it = running.in_session(process.pid)

        process.terminate()

        assert len(all_of_it) >= 3
        assert running.seconds_until_gone(process, all_of_it) < 10
        counted = 'endpoint="health.process",method="GET",status="200"} '
        assert float(numbers.partition(counted)[2].splitlines()[0]) >= 6


def test_a_killed_web_process_is_replaced_however_often_it_is_killed(web: Web) -> None:
    process, address = web

    for _ in range(3):
        before = running.descendants(process.pid)
        processes.end(before, signal.SIGKILL)

        assert running.until(lambda gone=before: not running.alive(gone), 5)  # type: ignore[misc]
        assert running.until(lambda: running.status(f"{address}/healthz") == 200, 30)


def test_a_port_that_is_taken_is_named_with_the_next_step(engine_url: str, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        env = running.environment(database_url=engine_url, data_dir=str(tmp_path))

        process = running.start(
            "serve", "--bind", f"127.0.0.1:{port}", env=env, log=tmp_path / "log"
        )

        assert process.wait(40) == 2
    said = (tmp_path / "log").read_text()
    assert f"Cannot listen on 127.0.0.1:{port}" in said
    assert "choose another port" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("error", "port", "step"),
    [
        (errno.EADDRINUSE, 8000, "choose another port, such as 8001"),
        (errno.EADDRINUSE, serving.LAST_PORT, "such as 65534"),
        (errno.EACCES, 80, "This user may not use that port"),
        (errno.EADDRNOTAVAIL, 8000, "no such address"),
    ],
)
def test_the_next_step_fits_what_is_in_the_way(
    monkeypatch: pytest.MonkeyPatch, error: int, port: int, step: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("servicedesk.serving.socket.socket.bind", refuse)

    with pytest.raises(serving.PortTaken, match=step):
        serving.check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    "arguments", [("demo", "--port", "99999"), ("serve", "--bind", "127.0.0.1:99999")]
)
def test_a_number_that_is_no_port_is_refused(arguments: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(cli.commands, arguments)

    assert answer.exit_code == 2
    assert f"Invalid value for {arguments[1]}" in answer.output.replace("'", "")


def test_without_its_database_people_get_a_503_and_it_recovers_by_itself(tmp_path: Path) -> None:
    first = embedded.start(tmp_path / "db", is_throwaway=True)
    engine = sa.create_engine(first.url)
    schema.upgrade(engine)
    engine.dispose()
    try:
        with running.serving(first.url, tmp_path) as (_, address):
            assert running.status(f"{address}/services") == 200
            first.stop()

            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(running.status, [f"{address}/services"] * 8))
            assert set(answers) == {503}
            assert retry_after(f"{address}/services") > 0
            assert running.status(f"{address}/healthz") == 200

            first = embedded.start(tmp_path / "db", is_throwaway=True)
            assert running.until(lambda: running.status(f"{address}/services") == 200, 10)
    finally:
        first.stop()


def retry_after(address: str) -> int:
    host = urlsplit(address)
    connection = http.client.HTTPConnection(host.netloc)
    connection.request("GET", host.path)
    seconds = int(connection.getresponse().headers["Retry-After"])
    connection.close()
    return seconds

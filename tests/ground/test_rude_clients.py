"""Many who are slow, rude or simply there do not slow the others (R10)."""

import contextlib
import http.client
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import Development
from servicedesk import live, streams
from servicedesk.embedded import processes
from tests import databases
from tests.ground import running

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

SIZE = 20_000_000  # bytes; more than all the buffers between two sockets
FILES = 4096  # that the test itself may have open


@pytest.fixture(autouse=True)
def _many_files() -> Iterator[None]:
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(usual, FILES)), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))


@pytest.fixture(scope="module")
def address(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with (
        databases.clone(server_url, template) as url,
        running.serving(url, tmp_path_factory.mktemp("rude")) as (_, address),
    ):
        yield address


@pytest.fixture
def large(engine_url: str, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Yield the address of a desk with a large file, and the number of its process."""
    file = tmp_path / "large.png"
    file.write_bytes(bytes(range(250)) * (SIZE // 250))
    port = running.free_port()
    address = f"http://127.0.0.1:{port}"
    env = running.environment(database_url=engine_url, data_dir=str(tmp_path), base_url=address)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ground.large_answers", str(port), str(file)],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=processes.dying_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )
    try:
        assert running.until(lambda: running.status(f"{address}/healthz") == 200, 40), (
            tmp_path / "log"
        ).read_text()
        yield address, running.descendants(process.pid)[0]
    finally:
        running.kill_session(process.pid)
        process.wait()


@contextlib.contextmanager
def connections(
    address: str,
    number: int,
    head: str,
    *,
    buffer: int | None = None,
    homes: tuple[int, ...] = (1,),
) -> Iterator[list[socket.socket]]:
    """Yield open connections that sent ``head``, from 127.0.0.x, x being each of ``homes``."""
    host = urlsplit(address)
    with contextlib.ExitStack() as stack:
        opened = []
        for index in range(number):
            one = stack.enter_context(socket.socket())
            if buffer:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            one.bind((f"127.0.0.{homes[index % len(homes)]}", 0))
            one.connect((host.hostname, host.port))
            one.sendall(head.encode())
            opened.append(one)
        yield opened


def seconds_for_an_answer(address: str) -> float:
    began = time.monotonic()
    assert running.status(f"{address}/healthz") == 200
    return time.monotonic() - began


def files_open(pid: int, name: str) -> int:
    found = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += name in str(link.readlink())
    return found


def listening(ticket: str) -> str:
    return f"GET /events?ticket={ticket} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def ticket() -> str:
    return live.ticket([Development.SECRET_KEY], ["case:1"])


def beginning(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    return connection.recv(12)


def test_readers_of_large_files_who_take_nothing_hold_nobody_up_and_are_given_up(
    large: tuple[str, int],
) -> None:
    address, pid = large
    head = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
    before = files_open(pid, "socket:")

    with connections(address, 60, head, buffer=4096) as readers:
        assert running.until(lambda: files_open(pid, "large.png") == len(readers), 20)
        assert seconds_for_an_answer(address) < 1

        assert running.until(lambda: files_open(pid, "large.png") == 0, 20)
        assert seconds_for_an_answer(address) < 1
        assert running.until(lambda: files_open(pid, "socket:") <= before + 1, 20)

    assert seconds_for_an_answer(address) < 1
    with urllib.request.urlopen(f"{address}/large", timeout=20) as response:  # noqa: S310
        assert response.read() == bytes(range(250)) * (SIZE // 250)


def test_parts_of_a_large_file_are_sent_as_asked(large: tuple[str, int]) -> None:
    request = urllib.request.Request(f"{large[0]}/large", headers={"Range": "bytes=100-200099"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
        assert response.status == 206
        assert response.read() == (bytes(range(250)) * 1000)[100:200_100]


def test_more_streams_and_half_sent_heads_than_a_backlog_stop_nobody(address: str) -> None:
    with (
        connections(address, 700, listening(ticket()), homes=(2, 3, 4)) as listeners,
        connections(address, 700, "GET / HTTP/1.1\r\nHost: localhost\r\n"),
    ):
        assert {beginning(listener) for listener in listeners} == {b"HTTP/1.1 200"}
        assert seconds_for_an_answer(address) < 2


def test_one_address_cannot_take_every_stream(address: str) -> None:
    too_many = streams.MOST_OF_ONE + 5
    with connections(address, too_many, listening(ticket()), homes=(5,)) as listeners:
        told = [beginning(listener) for listener in listeners]
        assert told.count(b"HTTP/1.1 503") == 5

        with connections(address, 1, listening(ticket()), homes=(6,)) as others:
            assert beginning(others[0]) == b"HTTP/1.1 200"
    assert running.until(lambda: is_heard(address, home=5), 10)


def is_heard(address: str, *, home: int) -> bool:
    with connections(address, 1, listening(ticket()), homes=(home,)) as one:
        return beginning(one[0]) == b"HTTP/1.1 200"


def head_of(address: str, method: str, path: str) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.headers
    finally:
        connection.close()


def test_answers_of_events_carry_what_every_answer_carries(address: str) -> None:
    _, usual = head_of(address, "GET", "/healthz")
    every = {name.lower() for name in usual} - {"server", "date", "content-length", "vary"}

    for path in (f"/events?ticket={ticket()}", "/events?ticket=guessed"):
        _, headers = head_of(address, "GET", path)
        assert every <= {name.lower() for name in headers}
    with urllib.request.urlopen(f"{address}/metrics", timeout=5) as response:  # noqa: S310
        assert b'endpoint="events",method="GET",status="403"' in response.read()


def test_a_body_that_cannot_be_kept_is_refused_in_words(engine_url: str, tmp_path: Path) -> None:
    with running.serving(engine_url, tmp_path) as (_, address):
        (tmp_path / "incoming").rmdir()
        (tmp_path / "incoming").touch()  # stands for a disk that takes nothing more
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)

        connection.request("POST", "/sign-in", b"x" * 9_700_000)
        response = connection.getresponse()

        assert response.status == 503
        assert response.headers["Retry-After"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert b"<h1>" in response.read()
        connection.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_events_can_only_be_got(address: str) -> None:
    status, headers = head_of(address, "POST", f"/events?ticket={ticket()}")

    assert status == 405
    assert headers["Allow"] == "GET"

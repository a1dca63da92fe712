"""``servicedesk demo``: everything under one roof, and nothing left when it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicedesk.embedded import processes
from tests.ground import running

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

READY_SECONDS = 120  # on a machine that has much else to do
HALF_A_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)


class Demo:
    """A demo on a directory and a port of its own."""

    def __init__(self, data: Path, port: int, *, log: Path | None = None) -> None:
        self.data, self.port = data, port
        self.log = log or data.parent / "demo.out"
        self.process = self.start(port)

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """Start one more on the same directory."""
        options = ("--port", str(port), "--data", str(self.data))
        return running.start("demo", *options, env=running.environment(), log=self.log)

    def is_ready(self) -> bool:
        """Whether it has said that visitors can come, and they can."""
        address = f"http://127.0.0.1:{self.port}/"
        return address in self.said() and running.status(f"{address}readyz") == 200

    def all_of_it(self) -> list[int]:
        """Return every process it consists of."""
        return [self.process.pid, *running.descendants(self.process.pid)]

    def web(self) -> int | None:
        """Return the process at the top of the web: the one that has others in its session."""
        cluster = processes.working_in(self.data / "postgres")
        children = set(running.descendants(self.process.pid)) - set(cluster)
        return next((one for one in children if len(processes.in_session(one)) > 1), None)

    def said(self) -> str:
        """Return what it printed."""
        return self.log.read_text(encoding="utf-8")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    started = Demo(tmp_path / "data", running.free_port())
    yield started
    processes.end(started.all_of_it(), signal.SIGKILL)
    started.process.wait()
    running.until(lambda: not processes.working_in(started.data / "postgres"), 10)


def test_it_runs_recovers_from_kill_9_and_leaves_nothing_behind(demo: Demo) -> None:
    assert running.until(demo.is_ready, READY_SECONDS), demo.said()

    second = demo.start(running.free_port())  # on the same directory
    assert second.wait(60) == 2
    assert "A demo already runs on" in demo.said()

    before = demo.all_of_it()
    assert len(before) >= 5
    processes.end(before, signal.SIGKILL)
    demo.process.wait()
    assert running.until(lambda: not running.alive(before), 10)

    demo.process = demo.start(demo.port)
    assert running.until(demo.is_ready, READY_SECONDS), demo.said()

    before = demo.all_of_it()
    os.kill(demo.process.pid, signal.SIGKILL)  # only the one at the top
    demo.process.wait()
    assert running.until(lambda: not running.alive(before), 10)

    demo.process = demo.start(demo.port)
    assert running.until(demo.is_ready, READY_SECONDS), demo.said()
    before = demo.all_of_it()
    demo.process.send_signal(signal.SIGINT)
    assert running.seconds_until_gone(demo.process, before) < 10
    assert "Everything has stopped." in demo.said()


def test_a_killed_web_that_is_still_busy_comes_back_however_often_it_is_killed(demo: Demo) -> None:
    assert running.until(demo.is_ready, READY_SECONDS), demo.said()

    for _ in range(6):  # failures would end the demo at the sixth
        with socket.create_connection(("127.0.0.1", demo.port)) as visitor:
            visitor.sendall(HALF_A_FORM)
            time.sleep(0.5)  # it waits for the other half, and holds the port meanwhile
            before = demo.web()
            assert before is not None
            os.kill(before, signal.SIGKILL)
            assert running.until(lambda gone=before: demo.web() not in {gone, None}, 60)  # type: ignore[misc]
            assert running.until(demo.is_ready, READY_SECONDS), demo.said()

    assert demo.process.poll() is None, demo.said()


@pytest.mark.parametrize("seconds", [0.2, 1.5, 3.0, 5.0, 8.0])
def test_sigterm_at_any_time_of_the_start_ends_every_process(demo: Demo, seconds: float) -> None:
    time.sleep(seconds)
    before = demo.all_of_it()

    demo.process.terminate()

    assert running.seconds_until_gone(demo.process, before) < 10
    # What was begun after we looked takes its own moment to end.
    assert running.until(lambda: not processes.working_in(demo.data / "postgres"), 10)
    assert "Traceback" not in demo.said()


def test_being_told_to_stop_in_a_finalizer_ends_it_all_the_same(tmp_path: Path) -> None:
    program = """
import os, signal
from servicedesk import demo

class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)  # what the handler raises here goes nowhere

demo._LAST_MOMENT = 0.5
with demo._told_to_stop():
    Last()
    while True:
        signal.pause()
"""
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", program], stderr=out)

    assert process.wait(30) == 1
    assert "_Stop" in (tmp_path / "out").read_text()  # it did go nowhere


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    demo = Demo(tmp_path / "file" / "data", running.free_port(), log=tmp_path / "demo.out")

    assert demo.process.wait(60) == 2
    assert "cannot be written" in demo.said()
    assert "--data DIR" in demo.said()
    assert "Traceback" not in demo.said()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        demo = Demo(tmp_path / "data", other.getsockname()[1])

        assert demo.process.wait(60) == 2
    assert "Cannot listen on" in demo.said()
    assert processes.working_in(demo.data / "postgres") == []

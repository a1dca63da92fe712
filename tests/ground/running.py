"""Whole processes for tests: started, asked, ended, and none left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from servicedesk.embedded import processes

ROOT = Path(__file__).parents[2]
in_session = processes.in_session


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Return an environment for a development desk; ``more`` in lower case, without prefix."""
    ours = {f"SERVICEDESK_{key.upper()}": value for key, value in more.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SERVICEDESK_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"SERVICEDESK_ENV": "development", "PYTHONPATH": str(ROOT)} | ours


def start(*arguments: str, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start ``servicedesk`` with ``arguments`` in a session of its own."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "servicedesk", *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=processes.dying_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )


@contextmanager
def serving(
    url: str, directory: Path, *options: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield a web server on the database ``url``, and its address; kill it afterwards."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = environment(database_url=url, data_dir=str(directory), base_url=address)
    process = start(
        "serve", "--bind", f"127.0.0.1:{port}", *options, env=env, log=directory / "log"
    )
    try:
        assert until(lambda: status(f"{address}/healthz") == 200, 40), (
            directory / "log"
        ).read_text()
        yield process, address
    finally:
        kill_session(process.pid)
        process.wait()


def status(address: str) -> int | None:
    """Return the status that a GET of ``address`` is answered with; None without an answer."""
    try:
        with urllib.request.urlopen(address, timeout=15) as response:  # noqa: S310 - our own
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return None


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Return whether ``is_so`` came true within ``seconds``."""
    return processes.wait_until(is_so, seconds=seconds)


def descendants(pid: int) -> list[int]:
    """Return every living process below ``pid``, in whatever session."""
    processes_now = living()
    found = [pid]
    for parent in found:  # grows while we go through it
        found += [child for child, (above, _) in processes_now.items() if above == parent]
    return found[1:]


def alive(pids: list[int]) -> list[int]:
    """Return those of ``pids`` that still run."""
    return [pid for pid in pids if pid in living()]


def living() -> dict[int, tuple[int, int]]:
    """Return each living process with its parent and its session, read in one go."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        state, parent, _, session = told[:4]
        if state != "Z":
            found[int(entry.name)] = int(parent), int(session)
    return found


def kill_session(leader: int) -> None:
    """Kill what is left of a session and below it."""
    processes.end([*in_session(leader), *descendants_of_all(in_session(leader))], signal.SIGKILL)


def descendants_of_all(pids: list[int]) -> list[int]:
    """Return every process below one of ``pids``."""
    return [below for pid in pids for below in descendants(pid)]


def seconds_until_gone(process: subprocess.Popen[bytes], also: list[int]) -> float:
    """Wait until ``process`` and ``also`` have ended; return how long that took."""
    began = time.monotonic()
    process.wait(20)
    assert until(lambda: not alive(also), 20)
    return time.monotonic() - began

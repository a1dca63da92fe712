"""The web server and the worker as whole processes, killed at random and started again."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from servicedesk.embedded import processes
from tests.ground import running

PROCESSES = 2  # of the web


class Servers:
    """A web server with several processes, and a worker, on one database."""

    def __init__(self, url: str, directory: Path) -> None:
        self.port = running.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.kills = 0
        self._log = directory / "log"
        self._env = running.environment(
            database_url=url, data_dir=str(directory / "data"), base_url=self.address
        )
        self._web = self._start_web()
        self._worker = self._start_worker()

    @property
    def log(self) -> str:
        """Return what they wrote."""
        return self._log.read_text()

    def note(self, what: str) -> None:
        """Write into the log what was done to them."""
        with self._log.open("a") as log:
            log.write(f"---- {time.strftime('%H:%M:%S')} {what}\n")

    def is_answering(self, seconds: float) -> bool:
        """Return whether the web answers within ``seconds``."""
        return running.until(lambda: running.status(f"{self.address}/healthz") == 200, seconds)

    def kill_at_random(
        self, is_enough: Callable[[], bool], answered: Callable[[], int], chance: random.Random
    ) -> None:
        """Kill one thing after another until it is enough; start again what does not by itself.

        Between two kills a few requests are ``answered``, so that on a slow machine, too,
        some come through and others are caught at work.
        """
        kills = (self._kill_a_web_process, self._kill_the_web, self._kill_the_worker)
        while not is_enough():
            enough_for_now = answered() + chance.randint(1, 12)
            running.until(lambda: answered() >= enough_for_now, 10)  # noqa: B023 - called at once
            time.sleep(chance.uniform(0.0, 0.3))
            kill = chance.choices(kills, weights=(6, 1, 2))[0]
            kill(chance)
            self.kills += 1
            self.note(kill.__name__)
            assert self.is_answering(30), self.log[-5000:]

    def restart_worker(self) -> None:
        """Kill the worker and start it; a worker that starts takes up what dead ones held."""
        self._kill_the_worker(random.Random(0))

    def end(self) -> None:
        """Kill what runs."""
        for process in (self._web, self._worker):
            running.kill_session(process.pid)
            process.wait()

    def _kill_a_web_process(self, chance: random.Random) -> None:
        """Kill a process that answers; the web itself starts another."""
        found = running.in_session(self._web.pid)
        children = [pid for pid in found if pid != self._web.pid and _parent(pid) == self._web.pid]
        if children:
            processes.end([chance.choice(children)], signal.SIGKILL)

    def _kill_the_web(self, chance: random.Random) -> None:  # noqa: ARG002 - as the others
        """Kill everything at once, as when the power goes."""
        running.kill_session(self._web.pid)
        self._web.wait()
        self._web = self._start_web()

    def _kill_the_worker(self, chance: random.Random) -> None:  # noqa: ARG002 - as the others
        running.kill_session(self._worker.pid)
        self._worker.wait()
        self._worker = self._start_worker()

    def _start_web(self) -> subprocess.Popen[bytes]:
        options = ("--bind", f"127.0.0.1:{self.port}", "--workers", str(PROCESSES))
        return running.start("serve", *options, env=self._env, log=self._log)

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return running.start("worker", env=self._env, log=self._log)


def _parent(pid: int) -> int | None:
    """Return the parent of a process, None when it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])

"""Clerks who press "next" while the web server is killed: everybody is called once, in order (R1).

Each press is sent until it is answered, and then once more with the same request key, as by a
browser whose line is bad.
"""

import http.client
import random
import re
import subprocess
import threading
import time
from collections import Counter as Count
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.hall.models import Call, Ticket, TicketEvent
from servicedesk.hall.ticket_life import TicketStatus
from tests.ground import running
from tests.hall.factories import make_clerk, make_sitting, make_ticket
from tests.races.crowd import Crowd, Window

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

CLERKS, PEOPLE, KILLS = 4, 28, 3
_PATIENCE = 90  # seconds until somebody gives up after all
_DIED = (OSError, http.client.HTTPException)  # what a client sees of a server that was killed
COUNTER = "/desk/counter"


class Web:
    """The web server as a whole process, which is killed and started again."""

    def __init__(self, url: str, directory: Path) -> None:
        self._port = running.free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._log = directory / "log"
        self._env = running.environment(
            database_url=url, data_dir=str(directory / "data"), base_url=self.address
        )
        self._process = self._start()

    @property
    def log(self) -> str:
        """Return what it wrote."""
        return self._log.read_text()

    def is_answering(self) -> bool:
        """Return whether it answers before long."""
        return running.until(lambda: running.status(f"{self.address}/healthz") == 200, 60)

    def kill(self) -> None:
        """Kill everything of it at once, as when the power goes; then start it."""
        self.end()
        self._process = self._start()

    def end(self) -> None:
        """Kill what runs."""
        running.kill_session(self._process.pid)
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        options = ("--bind", f"127.0.0.1:{self._port}", "--workers", "2")
        return running.start("serve", *options, env=self._env, log=self._log)


@dataclass
class Clerk:
    """Somebody at a counter who calls, serves and finishes until nobody is left."""

    window: Window
    address: str
    number: int
    called: list[str] = field(default_factory=list)  # ids of tickets
    lost: int = 0  # answers that never came

    def serve_all(self, progress: list[int]) -> None:
        """Call one after the other; every number of ``progress`` is a call that was answered."""
        for turn in range(10 * PEOPLE):
            self._press(f"{COUNTER}/next", f"next-{self.number}-{turn}", {})
            found = re.search(r"/tickets/(\d+)/start", self._page())
            if found is None:
                return
            self.called.append(found[1])
            progress.append(1)
            for step in ("start", "finish"):
                seen = {"seen": self._seen(found[1], step), "outcome": "served"}
                path = f"{COUNTER}/tickets/{found[1]}/{step}"
                self._press(path, f"{step}-{self.number}-{turn}", seen)

    def _press(self, path: str, key: str, data: Mapping[str, str]) -> None:
        body = urlencode({**data, "request_key": f"{key:x>24}"})
        for _ in range(2):
            status, text = self._insist("POST", path, body)
            assert status == 303, text

    def _page(self) -> str:
        status, text = self._insist("GET", COUNTER, None)
        assert status == 200, text
        return text

    def _seen(self, ticket: str, step: str) -> str:
        form = self._page().partition(f"/tickets/{ticket}/{step}")[2]
        return form.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]

    def _insist(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                status, text = self._ask(method, path, body)
            except _DIED:
                self.lost += 1
                time.sleep(0.1)
                continue
            if status != 503:
                return status, text
            time.sleep(0.3)
        raise AssertionError(f"no answer for {path}")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"session={self.window.cookie}",
            "X-CSRFToken": self.window.token,
            "Origin": self.address,
        }
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def web(engine_url: str, tmp_path: Path) -> Iterator[Web]:
    started = Web(engine_url, tmp_path)
    yield started
    started.end()


def test_everybody_is_called_once_and_in_order_through_kills(
    app: Flask, session: Session, web: Web
) -> None:
    clerks = _clerks(app, session, web)
    tickets = [make_ticket(session, "advice") for _ in range(PEOPLE)]
    assert web.is_answering(), web.log

    kills = _serve_through_kills(clerks, web)

    session.expire_all()
    called = [ticket for clerk in clerks for ticket in clerk.called]
    calls = session.scalars(sa.select(Call.ticket_id).order_by(Call.id)).all()
    lost = sum(clerk.lost for clerk in clerks)
    print(f"kills {kills}, answers lost {lost}, calls {len(calls)}")  # noqa: T201 - seen with -s
    assert kills >= 1
    assert Count(calls).most_common(1)[0][1] == 1  # 0 twice, however often it was pressed
    assert sorted(map(int, called)) == sorted(calls)  # whoever was called was called to somebody
    assert {one.status for one in tickets} == {TicketStatus.DONE}  # 0 lost
    assert list(calls) == [one.id for one in tickets]  # 0 passed over
    finished = sa.select(sa.func.count()).where(TicketEvent.action == "finish")
    assert session.scalar(finished) == PEOPLE
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == PEOPLE


def _clerks(app: Flask, session: Session, web: Web) -> list[Clerk]:
    crowd, found = Crowd([], app, session), []
    for number in range(1, CLERKS + 1):
        person = make_clerk(session)
        make_sitting(session, number, clerk=person, queues=["advice"])
        found.append(Clerk(crowd.window(person), web.address, number))
    return found


def _serve_through_kills(clerks: Sequence[Clerk], web: Web) -> int:
    """Let all serve at once, and kill the server now and then; return how often."""
    chance, progress, done, kills = random.Random(2026), list[int](), threading.Event(), 0
    with ThreadPoolExecutor(len(clerks)) as pool:
        working = [pool.submit(clerk.serve_all, progress) for clerk in clerks]
        while kills < KILLS and not all(one.done() for one in working):
            enough = len(progress) + chance.randint(2, 6)
            running.until(lambda: len(progress) >= enough, 20)  # noqa: B023 - called at once
            done.wait(chance.uniform(0.0, 0.2))
            if all(one.done() for one in working):
                break
            web.kill()
            kills += 1
            assert web.is_answering(), web.log[-5000:]
        for one in working:
            one.result()
    return kills

"""From the press of "call" to every open board and phone, with the whole program running.

Clients are as browsers are: a stream of ``/events`` each, and when it says that something changed
the fragment, over a connection that stays open.  A client is served when its fragment shows the new
number.
"""

import asyncio
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.request import urlopen

from sqlalchemy.orm import Session

from bench.desks import PASSWORD, Desk
from servicedesk import clock, live
from servicedesk.accounts import operations as accounts
from servicedesk.accounts.permissions import Role
from servicedesk.api import operations
from servicedesk.api.scopes import Scope
from servicedesk.embedded import processes
from servicedesk.hall import hall_files, queries
from servicedesk.hall.links import token_of
from servicedesk.hall.operations import halls, sittings, tickets
from servicedesk.hall.topics import hall_topic, ticket_topic

_HALL: Final = "training"
_PROCESSES: Final = 2  # of the web, as there are cores
_GIVE_UP: Final = 15.0  # seconds
_BETWEEN: Final = 3.5  # seconds, until every phone has looked
_FILES: Final = 8192
_LATER, _SPREAD = 0.5, 2.5  # seconds, of phones that are not concerned; as in static/js/live.js


@dataclass(frozen=True)
class Prepared:
    """What the clients and the clerk need."""

    board: str  # topics, signed
    phones: Sequence[tuple[str, str]]  # topics signed, and the address of the fragment
    staff: str  # the clerk's token


@dataclass
class Client:
    """An open board, or a phone on its ticket."""

    port: int
    topics: str
    fragment: str
    is_board: bool
    seen: dict[str, float] = field(default_factory=dict)  # when a number was first shown
    etag: str = ""
    _again: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, started: asyncio.Semaphore) -> None:
        """Listen and fetch until cancelled."""
        async with started:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            await _ask(writer, f"/events?ticket={self.topics}")
            await reader.readuntil(b"\r\n\r\n")
        fetching = asyncio.create_task(self._fetch_when_told())
        try:
            while line := await reader.readline():
                if line.startswith(b"data: ticket:"):
                    self._again.set()
                elif line.startswith(b"data: "):
                    self._look_soon()
        finally:
            fetching.cancel()
            writer.close()

    def _look_soon(self) -> None:
        if self.is_board:
            self._again.set()
            return
        late = _LATER + _SPREAD * (hash(self.fragment) % 1000) / 1000
        asyncio.get_running_loop().call_later(late, self._again.set)

    async def _fetch_when_told(self) -> None:
        connection = await asyncio.open_connection("127.0.0.1", self.port)
        while True:
            await self._again.wait()
            self._again.clear()
            try:
                found = await _fetched(connection, self.fragment, self.etag)
            except (OSError, EOFError):  # it was idle for long; browsers connect anew, too
                connection[1].close()
                connection = await asyncio.open_connection("127.0.0.1", self.port)
                found = await _fetched(connection, self.fragment, self.etag)
            status, headers, body = found
            assert status in {200, 304}, (status, body[:200])
            self.etag = headers.get("etag", "")
            self._note(body.decode())

    def _note(self, page: str) -> None:
        now = time.perf_counter()
        self.seen["any"] = now
        for part in page.split("<b>")[1:]:
            self.seen.setdefault(part.partition("</b>")[0], now)


def measure(url: str, directory: Path, clients: int, rounds: int) -> list[str]:
    """Return rows: how long boards and phones took to show a call, in milliseconds."""
    desk = Desk(url, directory)
    _allow_files()
    with desk.session() as session:
        prepared = _prepared(session, desk, clients, rounds)
        session.commit()
    desk.engine.dispose()
    with _served(url, directory) as (port, leader):
        return asyncio.run(_press(port, leader, prepared, clients, rounds))


async def _press(port: int, leader: int, prepared: Prepared, count: int, rounds: int) -> list[str]:
    boards = [
        Client(port, prepared.board, f"/hall/{_HALL}/board/now", is_board=True)
        for _ in range(count - len(prepared.phones))
    ]
    phones = [Client(port, *one, is_board=False) for one in prepared.phones]
    at_once = asyncio.Semaphore(40)
    tasks = [asyncio.create_task(one.live(at_once)) for one in (*boards, *phones)]
    await asyncio.sleep(count / 100 + 2)
    boarded, phoned, pressed, worked = [], [], [], []
    for _ in range(rounds + 1):
        before = _processor_time(leader)
        began = time.perf_counter()
        ticket = await _change(port, "/counter/next", prepared.staff)
        number = ticket["number"]
        pressed.append((time.perf_counter() - began) * 1000)
        await _until_seen(boards, number)
        boarded.append([(one.seen.get(number, began + _GIVE_UP) - began) * 1000 for one in boards])
        worked.append([_processor_time(leader) - before])
        await asyncio.sleep(_BETWEEN)
        told = [one.seen["any"] for one in phones if one.seen.get("any", 0) > began]
        phoned.append([(at - began) * 1000 for at in told])
        seen = f'If-Match: "{ticket["version"]}"\r\n'
        await _change(port, f"/counter/tickets/{ticket['id']}/miss", prepared.staff, seen)
        await asyncio.sleep(_BETWEEN)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    rows = [("the call itself", [[one] for one in pressed]), ("boards", boarded)]
    rows += [("CPU of the program", worked)]
    rows += [("phones, not concerned", phoned)] if phones else []
    return [_row(name, count, per_press[1:]) for name, per_press in rows]


async def _until_seen(boards: Sequence[Client], number: str) -> None:
    ends = time.perf_counter() + _GIVE_UP
    while time.perf_counter() < ends:
        if all(number in one.seen for one in boards):
            return
        await asyncio.sleep(0.02)


async def _change(port: int, path: str, token: str, seen: str = "") -> Any:  # noqa: ANN401 - any JSON
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /api/v1/hall{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {token_hex(16)}\r\n{seen}\r\n"
    )
    writer.write(head.encode())
    status, _headers, body = await _answer(reader)
    writer.close()
    assert status == 200, (status, body)  # noqa: PLR2004 - HTTP
    return json.loads(body)["ticket"]


async def _fetched(
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, etag: str
) -> tuple[int, dict[str, str], bytes]:
    reader, writer = connection
    await _ask(writer, path, etag)
    return await _answer(reader)


async def _ask(writer: asyncio.StreamWriter, path: str, etag: str = "") -> None:
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{known}\r\n".encode())
    await writer.drain()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    if headers.get("transfer-encoding") == "chunked":
        return int(head[0].split()[1]), headers, await _chunks(reader)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(head[0].split()[1]), headers, body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _prepared(session: Session, desk: Desk, clients: int, rounds: int) -> Prepared:
    """Have the clerk at a counter, people who wait, and half of the clients on their tickets."""
    halls.set_up(session, hall_files.halls())
    hall, now = queries.get_hall(session, _HALL), clock.now()
    clerk = accounts.create_staff(
        session, email="clerk@example.org", name="Clerk", password=PASSWORD, role=Role.CLERK,
        posts={}, language="en", now=now,
    )  # fmt: skip
    sittings.sign_on(
        session, hall.counters[0], by=clerk, queue_ids=[queue.id for queue in hall.queues],
        languages=["zh", "en"], now=now,
    )  # fmt: skip
    for _ in range(rounds + 1):  # who will be called
        tickets.take(session, hall, hall.queues[0], language="zh", now=now)
    keys = live.keys_of(desk.app)
    phones = []
    for at in range(clients // 2):
        ticket = tickets.take(
            session, hall, hall.queues[at % len(hall.queues)], language="zh", now=now
        )
        topics = live.ticket(keys, [hall_topic(hall.id), ticket_topic(ticket.id)])
        phones.append((topics, f"/hall/tickets/{token_of(ticket.nonce)}/now"))
    _token, staff = operations.issue(
        session, Scope.STAFF, name="bench", of=clerk, days=1, by=None, now=now
    )
    return Prepared(live.ticket(keys, [hall_topic(hall.id)]), phones, staff)


@contextmanager
def _served(url: str, directory: Path) -> Iterator[tuple[int, int]]:
    """Yield the port of the program and its process, serving the database at ``url``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = os.environ | {
        "SERVICEDESK_ENV": "development", "SERVICEDESK_DATABASE_URL": url,
        "SERVICEDESK_DATA_DIR": str(directory / "data"),
        "SERVICEDESK_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    serve = [sys.executable, "-m", "servicedesk", "serve", "--bind", f"127.0.0.1:{port}"]
    with (directory / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*serve, "--workers", str(_PROCESSES)],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _processor_time(leader: int) -> float:
    """Return what the web processes have computed so far, in milliseconds; others' load is not."""
    ticks = 0
    for pid in processes.in_session(leader):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the program does not answer")


def _allow_files() -> None:
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(most, _FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(usual, wanted), most))


def _row(name: str, clients: int, per_press: Sequence[Sequence[float]]) -> str:
    every = sorted(one for press in per_press for one in press)
    half, slow = statistics.median(every), every[int(len(every) * 0.95)]
    cells = (f"{clients:,}", f"{half:.0f}", f"{slow:.0f}", f"{every[-1]:.0f}")
    return f"| {name:22} | " + " | ".join(f"{cell:>7}" for cell in cells) + " |"


def table(rows: Sequence[str]) -> str:
    """Return the rows as a table in Markdown."""
    names = ("clients", "P50 ms", "P95 ms", "max ms")
    head = f"| {'until it is shown':22} | " + " | ".join(f"{name:>7}" for name in names) + " |"
    rule = f"| {'-' * 22} | " + " | ".join("-" * 7 for _ in names) + " |"
    return "\n".join([head, rule, *rows])

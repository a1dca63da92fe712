"""How many people a second are called, with one, four and sixteen clerks on the same lines.

The operations themselves, each clerk with a session and a thread: call, start, finish, each
committed, as the counter does.  Calls of one line are made one after the other; what more clerks
lose by that is in the ratio.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from threading import Barrier
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.bare import recorded
from bench.desks import PASSWORD, Desk
from servicedesk import clock
from servicedesk.accounts import operations as accounts
from servicedesk.accounts.permissions import Role
from servicedesk.hall import hall_files, queries
from servicedesk.hall.models import Counter, Sitting, Ticket
from servicedesk.hall.operations import calling, halls, serving, sittings, tickets
from servicedesk.hall.operations.serving import Outcome

_HALL: Final = "training"
_LINES: Final = 3
_ROUNDS: Final = 3  # medians are of so many


def measure(url: str, directory: Path, clerks: int, rounds: int) -> str:
    """Return the row of so many clerks, each of whom calls ``rounds`` people."""
    desk = Desk(url, directory)
    with desk.app.app_context(), Session(desk.engine) as session:
        at = _opened(session, clerks)
        speeds = []
        for _ in range(_ROUNDS):
            _wait(session, clerks * rounds)
            speeds.append(_speed(desk.engine, at, rounds))
        _wait(session, 1)
        counts = _statements(desk.engine, at[0])
    desk.engine.dispose()
    cells = (str(clerks), f"{statistics.median(speeds):.0f}", *(str(one) for one in counts))
    return "| " + " | ".join(f"{cell:>10}" for cell in cells) + " |"


def table(rows: list[str]) -> str:
    """Return the rows as a table in Markdown."""
    names = ("clerks", "calls a s", "call", "start", "finish")
    head = "| " + " | ".join(f"{name:>10}" for name in names) + " |"
    return "\n".join([head, "|" + "|".join(["-" * 12] * len(names)) + "|", *rows])


def _speed(engine: sa.Engine, at: list[int], rounds: int) -> float:
    start = Barrier(len(at) + 1)
    with ThreadPoolExecutor(len(at)) as pool:
        working = [pool.submit(_work, engine, one, rounds, start) for one in at]
        start.wait()
        began = time.perf_counter()
        called = sum(one.result() for one in working)
    return called / (time.perf_counter() - began)


def _work(engine: sa.Engine, sitting_id: int, rounds: int, start: Barrier) -> int:
    start.wait()
    with Session(engine) as session:
        for _ in range(rounds):
            for step in _steps(session, sitting_id):
                step()
                session.commit()
    return rounds


def _steps(session: Session, sitting_id: int) -> list[Callable[[], object]]:
    """Return what a clerk does with one person, step by step."""

    def sitting() -> Sitting:
        return session.get_one(Sitting, sitting_id)

    def here() -> Ticket:
        found = queries.find_open_ticket(session, sitting().counter_id)
        assert found is not None
        return found

    return [
        lambda: calling.call_next(session, sitting(), now=clock.now()),
        lambda: serving.start(session, here(), sitting(), now=clock.now()),
        lambda: serving.finish(session, here(), sitting(), Outcome.SERVED, now=clock.now()),
    ]


def _statements(engine: sa.Engine, sitting_id: int) -> list[int]:
    counts = []
    with Session(engine) as session:
        for step in _steps(session, sitting_id):
            with recorded(engine) as sent:
                step()
                session.commit()
            counts.append(len(sent))
    return counts


def _opened(session: Session, clerks: int) -> list[int]:
    """Have so many clerks at counters, and return where they sit."""
    halls.set_up(session, hall_files.halls())
    session.flush()
    hall = queries.get_hall(session, _HALL)
    there = {counter.number: counter for counter in hall.counters}
    served = [queue.id for queue in hall.queues[:_LINES]]
    found = []
    for number in range(1, clerks + 1):
        counter = there.get(number) or Counter(
            hall=hall, number=number, side_en="left", side_zh="左侧", kind="full", queue_keys=[]
        )
        session.add(counter)
        session.flush()
        clerk = accounts.create_staff(
            session, email=f"clerk{token_hex(4)}@example.org", name="Clerk", password=PASSWORD,
            role=Role.CLERK, posts={}, language="en", now=clock.now(),
        )  # fmt: skip
        found.append(
            sittings.sign_on(
                session, counter, by=clerk, queue_ids=served, languages=["zh"], now=clock.now()
            )
        )
    session.commit()
    return [one.id for one in found]


def _wait(session: Session, count: int) -> None:
    hall = queries.get_hall(session, _HALL)
    for number in range(count):
        queue = hall.queues[number % _LINES]
        tickets.take(session, hall, queue, language="zh", now=clock.now())
    session.commit()

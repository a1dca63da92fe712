"""The simulated day, lived by a running desk over HTTP."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.api import operations
from servicedesk.api.scopes import Scope
from servicedesk.hall import live_day, simulation
from servicedesk.hall.line_up import Rules
from servicedesk.hall.live_client import CallRefused, LiveDesk
from servicedesk.hall.live_day import LiveDay, NoSuchTokens, Staff, sort_tokens
from servicedesk.hall.models import Call, Sitting, Ticket
from servicedesk.hall.simulation import (
    SimulatedCounter,
    SimulatedHall,
    assumed_visits,
    length_of_visit,
    simulate,
    who_comes,
)
from tests.ground import running
from tests.hall.factories import hall_of, make_clerk

CLERKS = 3
CHANGPING = {
    1: ["advice", "registration"],
    2: ["registration", "advice"],
    3: ["registration", "work_permits"],
    4: ["work_permits", "advice"],
    5: ["residence", "work_permits"],
    6: ["tax_insurance", "advice"],
    7: ["payment", "collection"],
}
MINUTES = 8


class Pretended(LiveDesk):
    """A desk without a server: who comes first is called first, and tickets come a little late."""

    def __init__(self, counters: Mapping[int, Sequence[str]], taken: Sequence[int] = ()) -> None:
        super().__init__("")
        self.counters, self.taken = counters, taken
        self.at: dict[str | None, int] = {}  # counter, by token
        self.status: list[str] = []  # of tickets, by number
        self.line: list[str] = []
        self.guard = threading.Lock()

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        times: int = 1,
    ) -> dict[str, Any]:
        """Answer a call; each is heard once."""
        del times
        with self.guard:
            answer = self._read(path) if method == "GET" else self._change(path, body or {}, token)
        if path == "/h/tickets":
            time.sleep(0.03)
        return answer

    def _read(self, path: str) -> dict[str, Any]:
        if path.startswith("/tickets/"):
            return {"status": self.status[int(path.rpartition("/")[2])]}
        lines = dict.fromkeys(key for one in self.counters.values() for key in one)
        return {
            "is_training": True, "services": [], "ticket": None,
            "lines": [{"key": key, "minutes": MINUTES} for key in lines],
            "counters": [{"number": one, "serves": keys} for one, keys in self.counters.items()],
        }  # fmt: skip

    def _change(self, path: str, body: dict[str, Any], token: str | None) -> dict[str, Any]:
        match path.split("/")[1:]:
            case ["counter", "sign-on"]:
                if body["counter"] in self.taken:
                    raise CallRefused(409, {"detail": "It is taken.", "code": "counter-taken"})
                self.at[token] = body["counter"]
            case ["h", "tickets"]:
                self.status.append("waiting")
                self.line += body["lines"]
                return {"number": str(len(self.line) - 1), "token": str(len(self.line) - 1)}
            case ["counter", "next"]:
                return {"ticket": self._called(self.counters[self.at[token]])}
            case ["counter", "tickets", number, step]:
                after = {"start": "serving", "miss": "no_show", "finish": "done"}
                self.status[int(number)] = after[step]
                return {"ticket": {"version": 2}}
            case ["tickets", number, "leave"]:
                self.status[int(number)] = "left"
        return {}

    def _called(self, lines: Sequence[str]) -> dict[str, Any] | None:
        for number, status in enumerate(self.status):
            if status == "waiting" and self.line[number] in lines:
                self.status[number] = "called"
                line = self.line[number]
                return {"id": number, "number": str(number), "version": 1, "line": line}
        return None


def a_day(desk: LiveDesk, clerks: int, told: list[str]) -> LiveDay:
    """Return a day at a pretended desk."""
    staff = Staff("kiosk", [f"clerk {n}" for n in range(clerks)])
    return LiveDay(desk, "h", staff, speed=20000, seed=5, tell=told.append)


@pytest.fixture
def address(engine_url: str, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a running desk."""
    with running.serving(engine_url, tmp_path) as (_process, address):
        yield address


@pytest.fixture
def tokens(session: Session) -> list[str]:
    """Return the tokens of a kiosk and of some clerks."""
    whose = [(Scope.KIOSK, hall_of(session))]
    whose += [(Scope.STAFF, make_clerk(session)) for _ in range(CLERKS)]  # type: ignore[misc]
    made = [
        operations.issue(session, scope, name="x", of=of, days=1, by=None, now=clock.now())[1]
        for scope, of in whose
    ]
    session.commit()
    return made


def test_a_day_is_lived_and_nobody_is_lost_or_called_twice(
    address: str, tokens: list[str], session: Session
) -> None:
    with closing(LiveDesk(address)) as desk:
        staff = sort_tokens(desk, tokens)
        day = LiveDay(desk, "training", staff, speed=600, seed=3, minutes=40, sent_twice=0.3)
        report = day.live()

    session.expire_all()
    tickets = session.scalars(sa.select(Ticket)).all()
    assert day.faults == []
    assert len(report.visits) == len(tickets) > 5
    assert {one.status.value for one in tickets} <= {"done", "no_show", "left"}
    assert session.scalars(sa.select(Sitting).where(Sitting.ended_at.is_(None))).all() == []
    assert dict(report.groups())["all"]
    assert {stop.service for one in tickets for stop in one.stops} == {
        one.service for one in report.visits
    }


def test_a_day_that_is_interrupted_ends_in_order_and_can_be_lived_again(
    address: str, tokens: list[str], session: Session
) -> None:
    command = [sys.executable, "-m", "servicedesk", "simulate-hall", "training", "--live", address]
    environment = os.environ | {"SERVICEDESK_TOKENS": " ".join(tokens)}
    lived = subprocess.Popen(
        [*command, "--speed", "60", "--seed", "2"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.until(lambda: bool(_calls(session)), 240)
    time.sleep(1)

    lived.send_signal(signal.SIGINT)
    said, errors = lived.communicate(timeout=60)

    assert lived.returncode == 0, said + errors
    assert "nobody was called twice, nobody is lost" in said
    session.expire_all()
    assert session.scalars(sa.select(Sitting).where(Sitting.ended_at.is_(None))).all() == []

    again = subprocess.run(
        [*command, "--speed", "3000", "--minutes", "10"], env=environment, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_day_needs_a_clerk(address: str, tokens: list[str]) -> None:
    with closing(LiveDesk(address)) as desk, pytest.raises(NoSuchTokens):
        sort_tokens(desk, tokens[:1])


def test_who_stays_away_and_how_long_visits_take_are_those_of_the_day_that_is_played(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = SimulatedHall(
        [SimulatedCounter(frozenset({"advice"}))] * 9, {"advice": MINUTES},
        assumed_visits(["advice"]), Rules(),
    )  # fmt: skip
    played = {one.number: one for one in simulate(plan, seed=5).visits}
    day = a_day(Pretended({n: ["advice"] for n in range(9)}), 9, [])
    lengths: dict[int, float] = {}

    def measured(usual: float, chance: random.Random) -> float:
        whose = next(one.number for one in day.visits if one.chance is chance)
        lengths[whose] = length_of_visit(usual, chance)
        return lengths[whose]

    monkeypatch.setattr(simulation, "length_of_visit", measured)
    monkeypatch.setattr(live_day, "_LOOK_AGAIN", 0.005)
    lived = day.live()

    assert day.faults == []
    assert {one.number for one in lived.visits} == set(played)
    assert len(played) < len(who_comes(plan, seed=5))
    assert len(lengths) > 5
    for number, length in lengths.items():
        one = played[number]
        assert (one.ended or 0) - (one.called or 0) == pytest.approx(length)


def test_clerks_sit_where_most_lines_are_served() -> None:
    desk, told = Pretended(CHANGPING), list[str]()
    day = a_day(desk, 4, told)

    report = day.live()

    assert sorted(desk.at.values()) == [1, 5, 6, 7]
    assert (told, day.faults) == ([], [])
    assert {one.queue for one in report.visits} == {
        key for one in CHANGPING.values() for key in one
    }


def test_nobody_comes_for_a_line_that_nobody_serves() -> None:
    desk, told = Pretended(CHANGPING), list[str]()
    day = a_day(desk, 2, told)

    report = day.live()

    assert told == ["nobody serves: tax_insurance, payment, collection"]
    assert day.faults == []
    assert {one.kind for one in report.visits} == {"booked", "walk-in"}
    assert {one.queue for one in report.visits} == {
        "advice", "registration", "work_permits", "residence",
    }  # fmt: skip


def test_a_counter_that_is_taken_serves_no_line_of_the_day() -> None:
    told: list[str] = []
    day = a_day(Pretended(CHANGPING, taken=[7]), 4, told)

    report = day.live()

    assert told == ["counter 7: 409: It is taken.", "nobody serves: payment, collection"]
    assert day.faults == []
    assert report.visits


def test_a_day_without_anybody_who_serves_is_a_fault() -> None:
    day = a_day(Pretended(CHANGPING, taken=list(CHANGPING)), 2, [])

    assert day.live().visits == []
    assert day.faults == ["no clerk could sign on to a counter"]


def test_a_day_that_is_stopped_leaves_those_who_wait() -> None:
    desk = Pretended({1: list(simulation.assumptions()["visits"])})
    day = a_day(desk, 1, [])
    stopping = threading.Timer(0.5, day.stop)
    stopping.start()

    report = day.live()
    stopping.join()

    assert day.faults == []
    assert "waiting" in desk.status
    assert len(report.visits) == len(desk.status)


def test_the_same_seed_is_the_same_day() -> None:
    hall = SimulatedHall([], {"advice": 10}, {"advice": 20}, Rules())

    assert who_comes(hall, seed=4) == who_comes(hall, seed=4)
    assert length_of_visit(10, random.Random(1)) == length_of_visit(10, random.Random(1))


def _calls(session: Session) -> list[Call]:
    session.rollback()
    return list(session.scalars(sa.select(Call)))

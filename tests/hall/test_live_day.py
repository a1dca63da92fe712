"""The simulated day, lived by a running desk over HTTP."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.api import operations
from servicedesk.api.scopes import Scope
from servicedesk.hall.line_up import Rules
from servicedesk.hall.live_client import LiveDesk
from servicedesk.hall.live_day import LiveDay, NoSuchTokens, sort_tokens
from servicedesk.hall.models import Call, Sitting, Ticket
from servicedesk.hall.simulation import SimulatedHall, length_of_visit, who_comes
from tests.ground import running
from tests.hall.factories import hall_of, make_clerk

CLERKS = 3


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


def test_the_same_seed_is_the_same_day() -> None:
    hall = SimulatedHall([], {"advice": 10}, {"advice": 20}, Rules())

    assert who_comes(hall, seed=4) == who_comes(hall, seed=4)
    assert length_of_visit(10, random.Random(1)) == length_of_visit(10, random.Random(1))


def _calls(session: Session) -> list[Call]:
    session.rollback()
    return list(session.scalars(sa.select(Call)))

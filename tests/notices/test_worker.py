"""The worker as a process: it does jobs, stops when told, and outlives its database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock, jobs
from servicedesk.notices import operations
from servicedesk.notices.models import DeliveryState, Notice
from tests.factories import MONDAY_MORNING

pytestmark = pytest.mark.system
WORK = "from servicedesk.cli import main; main()"


@pytest.fixture
def start(engine_url: str, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Yield a function that starts a worker on the test's own database."""
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "SERVICEDESK_ENV": "development",
        "SERVICEDESK_DATABASE_URL": engine_url,
        "SERVICEDESK_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def run() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", WORK, "worker"], env=environment)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def send(session: Session) -> Notice:
    notice = operations.send(session, "wei@park.example", "password_changed", now=MONDAY_MORNING)
    session.commit()
    return notice


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.1)
    return False


def is_sent(session: Session, notice: Notice) -> Callable[[], bool]:
    def look() -> bool:
        session.rollback()
        return session.get_one(Notice, notice.id).state is DeliveryState.SENT

    return look


def is_alive(session: Session) -> bool:
    session.rollback()
    return jobs.is_worker_alive(session, now=clock.now())


def test_a_worker_does_the_jobs_that_waited_and_those_that_come(
    session: Session, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    waited = send(session)
    assert not is_alive(session)
    start()

    assert wait_until(is_sent(session, waited), 40)
    assert is_alive(session)
    assert wait_until(is_sent(session, send(session)), 5)


def test_a_worker_told_to_stop_ends_well_within_ten_seconds(
    session: Session, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    worker = start()
    assert wait_until(lambda: is_alive(session), 40)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert not is_alive(session)


def test_a_worker_outlives_its_connections(
    session: Session, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    worker = start()
    assert wait_until(lambda: is_alive(session), 40)

    session.execute(
        sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    session.commit()

    assert wait_until(is_sent(session, send(session)), 10)
    assert worker.poll() is None


def test_what_a_killed_worker_had_in_hand_is_taken_up(
    session: Session, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    notice = send(session)
    # As a worker leaves it that was killed a minute ago, in the middle of the job.
    session.execute(
        sa.text(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 minute') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        )
    )
    session.commit()
    start()

    assert wait_until(is_sent(session, notice), 40)

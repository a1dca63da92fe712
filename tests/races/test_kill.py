"""Applications sent while the servers are killed: each is there once and whole, or not (R5)."""

import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CaseEvent, Document, IssuedLetter, Submission, Task
from servicedesk.enterprises.models import AddressHolding, AddressUnit
from servicedesk.files.store import place
from servicedesk.notices.models import DeliveryState, Notice
from tests.cases.factories import published
from tests.factories import make_user
from tests.ground import running
from tests.races.applying import Applicant, Sent
from tests.races.crowd import Crowd
from tests.races.servers import Servers

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

APPLICANTS = 6
LEAST, MOST = 15.0, 80.0  # seconds of killing; between them, until enough was seen
ENOUGH_KILLS, ENOUGH_SENT = 10, 18
UNIT = "1-H01"


@pytest.fixture
def servers(engine_url: str, tmp_path: Path) -> Iterator[Servers]:
    started = Servers(engine_url, tmp_path)
    yield started
    started.end()


def test_every_acknowledged_application_is_there_once_and_whole_through_kills(
    app: Flask, session: Session, servers: Servers, engine_url: str, tmp_path: Path
) -> None:
    applicants = _applicants(app, session, servers)
    assert servers.is_answering(40), servers.log

    _apply_through_kills(applicants, servers)

    sent = [one for applicant in applicants for one in applicant.sent]
    lost = sum(one.lost for one in applicants)
    put_off = sum(len(one.put_off) for one in applicants)
    print(f"kills {servers.kills}, lost {lost}, put off {put_off}, sent {len(sent)}")  # noqa: T201 - seen with -s
    assert servers.kills > 0
    assert len(sent) >= APPLICANTS
    _nothing_is_half_there(session, [one for applicant in applicants for one in applicant.begun])
    for one in sent:
        _is_whole(session, one)
    _each_holds_one_place(session, len(sent))
    _let_a_minute_pass(session, servers)
    assert running.until(lambda: _all_told(session, len(sent)), 60), servers.log[-5000:]
    _check_finds_nothing(engine_url, tmp_path)


def _applicants(app: Flask, session: Session, servers: Servers) -> list[Applicant]:
    """Return people who are signed in, and make room for all they will ask for."""
    unit = session.scalars(sa.select(AddressUnit).where(AddressUnit.code == UNIT)).one()
    unit.capacity = 100_000
    session.commit()
    _, service = published(session, "E_HOST")
    crowd = Crowd([], app, session)
    return [
        Applicant(f"person-{n}", crowd.window(make_user(session)), servers.address, service)
        for n in range(APPLICANTS)
    ]


def _apply_through_kills(applicants: Sequence[Applicant], servers: Servers) -> None:
    stop, began, seed = threading.Event(), time.monotonic(), random.randrange(10**6)

    def is_enough() -> bool:
        elapsed, sent = time.monotonic() - began, sum(len(one.sent) for one in applicants)
        has_seen = servers.kills >= ENOUGH_KILLS and sent >= ENOUGH_SENT
        return elapsed > MOST or (elapsed > LEAST and has_seen)

    def answered() -> int:
        return sum(one.answered for one in applicants)

    with ThreadPoolExecutor(len(applicants)) as pool:
        working = [pool.submit(one.apply_until, stop) for one in applicants]
        try:
            servers.kill_at_random(is_enough, answered, random.Random(seed))
        finally:
            stop.set()
        for one in working:
            one.result()


def _nothing_is_half_there(session: Session, begun: Sequence[str]) -> None:
    """Check that every beginning made one draft, and that each was sent whole or not at all."""
    session.expire_all()
    cases = session.scalars(sa.select(Case)).all()
    assert sorted(case.reference for case in cases) == sorted(begun)
    for model in (Submission, IssuedLetter, Task):
        counted = Counter(session.scalars(sa.select(model.case_id)))
        for case in cases:
            assert counted[case.id] == (case.status is CaseStatus.SUBMITTED), model.__name__
    submitted = sa.select(CaseEvent.case_id).where(CaseEvent.kind == "submitted")
    happened = Counter(session.scalars(submitted))
    for case in cases:
        assert happened[case.id] == (case.status is CaseStatus.SUBMITTED)


def _is_whole(session: Session, sent: Sent) -> None:
    case = session.scalars(sa.select(Case).where(Case.reference == sent.reference)).one()
    assert case.status is CaseStatus.SUBMITTED
    kept = session.scalars(sa.select(Submission).where(Submission.case_id == case.id)).one()
    documents = session.scalars(sa.select(Document).where(Document.case_id == case.id)).all()
    assert sorted(one.id for one in documents) == sorted(kept.document_ids)
    assert sorted(one.sha256 for one in documents) == sorted(sent.files)
    for sha256 in sent.files:
        with place.shelf().on_disk(sha256) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _each_holds_one_place(session: Session, number: int) -> None:
    holdings = Counter(session.scalars(sa.select(AddressHolding.case_id)))
    assert len(holdings) == number
    assert set(holdings.values()) <= {1}
    unit = session.scalars(sa.select(AddressUnit).where(AddressUnit.code == UNIT)).one()
    assert unit.taken == number


def _let_a_minute_pass(session: Session, servers: Servers) -> None:
    """Let the dead workers be known as dead, as they would be half a minute later."""
    earlier = "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 min'"
    session.execute(sa.text(earlier))
    session.commit()
    servers.restart_worker()


def _all_told(session: Session, number: int) -> bool:
    """Whether each applicant was written to, and once for each application."""
    session.rollback()
    told = session.execute(sa.select(Notice.about, Notice.state)).all()
    assert len({about for about, _ in told}) == len(told)
    return [state for _, state in told].count(DeliveryState.SENT) == number


def _check_finds_nothing(engine_url: str, tmp_path: Path) -> None:
    env = running.environment(database_url=engine_url, data_dir=str(tmp_path / "data"))
    checked = subprocess.run(
        [sys.executable, "-m", "servicedesk", "check", "--json"],
        env=env, capture_output=True, check=False,
    )  # fmt: skip
    found = json.loads(checked.stdout)["findings"]
    assert (found, checked.returncode) == ([], 0), checked.stderr

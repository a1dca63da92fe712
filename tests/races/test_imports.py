"""Imports at the same moment as each other and as other work, and killed in the middle."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.embedded import processes
from servicedesk.enterprises.import_models import ImportState, RegisterImport
from servicedesk.enterprises.models import AddressHolding, AddressUnit, Enterprise
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import addresses, bulk_entries, imports, names
from servicedesk.enterprises.operations.imports import DoesNotFit
from servicedesk.enterprises.operations.names import NameTaken
from tests.enterprises import tables
from tests.enterprises.factories import NOW, make_unit
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.ground import running

Work = Callable[[Session], object]
TABLES = (
    "enterprises", "filings", "register_rows", "register_entries", "enterprise_names",
    "enterprise_name_keys",
)  # fmt: skip
MANY = 1500  # enough to be caught at it


def importing(*listed: dict[str, str]) -> Work:
    """Return the work of entering rows."""
    content = tables.file_of(*listed).getvalue()

    def work(session: Session) -> object:
        return imports.enter_file(session, tables.again(content), "x", now=NOW)

    return work


def counts(session: Session) -> dict[str, int]:
    session.rollback()
    query = "SELECT count(*) FROM {}"
    return {one: session.execute(sa.text(query.format(one))).scalar_one() for one in TABLES}


def test_of_two_who_import_one_file_at_once_one_is_told_what_is_there(
    session: Session, engine_url: str
) -> None:
    rows = tables.rows(40)

    results = at_once(engine_url, [importing(*rows) for _ in range(4)])

    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 3, refused
    for one in refused:
        assert isinstance(one, DoesNotFit)
        assert len(one.found.wrong) == 40
        assert "has this code already" in str(one.found.faults[0].words)
    assert counts(session)["enterprises"] == counts(session)["enterprise_names"] == 40


def test_files_that_share_a_name_or_a_place_are_not_both_entered(
    session: Session, engine_url: str
) -> None:
    make_unit(session, "9-301", capacity=1)
    in_park = {"住所": "", "园区房间号": "9-301"}
    same = {"名称": "北京听松生物科技有限公司"}

    results = at_once(
        engine_url,
        [importing(*tables.rows(5), tables.row(**in_park)) for _ in range(2)]
        + [importing(*tables.rows(5), tables.row(**same)) for _ in range(2)],
    )

    assert [isinstance(one, DoesNotFit) for one in results].count(True) == 2
    assert counts(session)["enterprises"] == 12
    unit = session.scalars(sa.select(AddressUnit).where(AddressUnit.code == "9-301")).one()
    assert unit.taken == len(session.scalars(sa.select(AddressHolding)).all()) == 1


@pytest.mark.parametrize("turn", range(3))
def test_an_application_and_an_import_do_not_both_get_a_name_and_a_place(
    session: Session, engine_url: str, turn: int
) -> None:
    make_unit(session, "9-301", capacity=1)
    applicant = make_user(session).id

    def apply(other: Session) -> object:
        if turn:  # sometimes a little later
            time.sleep(0.05 * turn)
        parts = NameParts("北京", "听松", "生物科技", "有限公司")
        names.hold(other, parts, holder_id=applicant, case_id=7, now=NOW)
        return addresses.hold(other, "9-301", case_id=7, now=NOW)

    row = tables.row(名称="北京听松生物科技有限公司", 住所="", 园区房间号="9-301")
    applied, imported = at_once(engine_url, [apply, importing(row, *tables.rows(3))])

    lost = [one for one in (applied, imported) if isinstance(one, Exception)]
    assert len(lost) == 1, (applied, imported)
    assert isinstance(lost[0], DoesNotFit | NameTaken | addresses.AddressTaken)
    session.rollback()
    assert len(session.scalars(sa.select(EnterpriseName)).all()) in {1, 4}
    assert session.scalars(sa.select(AddressUnit.taken)).all().count(1) == 1


@pytest.mark.system
@pytest.mark.timeout(240)
def test_an_import_that_is_killed_leaves_nothing_and_is_taken_up_again(
    session: Session, engine_url: str, tmp_path: Path
) -> None:
    registrar = make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})
    before, now = counts(session), clock.now()
    file = tables.file_of(*tables.rows(MANY))
    brought = imports.bring(session, file, "x.csv", by=registrar, now=now)
    imports.let_enter(session, brought, by=registrar, now=now)
    session.commit()
    number, log = brought.id, tmp_path / "log"
    env = running.environment(database_url=engine_url, data_dir=str(tmp_path / "data"))

    worker = running.start("worker", env=env, log=log)
    caught = running.until(lambda: _is_writing(session), 90)
    processes.end([worker.pid], signal.SIGKILL)
    running.kill_session(worker.pid)
    worker.wait()
    assert caught, log.read_text()[-3000:]
    assert running.until(lambda: not _is_writing(session), 20)
    assert counts(session) == before

    _let_a_minute_pass(session)
    worker = running.start("worker", env=env, log=log)
    done = running.until(lambda: _state(session, number) is ImportState.DONE, 120)
    running.kill_session(worker.pid)
    worker.wait()

    assert done, log.read_text()[-3000:]
    assert counts(session)["enterprises"] - before["enterprises"] == MANY
    checked = subprocess.run(
        [sys.executable, "-m", "servicedesk", "check", "--json"],
        env=env, capture_output=True, check=False,
    )  # fmt: skip
    assert json.loads(checked.stdout)["findings"] == [], checked.stderr


def _is_writing(session: Session) -> bool:
    """Whether somebody is in the middle of writing filings or rows."""
    session.rollback()
    copying = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state <> 'idle' AND query LIKE 'COPY %'"
    )
    return bool(session.execute(copying).scalar_one())


def _state(session: Session, number: int) -> ImportState | None:
    session.rollback()
    return session.scalar(sa.select(RegisterImport.state).where(RegisterImport.id == number))


def _let_a_minute_pass(session: Session) -> None:
    """Let the dead worker be known as dead, as it would be half a minute later."""
    earlier = "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 min'"
    session.execute(sa.text(earlier))
    session.commit()


def test_a_failure_at_the_last_row_leaves_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    before = counts(session)
    monkeypatch.setattr(bulk_entries, "keep_codes_ahead", fail)

    with pytest.raises(RuntimeError):
        imports.enter_file(session, tables.file_of(*tables.rows(10)), "x", now=NOW)
    session.commit()  # even then

    assert counts(session) == before
    assert session.scalars(sa.select(Enterprise)).all() == []

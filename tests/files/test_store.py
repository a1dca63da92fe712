"""Taking files in: whole or not at all, once, and in this order: disk, then row."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from servicedesk.extensions import db
from servicedesk.files import formats, operations, tasks
from servicedesk.files.models import StoredFile
from servicedesk.files.operations import FileRefused, NotKept, store, sweep
from servicedesk.files.store import place
from tests.factories import MONDAY_MORNING
from tests.files.factories import pdf, picture

LATER = datetime.now(UTC) + timedelta(days=30)


def upload(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


def address(app: Flask, data: bytes) -> Path:
    name = hashlib.sha256(data).hexdigest()
    return Path(app.config["DATA_DIR"]) / "files" / name[:2] / name[2:4] / name


def on_disk(app: Flask) -> list[Path]:
    """Return every file in the store, also those not yet at their address."""
    return [path for path in Path(app.config["DATA_DIR"], "files").rglob("*") if path.is_file()]


def rows(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


@pytest.fixture
def sessions(app: Flask) -> sessionmaker[Session]:
    with app.app_context():
        return db.sessionmaker


def test_a_stored_file_lies_at_the_address_of_its_content(app: Flask, session: Session) -> None:
    data = pdf(2)

    stored = store(session, upload(data), now=MONDAY_MORNING)
    session.commit()

    assert address(app, data).read_bytes() == data
    assert (stored.size, stored.media_type, stored.pages) == (len(data), "application/pdf", 2)
    assert stored.created_at == MONDAY_MORNING
    assert on_disk(app) == [address(app, data)]


def test_the_same_content_twice_is_one_file_and_one_row(app: Flask, session: Session) -> None:
    first = store(session, upload(picture()), now=MONDAY_MORNING)
    session.commit()
    second = store(session, upload(picture()), now=MONDAY_MORNING + timedelta(days=1))
    session.commit()

    assert first is second
    assert first.created_at == MONDAY_MORNING
    assert (rows(session), len(on_disk(app))) == (1, 1)


def test_the_same_content_from_many_at_once_is_one_file_and_one_row(
    app: Flask, session: Session, sessions: sessionmaker[Session]
) -> None:
    together = Barrier(4)

    def give(_: int) -> str:
        with sessions() as own:
            together.wait()
            stored = store(own, upload(picture()), now=MONDAY_MORNING)
            own.commit()
            return stored.sha256

    with ThreadPoolExecutor(4) as pool:
        hashes = set(pool.map(give, range(4)))

    assert len(hashes) == 1
    assert (rows(session), len(on_disk(app))) == (1, 1)


def test_a_damaged_copy_is_mended_by_giving_the_file_again(app: Flask, session: Session) -> None:
    store(session, upload(picture()), now=MONDAY_MORNING)
    session.commit()
    address(app, picture()).write_bytes(b"rot")

    store(session, upload(picture()), now=MONDAY_MORNING)

    assert address(app, picture()).read_bytes() == picture()


def test_a_refused_file_leaves_nothing(app: Flask, session: Session) -> None:
    with pytest.raises(FileRefused):
        store(session, upload(b"<html>"), now=MONDAY_MORNING)
    session.commit()

    assert (rows(session), on_disk(app)) == (0, [])


def test_a_file_that_is_too_large_is_refused_before_it_is_all_read(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_BYTES", 1000)
    stream = upload(pdf() + bytes(10_000_000))

    with pytest.raises(FileRefused) as refusal:
        store(session, stream, now=MONDAY_MORNING)

    assert refusal.value.code == "size"
    assert str(formats.FOR_PAGES["megabytes"]) in str(refusal.value)
    assert stream.tell() < 1_000_000
    assert on_disk(app) == []


def full_at_sync(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_at_write(**options: Any) -> tuple[int, str]:  # noqa: ANN401 - as mkstemp
    """Be ``mkstemp``, but let the file lie on a device that is always full."""
    path = Path(options["dir"]) / "full"
    path.touch()
    return os.open("/dev/full", os.O_WRONLY), str(path)


@pytest.mark.parametrize(
    ("function", "full"),
    [
        ("os.fsync", full_at_sync),
        ("tempfile.mkstemp", full_at_write),
        ("pathlib.Path.replace", full_at_sync),
        ("pathlib.Path.mkdir", full_at_sync),
    ],
)
def test_on_a_full_disk_a_file_is_refused_and_nothing_is_left(
    app: Flask,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    full: Callable[..., object],
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(function, full)
        with pytest.raises(NotKept) as refusal:
            store(session, upload(pdf(40)), now=MONDAY_MORNING)
    session.commit()

    assert refusal.value.code == "no_room"
    assert (rows(session), on_disk(app)) == (0, [])


def test_with_room_again_the_same_upload_works(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_at_sync)
        with pytest.raises(NotKept):
            store(session, upload(pdf()), now=MONDAY_MORNING)

    store(session, upload(pdf()), now=MONDAY_MORNING)
    session.commit()

    assert (rows(session), len(on_disk(app))) == (1, 1)


def test_the_content_is_durable_before_the_row(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, move, execute = os.fsync, Path.replace, session.execute

    def watched_sync(descriptor: int) -> None:
        steps.append("sync")
        sync(descriptor)

    def watched_move(path: Path, target: Path) -> Path:
        steps.append("move")
        return move(path, target)

    def watched_execute(statement: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        steps.append("row" if isinstance(statement, sa.Insert) else "query")
        return execute(statement, *args, **kwargs)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_move)
    monkeypatch.setattr(session, "execute", watched_execute)
    store(session, upload(pdf()), now=MONDAY_MORNING)

    before, after = steps[: steps.index("move")], steps[steps.index("move") :]
    assert "sync" in before
    assert after[:3] == ["move", "sync", "row"]


KILLED = """
import io, os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from config import Testing
from servicedesk import create_app
from servicedesk.extensions import db
from servicedesk.files.operations import store
from tests.files.factories import pdf

class Stream(io.BytesIO):
    def read(self, size=-1):
        if self.tell() and sys.argv[3] == "reading":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(min(size, 100))

app = create_app(Testing(sys.argv[1], Path(sys.argv[2])))
with app.app_context():
    store(db.session, Stream(pdf()), now=datetime.now(UTC))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.system
@pytest.mark.parametrize("moment", ["reading", "before the commit"])
def test_killed_on_the_way_it_leaves_no_row_and_is_swept(
    app: Flask, session: Session, engine_url: str, moment: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, engine_url, app.config["DATA_DIR"], moment],
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == -signal.SIGKILL
    assert (rows(session), len(on_disk(app))) == (0, 1)

    assert sweep(session, older_than=LATER) == 1
    session.commit()

    assert on_disk(app) == []


def test_young_leavings_are_left_alone(app: Flask, session: Session) -> None:
    store(session, upload(pdf()), now=MONDAY_MORNING)
    session.rollback()

    assert sweep(session, older_than=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert len(on_disk(app)) == 1


def test_stored_files_are_never_swept(app: Flask, session: Session) -> None:
    store(session, upload(pdf()), now=MONDAY_MORNING)
    session.commit()

    assert sweep(session, older_than=LATER) == 0
    assert len(on_disk(app)) == 1


def test_a_file_that_is_being_committed_is_not_swept_however_old(
    app: Flask, session: Session, sessions: sessionmaker[Session]
) -> None:
    with sessions() as uploading:
        store(uploading, upload(pdf()), now=MONDAY_MORNING)

        assert sweep(session, older_than=LATER) == 0
        session.commit()
        uploading.commit()

    assert (rows(session), len(on_disk(app))) == (1, 1)


def test_a_file_that_is_still_being_checked_is_not_swept(app: Flask, session: Session) -> None:
    with place.shelf().receive(upload(pdf()), most=10_000):
        assert sweep(session, older_than=LATER) == 0
        assert len(on_disk(app)) == 1


def test_an_upload_during_a_sweep_waits_and_is_there_afterwards(
    app: Flask, session: Session, sessions: sessionmaker[Session]
) -> None:
    store(session, upload(pdf()), now=MONDAY_MORNING)
    session.rollback()  # an upload that came to nothing
    begun = Event()

    def give() -> None:
        with sessions() as own:
            begun.set()
            store(own, upload(pdf()), now=MONDAY_MORNING)
            own.commit()

    with ThreadPoolExecutor(1) as pool:
        assert sweep(session, older_than=LATER) == 1
        given = pool.submit(give)
        begun.wait()
        session.commit()
        given.result(timeout=30)

    assert (rows(session), len(on_disk(app))) == (1, 1)


def test_sweeping_again_finds_nothing(app: Flask, session: Session) -> None:
    store(session, upload(pdf()), now=MONDAY_MORNING)
    session.rollback()

    swept = [sweep(session, older_than=LATER), sweep(session, older_than=LATER)]

    assert swept == [1, 0]
    assert on_disk(app) == []


def test_the_daily_task_sweeps_what_is_older_than_a_day(app: Flask, session: Session) -> None:
    for data in (pdf(), picture()):
        store(session, upload(data), now=MONDAY_MORNING)
    session.rollback()
    os.utime(address(app, pdf()), (0, 0))

    with app.app_context():
        tasks.sweep()

    assert on_disk(app) == [address(app, picture())]

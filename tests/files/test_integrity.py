"""What ``servicedesk check`` finds between rows and files."""

import io
import json
import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import cli, integrity
from servicedesk.files.models import StoredFile
from servicedesk.files.operations import store
from servicedesk.files.store import place
from tests.factories import MONDAY_MORNING
from tests.files.factories import pdf

ROWS, FILES = "files.rows_without_files", "files.files_without_rows"


@pytest.fixture
def stored(session: Session) -> StoredFile:
    stored = store(session, io.BytesIO(pdf()), now=MONDAY_MORNING)
    session.commit()
    return stored


def found(app: Flask, session: Session, check: str) -> list[str]:
    looked_at = integrity.Place(session, Path(app.config["DATA_DIR"]))
    return [finding.what for finding in integrity.findings(looked_at, only=check)]


def path_of(stored: StoredFile) -> Path:
    with place.shelf().on_disk(stored.sha256) as path:
        return path


def test_a_whole_store_has_no_findings(app: Flask, session: Session, stored: StoredFile) -> None:
    os.utime(path_of(stored), (0, 0))

    assert found(app, session, ROWS) == []
    assert found(app, session, FILES) == []


def test_a_row_without_its_file_is_found(app: Flask, session: Session, stored: StoredFile) -> None:
    path_of(stored).unlink()

    assert found(app, session, ROWS) == ["the file is not there"]


def test_a_file_cut_short_is_found(app: Flask, session: Session, stored: StoredFile) -> None:
    path_of(stored).write_bytes(b"%PDF")

    assert found(app, session, ROWS) == [f"the file has 4 bytes, not {stored.size}"]


def test_a_file_of_the_same_size_with_another_content_is_found(
    app: Flask, session: Session, stored: StoredFile
) -> None:
    path = path_of(stored)
    path.write_bytes(path.read_bytes()[:-1] + b"!")

    assert found(app, session, ROWS) == ["the file has another content"]


def test_how_old_a_stray_content_must_be_can_be_said(
    app: Flask, session: Session, stored: StoredFile
) -> None:
    session.delete(stored)
    session.commit()
    run = app.test_cli_runner()
    command = cli.commands.commands["check"]

    late = run.invoke(command, ["--json"])
    early = run.invoke(command, ["--json", "--stray-hours", "0"])

    assert (late.exit_code, early.exit_code) == (0, 1)
    assert [one["check"] for one in json.loads(early.output)["findings"]] == [FILES]


def test_a_file_without_a_row_is_found_once_it_cannot_be_on_its_way(
    app: Flask, session: Session, stored: StoredFile
) -> None:
    path = path_of(stored)
    session.delete(stored)
    session.commit()
    assert found(app, session, FILES) == []

    os.utime(path, (0, 0))
    assert found(app, session, FILES) == ["no row names it"]

"""``servicedesk check``: silent about what is whole, and not to be deceived (D2)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import integrity, seeding
from servicedesk.cli import commands

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def place(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> integrity.Place:
    """Return a park with one company to look at."""
    monkeypatch.setattr(seeding, "DEMO_CASES", (("E_SET_LLC", 0, "enterprise"),))
    monkeypatch.setattr(seeding, "OPEN_CASES", ())
    with app.app_context():
        seeding.load_demo(session, password="correct horse battery", now=NOON, tell=print)  # noqa: S106
    return integrity.Place(session, Path(app.config["DATA_DIR"]))


def found(place: integrity.Place) -> set[str]:
    place.session.commit()
    place.session.expire_all()
    return {finding.check for finding in integrity.findings(place)}


def assert_append_only(place: integrity.Place) -> None:
    for table in ("case_events", "filings"):
        for statement in (f"UPDATE {table} SET seq = seq", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(sa.exc.DBAPIError, match=r"append-only|immutable"):
                place.session.execute(sa.text(statement))
            place.session.rollback()


def test_every_tampering_is_found(place: integrity.Place, app: Flask) -> None:
    """One park, broken again and again: making it takes longest."""
    assert found(place) == set()

    result = app.test_cli_runner().invoke(commands.commands["check"], ["--json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == {"checks": integrity.names(), "findings": []}

    assert_append_only(place)
    for table in ("case_events", "filings"):
        place.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    for statement, check in (
        ("UPDATE case_events SET actor_id = NULL WHERE case_id = 1 AND seq = 2", "cases.events"),
        ("UPDATE case_events SET at = at - interval '1 s' WHERE case_id = 1", "cases.events"),
        ("DELETE FROM case_events WHERE case_id = 1 AND seq = 2", "cases.events"),
        (
            "DELETE FROM case_events USING cases WHERE cases.id = case_id AND seq = last_seq",
            "cases.events",
        ),
        ("UPDATE filings SET kind = 'other'", "enterprises.filings"),
        (
            "UPDATE address_units SET taken = taken + 1 WHERE taken < capacity",
            "enterprises.addresses",
        ),
        ("UPDATE tasks SET state = 'open' WHERE case_id = 1", "cases.closed"),
    ):
        broken = place.session.begin_nested()
        place.session.execute(sa.text(statement))
        place.session.expire_all()
        assert check in {one.check for one in integrity.findings(place)}, statement
        broken.rollback()

    place.session.execute(sa.text("DELETE FROM case_events WHERE case_id = 1 AND seq = 2"))
    place.session.commit()
    result = app.test_cli_runner().invoke(commands.commands["check"], ["--json"])
    assert result.exit_code == 1
    assert json.loads(result.output)["findings"][0]["check"] == "cases.events"

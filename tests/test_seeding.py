"""The demo park: whatever state its cases are in, nothing in it is out of order."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import integrity, seeding

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def test_every_check_finds_the_demo_park_in_order(app: Flask, session: Session) -> None:
    with app.app_context():
        seeding.load_demo(session, password="correct horse battery", now=NOON, tell=print)  # noqa: S106
    session.commit()

    found = list(integrity.findings(integrity.Place(session, Path(app.config["DATA_DIR"]))))

    assert found == []

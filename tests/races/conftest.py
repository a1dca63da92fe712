"""A desk with several servers, and the people who use it at the same moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import Testing
from servicedesk import create_app
from servicedesk.extensions import db
from tests.races.crowd import Crowd

SERVERS = 4


@pytest.fixture
def crowd(app: Flask, session: Session, engine_url: str, tmp_path: Path) -> Iterator[Crowd]:
    """Yield several servers on the test's database, whose clicks can meet."""
    servers = [create_app(Testing(engine_url, tmp_path / "data")) for _ in range(SERVERS)]
    yield Crowd(servers, app, session)
    for server in servers:
        with server.app_context():
            engines = list(db.engines.values())
        for engine in engines:
            engine.dispose()

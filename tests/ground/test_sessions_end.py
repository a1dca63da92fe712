"""The database session of a request ends with it, also when the database has gone away."""

from typing import NoReturn

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from servicedesk.extensions import db


def test_a_session_that_cannot_be_closed_is_thrown_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_session: Session) -> NoReturn:
        raise OperationalError("ROLLBACK", {}, Exception("server closed the connection"))

    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        pool = db.engine.pool
        assert isinstance(pool, sa.QueuePool)
        monkeypatch.setattr(Session, "close", gone)

    monkeypatch.undo()
    assert pool.checkedout() == 0
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT 1")) == 1

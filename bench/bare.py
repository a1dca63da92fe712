"""What a request asks of the database, and a view that asks just that and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Flask


@dataclass(frozen=True)
class Statement:
    """One statement as it went to the driver."""

    text: str
    parameters: Any
    is_many: bool


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[list[Statement]]:
    """Yield the list of statements that go to the database meanwhile."""
    sent: list[Statement] = []

    def note(*args: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        _connection, _cursor, text, parameters, _context, is_many = args
        # Rows that go in one statement are counted as many, and have one set of parameters.
        sent.append(Statement(text, parameters, is_many and not isinstance(parameters, Mapping)))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


class BareView:
    """A Flask application with one view, which sends recorded statements and commits."""

    def __init__(self, engine: sa.Engine) -> None:
        self.statements: Sequence[Statement] = ()
        self._engine = engine
        app = Flask(__name__)
        app.add_url_rule("/", "view", self._view)
        self._client = app.test_client()

    def ask(self) -> None:
        """Make the request."""
        answer = self._client.get("/")
        assert answer.status_code == HTTPStatus.OK, answer.text

    def _view(self) -> str:
        rows = 0
        with self._engine.begin() as connection:
            cursor = connection.connection.cursor()
            for one in self.statements:
                rows += _send(cursor, one)
        return f"<p>{rows}</p>"


def _send(cursor: Any, one: Statement) -> int:  # noqa: ANN401 - the driver's
    if one.is_many:
        cursor.executemany(one.text, one.parameters)
    else:
        cursor.execute(one.text, one.parameters)
    return len(cursor.fetchall()) if cursor.description else 0

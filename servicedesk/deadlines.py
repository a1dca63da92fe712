"""How long a visitor's request waits for the database (R8).

A database that is gone refuses at once; one that hangs (a stopped machine, a dead network,
a stuck disk) would keep every thread for ever.  So in web processes a statement has seconds,
counted by the server, and a little more counted by us, for a server that counts no more.
Then the connection is given up, people get the page for a database that is away, and the
others learn from the first: for a moment nobody tries to connect.

Commands and the worker have no such limits.  What remains: a commit whose answer does not
come in time may have been done; the same request key then gives its answer.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import errors
from psycopg.abc import RV, PQGen

log = logging.getLogger(__name__)

_BY_THE_SERVER: Final = 8.0  # seconds a statement
_BY_US: Final = 9.0  # seconds an exchange with the server
_LEFT_ALONE: Final = 2.0  # seconds, after it did not answer


class Connection(psycopg.Connection[Any]):
    """A connection that gives up on a server which does not answer."""

    answers_within = _BY_US

    def wait(self, gen: PQGen[RV], *args: Any, **kwargs: Any) -> RV:  # noqa: ANN401 - as in psycopg
        """Do the exchange ``gen``.

        Raises:
            psycopg.OperationalError: the server did not answer in time; we hung up.
        """
        bounded = _until(gen, time.monotonic() + self.answers_within)
        try:
            return super().wait(bounded, *args, **kwargs)
        except errors.ConnectionTimeout:
            log.error("database does not answer")  # noqa: TRY400 - where is of no use
            self.pgconn.finish()
            raise


def _until(gen: PQGen[RV], ends: float) -> PQGen[RV]:
    """Pass on what psycopg's waiting and ``gen`` tell each other, until the time is over."""
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send((yield wanted))  # it is told at least ten times a second
            if time.monotonic() > ends:
                raise errors.ConnectionTimeout("no answer in time")
    except StopIteration as done:
        result: RV = done.value
        return result


def keep(engine: sa.Engine) -> None:
    """Let connections of ``engine`` made from here on keep these limits."""
    sa.event.listen(engine, "do_connect", Connecting().do_connect)


class Connecting:
    """Makes the connections; after one that had no answer, refuses to for a moment."""

    def __init__(self, connect: Callable[..., Any] = Connection.connect) -> None:
        self._connect = connect
        self._silent_until = 0.0

    def do_connect(
        self,
        _dialect: sa.Dialect,
        _record: object,
        args: list[Any],
        params: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - a connection of the driver
        """Return a new connection, as SQLAlchemy's event of this name asks for it.

        Raises:
            psycopg.OperationalError: there is none.
        """
        if time.monotonic() < self._silent_until:
            raise errors.ConnectionTimeout("it did not answer a moment ago")
        limit = f"-c statement_timeout={_BY_THE_SERVER * 1000:.0f}"
        options = f"{params.get('options', '')} {limit}".strip()
        try:
            return self._connect(*args, **params | {"options": options})
        except errors.ConnectionTimeout:
            self._silent_until = time.monotonic() + _LEFT_ALONE
            raise

"""Count attempts, and stop those that come too often.

The counters are in an UNLOGGED table, for all processes alike.  They are written on a
connection of their own that commits at once: an attempt counts even when its request
fails, and nobody waits for somebody else's request to end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, cast

import sqlalchemy as sa
from flask import Flask, current_app
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from psycopg.errors import LockNotAvailable
from sqlalchemy.dialects.postgresql import insert

from servicedesk.accounts.throttle_rules import Circle
from servicedesk.errors import TooMany
from servicedesk.extensions import db
from servicedesk.web.models import Attempt
from servicedesk.words import say

_NAME: Final = "servicedesk.throttle"
_LONGEST_WAIT: Final = timedelta(seconds=10)  # for one's turn; each takes some hundredths


class AttemptStorage(Storage):
    """The counters of ``limits``, in the table of attempts."""

    STORAGE_SCHEME = None

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__()
        self.connection, self.now = connection, now

    @property
    def base_exceptions(self) -> type[Exception]:
        """What to wrap: nothing; the web knows what to do when the database is away."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, or begin it anew when its window is over; return its value."""
        new = insert(Attempt).values(
            key=key, count=amount, expires_at=self.now + timedelta(seconds=expiry)
        )
        is_over = Attempt.expires_at <= self.now
        counted = new.on_conflict_do_update(
            index_elements=[Attempt.key],
            set_={
                "count": sa.case((is_over, amount), else_=Attempt.count + amount),
                "expires_at": sa.case((is_over, new.excluded.expires_at), else_=Attempt.expires_at),
            },
        )
        return self.connection.execute(counted.returning(Attempt.count)).scalar_one()

    def get(self, key: str) -> int:
        """Return the counter's value."""
        query = sa.select(Attempt.count).where(Attempt.key == key, Attempt.expires_at > self.now)
        return self.connection.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """Return when the counter's window is over, in seconds since 1970."""
        moment = self.connection.scalar(sa.select(Attempt.expires_at).where(Attempt.key == key))
        return (moment or self.now).timestamp()

    def check(self) -> bool:
        """Whether counting is possible."""
        return self.connection.scalar(sa.select(1)) == 1

    def reset(self) -> int:
        """Forget every counter; return how many there were."""
        return self.connection.execute(sa.delete(Attempt)).rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self.connection.execute(sa.delete(Attempt).where(Attempt.key == key))


class Throttle:
    """Counts attempts in the database behind ``engine``, whose pool must not let anybody wait."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # A turn is over when its connection is closed, so that one is not kept.
        self._turns = sa.create_engine(
            engine.url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT"
        )

    def hit(self, circles: Sequence[Circle], *, now: datetime) -> None:
        """Count one attempt in each circle, from the narrowest.

        Raises:
            TooMany: a circle is full; wider ones are then not counted.
        """
        with self._engine.connect() as connection:
            _hit(AttemptStorage(connection, now), circles)

    def admits(self, circles: Sequence[Circle], *, now: datetime) -> bool:
        """Count one attempt in each circle, and return whether none was full."""
        try:
            self.hit(circles, now=now)
        except TooMany:
            return False
        return True

    @contextmanager
    def attempt(self, circles: Sequence[Circle], *, now: datetime) -> Iterator[Callable[[], None]]:
        """Count one attempt, and give what takes it back when it was a good one.

        Attempts in the same narrowest circle take turns.  So those that come together are
        not looked at before the others are counted, nor refused because of others that
        turn out good.

        Raises:
            TooMany: a circle is full, or the turn does not come.
        """
        with self._turns.connect() as connection:
            storage = AttemptStorage(connection, now)
            _take_turn(connection, circles[0])  # until the connection is closed
            _hit(storage, circles)
            yield partial(_forgive, storage, circles)

    def sweep(self, *, now: datetime) -> int:
        """Delete the counters whose window is over; return how many.  Safe to run again."""
        with self._engine.connect() as connection:
            return connection.execute(sa.delete(Attempt).where(Attempt.expires_at <= now)).rowcount


def init_app(app: Flask) -> None:
    """Give ``app`` its throttle."""
    with app.app_context():
        app.extensions[_NAME] = Throttle(db.get_engine("throttle"))


def throttle() -> Throttle:
    """Return the throttle of the present application."""
    return cast("Throttle", current_app.extensions[_NAME])


def _take_turn(connection: sa.Connection, circle: Circle) -> None:
    key = circle.limit.key_for(*circle.whom)
    connection.execute(sa.text(f"SET lock_timeout = '{_LONGEST_WAIT.seconds}s'"))
    try:
        connection.execute(sa.select(sa.func.pg_advisory_lock(sa.func.hashtextextended(key, 0))))
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise _too_many(_LONGEST_WAIT) from None


def _hit(storage: AttemptStorage, circles: Sequence[Circle]) -> None:
    limiter = FixedWindowRateLimiter(storage)
    for circle in circles:
        if not limiter.hit(circle.limit, *circle.whom):
            ends = limiter.get_window_stats(circle.limit, *circle.whom).reset_time
            raise _too_many(datetime.fromtimestamp(ends, UTC) - storage.now)


def _forgive(storage: AttemptStorage, circles: Sequence[Circle]) -> None:
    """Take the attempt back; the narrowest circle is emptied."""
    narrowest, *wider = circles
    storage.clear(narrowest.limit.key_for(*narrowest.whom))
    for circle in wider:
        storage.incr(circle.limit.key_for(*circle.whom), circle.limit.get_expiry(), -1)


def _too_many(wait: timedelta) -> TooMany:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return TooMany(
        say("That was tried too often. Try again in %(minutes)s min.", minutes=minutes),
        max(wait, timedelta(seconds=1)),
    )

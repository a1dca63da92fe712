"""A database that hangs is given up in seconds; one that answers is not."""

import time
from collections.abc import Iterator
from unittest.mock import patch

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors

import config
from servicedesk import deadlines
from tests.ground import running

pytestmark = pytest.mark.timeout(60)

SETTINGS = ("work_mem", "statement_timeout")


@pytest.fixture
def engine(engine_url: str) -> Iterator[sa.Engine]:
    options = config.engines(engine_url)["default"]
    assert isinstance(options, dict)
    engine = sa.engine_from_config({f"sqlalchemy.{key}": value for key, value in options.items()})
    deadlines.keep(engine)
    yield engine
    engine.dispose()


def test_the_server_ends_a_statement_that_takes_too_long(engine: sa.Engine) -> None:
    with (
        patch.object(deadlines, "_BY_THE_SERVER", 0.2),
        engine.connect() as connection,
        pytest.raises(sa.exc.OperationalError) as ended,
    ):
        connection.execute(sa.text("SELECT pg_sleep(5)"))

    assert isinstance(ended.value.orig, errors.QueryCanceled)


def test_options_in_the_address_are_kept(engine_url: str) -> None:
    engine = sa.create_engine(engine_url, connect_args={"options": "-c work_mem=5MB"})
    deadlines.keep(engine)
    with engine.connect() as connection:
        told = [connection.scalar(sa.text(f"SHOW {name}")) for name in SETTINGS]
    engine.dispose()

    assert told == ["5MB", "8s"]


def test_a_server_that_says_nothing_is_given_up_and_the_connection_with_it(
    engine: sa.Engine,
) -> None:
    began = time.monotonic()
    with (
        patch.object(deadlines.Connection, "answers_within", 0.3),
        engine.connect() as connection,
        pytest.raises(sa.exc.OperationalError) as ended,
    ):
        connection.execute(sa.text("SELECT pg_sleep(5)"))

    assert time.monotonic() - began < 3
    assert ended.value.connection_invalidated
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_after_one_got_no_answer_the_others_need_not_wait_for_theirs() -> None:
    tries: list[float] = []

    def connect(**_params: object) -> str:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise errors.ConnectionTimeout
        return "connected"

    connecting = deadlines.Connecting(connect)
    dialect = sa.create_engine("postgresql+psycopg://").dialect

    with patch.object(deadlines, "_LEFT_ALONE", 0.2):
        for _ in range(3):
            with pytest.raises(psycopg.OperationalError):
                connecting.do_connect(dialect, None, [], {})
    assert len(tries) == 1

    assert running.until(lambda: time.monotonic() > tries[0] + 0.25, 5)
    assert connecting.do_connect(dialect, None, [], {}) == "connected"

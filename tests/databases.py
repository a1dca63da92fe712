"""Databases for tests: one server a run, one migrated template, a fresh clone a test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import sqlalchemy as sa

from servicedesk import schema
from servicedesk.embedded.server import start
from tests import reference_data

OWN_SERVER = "SERVICEDESK_TEST_DATABASE_URL"  # a server of one's own; databases come and go in it
_RUNNING = "SERVICEDESK_TEST_SERVER"  # how xdist's workers learn of the run's server
_NAMES = count(1)
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, a copy costs a tenth
_ROOM = 2 << 30  # bytes that a run may need


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of the run's server; the first who asks starts it."""
    known = os.environ.get(OWN_SERVER) or os.environ.get(_RUNNING)
    if known:
        yield known
        return
    directory = Path(tempfile.mkdtemp(prefix="servicedesk-tests-", dir=_fastest()))
    running = start(directory, is_throwaway=True)
    os.environ[_RUNNING] = running.url
    try:
        yield running.url
    finally:
        del os.environ[_RUNNING]
        running.stop()
        shutil.rmtree(directory, ignore_errors=True)


def template(server_url: str) -> str:
    """Return the name of the run's template; the first who asks makes it, others wait."""
    name = f"template_{_run()}"
    with _administration(server_url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(f'DROP DATABASE IF EXISTS "making_{name}"')
            connection.execute(f'CREATE DATABASE "making_{name}"')
            _fill(_address(server_url, f"making_{name}"))
            connection.execute(f'ALTER DATABASE "making_{name}" RENAME TO "{name}"')
    return name


@contextmanager
def clone(server_url: str, template_name: str) -> Iterator[str]:
    """Yield the address of a new copy of the template, dropped afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{_run()}_{worker}_{next(_NAMES)}"
    with _administration(server_url) as connection:
        connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template_name}" STRATEGY file_copy'
        )
    try:
        yield _address(server_url, name)
    finally:
        drop(server_url, name)


@contextmanager
def empty(server_url: str) -> Iterator[str]:
    """Yield the address of a new database without any table, dropped afterwards."""
    name = f"empty_{_run()}_{os.getpid()}_{next(_NAMES)}"
    with _administration(server_url) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield _address(server_url, name)
    finally:
        drop(server_url, name)


def drop(server_url: str, name: str) -> None:
    """Drop the database ``name``, whoever is still in it."""
    with _administration(server_url) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _fastest() -> Path | None:
    """Return where a run's databases are quickest; None: where temporary files are."""
    is_roomy = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free >= _ROOM
    return _IN_MEMORY if is_roomy else None


def _fill(url: str) -> None:
    engine = sa.create_engine(url)
    try:
        schema.upgrade(engine)
        reference_data.load(engine)
    finally:
        engine.dispose()


def _run() -> str:
    """Return what tells this run's databases from those of another on the same server."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]


def _address(server_url: str, database: str) -> str:
    url = sa.make_url(server_url).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


@contextmanager
def _administration(server_url: str) -> Iterator[psycopg.Connection[psycopg.rows.TupleRow]]:
    url = sa.make_url(server_url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        yield connection

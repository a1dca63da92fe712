"""A throw-away desk to measure: its own database server, filled, with people signed in."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex

import psycopg
import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from config import Testing
from servicedesk import clock, create_app, schema, seeding_bench
from servicedesk.accounts.models import User
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.cases import examples
from servicedesk.catalogue.definition import Example, Service
from servicedesk.catalogue.queries import get_service
from servicedesk.embedded.server import start
from servicedesk.enterprises.models import AddressUnit
from servicedesk.extensions import db

PASSWORD = token_hex(16)


class Desk:
    """The application under measurement, and its database."""

    def __init__(self, url: str, directory: Path) -> None:
        self.app = create_app(Testing(url, directory / "data"))
        with self.app.app_context():
            self.engine = db.engine

    def fill(self, thousands: int, seed: int) -> None:
        """Bring the desk to so many thousand applications."""
        with self.session() as session:
            seeding_bench.load_bench(
                session, scale=thousands, seed=seed, password=PASSWORD, now=clock.now(), tell=print
            )

    def browser(self, name: str) -> "Person":
        """Return a browser of somebody of the demo park."""
        with Session(self.engine) as session:
            user = find_user_by_email(session, f"{name}@demo.example")
            assert user is not None
            return Person(self.app, user)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session on the desk's database, the application at hand."""
        with self.app.app_context(), Session(self.engine) as session:
            yield session

    def service(self, code: str) -> Service:
        """Return a service as the catalogue has it."""
        with self.session() as session:
            return get_service(session, code)[1]

    def drafts(self, name: str, code: str, example: Example, count: int) -> list[str]:
        """Return the references of applications of somebody, filled in and not sent."""
        with self.session() as session:
            user = find_user_by_email(session, f"{name}@demo.example")
            assert user is not None
            _make_room(session)
            entry, service = get_service(session, code)
            made = [
                examples.prepare(
                    session, entry.current, service, example, applicant=user, now=clock.now()
                ).reference
                for _ in range(count)
            ]
            session.commit()
            return made


class Person:
    """A browser in which somebody is signed in."""

    def __init__(self, app: Flask, user: User) -> None:
        self._client = app.test_client()
        secret = token_hex(20)
        with app.app_context(), self._client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = user.get_id(), True
        with app.app_context(), self._client.session_transaction() as kept:
            kept["csrf_token"] = secret
        signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
        self._headers = {"X-CSRFToken": str(signer.dumps(secret)), "Origin": "http://localhost"}

    def get(self, path: str) -> str:
        """Open a page, and return it."""
        answer = self._client.get(path)
        assert answer.status_code == HTTPStatus.OK, f"{path}: {answer.status_code}"
        return answer.text

    def post(
        self,
        path: str,
        data: Mapping[str, str | list[str]],
        expected: HTTPStatus = HTTPStatus.SEE_OTHER,
    ) -> None:
        """Send a form."""
        answer = self._client.post(path, data=data, headers=self._headers)
        assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text[-2000:]}"


@contextmanager
def server() -> Iterator[tuple[str, Path]]:
    """Yield the address of a server of one's own, as durable as in production, and a directory."""
    directory = Path(tempfile.mkdtemp(prefix="servicedesk-bench-"))
    running = start(directory)
    try:
        engine = sa.create_engine(_with_driver(running.url))
        schema.upgrade(engine)
        engine.dispose()
        yield _with_driver(running.url), directory
    finally:
        running.stop()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def copy_of(url: str) -> Iterator[sa.Engine]:
    """Yield an engine on a copy of the database as it is now; nobody may be connected to it."""
    name = sa.make_url(url).database
    with _administration(url) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare")
        connection.execute(f'CREATE DATABASE bare TEMPLATE "{name}" STRATEGY file_copy')
    engine = sa.create_engine(sa.make_url(url).set(database="bare"))
    try:
        yield engine
    finally:
        engine.dispose()
        with _administration(url) as connection:
            connection.execute("DROP DATABASE bare WITH (FORCE)")


@contextmanager
def _administration(url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    plain = sa.make_url(url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        plain.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        yield connection


def _with_driver(url: str) -> str:
    full = sa.make_url(url).set(drivername="postgresql+psycopg")
    return full.render_as_string(hide_password=False)


def _make_room(session: Session) -> None:
    everything = sa.update(AddressUnit).where(AddressUnit.code == "1-H01")
    session.execute(everything.values(capacity=1_000_000))

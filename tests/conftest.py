"""A new service desk for each test, on a database of its own, and a browser to use it with."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config import Testing
from servicedesk import create_app
from servicedesk.accounts.models import User
from servicedesk.cases import examples
from servicedesk.extensions import db
from servicedesk.files import content
from servicedesk.web import once
from tests import databases

_SERVER: Final = pytest.StashKey[ExitStack]()


# A slow machine is no fault, and whether main is green must not hang on today's examples.
hypothesis.settings.register_profile("desk", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("desk")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before xdist starts its workers, which then all use this one."""
    stack = config.stash[_SERVER] = ExitStack()
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        stack.enter_context(databases.server())


def pytest_collection_finish() -> None:
    """Let the collector of garbage leave alone what stays: a tenth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    config.stash[_SERVER].close()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Yield the address of the run's PostgreSQL server."""
    with databases.server() as url:
        yield url


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Return the name of the migrated database that each test gets a copy of."""
    return databases.template(server_url)


@pytest.fixture(scope="session", autouse=True)
def one_picture_for_all_papers() -> Iterator[None]:
    """Let papers of examples be one picture, or when mended another, each looked into once.

    Looking into a file costs a process, and there are thousands.
    """
    first, mended = examples.paper("A paper"), examples.paper(f"A paper{examples.MENDED}")
    looked_into: dict[bytes, content.Content] = {}
    inspect = content.inspect

    def inspect_once(path: Path) -> content.Content:
        found = path.read_bytes()
        if found not in {first, mended}:
            return inspect(path)
        if found not in looked_into:
            looked_into[found] = inspect(path)
        return looked_into[found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            examples, "paper", lambda words: mended if words.endswith(examples.MENDED) else first
        )
        patch.setattr(content, "inspect", inspect_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Let applications share what their rules compile to: nine tenths of making one.

    It depends on the rule alone; each application binds what builds addresses to its own rules.
    """
    compiled: dict[tuple[Any, ...], Rule] = {}
    compile_rule = Rule.compile

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.merge_slashes)
        like = compiled.setdefault(key, rule)
        if like is rule:
            compile_rule(rule)
            return
        for name in ("_parts", "_trace", "_converters"):
            setattr(rule, name, getattr(like, name))
        rule.arguments |= like.arguments
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, getattr(like, name).__func__.__get__(rule, None))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Let the engines of all tests share compiled statements: a fifth of a test's time.

    They are kept by dialect; those of one run speak to one server, so one is like another.
    """
    compiled: LRUCache[Any, Any] = LRUCache(5000)
    make_engine = sa.Engine.__init__

    def sharing(engine: sa.Engine, *args: Any, **options: Any) -> None:  # noqa: ANN401
        make_engine(engine, *args, **options)
        engine._compiled_cache = compiled  # noqa: SLF001

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa.Engine, "__init__", sharing)
        patch.setattr(PGDialect_psycopg, "__hash__", lambda _: hash(PGDialect_psycopg))
        patch.setattr(PGDialect_psycopg, "__eq__", lambda one, other: type(one) is type(other))
        yield


@pytest.fixture
def engine_url(server_url: str, template: str) -> Iterator[str]:
    """Yield the address of the test's own database, with all tables and reference data."""
    with databases.clone(server_url, template) as url:
        yield url


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Return a cache, so that not every test's application compiles every template."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    engine_url: str, tmp_path: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """Yield an application on the test's own database and data directory."""
    app = create_app(Testing(engine_url, tmp_path / "data"))
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = Browser
    yield app
    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Yield the test's own session.

    Each request gets another, which closes without committing; so a view that forgets to
    commit leaves no trace here, and its test fails.
    """
    with app.app_context():
        sessionmaker = db.sessionmaker
    with sessionmaker() as session:
        yield session


class Browser(FlaskClient):
    """A test client that can be somebody, and shows the test what a request changed.

    Like a real browser it names its origin and sends the token that our pages give it;
    ``browser.open(..., method="POST")`` sends neither.
    """

    desk: Session

    def sign_in(self, user: User) -> None:
        """Be ``user`` in the requests that follow."""
        with self.session_transaction() as kept:
            kept["_user_id"] = user.get_id()
            kept["_fresh"] = True

    def sign_out(self) -> None:
        """Be nobody again."""
        with self.session_transaction() as kept:
            kept.clear()

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:  # noqa: ANN401 - as in Flask
        """Look into the session, which is read from the database when it is first used."""
        with (
            self.application.app_context(),
            super().session_transaction(*args, **kwargs) as kept,
        ):
            yield kept

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - as in Flask
        """Make the request, then let the test's objects see its result."""
        response = super().open(*args, **kwargs)
        self.desk.expire_all()
        return response

    def post(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - as in Flask
        """Send a form of ours, with the token of this session and a key of its own."""
        kwargs["headers"] = self.credentials() | dict(kwargs.get("headers") or {})
        if once.FIELD not in (kwargs.get("data") or {}):
            kwargs["headers"].setdefault(once.HEADER, token_hex(16))
        return super().post(*args, **kwargs)

    def credentials(self) -> dict[str, str]:
        """Return the headers that show a request to come from one of our pages."""
        return {"X-CSRFToken": self._token(), "Origin": "http://localhost"}

    def _token(self) -> str:
        """Return what ``csrf_token()`` in one of our pages returns in this session."""
        with self.session_transaction() as kept:
            raw = kept.get("csrf_token")
            if raw is None:
                raw = kept["csrf_token"] = token_hex(20)
        signer = URLSafeTimedSerializer(
            self.application.config["SECRET_KEY"], salt="wtf-csrf-token"
        )
        return str(signer.dumps(raw))


@pytest.fixture
def browser(app: Flask, session: Session) -> Browser:
    """Return a browser with nobody signed in."""
    return _browser(app, session)


@pytest.fixture
def another_browser(app: Flask, session: Session) -> Browser:
    """Return a second browser, on somebody else's desk."""
    return _browser(app, session)


def _browser(app: Flask, session: Session) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.desk = session
    return browser

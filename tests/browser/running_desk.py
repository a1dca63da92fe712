"""A whole desk for a run of browser tests: web server, worker, database, mails."""

import email
import email.policy
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from config import Testing
from servicedesk import create_app
from servicedesk.extensions import db
from tests.ground import running

_MAIL_SECONDS = 30
_IN_A_TRANSACTION = sa.text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND xact_start IS NOT NULL AND pid <> pg_backend_pid() LIMIT 1"
)
_HREF = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Desk:
    """What a test needs to know of the running desk."""

    address: str  # what its pages begin with, without a final slash
    session: sessionmaker[Session]  # on the same database and files, to prepare by operations
    mail: Path
    worker: int  # the id of its process, which leads a session

    @contextmanager
    def worker_at_rest(self) -> Iterator[None]:
        """Keep the worker away while applications are prepared that were sent long ago.

        Otherwise it answers by silence between one step of preparing and the next.
        """
        os.killpg(self.worker, signal.SIGSTOP)
        try:
            while self._somebody_is_in_a_transaction():  # with locks that it would keep for ever
                os.killpg(self.worker, signal.SIGCONT)
                time.sleep(0.05)
                os.killpg(self.worker, signal.SIGSTOP)
            yield
        finally:
            os.killpg(self.worker, signal.SIGCONT)

    def _somebody_is_in_a_transaction(self) -> bool:
        with self.session() as session:
            return session.scalar(_IN_A_TRANSACTION) is not None

    def mails_to(self, address: str) -> list[str]:
        """Return the texts of the mails to ``address``, the oldest first."""
        texts = []
        files = sorted(self.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        for path in files:
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if mail["To"] == address:
                part = mail.get_body(("plain",))
                assert part is not None
                words = part.get_content().replace("\r\n", "\n")
                texts.append(f"{mail['Content-Language']}\n{mail['Subject']}\n{words}")
        return texts

    def await_mail(self, address: str, pattern: str, *, count: int = 1) -> str:
        """Return the newest of ``count`` mails to ``address`` with ``pattern``; wait for it."""

        def found() -> list[str]:
            return [text for text in self.mails_to(address) if re.search(pattern, text)]

        assert running.until(lambda: len(found()) >= count, _MAIL_SECONDS), self.mails_to(address)
        return found()[-1]


@contextmanager
def desk(database_url: str, directory: Path) -> Iterator[Desk]:
    """Yield a running desk on a database; end its processes afterwards."""
    with running.serving(database_url, directory) as (_, address):
        env = running.environment(
            database_url=database_url, data_dir=str(directory), base_url=address
        )
        worker = running.start("worker", env=env, log=directory / "worker.log")
        with ThreadPoolExecutor(1) as aside:  # this thread may have Playwright's event loop
            sessions, engines = aside.submit(_sessions, database_url, directory).result()
        try:
            yield Desk(address, sessions, directory / "mail", worker.pid)
        finally:
            running.kill_session(worker.pid)
            worker.wait()
            for engine in engines:
                engine.dispose()


def _sessions(database_url: str, directory: Path) -> tuple[sessionmaker[Session], list[sa.Engine]]:
    app = create_app(Testing(database_url, directory))
    with app.app_context():
        return db.sessionmaker, list(db.engines.values())


def link_in(mail: str, path: str) -> str:
    """Return the address in a mail that has ``path`` in it."""
    found: list[str] = _HREF.findall(mail)
    return next(link for link in found if path in link)

"""The demo park: a database, the web and a worker under one roof, until Ctrl-C.

Everything lies in one data directory.  Whatever ends this process, nothing it started
lives on: orderly after SIGTERM or Ctrl-C, by the kernel's hand after kill -9.
"""

import json
import logging
import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import click
from cryptography.fernet import Fernet

from servicedesk import clock, create_app, schema, seeding, serving, working
from servicedesk.embedded import processes, server
from servicedesk.embedded.errors import AlreadyRunning
from servicedesk.extensions import db

HOST: Final = "127.0.0.1"
SIGN_INS: Final = (
    "enterprise@demo.example",
    "agent@demo.example",
    "talent@demo.example",
    "clerk1@demo.example ... clerk4@demo.example",
    "reviewer.market@demo.example",
    "reviewer.tax@demo.example",
    "reviewer.police@demo.example",
    "reviewer2@demo.example",
    "supervisor@demo.example",
    "supervisor2@demo.example",
    "admin@demo.example",
)
_RUNNING: Final = "demo.running"  # there while a demo runs, or when one was killed
_OURS: Final = (
    "postgres",
    "postgres.new",
    "postgres.log",
    "files",
    "mail",
    "demo.json",
    "demo.log",
    _RUNNING,
)
_READY_SECONDS: Final = 60
_STOP_SECONDS: Final = 7  # for web and worker; then they are killed
_LAST_MOMENT: Final = 9  # seconds after being told to stop
_LEAVINGS_SECONDS: Final = 9  # for what a killed demo left behind, to end
_DRAIN_SECONDS: Final = 3  # for what a killed web process left behind, to answer
_MOST_FAILURES: Final = 5  # within the time below; then something is wrong for good
_FAILURE_WINDOW: Final = 60  # seconds


class DemoFailed(RuntimeError):
    """The demo cannot run; the text says why and what to do."""


class _Stop(BaseException):
    """Somebody told us to stop."""


@dataclass
class _Child:
    """A process of the demo, started again when it dies."""

    name: str
    work: Callable[[], None]
    port: int | None = None  # where it listens
    process: BaseProcess | None = None
    failures: list[float] = field(default_factory=list)


def run(port: int, data_dir: Path, *, reset: bool) -> None:
    """Run the demo until SIGTERM or Ctrl-C.

    Raises:
        serving.PortTaken: somebody else listens on ``port``.
        embedded.errors.ServerFailed: the database cannot be started.
        DemoFailed: a part does not stay up.
    """
    with _told_to_stop():
        try:
            if reset:
                _forget(data_dir)
            database = server.start(data_dir)
        except AlreadyRunning:
            raise DemoFailed(
                f"A demo already runs on {data_dir}. Stop it with Ctrl-C, or start this one with"
                " another directory: --data DIR."
            ) from None
        try:
            was_killed = (data_dir / _RUNNING).exists()
            _await_port(port, seconds=_LEAVINGS_SECONDS if was_killed else 0)
            _run_on(database, port, data_dir)
        finally:
            database.stop(patience=1)


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into an orderly end of what runs inside."""

    def stop(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # once is enough
        last_moment = threading.Timer(_LAST_MOMENT, os._exit, (1,))  # the kernel ends the others
        last_moment.daemon = True
        last_moment.start()
        raise _Stop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        yield
    except _Stop:
        click.echo("\nEverything has stopped.")


def _await_port(port: int, *, seconds: float) -> None:
    """See that the port is free, or gets free: what was killed may have left a listener."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            serving.check_port(HOST, port)
        except serving.PortTaken:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _run_on(database: server.Server, port: int, data_dir: Path) -> None:
    kept = _kept_secrets(data_dir)
    os.environ.update(
        SERVICEDESK_ENV="development",
        SERVICEDESK_DATABASE_URL=database.url,
        SERVICEDESK_DATA_DIR=str(data_dir),
        SERVICEDESK_BASE_URL=f"http://{HOST}:{port}",
        SERVICEDESK_SECRET_KEY=kept["secret_key"],
        SERVICEDESK_FIELD_KEYS=kept["field_key"],
    )
    _filled(database, kept["password"])
    children = [
        _Child("web", lambda: serving.run(HOST, port, workers=1), port),
        _Child("worker", lambda: working.run_worker(create_app())),
    ]
    (data_dir / _RUNNING).touch()
    with (data_dir / "demo.log").open("ab") as log:

        def start(child: _Child) -> None:
            child.process = _start(child.work, database, log.fileno(), log.fileno())

        try:
            for child in children:
                start(child)
            _await_ready(port, children, data_dir)
            _greet(port, data_dir, kept["password"])
            _keep_up(children, start, data_dir)
        finally:
            _stop(children)
            (data_dir / _RUNNING).unlink(missing_ok=True)


def _kept_secrets(data_dir: Path) -> Mapping[str, str]:
    """Return this demo's secrets, made at its first start."""
    path = data_dir / "demo.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "field_key": Fernet.generate_key().decode(),
        "password": "-".join(secrets.token_hex(2) for _ in range(4)),
    }
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(made, indent=2), encoding="utf-8")
    beside.rename(path)
    return made


def _forget(data_dir: Path) -> None:
    """Remove what a demo wrote, and nothing else that may lie there."""
    with server.locked(data_dir):
        for name in _OURS:
            path = data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _filled(database: server.Server, password: str) -> None:
    """Fill the park, in a process of its own.

    Being told to stop raises in this process wherever it is, and what runs in the finalizer
    of some library then is swallowed there.  So this one does nothing but wait.
    """
    filling = _start(lambda: _fill(password), database, sys.stdout.fileno(), sys.stderr.fileno())
    try:
        while filling.is_alive():
            filling.join(0.2)
    finally:
        filling.kill()  # what it has not committed did not happen
        filling.join()
    if filling.exitcode != 0:
        raise DemoFailed("The demo park could not be filled. See above what stood in the way.")


def _fill(password: str) -> None:
    """Bring tables, reference data and the park into the database; quick when they are."""
    app = create_app()
    logging.getLogger("servicedesk").setLevel(logging.WARNING)  # this is a terminal
    with app.app_context():
        schema.upgrade(db.engine)
        seeding.load_demo(db.session, password=password, now=clock.now(), tell=_tell)
        db.session.commit()
        db.engine.dispose()


def _tell(progress: str) -> None:
    click.echo(f"  {progress}")


def _start(work: Callable[[], None], database: server.Server, out: int, errors: int) -> BaseProcess:
    """Start a process that does ``work`` and writes to the descriptors ``out`` and ``errors``.

    It is a fork, for all is imported already.
    """
    bind_to_parent = processes.dying_with_parent(signal.SIGTERM)

    def in_child() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()  # Ctrl-C is for the parent, which stops us in our turn
        bind_to_parent()
        database.lock.close()  # the parent's alone
        os.dup2(out, sys.stdout.fileno())
        os.dup2(errors, sys.stderr.fileno())
        work()

    process = multiprocessing.get_context("fork").Process(target=in_child)
    process.start()
    return process


def _await_ready(port: int, children: list[_Child], data_dir: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(port):
        dead = [child.name for child in children if _has_ended(child)]
        if dead or time.monotonic() > deadline:
            part = " and ".join(dead) or "the desk"
            raise DemoFailed(f"The demo does not start: {part} failed. See {data_dir}/demo.log.")
        time.sleep(0.1)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _greet(port: int, data_dir: Path, password: str) -> None:
    click.echo(f"\nThe service desk runs at  http://{HOST}:{port}/\n")
    click.echo(f"Sign in with the password {password} as")
    for name in SIGN_INS:
        click.echo(f"  {name}")
    click.echo(f"\nMails it sends lie in     {data_dir}/mail")
    click.echo(f"What it logs lies in      {data_dir}/demo.log")
    click.echo("Ctrl-C stops everything.")


def _keep_up(children: list[_Child], start: Callable[[_Child], None], data_dir: Path) -> None:
    """Start again what dies; give up on what fails again and again."""
    while True:
        time.sleep(0.2)
        for child in filter(_has_ended, children):
            _note_failure(child, data_dir)
            _clear_up(child)
            start(child)


def _note_failure(child: _Child, data_dir: Path) -> None:
    """Count how often ``child`` ended by itself; one that was killed did not fail."""
    if child.process is None or child.process.exitcode == -signal.SIGKILL:
        return
    now = time.monotonic()
    child.failures = [at for at in child.failures if now - at < _FAILURE_WINDOW] + [now]
    if len(child.failures) > _MOST_FAILURES:
        raise DemoFailed(f"The {child.name} keeps failing. See {data_dir}/demo.log.")


def _clear_up(child: _Child) -> None:
    """Let what ``child`` left behind answer its visitors, then end it; wait for the port."""
    leader = child.process.pid if child.process is not None else None
    if leader is not None and not processes.wait_until(
        lambda: not processes.in_session(leader), seconds=_DRAIN_SECONDS
    ):
        processes.end(processes.in_session(leader), signal.SIGKILL)
    if child.port is not None:
        _await_port(child.port, seconds=_LEAVINGS_SECONDS)


def _has_ended(child: _Child) -> bool:
    return child.process is not None and not child.process.is_alive()


def _stop(children: list[_Child]) -> None:
    """Tell all to stop at once; kill those that do not."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in running:
        process.join(max(0.1, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()

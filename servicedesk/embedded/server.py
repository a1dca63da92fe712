"""The embedded server of one data directory: made, started, joined, stopped.

``DATA_DIR/postgres`` is the cluster; ``DATA_DIR/postgres.lock`` is held by the process that
owns the running server and tells others its address; ``DATA_DIR/postgres.log`` is what the
server has to say.  It listens on a socket only, and lets in only the user who started it.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import psycopg

from servicedesk import resources
from servicedesk.embedded import binaries, processes
from servicedesk.embedded.account import Account, name_of, owner_of, present
from servicedesk.embedded.errors import AlreadyRunning, ServerFailed

DATABASE: Final = "servicedesk"
_LONGEST_SOCKET_PATH: Final = 107  # bytes, with the closing zero; the kernel's limit
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_START_SECONDS: Final = 60  # recovery after a crash may take a while
_SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # of the server itself; an error of a statement repeats values
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",  # our statements are short
}
_ANOTHER: Final = "another directory: --data DIR for the demo, else SERVICEDESK_DATA_DIR"
_FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LOCALE: Final = (
    "--encoding=UTF8",
    "--locale-provider=builtin",  # a plain "C" makes pg_trgm drop every Chinese character
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
)


@dataclass
class Server:
    """A running server that this process owns."""

    url: str
    cluster: Path
    process: subprocess.Popen[bytes]
    lock: IO[str] = field(repr=False)

    def stop(self, *, patience: float = 4.0) -> None:
        """Stop the server: orderly, after ``patience`` seconds less so.  Safe to call twice."""
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            self.process.send_signal(request)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        if not self.lock.closed:
            self.lock.truncate(0)
            self.lock.close()


def attach_or_start(data_dir: Path) -> Server | str:
    """Return the address of the server that runs on ``data_dir``, or start one and own it.

    Raises:
        ServerFailed: neither is possible; the text says what to do.
    """
    for _ in range(2):  # its owner may end while we ask
        try:
            return start(data_dir)
        except AlreadyRunning:
            url = _address_told_in(data_dir / "postgres.lock")
            if url:
                return url
    raise AlreadyRunning(f"Another process holds {data_dir}, but its server does not answer.")


def start(data_dir: Path, *, is_throwaway: bool = False) -> Server:
    """Start the server of ``data_dir``, and make its cluster first where there is none.

    Call it from a thread that lives as long as the server shall: the kernel stops the
    server when that thread ends.

    Args:
        data_dir: where everything is kept.
        is_throwaway: for tests: never waits for the disk, and a power cut may spoil it.

    Raises:
        AlreadyRunning: another process owns it.
        ServerFailed: it cannot be started; the text says what to do.
    """
    lock = locked(data_dir)
    try:
        cluster = data_dir.resolve() / "postgres"
        programs, account = binaries.choose(owner_of(cluster))
        _make_cluster(cluster, programs, account, is_throwaway=is_throwaway)
        _recover(cluster)
        return _launch(cluster, programs, account, lock, is_throwaway=is_throwaway)
    except BaseException:
        lock.close()
        raise


def locked(data_dir: Path) -> IO[str]:
    """Return the data directory's lock, held until it is closed or this process ends.

    Raises:
        AlreadyRunning: another process holds it.
        ServerFailed: the directory cannot be written, or holds another user's database.
    """
    try:
        resources.make_private(data_dir)
        _require_writable(data_dir)  # the lock may be left from when it was
        _require_ours(data_dir)
        lock = (data_dir / "postgres.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise ServerFailed(
            f"The data directory {data_dir} cannot be written ({error.strerror}). Make it"
            f" writable for this user, or name {_ANOTHER}."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(
            f"A server already runs on {data_dir}. Stop it first, or name {_ANOTHER}."
        ) from None
    lock.truncate(0)
    return lock


def _require_writable(directory: Path) -> None:
    with tempfile.TemporaryFile(dir=directory):
        pass


def _require_ours(data_dir: Path) -> None:
    """See that no other user keeps a desk here: what we write, that user could not use.

    Root may keep one whose server runs as somebody else, in a directory of root's own.
    """
    owner = owner_of(data_dir / "postgres")
    if owner in {None, os.geteuid()}:
        return
    if os.geteuid() != 0 or data_dir.stat().st_uid == owner:
        raise ServerFailed(
            f"The database in {data_dir} belongs to the user {name_of(owner or 0)}. Start the desk"
            f" as the user who started it before, or name {_ANOTHER}."
        )


def _address_told_in(lock_file: Path) -> str | None:
    """Return the address that the owner of the lock wrote, waiting while it starts."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        url = lock_file.read_text(encoding="utf-8").strip()
        if url:
            return url
        with lock_file.open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                time.sleep(0.1)
                continue
        return None  # nobody holds it any more
    return None


def _make_cluster(cluster: Path, programs: Path, account: Account, *, is_throwaway: bool) -> None:
    """Run ``initdb`` beside and rename: a cluster that exists is complete."""
    if (cluster / "PG_VERSION").exists():
        _check_version(cluster, programs)
        return
    beside = cluster.with_name("postgres.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    if account.is_other:
        os.chown(beside, account.uid, account.gid)
    made = subprocess.run(  # noqa: S603 - our own program
        [
            programs / "initdb",
            f"--pgdata={_as_seen_by(account, beside)}",
            f"--username={DATABASE}",
            "--auth=peer",
            "--no-instructions",
            *_LOCALE,
            *(["--no-sync"] if is_throwaway else []),
        ],
        cwd=beside,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=processes.dying_with_parent(signal.SIGKILL),
        **account.for_child(),
    )
    if made.returncode != 0:
        raise ServerFailed(f"The database could not be made in {cluster}:\n{made.stderr.strip()}")
    if cluster.exists():
        shutil.rmtree(cluster)
    beside.rename(cluster)


def _check_version(cluster: Path, programs: Path) -> None:
    told = subprocess.run(  # noqa: S603 - our own program
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != told.partition(".")[0]:
        raise ServerFailed(
            f"{cluster} was made by PostgreSQL {made_by}; installed is {told}. Dump it with the"
            " old version and load it with the new one, or start anew in another directory."
        )


def _as_seen_by(account: Account, directory: Path) -> str:
    """Return the path of ``directory``, its working directory, as ``account`` can reach it.

    Under a closed home another user cannot follow the path from the top, but may well
    work in the directory itself once placed there.
    """
    return "/proc/self/cwd" if account.is_other else str(directory)


def _recover(cluster: Path) -> None:
    """Clear away what a killed owner left behind, so that the start is not refused."""
    if not processes.wait_until(lambda: not processes.working_in(cluster), seconds=6):
        processes.end(processes.working_in(cluster), signal.SIGQUIT)
    if not processes.wait_until(lambda: not processes.working_in(cluster), seconds=3):
        processes.end(processes.working_in(cluster), signal.SIGKILL)
        processes.wait_until(lambda: not processes.working_in(cluster), seconds=3)
    # We hold the lock and nothing works in the cluster: these files name a dead process,
    # whose number another may have by now, or which nobody has buried yet.
    for name in ("postmaster.pid", _SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
        (cluster / name).unlink(missing_ok=True)


def _launch(
    cluster: Path, programs: Path, account: Account, lock: IO[str], *, is_throwaway: bool
) -> Server:
    _let_in_only_us(cluster, account)
    sockets = _socket_directory(cluster, account)
    settings = _SETTINGS | {
        "unix_socket_directories": "." if sockets == cluster else str(sockets),
        "unix_socket_permissions": "0777",  # the directory is closed; the peer is checked
    }
    if is_throwaway:
        settings |= _FAST
    with cluster.with_name("postgres.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                programs / "postgres",
                "-D",
                _as_seen_by(account, cluster),
                *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            ],
            cwd=cluster,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we stop the server in its turn
            preexec_fn=processes.dying_with_parent(signal.SIGINT),  # noqa: PLW1509
            **account.for_child(),
        )
    url = f"postgresql+psycopg://{DATABASE}@/{DATABASE}?host={quote(str(sockets), safe='/')}"
    server = Server(url, cluster, process, lock)
    try:
        _await_ready(server, sockets)
    except BaseException:
        server.stop(patience=1)
        raise
    lock.write(url)
    lock.flush()
    return server


def _let_in_only_us(cluster: Path, account: Account) -> None:
    """Let in the user of this process and nobody else: the kernel vouches for the peer."""
    us = present().name
    files = {
        "pg_hba.conf": "local all all peer map=desk\n",
        "pg_ident.conf": f'desk "{us}" {DATABASE}\n',
    }
    for name, text in files.items():
        path = cluster / name
        path.write_text(text, encoding="utf-8")
        if account.is_other:
            os.chown(path, account.uid, account.gid)


def _socket_directory(cluster: Path, account: Account) -> Path:
    """Return where the socket goes: the cluster, or for a long path a short one."""
    if len(os.fsencode(cluster / _SOCKET_NAME)) < _LONGEST_SOCKET_PATH:
        return cluster
    digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"servicedesk-{digest}"
    shutil.rmtree(short, ignore_errors=True)
    try:
        short.mkdir(mode=0o700)
    except OSError as error:
        raise ServerFailed(
            f"The path of {cluster} is too long for a socket, and {short} is in the way. Name"
            f" {_ANOTHER}."
        ) from error
    if account.is_other:
        os.chown(short, account.uid, account.gid)
    return short


def _await_ready(server: Server, sockets: Path) -> None:
    """Wait until the server answers, and see that our database is in it."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(
                f"The embedded PostgreSQL does not start. It says:\n{_last_words(server.cluster)}"
            )
        try:
            connection = psycopg.connect(
                host=str(sockets), user=DATABASE, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            time.sleep(0.03)
            continue
        with connection:
            _make_database(connection)
        return


def _make_database(connection: psycopg.Connection[psycopg.rows.TupleRow]) -> None:
    letters = connection.execute("SELECT '中' ~ '^[[:alpha:]]$' AND lower('É') = 'é'").fetchone()
    if letters != (True,):
        raise ServerFailed("The cluster's locale does not know letters beyond ASCII.")
    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
    if known.fetchone() is None:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _last_words(cluster: Path) -> str:
    lines = cluster.with_name("postgres.log").read_text(encoding="utf-8", errors="replace")
    return "\n".join(lines.splitlines()[-12:])

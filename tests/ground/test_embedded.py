"""The private PostgreSQL: made, kept, joined, recovered, never left behind."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from servicedesk.embedded import binaries, processes
from servicedesk.embedded.account import candidates
from servicedesk.embedded.errors import AlreadyRunning, ServerFailed
from servicedesk.embedded.server import Server, attach_or_start, locked, start
from tests.ground import running

pytestmark = pytest.mark.system

OWNER = """
import sys, time
from pathlib import Path
from servicedesk.embedded.server import start
server = start(Path(sys.argv[1]), is_throwaway=True)
print(server.url, flush=True)
time.sleep(60)
"""


def ask(server: Server | str, statement: str) -> object:
    url = server if isinstance(server, str) else server.url
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = start(tmp_path, is_throwaway=True)
    yield started
    started.stop()


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    first = start(tmp_path, is_throwaway=True)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    second = start(tmp_path, is_throwaway=True)

    assert ask(second, "SELECT answer FROM kept") == 42
    second.stop()
    assert processes.working_in(tmp_path / "postgres") == []


def test_it_knows_chinese_letters(server: Server) -> None:
    ask(server, "CREATE EXTENSION pg_trgm")

    assert ask(server, "SELECT cardinality(show_trgm('中关村'))") == 4
    assert (
        ask(server, "SELECT datlocprovider FROM pg_database WHERE datname = 'servicedesk'") == "b"
    )


def test_it_listens_on_a_socket_only(server: Server) -> None:
    assert ask(server, "SHOW listen_addresses") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_only_the_user_who_started_it_gets_in(server: Server) -> None:
    account = next(candidates())
    program = binaries.choose()[0] / "psql"

    refused = subprocess.run(
        [program, "-h", server.cluster, "-U", "servicedesk", "-c", "SELECT 1"],
        cwd="/",
        capture_output=True,
        check=False,
        **account.for_child(),
    )

    assert refused.returncode != 0


def test_a_second_owner_is_told_and_a_guest_joins(server: Server, tmp_path: Path) -> None:
    with pytest.raises(AlreadyRunning, match="already runs"):
        start(tmp_path)

    assert attach_or_start(tmp_path) == server.url


def test_it_starts_again_after_kill_9_of_every_process(tmp_path: Path) -> None:
    first = start(tmp_path)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    processes.end([first.process.pid, *running.descendants(first.process.pid)], signal.SIGKILL)
    first.process.wait()
    first.lock.close()

    second = start(tmp_path, is_throwaway=True)

    assert ask(second, "SELECT answer FROM kept") == 42
    second.stop()


def test_locks_of_a_dead_server_do_not_bind_whoever_has_its_number_now(tmp_path: Path) -> None:
    start(tmp_path, is_throwaway=True).stop()
    account = binaries.choose()[1]  # a process of another user would not be believed
    with subprocess.Popen(["sleep", "60"], cwd="/", **account.for_child()) as somebody:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (tmp_path / "postgres" / name).write_text(f"{somebody.pid}\n")

        server = start(tmp_path, is_throwaway=True)

        somebody.kill()
    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_it_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, tmp_path], stdout=subprocess.PIPE, env=running.environment()
    )
    assert owner.stdout is not None
    with owner.stdout as told:
        told.readline()
    assert processes.working_in(tmp_path / "postgres") != []

    owner.kill()
    owner.wait()

    assert running.until(lambda: processes.working_in(tmp_path / "postgres") == [], 10)


def test_half_a_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18")
    (tmp_path / "postgres").mkdir()

    server = start(tmp_path, is_throwaway=True)

    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_a_cluster_of_another_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("13\n")

    with pytest.raises(ServerFailed, match="was made by PostgreSQL 13"):
        start(tmp_path)


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ServerFailed, match="cannot be written"):
        start(tmp_path / "file" / "data")


def test_a_directory_that_can_no_longer_be_written_is_named() -> None:
    """Its lock is there from better days."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "postgres.lock").touch()
        (directory / "postgres.lock").chmod(0o666)
        directory.chmod(0o555)
        os.seteuid(65534 if user == 0 else user)  # nobody; root may write everywhere
        try:
            with pytest.raises(ServerFailed, match="cannot be written"):
                locked(directory)
        finally:
            os.seteuid(user)
            directory.chmod(0o700)


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """Yield a directory that other users reach, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
NOBODY, DAEMON = 65534, 1


@only_root
def test_root_leaves_another_users_desk_alone(open_directory: Path) -> None:
    cluster = open_directory / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("18\n")
    for path in (open_directory, cluster):
        os.chown(path, NOBODY, NOBODY)

    with pytest.raises(ServerFailed, match="belongs to the user nobody"):
        start(open_directory)

    assert sorted(open_directory.rglob("*")) == [cluster, cluster / "PG_VERSION"]


@only_root
def test_another_users_cluster_in_ones_own_directory_is_named(open_directory: Path) -> None:
    (open_directory / "postgres").mkdir()
    os.chown(open_directory / "postgres", DAEMON, DAEMON)
    os.chown(open_directory, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(ServerFailed, match=r"belongs to the user daemon.*--data DIR"):
            locked(open_directory)
    finally:
        os.seteuid(0)


@only_root
def test_for_root_the_server_runs_as_whoever_has_the_cluster(tmp_path: Path) -> None:
    start(tmp_path, is_throwaway=True).stop()
    cluster = tmp_path / "postgres"
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, DAEMON, DAEMON)

    server = start(tmp_path, is_throwaway=True)

    assert Path(f"/proc/{server.process.pid}").stat().st_uid == DAEMON
    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_its_directory_is_for_its_user_alone(tmp_path: Path) -> None:
    lock = locked(tmp_path / "new" / "data")
    lock.close()

    for path in (tmp_path / "new", tmp_path / "new" / "data"):
        assert path.stat().st_mode & 0o777 == 0o700


def test_its_log_holds_no_value(server: Server, tmp_path: Path) -> None:
    ask(server, "CREATE TABLE people (name text UNIQUE, age integer)")
    ask(server, "INSERT INTO people VALUES ('Wei Lin', 1)")

    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(server, "INSERT INTO people VALUES ('Wei Lin', 2)")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(server, "INSERT INTO people VALUES ('Wei', 'forty Lin')")

    assert "Lin" not in (tmp_path / "postgres.log").read_text(encoding="utf-8")


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    long = tmp_path / ("d" * 60) / ("e" * 60)

    server = start(long, is_throwaway=True)

    assert ask(server, "SELECT 1") == 1
    server.stop()


def test_programs_are_copied_whole_and_once() -> None:
    account = next(candidates())
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        ours = binaries.in_wheel()

        copied = binaries.copy(ours, Path(directory) / "shared")
        again = binaries.copy(ours, Path(directory) / "shared")

        assert copied is not None
        assert copied == again
        assert binaries.runs(copied, account)  # with their libraries

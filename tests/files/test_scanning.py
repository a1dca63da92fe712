"""The virus scanner: nothing is kept without its word, once one is set up."""

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.files.models import StoredFile
from servicedesk.files.operations import FileRefused, NotKept, store
from servicedesk.files.scanning import Clamd, scanner
from tests.factories import MONDAY_MORNING
from tests.files.factories import pdf


@contextmanager
def clamd(answer: bytes, received: list[bytes], where: Path | None = None) -> Iterator[str]:
    """Answer one scan, on TCP or at a socket's path, and remember what was sent."""
    with closing(socket.socket(socket.AF_UNIX if where else socket.AF_INET)) as listening:
        listening.bind(str(where) if where else ("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := struct.unpack("!L", stream.read(4))[0]:
                    received.append(stream.read(size))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(where) if where else f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


def give(session: Session) -> StoredFile:
    return store(session, io.BytesIO(pdf()), now=MONDAY_MORNING)


@pytest.mark.parametrize("by_socket", [False, True])
def test_what_the_scanner_finds_clean_is_kept_and_it_saw_every_byte(
    app: Flask,  # noqa: ARG001 - sets the place
    session: Session,
    tmp_path: Path,
    *,
    by_socket: bool,
) -> None:
    received: list[bytes] = []
    where = tmp_path / "clamd.sock" if by_socket else None

    with clamd(b"stream: OK\0", received, where) as address:
        scanner.use(address)
        give(session)

    assert b"".join(received) == pdf()


def test_a_virus_is_refused_and_not_kept(app: Flask, session: Session) -> None:
    with clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0", []) as address:
        scanner.use(address)
        with pytest.raises(FileRefused) as refusal:
            give(session)

    assert refusal.value.code == "virus"
    assert_nothing_kept(app, session)


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK?\0"]
)
def test_without_a_clear_word_nothing_is_kept(app: Flask, session: Session, answer: bytes) -> None:
    with clamd(answer, []) as address:
        scanner.use(address)
        with pytest.raises(NotKept):
            give(session)

    assert_nothing_kept(app, session)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_with_the_scanner_away_nothing_is_kept(app: Flask, session: Session, address: str) -> None:
    scanner.use(address)

    with pytest.raises(NotKept) as refusal:
        give(session)

    assert refusal.value.code == "no_scanner"
    assert_nothing_kept(app, session)


def test_without_a_scanner_set_up_files_are_kept(app: Flask, session: Session) -> None:  # noqa: ARG001
    assert give(session).pages == 1


@pytest.mark.parametrize("address", ["localhost", "host:port", ":3310"])
def test_an_address_that_is_none_is_told_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="SERVICEDESK_CLAMD"):
        Clamd.at(address)


@pytest.mark.parametrize(
    "address", ["unix:/run/clamd.sock", "/run/clamd.sock", "unix:///run/clamd.sock"]
)
def test_a_socket_may_be_written_in_several_ways(address: str) -> None:
    assert Clamd.at(address).socket_path == "/run/clamd.sock"


def assert_nothing_kept(app: Flask, session: Session) -> None:
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    files = Path(app.config["DATA_DIR"], "files").rglob("*")
    assert [path for path in files if path.is_file()] == []

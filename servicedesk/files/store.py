"""Where contents lie: each once, under its own hash.

A content is written aside, checked, made durable, and only then moved to its address
(``ab/cd/<sha256>``) in one step, so that at an address there is always a whole file.

``Shelf`` is the seam: the operations know nothing else, and another kind of storage is
another class.  ``DirectoryShelf`` keeps files in a directory.
"""

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from servicedesk import resources
from servicedesk.files.refusals import refused

log = logging.getLogger(__name__)

_CHUNK: Final = 256 * 1024  # bytes
_ADDRESS: Final = re.compile(r"^[0-9a-f]{64}$")
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
_PRIVATE: Final = 0o700


class Readable(Protocol):
    """What a file comes from: an upload, an open file."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


@dataclass(frozen=True)
class Parcel:
    """A content received whole, beside the shelf; gone unless it is kept."""

    path: Path
    sha256: str
    size: int  # bytes


class Shelf(Protocol):
    """A place that keeps contents by their hash."""

    def receive(self, stream: Readable, *, most: int) -> AbstractContextManager[Parcel]:
        """Take ``stream`` in, ``most`` bytes at most; what is not kept inside is thrown away."""

    def keep(self, parcel: Parcel) -> None:
        """Move the parcel to its address; afterwards it is there even if the power fails."""

    def on_disk(self, sha256: str) -> AbstractContextManager[Path]:
        """Give a path at which the content can be read for a while; FileNotFoundError."""

    def size_of(self, sha256: str) -> int | None:
        """Return the bytes that lie at the address, or None."""

    def addresses(self, *, older_than: datetime) -> Iterator[str]:
        """Yield the addresses of contents that were put there before."""

    def remove(self, sha256: str) -> None:
        """Throw the content away, if it is there."""

    def clear(self, *, older_than: datetime) -> int:
        """Throw away what was received and neither kept nor thrown away; return how many."""


class DirectoryShelf:
    """A shelf in a directory of this machine, or of one that several machines mount."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"  # the same file system, so that moving is one step

    @contextmanager
    def receive(self, stream: Readable, *, most: int) -> Iterator[Parcel]:
        """Take ``stream`` in.

        Raises:
            FileRefused: it is larger than ``most`` bytes, or the disk is full.
        """
        with _room(), aside(self._incoming) as (file, path):
            digest, size = _copy(stream, file, most)
            # Locked while we hold it: the sweeper leaves it alone, however long checks take.
            yield Parcel(path, digest, size)

    def keep(self, parcel: Parcel) -> None:
        """Make the parcel durable and move it to its address.

        What lies there already is the same content, and is replaced: a damaged one is mended.

        Raises:
            NotKept: the disk is full.
        """
        address = self._address(parcel.sha256)
        with _room():
            _sync(parcel.path)
            _make_directories(address.parent, self._root)
            parcel.path.replace(address)
            _sync(address.parent)

    @contextmanager
    def on_disk(self, sha256: str) -> Iterator[Path]:
        """Give the path of the content.

        Raises:
            FileNotFoundError: it is not there.
        """
        address = self._address(sha256)
        if not address.is_file():
            raise FileNotFoundError(sha256)
        yield address

    def size_of(self, sha256: str) -> int | None:
        """Return the bytes that lie at the address, or None."""
        try:
            return self._address(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def addresses(self, *, older_than: datetime) -> Iterator[str]:
        """Yield the addresses whose content was put there before ``older_than``."""
        for path in self._root.glob("??/??/*"):
            if _ADDRESS.match(path.name) and _is_older(path, older_than):
                yield path.name

    def remove(self, sha256: str) -> None:
        """Throw the content away, if it is there."""
        self._address(sha256).unlink(missing_ok=True)

    def clear(self, *, older_than: datetime) -> int:
        """Throw away leavings of uploads that were cut off; return how many."""
        return sum(
            _is_older(path, older_than) and _remove_unless_held(path)
            for path in self._incoming.glob("*")
        )

    def _address(self, sha256: str) -> Path:
        if not _ADDRESS.match(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self._root / sha256[:2] / sha256[2:4] / sha256


class _Place:
    """The shelf of this process; ``create_app`` sets it."""

    def __init__(self) -> None:
        self._shelf: Shelf | None = None

    def use(self, shelf: Shelf) -> None:
        """Keep files on ``shelf`` from now on."""
        self._shelf = shelf

    def shelf(self) -> Shelf:
        """Return the shelf."""
        if self._shelf is None:
            raise RuntimeError("no place for files; create_app sets one")
        return self._shelf


place: Final = _Place()


@contextmanager
def _room() -> Iterator[None]:
    """Turn a full or broken disk into a refusal."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        log.exception("file not kept", extra={"errno": errno.errorcode.get(error.errno)})
        raise refused("no_room") from None


@contextmanager
def aside(directory: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Give a new, locked file in ``directory``; it is gone afterwards unless it was moved."""
    resources.make_private(directory)
    descriptor, name = tempfile.mkstemp(dir=directory)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                yield file, path
            finally:
                path.unlink(missing_ok=True)
    except BaseException:
        # Closing a file may fail too, where the disk is full; nothing may be left then.
        path.unlink(missing_ok=True)
        raise


def _copy(stream: Readable, file: BinaryIO, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise refused("size")
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _make_directories(directory: Path, root: Path) -> None:
    """Make ``directory`` and those between, each of them durable in the one above."""
    if directory == root or directory.is_dir():
        return
    _make_directories(directory.parent, root)
    directory.mkdir(_PRIVATE, exist_ok=True)
    _sync(directory.parent)


def _sync(path: Path) -> None:
    """Wait until what is at ``path``, a file or a directory, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


def _remove_unless_held(path: Path) -> bool:
    """Remove a file that no living process is writing or checking; say whether."""
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
        return True
    return False

"""What a file is, found by its content, and whether it is fit to keep.

The name and the type that a browser tells decide nothing.  ``reader`` opens the file in a
process of its own.
"""

import json
import logging
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servicedesk.files.formats import PDF
from servicedesk.files.refusals import MOST_PAGES, MOST_PIXELS, refused

log = logging.getLogger(__name__)

BEGINS: Final = 16  # bytes that tell what a file is
_READER: Final = str(Path(__file__).parent / "reader.py")
_SECONDS: Final = 25  # by the clock; the reader bounds its own computing
_AT_ONCE: Final = 2  # readers of one process
_PATIENCE: Final = 20  # seconds to wait for one of them
_HIDDEN_IN: Final = 1024  # bytes in which PDF readers look for the beginning of one
_readers = threading.BoundedSemaphore(_AT_ONCE)


@dataclass(frozen=True)
class Content:
    """What was found."""

    media_type: str
    pages: int | None  # of a PDF


class Unreadable(Exception):
    """The reader broke, ran out of time or memory, or was not there."""


def media_type_of(beginning: bytes) -> str | None:
    """Return what a file is that begins like this; None if it is nothing we take.

    >>> media_type_of(b"%PDF-1.7 ...."), media_type_of(b"<html><body>....")
    ('application/pdf', None)
    """
    if beginning.startswith(b"%PDF-"):
        return PDF
    if beginning.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return "image/webp"
    return None


def inspect(path: Path) -> Content:
    """Return what the file at ``path`` is.

    Raises:
        FileRefused: it is nothing we take, or not in order.
    """
    with path.open("rb") as file:
        beginning = file.read(_HIDDEN_IN)
    if not beginning:
        raise refused("empty")
    media_type = media_type_of(beginning)
    if media_type is None:
        raise refused("kind")
    if zipfile.is_zipfile(path) or (media_type != PDF and b"%PDF-" in beginning):
        raise refused("carries")
    try:
        answer = read("examine", media_type, path, MOST_PAGES, MOST_PIXELS)
    except Unreadable:
        raise refused("damaged") from None
    found = json.loads(answer)
    if "refused" in found:
        raise refused(found["refused"])
    return Content(media_type, found["pages"])


def read(task: str, media_type: str, path: Path, first: int, second: int) -> bytes:
    """Run the reader, and return what it writes.

    Raises:
        Unreadable: it did not finish.
        NotKept: too many are at work.
    """
    command = [sys.executable, "-I", "-B", _READER, task, media_type, str(path)]
    if not _readers.acquire(timeout=_PATIENCE):
        raise refused("busy")
    try:
        done = subprocess.run(  # noqa: S603 - our own program; no shell; the path is ours
            [*command, str(first), str(second)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={},
        )
    except (subprocess.SubprocessError, OSError) as error:
        log.warning(
            "file reader broke",
            extra={"task": task, "file": path.name, "how": type(error).__name__},
        )
        raise Unreadable from error
    finally:
        _readers.release()
    return done.stdout

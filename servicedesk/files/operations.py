"""Taking files in, and clearing away what was left over."""

import hashlib
import logging
from datetime import datetime
from itertools import islice
from typing import IO, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.files import content, previews, queries
from servicedesk.files.formats import MOST_BYTES
from servicedesk.files.models import StoredFile
from servicedesk.files.refusals import FileRefused, NotKept
from servicedesk.files.scanning import scanner
from servicedesk.files.store import Readable, place

__all__ = ["FileRefused", "NotKept", "store", "sweep"]

log = logging.getLogger(__name__)

_MOST_SWEPT: Final = 1000  # files a turn; each holds a lock until the commit


def store(session: Session, stream: Readable, *, now: datetime) -> StoredFile:
    """Take a file in: checked, scanned and on disk before its row is added.

    The same content twice is one file and one row.  Once the caller has committed, the
    file is there; killed before that, it leaves at most a content that ``sweep`` removes.

    Raises:
        FileRefused: it is nothing we take, or not in order.
        NotKept: we cannot take it now: no room, or the virus scanner is away.
    """
    shelf = place.shelf()
    with shelf.receive(stream, most=MOST_BYTES) as parcel:
        known = session.get(StoredFile, parcel.sha256)  # the same content was inspected before
        found = known or content.inspect(parcel.path)
        scanner.scan(parcel.path)
        # Until this transaction ends, the sweeper cannot take the content for a leaving.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_lock(parcel.sha256))))
        shelf.keep(parcel)
    session.execute(
        postgresql.insert(StoredFile)
        .values(
            sha256=parcel.sha256,
            size=parcel.size,
            media_type=found.media_type,
            pages=found.pages,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    log.info("file stored", extra={"file": parcel.sha256[:12], "size": parcel.size})
    return queries.get_file(session, parcel.sha256)


def address(stream: IO[bytes]) -> str:
    """Return where ``stream`` would be kept: its content is known before it is looked into."""
    found = hashlib.file_digest(cast("Any", stream), "sha256").hexdigest()
    stream.seek(0)
    return found


def sweep(session: Session, *, older_than: datetime) -> int:
    """Remove what uploads that were cut off have left behind; return how many files.

    These are files not yet at their address that no living process holds, and contents at
    their address without a row.  A content that a transaction is about to give a row is
    not touched, however old it is.  The caller commits; run again while there are more.
    """
    shelf = place.shelf()
    removed = shelf.clear(older_than=older_than)
    stray = queries.files_without_rows(session, older_than=older_than)
    for sha256 in islice(stray, _MOST_SWEPT):
        is_free = session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock(sha256))))
        # Looked up again under the lock: its row may have come meanwhile.
        if is_free and not _has_row(session, sha256):
            shelf.remove(sha256)
            previews.forget(sha256)
            removed += 1
    if removed:
        log.info("leavings of uploads removed", extra={"files": removed})
    return removed


def _has_row(session: Session, sha256: str) -> bool:
    row = sa.select(StoredFile.sha256).where(StoredFile.sha256 == sha256)
    return session.scalar(row) is not None


def _lock(sha256: str) -> int:
    """Return the number of the advisory lock for a content: a signed 64-bit integer."""
    return int.from_bytes(bytes.fromhex(sha256)[:8], signed=True)

"""Finding stored files, and what is wrong between rows and contents."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.batches import batches
from servicedesk.errors import NotFound
from servicedesk.files.models import StoredFile
from servicedesk.files.store import place
from servicedesk.words import say

_AT_ONCE = 1000  # rows


def get_file(session: Session, sha256: str) -> StoredFile:
    """Return the stored file.

    Raises:
        NotFound: there is none.
    """
    stored = session.get(StoredFile, sha256)
    if stored is None:
        raise NotFound(say("There is no such file."))
    return stored


def rows_without_files(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the hash of each row whose content is not there or another, and what is wrong."""
    query = sa.select(StoredFile.sha256, StoredFile.size).order_by(StoredFile.sha256)
    for sha256, size in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        on_shelf = place.shelf().size_of(sha256)
        if on_shelf is None:
            yield sha256, "the file is not there"
        elif on_shelf != size:
            yield sha256, f"the file has {on_shelf} bytes, not {size}"
        elif _hash_on_shelf(sha256) != sha256:
            yield sha256, "the file has another content"


def files_without_rows(session: Session, *, older_than: datetime) -> Iterator[str]:
    """Yield the hash of each content that no row names; younger ones may be on their way."""
    for some in batches(place.shelf().addresses(older_than=older_than), _AT_ONCE):
        known = session.scalars(sa.select(StoredFile.sha256).where(StoredFile.sha256.in_(some)))
        yield from sorted(set(some) - set(known))


def _hash_on_shelf(sha256: str) -> str | None:
    try:
        with place.shelf().on_disk(sha256) as path, path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:  # removed meanwhile
        return None

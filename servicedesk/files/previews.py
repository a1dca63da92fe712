"""Pictures of pages, safe to show: drawn anew, nothing of the original file in them.

Made once and kept beside the files; they may be deleted at any time.
"""

import logging
import shutil
from pathlib import Path
from typing import Final

from servicedesk.errors import NotFound
from servicedesk.files import content
from servicedesk.files.models import StoredFile
from servicedesk.files.store import aside, place
from servicedesk.words import say

log = logging.getLogger(__name__)

LONG_SIDE: Final = 1600  # pixels: small print of an A4 page can be read


class NoPreview(NotFound):
    """There is no such page, or it cannot be drawn."""


class _Cache:
    """Where this process keeps pictures of pages; ``create_app`` sets it."""

    def __init__(self) -> None:
        self._root: Path | None = None

    def use(self, root: Path) -> None:
        """Keep pictures in ``root`` from now on."""
        self._root = root

    def folder(self, sha256: str) -> Path:
        """Return where the pictures of one content are."""
        if self._root is None:
            raise RuntimeError("no place for previews; create_app sets one")
        return self._root / sha256[:2] / sha256[2:4] / sha256


cache: Final = _Cache()


def page_png(stored: StoredFile, page: int = 1) -> bytes:
    """Return a page as PNG, ``LONG_SIDE`` pixels long; pages count from 1.

    Raises:
        NoPreview: there is no such page, or it cannot be drawn.
    """
    if not 1 <= page <= (stored.pages or 1):
        raise NoPreview(say("This file has no page %(page)s.", page=page))
    path = cache.folder(stored.sha256) / f"{page}.png"
    try:
        picture = path.read_bytes()
    except OSError:
        picture = _draw(stored, page)
        _keep(path, picture)
    if not picture:
        raise NoPreview(say("This page cannot be shown here. Download the file to look at it."))
    return picture


def forget(sha256: str) -> None:
    """Delete the pictures of a content."""
    shutil.rmtree(cache.folder(sha256), ignore_errors=True)


def _draw(stored: StoredFile, page: int) -> bytes:
    """Return the picture, or nothing where it cannot be drawn: kept too, to try only once."""
    try:
        with place.shelf().on_disk(stored.sha256) as path:
            return content.read("picture", stored.media_type, path, page, LONG_SIDE)
    except FileNotFoundError:
        log.error("stored file is not there", extra={"file": stored.sha256[:12]})  # noqa: TRY400
        raise NoPreview(say("This file is not there at present.")) from None
    except content.Unreadable:
        return b""


def _keep(path: Path, picture: bytes) -> None:
    """Keep the picture for the next time; where that fails, it is drawn again."""
    try:
        with aside(path.parent) as (file, beside):
            file.write(picture)
            file.flush()
            beside.replace(path)
    except OSError as error:
        log.warning("preview not kept", extra={"errno": error.errno})

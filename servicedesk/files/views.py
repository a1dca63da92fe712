"""Sending stored files.  Whose file it is, the calling view has found out.

Originals are only ever handed over to be saved (S10): as an attachment, of the type that
was found, in a sandbox that may load nothing.  Only previews, which we drew ourselves,
are shown.
"""

import logging
from io import BytesIO
from typing import Final

from flask import Response, send_file

from servicedesk.errors import NotFound
from servicedesk.files import previews
from servicedesk.files.models import StoredFile
from servicedesk.files.names import safe_name
from servicedesk.files.store import place
from servicedesk.words import say

log = logging.getLogger(__name__)

_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    # Kept by the person's own browser only, which asks each time whether it still may.
    "Cache-Control": "private, no-cache",
}


def send(stored: StoredFile, name: str) -> Response:
    """Return the file itself, to be saved as ``name``; knows parts (Range) and ETags.

    Raises:
        NotFound: the content is not there.
    """
    try:
        with place.shelf().on_disk(stored.sha256) as path:
            response = send_file(
                path,
                mimetype=stored.media_type,
                as_attachment=True,
                download_name=safe_name(name, stored.media_type),
                etag=stored.sha256,
                conditional=True,
            )
    except FileNotFoundError:
        log.error("stored file is not there", extra={"file": stored.sha256[:12]})  # noqa: TRY400
        raise NotFound(say("This file is not there at present.")) from None
    response.headers.update(_HEADERS)
    return response


def send_preview(stored: StoredFile, page: int = 1) -> Response:
    """Return a page as a picture to show; pages count from 1.

    Raises:
        NotFound: there is no such page, or it cannot be drawn.
    """
    response = send_file(
        BytesIO(previews.page_png(stored, page)),
        mimetype="image/png",
        etag=f"{stored.sha256}-{page}-{previews.LONG_SIDE}",
        conditional=True,
    )
    response.headers.update(_HEADERS)
    return response

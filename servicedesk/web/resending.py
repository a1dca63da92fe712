"""What of a form can be given back when its session ended while it was filled in (A7)."""

from typing import Final
from urllib.parse import urlsplit

from flask import Request

NEVER_KEPT: Final = frozenset({"csrf_token", "request_key"})
# What is never written into a page: the fields by which somebody shows who they are.
SECRETS: Final = frozenset({"password", "current_password", "code"})


def kept_fields(request: Request) -> list[tuple[str, str]] | None:
    """Return the fields typed into one of our own pages, or None if it was not one.

    Only what our own page sent is given back: another site could otherwise put words into a
    form of ours and have the visitor confirm them.
    """
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin).netloc != request.host:
        return None
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT | SECRETS
    ]

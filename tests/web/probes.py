"""Views for tests of what every view shares, added to an application before its first request."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from servicedesk.extensions import csrf


def add_view(
    app: Flask,
    path: str,
    view: Callable[..., Any],
    *,
    methods: tuple[str, ...] = ("GET",),
    checks_token: bool = True,
) -> None:
    """Serve ``view`` at ``path``."""
    view.access = "public"  # type: ignore[attr-defined]
    endpoint = f"probe{path.replace('/', '_')}"
    app.add_url_rule(path, endpoint, view, methods=list(methods))
    if not checks_token:
        csrf.exempt(view)

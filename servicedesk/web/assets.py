"""Style, script and fonts, from ``static/`` and from the wheels that carry them.

All of them lie under one address that holds a digest of them all, so they may be kept for a
year, and what one of them names relatively (fonts in a style sheet, one module in another)
is found beside it.  Nothing is copied into this repository.
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from servicedesk import resources

A_YEAR: Final = "public, max-age=31536000, immutable"
PREFIX: Final = "/assets"
COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".ttf"})
DIGEST_LENGTH: Final = 16  # characters, of hex

bp = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Serve the assets."""
    app.register_blueprint(bp)


def url(name: str) -> str:
    """Return the address of the asset ``name``.

    Raises:
        KeyError: there is none.
    """
    _files()[name]
    return f"{PREFIX}/{_digest()}/{name}"


@bp.get(PREFIX + "/<string:digest>/<path:name>")
def serve(digest: str, name: str) -> ResponseReturnValue:
    """Send one asset; for good if the digest is of this release, for now otherwise."""
    if name not in _files():
        abort(404)
    content = _content(name)
    response = Response(content, content_type=_type_of(name))
    if Path(name).suffix in COMPRESSED:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(_compressed(name))
            response.content_encoding = "gzip"
    is_kept = digest == _digest() and not current_app.debug
    response.headers["Cache-Control"] = A_YEAR if is_kept else "no-cache"
    return response


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Send browsers that ask without being told to the mark."""
    return redirect(url("mark.svg"), 302)


serve.access = "public"  # type: ignore[attr-defined]  # see servicedesk.accounts.access
favicon.access = "public"  # type: ignore[attr-defined]


@cache
def _files() -> dict[str, Path]:
    bootstrap = _package("flask_bootstrap") / "static" / "bootstrap5" / "css"
    own = {
        path.relative_to(resources.STATIC).as_posix(): path
        for path in sorted(resources.STATIC.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return own | {
        "bootstrap.min.css": bootstrap / "bootstrap.min.css",
        "bootstrap-icons.min.css": bootstrap / "font" / "bootstrap-icons.min.css",
        "fonts/bootstrap-icons.woff2": bootstrap / "font" / "fonts" / "bootstrap-icons.woff2",
        "fonts/bootstrap-icons.woff": bootstrap / "font" / "fonts" / "bootstrap-icons.woff",
        "fonts/public-sans.ttf": _package("fontpkg_public_sans") / "files" / "PublicSans[wght].ttf",
    }


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed; servicedesk depends on it")
    return Path(spec.origin).parent


@cache
def _digest() -> str:
    digest = hashlib.sha256()
    for name, path in sorted(_files().items()):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:DIGEST_LENGTH]


def _content(name: str) -> bytes:
    return _files()[name].read_bytes() if current_app.debug else _kept_content(name)


@cache
def _kept_content(name: str) -> bytes:
    return _files()[name].read_bytes()


def _compressed(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0) if current_app.debug else _kept_compressed(name)


@cache
def _kept_compressed(name: str) -> bytes:
    return gzip.compress(_kept_content(name), mtime=0)


def _type_of(name: str) -> str:
    known = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
    suffix = Path(name).suffix
    return known.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"

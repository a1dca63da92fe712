"""Prints certificates: facts in, PDF out; the same bytes for the same facts.

Facts go to typst as JSON and are shown as text, never read as markup (S8).  No system fonts,
a fixed date, PDF/A-2a and PDF/UA-1: archived, tagged, every character known.  A print is kept
under the hash of all that went into it, so a changed template prints anew and nothing is stale.
"""

import hashlib
import importlib.metadata
import io
import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
import typst

log = logging.getLogger(__name__)

TEMPLATES: Final = Path(__file__).parent / "certificates"
_FONT_WHEELS: Final = ("cvttf-notosanscjk-regular", "fontpkg-public-sans")
_STANDARDS: Final = ("a-2a", "ua-1")
_FONT_SUFFIXES: Final = frozenset([".otf", ".ttf", ".ttc"])


class NoFonts(RuntimeError):
    """The fonts that certificates are set in are not there; the text says where we looked."""


@dataclass(frozen=True)
class Sheet:
    """Everything that is printed: same sheet, same bytes."""

    template: str
    code: str
    url: str  # where the code is verified
    park: Mapping[str, str]
    facts: Mapping[str, Any]
    issued_at: datetime

    def data(self) -> str:
        """Return what the template reads."""
        said = {
            "code": self.code,
            "url": self.url,
            "park": dict(self.park),
            "facts": dict(self.facts),
            "qr": _qr(self.url),
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def templates() -> list[str]:
    """Return the certificates there are."""
    return sorted(path.stem for path in TEMPLATES.glob("*.typ") if path.stem != "page")


def pdf(sheet: Sheet, font_dir: str | None = None) -> bytes:
    """Return the certificate as PDF/A-2a and PDF/UA-1; typst refuses what would be neither.

    Raises:
        NoFonts: no font directory was given and the wheels that bring the fonts are not there.
        KeyError: there is no such template.
    """
    if sheet.template not in templates():
        raise KeyError(sheet.template)
    made: bytes = typst.compile(
        str(TEMPLATES / f"{sheet.template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(place) for place in font_places(font_dir)],
        ignore_system_fonts=True,
        sys_inputs={"data": sheet.data()},
        pdf_standards=list(_STANDARDS),
        timestamp=int(sheet.issued_at.astimezone(UTC).timestamp()),
    )
    return made


def print_once(
    sheet: Sheet,
    directory: Path,
    font_dir: str | None = None,
    *,
    sign: Callable[[bytes], bytes],
    is_good: Callable[[bytes], bool],
) -> bytes:
    """Return the certificate as PDF, printed and signed now if it was not before, and kept.

    Two who print at once write the same bytes.  Where it cannot be kept (a full disk), it is
    printed all the same: keeping only saves time.  What was kept is handed out only if it
    ``is_good``: somebody may have been at the disk.

    Args:
        sheet: what is printed.
        directory: where prints are kept.
        font_dir: see ``font_places``.
        sign: returns a print with our signature in it.
        is_good: whether a signed print is ours, whole, and to be believed.
    """
    path = directory / f"{_fingerprint(sheet)}.pdf"
    kept = _kept(path)
    if kept is not None and is_good(kept):
        return kept
    made = sign(pdf(sheet, font_dir))
    try:
        _keep(made, path)
    except OSError:
        log.warning("certificate printed but not kept", exc_info=True)
    return made


def _kept(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _keep(made: bytes, path: Path) -> None:
    """Write beside the place and rename, so that nobody ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            file.write(made)
            file.flush()
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def font_places(font_dir: str | None = None) -> list[Path]:
    """Return the directories with our fonts: the one given, else those of the wheels.

    Raises:
        NoFonts: there are none.
    """
    if font_dir:
        return [Path(font_dir)]
    return list(_wheel_places())


@cache
def _wheel_places() -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path.parent for wheel in _FONT_WHEELS for path in _fonts(wheel)))


def _fonts(wheel: str) -> Iterator[Path]:
    """Yield the font files inside the wheel's own package, wherever that is installed.

    The wheel of the Chinese font also lays a copy into the root of the environment, which
    ``pip install --target`` leaves out; the copy in its package is always there.
    """
    try:
        files = importlib.metadata.files(wheel) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    found = [
        Path(str(file.locate()))
        for file in files
        if Path(file.name).suffix in _FONT_SUFFIXES and ".." not in file.parts
    ]
    if not found:
        raise NoFonts(f"No font in the package {wheel}; set SERVICEDESK_FONT_DIR to a directory.")
    yield from found


def _fingerprint(sheet: Sheet) -> str:
    digest = hashlib.sha256(importlib.metadata.version("typst").encode())
    for path in sorted(TEMPLATES.glob("*.typ")):
        digest.update(path.read_bytes())
    digest.update(
        f"{_STANDARDS}\n{sheet.template}\n{sheet.issued_at.timestamp()}\n{sheet.data()}".encode()
    )
    return digest.hexdigest()


def _qr(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", xmldecl=False, border=0, scale=4)
    return out.getvalue().decode()

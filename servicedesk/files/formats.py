"""The formats of the files we take: what pages offer and refusals name.

Pure.  One table, so that a hint and a refusal cannot name different lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from servicedesk.words import Text


@dataclass(frozen=True)
class Format:
    """One kind of file, as people call it and as names of such files end."""

    name: str
    endings: tuple[str, ...]  # the first is ours


PDF: Final = "application/pdf"
FORMATS: Final[Mapping[str, Format]] = {
    PDF: Format("PDF", (".pdf",)),
    "image/jpeg": Format("JPEG", (".jpg", ".jpeg")),
    "image/png": Format("PNG", (".png",)),
    "image/webp": Format("WebP", (".webp",)),
}
MOST_BYTES: Final = 20 * 1024 * 1024  # of one file; OWN

_NAMES: Final = [one.name for one in FORMATS.values()]
NAMES: Final = Text(
    f"{', '.join(_NAMES[:-1])} or {_NAMES[-1]}", f"{'、'.join(_NAMES[:-1])} 或者 {_NAMES[-1]}"
)
FOR_PAGES: Final = {
    "names": NAMES,
    "accept": ",".join(FORMATS),
    "megabytes": MOST_BYTES // 1024**2,
}


def called(name: str) -> Format | None:
    """Return the format that a file's name promises.

    >>> called("Lease.PDF").name, called("lease.docx")
    ('PDF', None)
    """
    ends = name.strip().lower()
    return next((one for one in FORMATS.values() if ends.endswith(one.endings)), None)

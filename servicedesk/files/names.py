"""Names of files as people give them, made safe to show and to save under.

Pure rules.  The name never decides what a file is: its ending is made to fit its content.
"""

import re
import unicodedata
from typing import Final

from servicedesk.files.formats import FORMATS

LONGEST: Final = 120  # characters, with the ending
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')  # in names on Windows
_SPACES: Final = re.compile(r"\s+")
_DEVICES: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(given: str | None, media_type: str) -> str:
    """Return a file name that is safe on every system and ends as its content says.

    >>> safe_name("C:/fakepath/营业执照 副本.PDF", "application/pdf")
    '营业执照 副本.pdf'
    >>> safe_name("../../etc/passwd", "image/png")
    'passwd.png'
    >>> safe_name("invoice\u202efdp.exe", "application/pdf")
    'invoicefdp.exe.pdf'
    >>> safe_name(None, "image/jpeg")
    'document.jpg'
    """
    name = unicodedata.normalize("NFC", given or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or _is_visible(c))
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).strip(". ")
    endings = FORMATS[media_type].endings
    ending = endings[0]
    stem, dot, last = name.rpartition(".")
    if dot and f".{last.lower()}" in endings:
        name = stem
    name = name[: LONGEST - len(ending)].strip(". ")
    if not name or _DEVICES.match(name):
        name = "document"
    return name + ending


def _is_visible(character: str) -> bool:
    """Whether it is neither a control nor one that turns the direction of reading."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}

"""QR codes as drawings for pages."""

from dataclasses import dataclass
from typing import Final

import segno

_QUIET: Final = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True)
class QrCode:
    """A QR code as one path of unit squares, in a square of ``size`` units."""

    size: int
    path: str


def qr_code(address: str) -> QrCode:
    """Return the QR code that opens ``address``.

    >>> qr_code("https://example.org/").size
    33
    """
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    squares = (
        f"M{across + _QUIET} {down + _QUIET}h1v1h-1z"
        for down, row in enumerate(rows)
        for across, is_dark in enumerate(row)
        if is_dark
    )
    return QrCode(len(rows) + 2 * _QUIET, "".join(squares))

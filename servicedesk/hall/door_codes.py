"""The code on the kiosk's screen: whoever has a fresh one saw the kiosk's page a moment ago.

The page is public, so that is no proof of being in the hall: docs/adr/0015 says what it is for.

Pure but for the keys.  A code names its hall and the moment from which it was shown, under a mark
that only a holder of our keys can write; nothing is stored.  It is shown for a few minutes and
good for a few more, so a picture of it that is sent on is soon worth nothing.
"""

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from typing import Final

from servicedesk.database import keyring
from servicedesk.hall.joining import Joining

_LAYOUT: Final = struct.Struct(">II")  # hall, second since 1970
_MARK_BYTES: Final = 16
_PURPOSE: Final = "code at the door"
_AHEAD: Final = timedelta(minutes=1)  # that the clock of another machine may be


def code_of(hall_id: int, figures: Joining, now: datetime) -> str:
    """Return the code that the hall shows at ``now``."""
    step = int(figures.code_changes.total_seconds())
    second = int(now.timestamp()) // step * step
    named = _LAYOUT.pack(hall_id, second)
    mark = keyring.mark(_PURPOSE, named)[:_MARK_BYTES]
    return base64.urlsafe_b64encode(named + mark).decode()


def is_good(code: str, hall_id: int, figures: Joining, now: datetime) -> bool:
    """Whether the hall showed ``code`` a moment ago."""
    try:
        raw = base64.b64decode(code.encode("ascii"), altchars=b"-_", validate=True)
        hall, second = _LAYOUT.unpack(raw[: _LAYOUT.size])
    except (binascii.Error, UnicodeEncodeError, struct.error):
        return False
    if not keyring.fits_in_part(_PURPOSE, raw[: _LAYOUT.size], raw[_LAYOUT.size :], _MARK_BYTES):
        return False
    age = now - datetime.fromtimestamp(second, UTC)
    return hall == hall_id and -_AHEAD <= age <= figures.code_lasts

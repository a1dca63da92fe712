"""What counters are and have.  Tables only; the values are stored: add one, never rename one."""

from enum import StrEnum
from typing import Final

from servicedesk.words import Words, say


class CounterKind(StrEnum):
    """Whom a counter takes."""

    FULL = "full"
    QUICK = "quick"


class Equipment(StrEnum):
    """What a counter has that others may not have."""

    FINGERPRINTS = "fingerprints"
    CAMERA = "camera"
    SCANNER = "scanner"
    PAYMENT = "payment"


KIND_WORDS: Final[dict[CounterKind, Words]] = {
    CounterKind.FULL: say("All visits"),
    CounterKind.QUICK: say("Quick counter: short visits only"),
}
EQUIPMENT_WORDS: Final[dict[Equipment, Words]] = {
    Equipment.FINGERPRINTS: say("Fingerprint reader"),
    Equipment.CAMERA: say("Camera"),
    Equipment.SCANNER: say("Scanner"),
    Equipment.PAYMENT: say("Payment terminal"),
}

"""What counters are and have.  The values are stored: add one, never rename one.

Counters set up before there were these tables may have others; those are read as nothing special.
"""

from collections.abc import Iterable
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


def kind_of(kept: str) -> CounterKind:
    """Return the kind that is kept; one that nobody knows takes all visits.

    >>> kind_of("quick"), kind_of("reception")
    (<CounterKind.QUICK: 'quick'>, <CounterKind.FULL: 'full'>)
    """
    return CounterKind(kept) if kept in set(CounterKind) else CounterKind.FULL


def equipment_of(kept: Iterable[str]) -> list[Equipment]:
    """Return the equipment that is kept, but what nobody knows, in the order of the table.

    >>> equipment_of(["printer", "camera"])
    [<Equipment.CAMERA: 'camera'>]
    """
    known = set(kept)
    return [one for one in Equipment if one.value in known]

"""What may be told of figures that enterprises gave us in confidence.

Pure.  A total of fewer than five reports is not told, and a told total stays until five reports
have come since: else the difference of two days would be the figures of one enterprise.
OWN: the number is the desk's; statistics of small groups are commonly kept back.
"""

from collections.abc import Mapping
from typing import Any, Final

FEWEST: Final = 5  # enterprises

Cell = Mapping[str, Any]  # {"reports": 7, "total": "80.00" or None, "others": {"USD": 2}}


def may_tell(count: int) -> bool:
    """Whether a total of so many enterprises may be told."""
    return count >= FEWEST


def told(now: Cell, before: Cell | None) -> Cell:
    """Return what is told of a period, given what was told of it before.

    >>> told({"reports": 4, "total": "9", "others": {}}, None)
    {'reports': 4, 'total': None, 'others': {}}
    >>> told({"reports": 9, "total": "9", "others": {}}, {"reports": 5, "total": "4", "others": {}})
    {'reports': 5, 'total': '4', 'others': {}}
    """
    if not may_tell(now["reports"]):
        return {**now, "total": None}
    if before is None or before["total"] is None:
        return now
    has_moved = abs(now["reports"] - before["reports"]) >= FEWEST
    return now if has_moved else before


def count_told(count: int) -> int | None:
    """Return how many enterprises share what is not public of each; None: too few to tell.

    >>> count_told(0), count_told(4), count_told(5)
    (0, None, 5)
    """
    return count if count == 0 or may_tell(count) else None

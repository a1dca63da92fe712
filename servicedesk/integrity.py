"""Whether what is stored is whole: the checks behind ``servicedesk check``.

Each check looks at one promise and yields what breaks it.  It only reads, and it names
rows by number or reference, never people.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

STRAY_AFTER: Final = timedelta(hours=48)  # the sweeper comes every day


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    check: str
    where: str  # "case R26-00042, event 3"
    what: str


@dataclass(frozen=True)
class Place:
    """What a check looks at."""

    session: Session
    data_dir: Path
    stray_after: timedelta = STRAY_AFTER  # age at which what nothing names is a finding


Check = Callable[[Place], Iterator[tuple[str, str]]]  # yields where, and what is wrong there

_CHECKS: Final[dict[str, Check]] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a function as the check ``name``; names are stable, scripts know them."""

    def register(function: Check) -> Check:
        _CHECKS[name] = function
        return function

    return register


def names() -> list[str]:
    """Return the checks there are, in alphabetical order."""
    return sorted(_CHECKS)


def findings(place: Place, *, only: str | None = None) -> Iterator[Finding]:
    """Yield everything that is wrong, check by check."""
    for name in names() if only is None else [only]:
        for where, what in _CHECKS[name](place):
            yield Finding(name, where, what)

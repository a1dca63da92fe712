"""What a visit is for: its stops, one after the other, each in a line of the hall.

Pure rules: no database, no web.  A ticket has at least one stop; one that came for several
services goes from line to line with the same number.  Stops are kept as JSON with their ticket,
so its version and what is undone cover them, too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Stop:
    """One thing that somebody came for."""

    queue_id: int
    service: str | None = None  # a code of the catalogue; None: was not asked
    quantity: int = 1
    counter_id: int | None = None  # where it was done
    ended_at: datetime | None = None
    outcome: str = ""


def kept(stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """Return the stops as a row of ``tickets`` keeps them."""
    return [
        asdict(one) | {"ended_at": one.ended_at.isoformat() if one.ended_at else None}
        for one in stops
    ]


def read(rows: Sequence[dict[str, Any]]) -> tuple[Stop, ...]:
    """Return the stops that a row of ``tickets`` keeps.

    >>> read(kept([Stop(3, "ADVICE")]))[0].service
    'ADVICE'
    """
    return tuple(
        Stop(**row | {"ended_at": datetime.fromisoformat(end) if end else None})
        for row in rows
        for end in (row["ended_at"],)
    )


def ahead(stops: Sequence[Stop]) -> list[Stop]:
    """Return what is not done yet, in order."""
    return [one for one in stops if one.ended_at is None]


def behind(stops: Sequence[Stop]) -> list[Stop]:
    """Return what is done, in order."""
    return [one for one in stops if one.ended_at is not None]


def ended(
    stops: Sequence[Stop], queue_id: int, counter_id: int, outcome: str, at: datetime
) -> list[Stop]:
    """Return the stops after everything there was to do in one line has been done.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> [one.queue_id for one in ahead(ended([Stop(1), Stop(2), Stop(1)], 1, 5, "served", noon))]
    [2]
    """
    return [
        replace(one, counter_id=counter_id, outcome=outcome, ended_at=at)
        if one.queue_id == queue_id and one.ended_at is None
        else one
        for one in stops
    ]


def moved(stops: Sequence[Stop], queue_id: int, to: int) -> list[Stop]:
    """Return the stops after what there is to do in one line was sent to another."""
    return [
        replace(one, queue_id=to) if one.queue_id == queue_id and one.ended_at is None else one
        for one in stops
    ]

"""What a visit is for: its stops, one after the other, each in a line of the hall.

Pure rules: no database, no web.  A ticket has at least one stop; one that came for several
services goes from line to line with the same number.  Stops are kept as JSON with their ticket,
so its version and what is undone cover them, too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

_MOMENTS: Final = ("booked_for", "started_at", "ended_at")


@dataclass(frozen=True)
class Stop:
    """One thing that somebody came for."""

    queue_id: int
    service: str | None = None  # a code of the catalogue; None: was not asked
    quantity: int = 1
    counter_id: int | None = None  # where it was done
    booked_for: datetime | None = None  # of an appointment, which has a time for each line
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""


def kept(stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """Return the stops as a row of ``tickets`` keeps them."""
    return [asdict(one) | {key: _written(getattr(one, key)) for key in _MOMENTS} for one in stops]


def read(rows: Sequence[dict[str, Any]]) -> tuple[Stop, ...]:
    """Return the stops that a row of ``tickets`` keeps.

    >>> read(kept([Stop(3, "ADVICE")]))[0].service
    'ADVICE'
    """
    return tuple(Stop(**row | {key: _moment(row.get(key)) for key in _MOMENTS}) for row in rows)


def ahead(stops: Sequence[Stop]) -> list[Stop]:
    """Return what is not done yet, in order."""
    return [one for one in stops if one.ended_at is None]


def behind(stops: Sequence[Stop]) -> list[Stop]:
    """Return what is done, in order."""
    return [one for one in stops if one.ended_at is not None]


def booked_in(stops: Sequence[Stop], queue_id: int) -> datetime | None:
    """Return for when what is still to do in one line is booked; None: it is not.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> booked_in([Stop(1), Stop(2, booked_for=noon)], 2) == noon
    True
    """
    times = [one.booked_for for one in ahead(stops) if one.queue_id == queue_id and one.booked_for]
    return min(times, default=None)


def ended(
    stops: Sequence[Stop],
    queue_id: int,
    counter_id: int | None,
    outcome: str,
    at: datetime,
    *,
    since: datetime | None = None,
) -> list[Stop]:
    """Return the stops after everything there was to do in one line has been done.

    ``since`` is when the visit began there; what is done one by one begins when the one before
    it ended.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> [one.queue_id for one in ahead(ended([Stop(1), Stop(2), Stop(1)], 1, 5, "served", noon))]
    [2]
    """
    begun = begun_at(stops, since)
    return [
        replace(one, counter_id=counter_id, outcome=outcome, started_at=begun, ended_at=at)
        if one.queue_id == queue_id and one.ended_at is None
        else one
        for one in stops
    ]


def begun_at(stops: Sequence[Stop], since: datetime | None) -> datetime | None:
    """Return when the next of the stops began, at a counter where the visit began at ``since``."""
    if since is None:
        return None
    return max([since, *(one.ended_at for one in stops if one.ended_at and one.ended_at > since)])


def moved(stops: Sequence[Stop], queue_id: int, to: int, service: str | None = None) -> list[Stop]:
    """Return the stops after what there is to do in one line was sent to another.

    If a ``service`` is named, the first of it turned out to be for that one; the rest of it is
    still to be done where it was.

    >>> def told(stops): return [(one.queue_id, one.service) for one in stops]
    >>> told(moved([Stop(1, "A"), Stop(1, "B")], 1, 3)), told(moved([Stop(2)], 1, 3))
    ([(3, 'A'), (3, 'B')], [(3, None), (2, None)])
    >>> told(moved([Stop(1, "A"), Stop(1, "B")], 1, 3, "C"))
    [(3, 'C'), (1, 'B')]
    """
    here = [one for one in ahead(stops) if one.queue_id == queue_id]
    if not here or service is not None:
        first = here[0] if here else None
        left = [one for one in ahead(stops) if one is not first]
        return [*behind(stops), Stop(to, service), *left]
    return [
        replace(one, queue_id=to) if one.queue_id == queue_id and one.ended_at is None else one
        for one in stops
    ]


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None

"""A page that is opened again and again, and requests of which each is sent once."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from bench.bare import BareView, Statement, recorded
from bench.desks import Desk, copy_of
from bench.measuring import Cost, Measured, cost, in_turns

_WARMING = 3  # requests that are not counted

Requests = Callable[[Desk], Iterable[Callable[[], object]]]


def repeated(desk: Desk, name: str, size: int, work: Callable[[], object], rounds: int) -> Measured:
    """Return what ``work`` costs, which may be done again and again, beside its SQL."""
    bare = BareView(desk.engine)
    work()
    with recorded(desk.engine) as statements:
        work()
    bare.statements = list(statements)
    return Measured(name, size, *in_turns(work, bare.ask, rounds), len(statements))


def sent(url: str, directory: Path, name: str, size: int, requests: Requests) -> Measured:
    """Return what each of ``requests`` costs, then its SQL on the database as it was before.

    Nobody may be connected to the database; the first three are not counted.
    """
    by_desk, recordings = [], []
    with copy_of(url) as engine:
        desk = Desk(url, directory)
        for request in requests(desk):
            with recorded(desk.engine) as statements:
                by_desk.append(cost(request))
            recordings.append(list(statements))
        desk.engine.dispose()
        by_bare = list(_replayed(engine, recordings))
    return Measured(name, size, by_desk[_WARMING:], by_bare[_WARMING:], len(recordings[-1]))


def _replayed(engine: sa.Engine, recordings: list[list[Statement]]) -> Iterator[Cost]:
    bare = BareView(engine)
    for recording in recordings:
        bare.statements = recording
        yield cost(bare.ask)

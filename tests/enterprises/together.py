"""Several transactions at once, each in a thread and on a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")


def at_once(engine_url: str, works: Sequence[Callable[[Session], T]]) -> list[T | Exception]:
    """Run all ``works`` from one starting shot, commit each; return what came, or what went wrong.

    Each session has read something before the shot, so that it is truly in a transaction.
    """
    engine = sa.create_engine(engine_url, pool_size=len(works), max_overflow=0)
    barrier = Barrier(len(works))

    def run(work: Callable[[Session], T]) -> T | Exception:
        with Session(engine) as session:
            session.execute(sa.select(1))
            barrier.wait(timeout=30)
            try:
                result = work(session)
                session.commit()
            except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
                return error
            return result

    try:
        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))
    finally:
        engine.dispose()

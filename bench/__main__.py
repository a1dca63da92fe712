"""Run the benchmark and print its table: ``python -m bench``."""

import argparse
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bench.bare import BareView, Statement, recorded
from bench.desks import Desk, copy_of, server
from bench.measuring import Cost, Measured, cost, in_turns, table

# (what the table calls it, who opens it, where)
PAGES = (
    ("inbox of a clerk", "clerk1", "/desk"),
    ("inbox of a supervisor", "supervisor", "/desk"),
    ("inbox, overdue", "supervisor", "/desk?view=overdue"),
    ("inbox, two-character search", "supervisor", "/desk?q=样例"),
    ("own applications", "enterprise", "/cases"),
    ("guide of a service", "enterprise", "/services/E_SET_LLC"),
)


def main() -> None:
    """Measure at each size and print the table."""
    asked = _arguments()
    measured: list[Measured] = []
    with server() as (url, directory):
        for thousands in asked.sizes:
            desk = Desk(url, directory)
            desk.fill(thousands, asked.seed)
            measured += _pages(desk, thousands * 1000, asked.rounds)
            if asked.explain:
                print(_plan_of_the_inbox(desk))
            measured.append(_submit(desk, url, directory, thousands * 1000, asked.rounds))
            desk.engine.dispose()
    cores = os.cpu_count()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\nPython {platform.python_version()}, {cores} cores, load {load}\n")
    print(table(measured))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100], help="thousands")
    parser.add_argument("--rounds", type=int, default=30, help="requests of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    parser.add_argument("--explain", action="store_true", help="print the inbox query's plan")
    return parser.parse_args()


def _pages(desk: Desk, cases: int, rounds: int) -> Iterator[Measured]:
    bare = BareView(desk.engine)
    for name, who, path in PAGES:
        person = desk.browser(who)
        person.get(path)
        with recorded(desk.engine) as sent:
            person.get(path)
        bare.statements = list(sent)
        times = in_turns(lambda person=person, path=path: person.get(path), bare.ask, rounds)  # type: ignore[misc]
        yield Measured(name, cases, *times, len(sent))


def _submit(desk: Desk, url: str, directory: Path, cases: int, rounds: int) -> Measured:
    """Send ``rounds`` applications, then send the same SQL to a copy of the database."""
    references = desk.ready_drafts("enterprise", rounds + 3)
    desk.browser("enterprise")
    desk.engine.dispose()
    with copy_of(url) as engine:
        again = Desk(url, directory)
        person = again.browser("enterprise")
        by_desk, recordings = [], []
        for reference in references:
            data = {"declared": "y", "request_key": f"bench-{reference:0>20}"}
            with recorded(again.engine) as sent:
                path = f"/cases/{reference}/submit"
                by_desk.append(cost(lambda path=path, data=data: person.post(path, data)))  # type: ignore[misc]
            recordings.append(list(sent))
        again.engine.dispose()
        by_bare = list(_replayed(engine, recordings))
    return Measured("submit", cases, by_desk[3:], by_bare[3:], len(recordings[-1]))


def _replayed(engine: sa.Engine, recordings: list[list[Statement]]) -> Iterator[Cost]:
    bare = BareView(engine)
    for recording in recordings:
        bare.statements = recording
        yield cost(bare.ask)


def _plan_of_the_inbox(desk: Desk) -> str:
    """Return how the database finds a supervisor's inbox."""
    person = desk.browser("supervisor")
    with recorded(desk.engine) as sent:
        person.get("/desk")
    plans = []
    for one in sent:
        if "FROM tasks" in one.text:
            with desk.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {one.text}", one.parameters)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return "\n\n".join(plans)


if __name__ == "__main__":
    main()

"""What a desk costs as applications grow: inbox, lists, guide, submission."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.bare import recorded
from bench.desks import Desk, Person
from bench.measuring import Measured
from bench.requests import repeated, sent

# (what the table calls it, who opens it, where)
PAGES = (
    ("inbox of a clerk", "clerk1", "/desk"),
    ("inbox of a supervisor", "supervisor", "/desk"),
    ("inbox, overdue", "supervisor", "/desk?view=overdue"),
    ("inbox, two-character search", "supervisor", "/desk?q=样例"),
    ("own applications", "enterprise", "/cases"),
    ("guide of a service", "enterprise", "/services/E_SET_LLC"),
)


def measure(url: str, directory: Path, thousands: int, rounds: int, seed: int) -> list[Measured]:
    """Return what pages and a submission cost beside so many thousand applications."""
    desk = Desk(url, directory)
    desk.fill(thousands, seed)
    measured = [
        repeated(desk, name, thousands * 1000, partial(desk.browser(who).get, path), rounds)
        for name, who, path in PAGES
    ]
    references = desk.drafts("enterprise", "E_HOST", desk.service("E_HOST").examples[0], rounds + 3)
    desk.browser("enterprise")
    desk.engine.dispose()

    def send(again: Desk) -> Iterator[Callable[[], None]]:
        person = again.browser("enterprise")
        return (partial(submit, person, reference) for reference in references)

    return [*measured, sent(url, directory, "submit", thousands * 1000, send)]


def submit(person: Person, reference: str) -> None:
    """Send an application that is ready."""
    data = {"declared": "y", "request_key": f"bench-{reference:0>20}"}
    person.post(f"/cases/{reference}/submit", data)


def plan_of_the_inbox(url: str, directory: Path) -> str:
    """Return how the database finds a supervisor's inbox."""
    desk = Desk(url, directory)
    person = desk.browser("supervisor")
    with recorded(desk.engine) as statements:
        person.get("/desk")
    plans = []
    for one in statements:
        if "FROM tasks" in one.text:
            with desk.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {one.text}", one.parameters)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    desk.engine.dispose()
    return "\n\n".join(plans)

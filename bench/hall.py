"""What a hall costs after many visits: ticket, board, the counter's page, calling who is next."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.desks import Desk
from bench.measuring import Measured
from bench.requests import repeated, sent
from servicedesk import clock
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.hall import queries
from servicedesk.hall.models import Hall, Ticket
from servicedesk.hall.operations import sittings, tickets
from servicedesk.web.forms import new_request_key

_CLERK, _HALL, _LINE, _WAITING = "clerk1", "training", "registration", 30
PAGES = (
    ("board", f"/hall/{_HALL}/board/now"),
    ("page of the hall", f"/hall/{_HALL}"),
    ("kiosk", f"/hall/{_HALL}/kiosk"),
    ("counter", "/desk/counter"),
)

# Visits that are over, a minute apart, with the call and the three things that happened to each.
_PAST = sa.text("""
WITH made AS (
    INSERT INTO tickets (version, nonce, queue_id, issuing_queue_id, day, number, status, place,
        issued_at, lined_up_at, changed_at, language, stops, counter_id, called_at,
        started_at, ended_at, recalls, outcome, expected_from, expected_to)
    SELECT 4, decode(lpad(to_hex(n), 18, '0'), 'hex'), :queue, :queue,
        DATE '2000-01-01' + n / 900, n % 900 + 1, 'done', -n,
        at, at, at + interval '25 minutes', 'zh', CAST('[]' AS jsonb), :counter,
        at + interval '10 minutes', at + interval '11 minutes', at + interval '25 minutes',
        0, 'served', at + interval '5 minutes', at + interval '15 minutes'
    FROM (
        SELECT n, now() - n * interval '1 minute' AS at
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
    ) x
    RETURNING id, issued_at
), called AS (
    INSERT INTO calls (hall_id, ticket_id, counter_id, at, is_again)
    SELECT :hall, id, :counter, issued_at + interval '10 minutes', false FROM made
)
INSERT INTO ticket_events (ticket_id, at, counter_id, action, words, before)
SELECT id, issued_at, :counter, action, '', CAST('{}' AS jsonb)
FROM made, unnest(ARRAY['take', 'call', 'finish']) AS action
""")


def measure(url: str, directory: Path, visits: int, rounds: int) -> list[Measured]:
    """Return what pages and actions cost after so many visits, with thirty people waiting."""
    desk = Desk(url, directory)
    desk.fill(0, 1)
    with desk.session() as session:
        _lived(session, visits)
        _opened(session)
        session.commit()
    with desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE tickets, calls, ticket_events"))
    clerk = desk.browser(_CLERK)
    measured = [
        repeated(desk, name, visits, partial(clerk.get, path), rounds) for name, path in PAGES
    ]
    desk.engine.dispose()
    for name, requests in (("take a ticket", _taken), ("call, start, finish", _called)):
        measured.append(sent(url, directory, name, visits, partial(requests, rounds + 3)))
    return measured


def _lived(session: Session, visits: int) -> None:
    """Have so many visits behind, beside those that are there."""
    hall = queries.get_hall(session, _HALL)
    there = session.scalar(sa.select(sa.func.count()).select_from(Ticket)) or 0
    if visits > there:
        session.execute(
            _PAST,
            {"queue": hall.queues[0].id, "hall": hall.id, "counter": hall.counters[-1].id,
             "first": there + 1, "last": visits},
        )  # fmt: skip


def _opened(session: Session) -> None:
    """Have the clerk at a counter and people who wait."""
    hall, now = queries.get_hall(session, _HALL), clock.now()
    clerk = find_user_by_email(session, f"{_CLERK}@demo.example")
    assert clerk is not None
    if queries.find_sitting(session, clerk) is None:
        sittings.sign_on(
            session, hall.counters[0], by=clerk, queue_ids=[queue.id for queue in hall.queues],
            languages=["zh", "en"], now=now,
        )  # fmt: skip
    _wait(session, hall, _WAITING - _waiting(session))


def _waiting(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).where(Ticket.status == "waiting")) or 0


def _wait(session: Session, hall: Hall, count: int) -> None:
    for _ in range(count):
        tickets.take(session, hall, hall.queues[0], language="zh", now=clock.now())


def _taken(rounds: int, desk: Desk) -> Iterator[Callable[[], object]]:
    person = desk.browser(_CLERK)
    for _ in range(rounds):
        data = {"request_key": new_request_key(), "queue": _LINE, "language": "zh"}
        yield partial(person.post, f"/hall/{_HALL}/kiosk", data)


def _called(rounds: int, desk: Desk) -> Iterator[Callable[[], object]]:
    with desk.session() as session:
        _wait(session, queries.get_hall(session, _HALL), rounds)
        session.commit()
    clerk = desk.browser(_CLERK)
    for _ in range(rounds):
        yield partial(_serve, desk, clerk.post)


def _serve(desk: Desk, post: Callable[..., object]) -> None:
    post("/desk/counter/next", {"request_key": new_request_key()})
    with desk.session() as session:
        clerk = find_user_by_email(session, f"{_CLERK}@demo.example")
        assert clerk is not None
        sitting = queries.find_sitting(session, clerk)
        assert sitting is not None
        ticket = queries.find_open_ticket(session, sitting.counter_id)
        assert ticket is not None
        path, version = f"/desk/counter/tickets/{ticket.id}", ticket.version
    for at, action in enumerate(("start", "finish")):
        seen = str(version + at)
        post(
            f"{path}/{action}",
            {"request_key": new_request_key(), "seen": seen, "outcome": "served"},
        )

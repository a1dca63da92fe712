"""What one more counter, one fewer or closed doors would do: worked out by hand, and over HTTP."""

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.hall import expecting, simulated, simulation
from servicedesk.hall.line_up import Rules
from servicedesk.hall.models import QueueDay, Ticket
from servicedesk.hall.quick import QUICK
from servicedesk.hall.simulation import SimulatedCounter, SimulatedHall, Visit
from servicedesk.hall.what_if import Present, Way, work_out
from servicedesk.park import local_day
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_sitting, make_ticket

NOON = 12 * 60.0
COUNTER = SimulatedCounter(frozenset({"advice"}))
CERTAIN = {
    "cv": 0, "missed": 0, "no_show": 0, "patience": 600, "booked_share": 0, "priority_share": 0,
    "english_share": 0, "by_hour": {12: 1.0}, "visits": {"advice": 0},
}  # fmt: skip


@pytest.fixture
def certain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing to chance: every visit takes what it usually takes."""
    monkeypatch.setattr(simulation, "assumptions", lambda: CERTAIN)


def at_noon(counters: int) -> Present:
    """Return three people who have waited 10, 5 and 0 minutes for visits of ten minutes."""
    hall = SimulatedHall(
        counters=[COUNTER] * counters, minutes={"advice": 10}, visits={}, rules=Rules(),
        opens=NOON, closes=17 * 60,
        waiting=[Visit(0, "advice", NOON - ago, "zh", has_priority=False) for ago in (10, 5, 0)],
    )  # fmt: skip
    return Present(hall, range(1, counters + 1), [(9, COUNTER)], is_assumed=False)


@pytest.mark.usefixtures("certain")
def test_three_people_one_counter_ten_minutes_each() -> None:
    """They are called at 12:00, 12:10, 12:20; with two counters at 12:00, 12:00, 12:10."""
    as_is, more, fewer = work_out(at_noon(1))

    assert (as_is.way, as_is.longest, as_is.ends) == (Way.AS_IS, 20, NOON + 30)
    assert (more.way, more.counter, more.longest, more.change) == (Way.MORE, 9, 10, -10)
    assert (fewer.way, fewer.counter, fewer.longest, fewer.change) == (Way.FEWER, 1, None, None)


@pytest.mark.usefixtures("certain")
def test_a_language_that_nobody_speaks_is_called_as_in_the_hall() -> None:
    """Three who ask for English, and only Chinese is spoken: they are called all the same."""
    there = at_noon(1)
    chinese = SimulatedCounter(frozenset({"advice"}), frozenset({"zh"}))
    waiting = [replace(one, language="en") for one in there.hall.waiting]
    hall = replace(there.hall, counters=[chinese], waiting=waiting)

    as_is = work_out(replace(there, hall=hall))[0]

    assert as_is.longest == 20


def test_a_quick_counter_is_no_full_one(session: Session) -> None:
    """Beside another of the same line it counts for no wait, neither there nor in "what if"."""
    full = make_sitting(session, 1, queues=["advice"])
    fast = make_sitting(session, 2, queues=["advice"])
    fast.counter.kind = QUICK
    session.commit()
    hall, now = hall_of(session), clock.now()
    advice = next(queue.id for queue in hall.queues if queue.key == "advice")

    assert expecting.outlooks(session, hall, now)[advice].counters == 1
    played = simulated.present(session, hall, now).hall.counters
    assert sum("advice" in one.serves for one in played) == 1
    full.ended_at = now
    session.commit()
    assert expecting.outlooks(session, hall, now)[advice].counters == 1


@pytest.mark.usefixtures("certain")
def test_one_counter_fewer_of_two() -> None:
    found = {one.way: one for one in work_out(at_noon(2))}

    assert (found[Way.FEWER].counter, found[Way.FEWER].change) == (2, +10)


@pytest.mark.usefixtures("certain")
def test_a_counter_is_busy_with_who_is_there() -> None:
    here = at_noon(1)
    busy = SimulatedCounter(COUNTER.serves, busy_for=7)
    hall = SimulatedHall(**{**vars(here.hall), "counters": [busy]})

    assert work_out(Present(hall, [1], [], is_assumed=False))[0].longest == 27


def test_closed_doors_end_the_day_earlier_and_the_same_state_gives_the_same_answer() -> None:
    hall = SimulatedHall(**{**vars(at_noon(1).hall), "visits": {"advice": 20}})
    present = Present(hall, [1], [(9, COUNTER)], is_assumed=True)
    found = {one.way: one for one in work_out(present)}

    assert work_out(present) == list(found.values())
    assert (found[Way.CLOSE].ends or 0) < (found[Way.AS_IS].ends or 0)
    assert (found[Way.CLOSE].change or 0) <= 0, "the same people, only fewer of them"
    assert (found[Way.MORE].change or 0) < 0


def test_who_is_to_come_is_known_from_two_weeks_on(session: Session) -> None:
    now, hall = clock.now(), hall_of(session)
    assert simulated.present(session, hall, now).is_assumed
    for weeks in (1, 2):
        ticket = make_ticket(session)
        before = local_day(now) - timedelta(weeks=weeks)
        at = now - timedelta(weeks=weeks) + timedelta(minutes=1)
        session.execute(
            sa.update(Ticket).where(Ticket.id == ticket.id)
            .values(day=before, issued_at=at, status="done")
        )  # fmt: skip
        session.add(QueueDay(queue_id=ticket.queue_id, day=before, last_number=1, lately=[]))
    session.commit()
    found = simulated.present(session, hall, now)

    assert not found.is_assumed
    assert found.hall.visits["registration"] == 1


def test_a_supervisor_is_told_within_a_second(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))
    make_sitting(session)
    for minutes in (25, 20, 15):
        make_ticket(session, at=clock.now() - timedelta(minutes=minutes))
    browser.get("/desk/hall/training")
    began = perf_counter()
    page = browser.get("/desk/hall/training/what-if").text
    assert perf_counter() - began < 3  # with room for a busy machine; measured: a tenth of it

    assert "One more counter now" in page
    assert "assumed" in page

"""Everybody locks the lines first, then the counter, then tickets: nobody waits in a circle."""

import time
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.extensions import db
from servicedesk.hall import report_queries
from servicedesk.hall.models import Hall, Queue, QueueDay, Sitting, Ticket
from servicedesk.hall.operations import calling, closing, day_reports, serving, tickets
from servicedesk.hall.steering_models import HallDay
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.park import local_day
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of

WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                  " AND datname = current_database()")  # fmt: skip


def wait_until_somebody_waits(session: Session) -> None:
    """Return once another transaction waits for a lock; at most five seconds."""
    for _ in range(100):
        session.execute(sa.select(sa.func.pg_stat_clear_snapshot()))
        if session.scalars(WAITING).one():
            return
        time.sleep(0.05)
    raise AssertionError


def test_who_finishes_and_calls_the_next_locks_the_ticket_last(
    app: Flask, browser: Browser, session: Session
) -> None:
    """Ending the day holds the lines and waits for the ticket: it must get it."""
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    make_sitting(session, clerk=clerk)
    first, second = make_ticket(session), make_ticket(session)
    browser.post("/desk/counter/next")
    browser.post(f"/desk/counter/tickets/{first.id}/start", data={"seen": str(first.version)})
    seen, ticket, hall = (
        {"seen": str(first.version), "outcome": "served"},
        first.id,
        first.queue.hall_id,
    )
    session.commit()
    with app.app_context():
        sessions = db.sessionmaker
    answers: list[int] = []

    def press() -> None:
        answers.append(browser.post("/desk/counter/next", data=seen).status_code)

    with sessions.begin() as ending:
        report_queries.hold_hall(ending, ending.get_one(Hall, hall))
        thread = Thread(target=press, daemon=True)
        thread.start()
        wait_until_somebody_waits(ending)
        held = sa.select(Ticket.id).where(Ticket.id == ticket).with_for_update(nowait=True)
        assert ending.scalars(held).one() == ticket
    thread.join(10)

    session.expire_all()
    assert answers == [303]
    assert (first.status, second.status) == (TicketStatus.DONE, TicketStatus.CALLED)


def test_taking_back_a_call_out_of_turn_forgets_nobody_elses_turn(session: Session) -> None:
    sitting, now = make_sitting(session), clock.now()
    first, chosen = make_ticket(session), make_ticket(session)
    assert calling.call_next(session, sitting, now=now) is first
    calling.miss(session, first, sitting, now=now)
    kept = lately(session)
    calling.call_chosen(session, chosen, sitting, words="a flight", now=now)

    serving.undo(session, sitting, now=now)
    assert lately(session) == kept != []
    serving.undo(session, sitting, now=now)  # the missing
    serving.undo(session, sitting, now=now)  # the call
    assert lately(session) == []


def test_who_takes_a_call_back_holds_the_line_before_the_counter(
    app: Flask, session: Session
) -> None:
    """Who calls holds the line and waits for the counter: they must get it."""
    sitting, now = make_sitting(session), clock.now()
    make_ticket(session)
    calling.call_next(session, sitting, now=now)
    session.commit()
    with app.app_context():
        sessions = db.sessionmaker
    where, hall = sitting.id, hall_of(session).id
    session.commit()

    def take_back() -> None:
        with sessions.begin() as own:
            serving.undo(own, own.get_one(Sitting, where), now=now)

    with sessions.begin() as calls:
        line = sa.select(Queue.id).where(Queue.hall_id == hall)
        calls.execute(line.with_for_update(key_share=True))
        thread = Thread(target=take_back, daemon=True)
        thread.start()
        wait_until_somebody_waits(calls)
        counter = sa.select(Sitting.id).where(Sitting.id == where)
        assert calls.scalars(counter.with_for_update(nowait=True)).one() == where
    thread.join(10)

    assert lately(session) == []


def lately(session: Session) -> list[str]:
    """Return why the last ones were called in the line of registrations today."""
    query = sa.select(QueueDay.lately).where(
        QueueDay.queue_id == queue_of(session, "registration").id,
        QueueDay.day == local_day(clock.now()),
    )
    session.flush()
    session.expire_all()
    return session.scalars(query).one()


def test_a_ticket_that_is_being_given_out_is_in_the_report_of_the_day(
    app: Flask, session: Session
) -> None:
    """With the doors closed early, who has booked still gets one; then the day is ended."""
    now, hall, by = clock.now(), hall_of(session), make_user(session, role=Role.SUPERVISOR)
    closing.close_doors(session, hall, by=by, now=now)
    session.commit()
    where, who, line = hall.id, by.id, hall.queues[0].id
    session.commit()
    with app.app_context():
        sessions = db.sessionmaker

    def end() -> None:
        with sessions.begin() as own:
            found, supervisor = own.get_one(Hall, where), own.get_one(User, who)
            assert day_reports.end_day(own, found, by=supervisor, now=now)

    with sessions.begin() as kiosk:
        queue = kiosk.get_one(Queue, line)
        given = tickets.take(kiosk, queue.hall, queue, language="zh", now=now, booked_for=now)
        thread = Thread(target=end, daemon=True)
        thread.start()
        wait_until_somebody_waits(kiosk)
        number = given.id
    thread.join(10)

    session.expire_all()
    assert session.get_one(Ticket, number).status is TicketStatus.SETTLED
    assert session.scalars(sa.select(HallDay)).one().report["visits"] == 1
    with pytest.raises(tickets.NoTicketsNow):
        make_ticket(session, booked_for=now)

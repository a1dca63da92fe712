"""The end of a day: what is settled, and the report that is written once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.extensions import db
from servicedesk.hall import day_queries, report_queries
from servicedesk.hall.appointment_models import AppointmentStatus
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import (
    appointments,
    calling,
    closing,
    day_reports,
    hours,
    serving,
    steering,
    visiting,
)
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.steering_models import HallDay
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.park import local_day, midnight
from servicedesk.words import Text
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_sitting, make_ticket

PAGE = "/desk/hall/training"


def a_day(session: Session) -> datetime:
    """Have one served, one missed, one given up, one never called; return when."""
    now, sitting = clock.now(), make_sitting(session)
    served, missed = make_ticket(session), make_ticket(session, "advice", language="en")
    calling.call_chosen(session, served, sitting, words="first", now=now)
    serving.start(session, served, sitting, now=now)
    serving.finish(session, served, sitting, Outcome.SERVED, now=now + timedelta(minutes=7))
    assert calling.call_next(session, sitting, now=now) is missed
    calling.miss(session, missed, sitting, now=now)
    left = make_ticket(session)
    left.status, left.ended_at = TicketStatus.LEFT, now
    make_ticket(session)
    by = make_user(session, role=Role.SUPERVISOR)
    until, soon = now + timedelta(minutes=9), Text("Soon", "稍后")
    steering.announce(session, hall_of(session), soon, until=until, by=by, now=now)
    session.commit()
    return now


def test_the_report_of_a_day_is_written_when_it_is_closed_and_once(session: Session) -> None:
    now = a_day(session)
    tomorrow = now + timedelta(days=1)

    assert day_reports.close_days(session, now=now) == 0
    assert day_reports.close_days(session, now=tomorrow) == 1
    assert day_reports.close_days(session, now=tomorrow) == 0
    session.commit()

    kept = session.scalars(sa.select(HallDay)).one().report
    fates = [kept[one] for one in ("visits", "served", "missed", "given_up", "not_served")]
    assert fates == [4, 1, 1, 1, 1]
    assert (kept["calls"], kept["out_of_turn"], kept["with_reason"]) == (2, 1, 1)
    assert (kept["announcements"], kept["service_50"]) == (1, 7)
    assert kept["counters"][0]["served"] == 1
    assert [one["key"] for one in kept["by_language"]] == ["en", "zh"]


def test_a_report_has_nothing_about_anybody(session: Session) -> None:
    now = a_day(session)
    day_reports.close_days(session, now=now + timedelta(days=1))
    text = repr(session.scalars(sa.select(HallDay)).one().report)

    assert "first" not in text  # what a clerk typed
    assert "@" not in text


def test_a_supervisor_ends_the_day_once_the_doors_are_closed(
    boss: Browser, session: Session
) -> None:
    day = local_day(a_day(session)).isoformat()
    assert boss.post(f"{PAGE}/end").status_code == 409
    assert "Close the doors early first" in boss.get(f"{PAGE}/end").text

    boss.post(f"{PAGE}/close")
    assert "Still waiting" in boss.get(f"{PAGE}/end").text
    answer = boss.post(f"{PAGE}/end")

    assert answer.location == f"{PAGE}/days/{day}"
    assert boss.post(f"{PAGE}/open").status_code == 409
    assert f"days/{day}" in boss.get(f"{PAGE}/days").text
    page, table = boss.get(answer.location).text, boss.get(f"{answer.location}.csv")
    assert "Calls out of turn" in page
    assert table.mimetype == "text/csv"
    assert f"training,{day},all,,4,1,1,1,1" in table.text
    assert boss.get(f"{PAGE}/days/2001-01-01").status_code == 404
    assert boss.get(f"{PAGE}/days/yesterday").status_code == 404


def test_of_several_who_end_a_day_at_once_one_writes_the_report(
    app: Flask, session: Session
) -> None:
    now, hall = a_day(session), hall_of(session)
    by = make_user(session, role=Role.SUPERVISOR)
    closing.close_doors(session, hall, by=by, now=now)
    session.commit()
    where, who = hall.id, by.id
    with app.app_context():
        sessions = db.sessionmaker

    def end(_number: int) -> bool:
        with sessions.begin() as own:
            found, supervisor = own.get_one(Hall, where), own.get_one(User, who)
            return day_reports.end_day(own, found, by=supervisor, now=now)

    def close(_number: int) -> bool:
        with sessions.begin() as own:
            return day_reports.close_days(own, now=now + timedelta(days=1)) == 1

    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(end, range(3)), *pool.map(close, range(3))]

    assert done.count(True) == 1
    kept = session.scalars(sa.select(HallDay)).one().report
    assert (kept["visits"], kept["not_served"], kept["missed"]) == (4, 1, 1)
    assert not report_queries.open_counts(session, hall, local_day(now))


def test_a_day_is_not_ended_while_somebody_may_still_come_who_has_booked(session: Session) -> None:
    """With the doors closed early, an appointment of later today is no missed one."""
    hall, by = hall_of(session), make_user(session, role=Role.SUPERVISOR)
    now = midnight(local_day(clock.now())) + timedelta(hours=12)
    hours.follow_calendar(session, hall, now=now - timedelta(days=1))
    visit = Visit(hall.queues[0], now + timedelta(hours=3), 1, "zh")
    booked = appointments.hold(session, visit, by=make_user(session), enterprise_id=None, now=now)
    appointments.confirm(session, booked, case_id=None, now=now)
    closing.close_doors(session, hall, by=by, now=now)
    session.commit()

    with pytest.raises(day_reports.AppointmentsAhead):
        day_reports.end_day(session, hall, by=by, now=now)
    session.rollback()
    assert day_reports.end_day(session, hall, by=by, now=now + timedelta(hours=4))
    assert booked.status is AppointmentStatus.MISSED


def test_every_counter_that_served_a_visit_counts(session: Session) -> None:
    """Of a visit through two lines both counters have served, and neither wait is service."""
    hall, now = hall_of(session), clock.now()
    one = make_sitting(session, 1, queues=["registration"])
    two = make_sitting(session, 2, queues=["work_permits"])
    ticket = make_ticket(session)
    further = next(queue for queue in hall.queues if queue.key == "work_permits").id
    calling.call_next(session, one, now=now)
    serving.start(session, ticket, one, now=now)
    visiting.add_service(session, ticket, one, Stop(further), now=now)
    serving.finish(session, ticket, one, Outcome.SERVED, now=now + timedelta(minutes=7))
    session.flush()
    again = now + timedelta(minutes=20)
    assert calling.call_next(session, two, now=again) is ticket
    serving.start(session, ticket, two, now=again)
    session.commit()

    closing.settle(session, [ticket], now=again + timedelta(minutes=5))

    session.flush()
    (facts,) = day_queries.visits_of(session, hall, local_day(now))
    assert all(stop.ended_at for stop in ticket.stops)
    assert set(facts.counters) == {1, 2}
    assert round(facts.service or 0) == 12

"""A supervisor opens a counter: with a clerk off duty, or one who comes from another."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.extensions import db
from servicedesk.hall import queries, steering_queries
from servicedesk.hall.models import Sitting
from servicedesk.hall.operations import calling, steering
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of
from tests.races.crowd import at_once

HALL = "/desk/hall/training"


def form_of(session: Session, clerk: User, line: str = "advice") -> dict[str, str]:
    """Return what a supervisor fills in."""
    return {"clerk": str(clerk.id), "queues": str(queue_of(session, line).id), "languages": "en"}


def test_a_clerk_off_duty_is_sent_to_a_counter_and_reads_it(
    boss: Browser, another_browser: Browser, session: Session
) -> None:
    clerk = make_clerk(session)
    another_browser.sign_in(clerk)
    assert f"{HALL}/counters/3/open" in boss.get(HALL).text

    assert boss.post(f"{HALL}/counters/3/open", data=form_of(session, clerk)).status_code == 303

    sitting = queries.find_sitting(session, clerk)
    assert sitting is not None
    assert (sitting.counter.number, sitting.languages) == (3, ["en"])
    assert [one.key for one in sitting.lines] == ["advice"]
    assert "You are at counter 3 now" in another_browser.get("/desk/counter").text
    (move,) = steering_queries.moves_of(session, clerk)
    another_browser.post(f"/desk/notes/moves/{move.id}")
    assert "You are at counter 3 now" not in another_browser.get("/desk/counter").text


def test_a_clerk_with_nobody_before_them_comes_from_another_counter(
    boss: Browser, session: Session
) -> None:
    here = make_sitting(session, 1)

    assert f"Counter 1, {here.clerk.name}" in boss.get(f"{HALL}/counters/3/open").text
    boss.post(f"{HALL}/counters/3/open", data=form_of(session, here.clerk))

    session.expire_all()
    assert here.ended_at is not None
    sitting = queries.find_sitting(session, here.clerk)
    assert sitting is not None
    assert sitting.counter.number == 3


def test_nobody_is_called_away_from_a_visitor_or_from_another_hall(
    boss: Browser, session: Session
) -> None:
    busy = make_sitting(session, 1)
    elsewhere = make_sitting(session, 1, hall="changping", queues=["advice"])
    make_ticket(session)
    calling.call_next(session, busy, now=clock.now())
    session.commit()

    page = boss.get(f"{HALL}/counters/3/open").text
    answers = [
        boss.post(f"{HALL}/counters/3/open", data=form_of(session, one.clerk)).status_code
        for one in (busy, elsewhere)
    ]

    assert busy.clerk.name not in page
    assert elsewhere.clerk.name not in page
    assert answers == [422, 422]


def test_an_open_counter_an_unknown_line_and_a_stranger_are_refused(
    boss: Browser, another_browser: Browser, session: Session
) -> None:
    sitting, clerk = make_sitting(session, 1), make_clerk(session)
    another_browser.sign_in(clerk)
    good = form_of(session, clerk)
    wrong_line = good | {"queues": str(queue_of(session, "residence", "changping").id)}

    assert boss.get(f"{HALL}/counters/1/open").status_code == 404
    assert boss.get(f"{HALL}/counters/99/open").status_code == 404
    assert boss.post(f"{HALL}/counters/3/open", data=wrong_line).status_code == 422
    applicant = form_of(session, make_user(session))
    assert boss.post(f"{HALL}/counters/3/open", data=applicant).status_code == 422
    assert another_browser.post(f"{HALL}/counters/3/open", data=good).status_code == 403
    assert sitting.ended_at is None


def test_two_supervisors_send_two_clerks_to_one_counter_and_one_sits_there(
    app: Flask, session: Session
) -> None:
    clerks = [make_sitting(session, number).clerk_id for number in (1, 2)]
    by, line = make_user(session, role=Role.SUPERVISOR).id, queue_of(session, "advice").id
    session.commit()

    def send(clerk: int) -> str:
        with app.app_context(), db.sessionmaker() as own:
            counter = next(one for one in hall_of(own).counters if one.number == 3)
            try:
                steering.open_counter(
                    own, counter, own.get_one(User, clerk), [line], ["zh"],
                    by=own.get_one(User, by), now=clock.now(),
                )  # fmt: skip
            except steering.CannotOpen:
                return "taken"
            own.commit()
            return "open"

    answers = at_once([lambda one=one: send(one) for one in clerks])  # type: ignore[misc]

    assert sorted(answers) == ["open", "taken"]
    session.expire_all()
    sitting = session.scalars(sa.select(Sitting).where(Sitting.ended_at.is_(None))).all()
    assert sorted(one.counter.number for one in sitting) in ([1, 3], [2, 3])

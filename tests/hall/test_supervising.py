"""What supervisors see and do, and what is left of a day when it is over."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import grading
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import calling, closing, serving
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.park import local
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of

PAGE = "/desk/hall/training"
TAKE = {"queue": "registration", "language": "zh"}


def test_a_supervisor_sees_lines_counters_and_who_waits_too_long(
    boss: Browser, session: Session
) -> None:
    make_sitting(session)
    make_ticket(session, at=clock.now() - timedelta(minutes=31))

    page = boss.get(PAGE).text

    assert "Too long" in page
    assert "31 min" in page
    assert "Free" in page


def test_a_clerk_does_not_oversee(browser: Browser, session: Session) -> None:
    browser.sign_in(make_clerk(session))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}/close").status_code == 403


def test_doors_closed_early_give_no_ticket_until_they_are_open_again(
    boss: Browser, another_browser: Browser
) -> None:
    answers = [another_browser.post("/hall/training/kiosk", data=TAKE).status_code]
    for step in ("close", "open"):
        boss.post(f"{PAGE}/{step}")
        answers.append(another_browser.post("/hall/training/kiosk", data=TAKE).status_code)

    assert answers == [303, 409, 303]


def test_what_is_left_of_a_day_is_settled_the_next(session: Session) -> None:
    sitting = make_sitting(session)
    waiting, begun = make_ticket(session, "advice"), make_ticket(session)
    calling.call_chosen(session, begun, sitting, words="first", now=clock.now())
    serving.start(session, begun, sitting, now=clock.now())
    session.commit()

    assert closing.close_days(session, now=clock.now()) == (0, 0)
    closing.close_days(session, now=clock.now() + timedelta(days=1))
    session.commit()

    assert (waiting.status, begun.status) == (TicketStatus.SETTLED, TicketStatus.DONE)
    session.refresh(sitting)
    assert sitting.ended_at is not None


def test_estimates_are_graded_from_ten_visits_on(session: Session) -> None:
    sitting, now = make_sitting(session), clock.now()
    for number in range(10):
        ticket = make_ticket(session)
        assert grading.right_share(session, hall_of(session), now) is None
        late = timedelta(minutes=30 if number < 4 else 0)
        assert calling.call_next(session, sitting, now=now + late) is ticket
        serving.start(session, ticket, sitting, now=now + late)
        serving.finish(session, ticket, sitting, Outcome.SERVED, now=now + late)
        session.commit()

    assert grading.right_share(session, hall_of(session), now) == 60
    ticket.queue = queue_of(session, "advice")  # it went on, and ended there
    session.commit()
    by_line = {one.queue.key: one.visits for one in grading.grades(session, hall_of(session), now)}
    assert (by_line["registration"], by_line["advice"]) == (10, 0)


def test_the_counter_has_the_application_and_what_is_missing_beside_it(
    browser: Browser, session: Session
) -> None:
    case, clerk = make_case(session, steps=0), make_clerk(session)
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    session.execute(sa.update(Ticket).values(case_id=case.id))
    session.commit()
    browser.sign_in(clerk)
    browser.post("/desk/counter/next")

    page = browser.get("/desk/counter").text

    assert ticket.name in page
    assert case.reference in page
    assert "Their application" in page


def test_who_waits_longest_who_is_free_and_todays_curves_are_on_the_page(
    boss: Browser, session: Session
) -> None:
    sitting, now = make_sitting(session), clock.now()
    early, late = (make_ticket(session, at=now - timedelta(minutes=ago)) for ago in (20, 5))
    page = boss.get(PAGE).text

    assert page.index(early.name) < page.index(late.name)
    assert "Getting long" in page
    assert f"since {local(sitting.began_at):%H:%M}" in page
    assert "2 people, 0 of them with an appointment." in page


def test_what_is_too_long_is_a_figure_of_the_hall(boss: Browser, session: Session) -> None:
    hall = hall_of(session)
    hall.rules = hall.rules | {"watched": 2, "too_long": 3}
    make_ticket(session, at=clock.now() - timedelta(minutes=4))
    session.commit()

    assert "Too long" in boss.get(PAGE).text

"""One ticket for several things: ticked at the kiosk, ordered by the lines as they are."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import presenting
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import calling, serving, tickets, visits
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.stops import Stop, ahead
from tests.cases.factories import published
from tests.conftest import Browser
from tests.hall.factories import hall_of, make_sitting, make_ticket, queue_of

SERVICES = "/hall/training/kiosk/services"


def lines_ahead(session: Session, ticket: Ticket) -> list[str]:
    keys = {queue.id: queue.key for queue in hall_of(session).queues}
    return [keys[one.queue_id] for one in ahead(ticket.stops)]


def take(session: Session, *keys: str) -> Ticket:
    """Take a ticket for something in each of these lines."""
    wanted = [Stop(queue_of(session, key).id) for key in keys]
    ticket = visits.take_visit(session, hall_of(session), wanted, language="zh", now=clock.now())
    session.commit()
    return ticket


def test_several_things_ticked_give_one_ticket(browser: Browser, session: Session) -> None:
    published(session, "ADVICE")
    data = {"services": ["line:registration", "ADVICE"], "language": "en"}

    page = browser.get(SERVICES)
    answer = browser.post(SERVICES, data=data)

    assert 'value="ADVICE"' in page.text
    assert answer.status_code == 303
    ticket = session.scalars(sa.select(Ticket)).one()
    assert lines_ahead(session, ticket) == ["advice", "registration"], "advice comes first"
    assert [one.service for one in ticket.stops] == ["ADVICE", None]
    assert ticket.name.startswith("Z")
    way = browser.get(f"/hall/tickets/{token_of(ticket.nonce)}").text
    assert "Your way today" in way
    assert way.index("Advice") < way.index("Enterprise registration")


def test_nothing_ticked_is_asked_again(browser: Browser, session: Session) -> None:
    answer = browser.post(SERVICES, data={"language": "en"})

    assert answer.status_code == 422
    assert "Choose at least one thing" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 0


def test_a_service_that_no_line_here_serves_is_refused(browser: Browser) -> None:
    answer = browser.post(SERVICES, data={"services": ["line:residence"], "language": "en"})

    assert answer.status_code == 422


def test_the_short_line_comes_first(session: Session) -> None:
    make_sitting(session, 1, queues=["registration"])
    make_sitting(session, 2, queues=["work_permits"])
    for _ in range(4):
        make_ticket(session, "registration")

    assert lines_ahead(session, take(session, "registration", "work_permits")) == [
        "work_permits",
        "registration",
    ]


def test_the_order_is_chosen_anew_when_a_stop_is_done_and_that_is_undone(session: Session) -> None:
    adviser = make_sitting(session, 1, queues=["advice"])
    for number, key in ((2, "registration"), (3, "work_permits")):
        make_sitting(session, number, queues=[key])
    before_it = [make_ticket(session, "work_permits") for _ in range(6)]
    for _ in range(2):
        make_ticket(session, "registration")
    ticket = take(session, "advice", "work_permits", "registration")
    planned = ["advice", "registration", "work_permits"]
    assert lines_ahead(session, ticket) == planned
    calling.call_next(session, adviser, now=clock.now())
    serving.start(session, ticket, adviser, now=clock.now())
    for one in before_it:  # the line that was long is empty now
        tickets.leave(session, one, now=clock.now())
    session.commit()

    serving.finish(session, ticket, adviser, Outcome.SERVED, now=clock.now())
    session.commit()

    assert lines_ahead(session, ticket) == ["work_permits", "registration"]
    assert ticket.queue.key == "work_permits"
    serving.undo(session, adviser, now=clock.now())
    assert lines_ahead(session, ticket) == planned


def test_the_ticket_says_when_later_stops_are_expected(browser: Browser, session: Session) -> None:
    make_sitting(session)
    ticket = take(session, "registration", "advice")

    page = browser.get(f"/hall/tickets/{token_of(ticket.nonce)}").text

    assert page.count("about ") >= 2


def test_a_later_line_is_foretold_from_the_place_that_is_kept_there(session: Session) -> None:
    for number, key in ((1, "advice"), (2, "registration")):
        make_sitting(session, number, queues=[key])
    ticket = take(session, "advice", "registration")
    for _ in range(5):
        make_ticket(session, "registration")  # who come later stand behind

    station = presenting.ticket(session, ticket, clock.now()).way[1]

    assert station.wait is not None
    assert station.wait.least < 10, "nobody who came later goes before"
    assert station.queue.key == "registration"

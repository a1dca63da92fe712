"""A quick counter takes short visits, in the order of the line, while others take the long ones."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall.models import Counter, Sitting, Ticket
from servicedesk.hall.operations import sittings
from servicedesk.hall.quick import minutes_in
from servicedesk.hall.stops import Stop, ended
from servicedesk.hall.ticket_life import TicketStatus
from tests.conftest import Browser
from tests.hall.factories import make_clerk, make_sitting, make_ticket, queue_of

COUNTER = "/desk/counter"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk at a quick counter who is signed in."""
    clerk = make_clerk(session)
    sitting = make_sitting(session, clerk=clerk, queues=["registration", "advice"])
    session.execute(sa.update(Counter).where(Counter.id == sitting.counter_id).values(kind="quick"))
    session.commit()
    browser.sign_in(clerk)
    return clerk


@pytest.fixture
def other(session: Session) -> Sitting:
    """Return a full counter that serves the same lines."""
    return make_sitting(session, 2)


@pytest.mark.usefixtures("clerk", "other")
def test_a_quick_counter_calls_who_is_short(browser: Browser, session: Session) -> None:
    long, short = make_ticket(session, "registration"), make_ticket(session, "advice")

    page = browser.get(COUNTER).text
    browser.post(f"{COUNTER}/next")

    assert (long.status, short.status) == (TicketStatus.WAITING, TicketStatus.CALLED)
    assert "Quick counter: visits of at most 10 minutes. 1 longer one waits" in page


@pytest.mark.usefixtures("clerk", "other")
def test_a_service_counts_by_its_own_minutes_and_its_quantity(
    browser: Browser, session: Session
) -> None:
    ticket = make_ticket(session, "registration")
    _plan(session, ticket, Stop(ticket.queue_id, "E_NAME", 2))
    seen = [_next(browser, ticket)]

    _plan(session, ticket, Stop(ticket.queue_id, "E_NAME"))
    seen.append(_next(browser, ticket))

    assert seen == [TicketStatus.WAITING, TicketStatus.CALLED]


@pytest.mark.usefixtures("clerk")
def test_nobody_waits_for_a_counter_that_does_not_come(
    browser: Browser, session: Session, other: Sitting
) -> None:
    long = make_ticket(session, "registration")
    seen = [_next(browser, long)]

    sittings.begin_break(session, session.merge(other), "lunch", now=clock.now())
    session.commit()
    seen.append(_next(browser, long))

    assert seen == [TicketStatus.WAITING, TicketStatus.CALLED]


def test_only_what_is_to_do_in_the_line_counts() -> None:
    done = ended([Stop(1, "LONG"), Stop(2)], 1, 5, "served", clock.now())

    assert minutes_in([*done, Stop(1)], 1, 8, {"LONG": 30}) == 8


def _plan(session: Session, ticket: Ticket, *stops: Stop) -> None:
    assert queue_of(session, "registration").minutes == 20
    ticket.plan(stops)
    session.commit()


def _next(browser: Browser, ticket: Ticket) -> TicketStatus:
    """Press next, and return what that made of the ticket."""
    browser.post(f"{COUNTER}/next")
    return ticket.status

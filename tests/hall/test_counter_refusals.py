"""What the counter refuses, and what its page takes from the figures of the hall."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Ticket
from servicedesk.hall.ticket_life import TicketStatus
from tests.conftest import Browser
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of
from tests.hall.test_counter import COUNTER, act, call, later


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return somebody who is signed in, not yet at a counter."""
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    return clerk


@pytest.mark.parametrize("wrong", [{"outcome": "vanished"}, {"to": "999999"}])
def test_a_visit_does_not_end_with_an_outcome_that_there_is_not(
    browser: Browser, session: Session, clerk: User, wrong: dict[str, str]
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    act(browser, ticket, "start")

    assert act(browser, ticket, "finish", **wrong) == 422
    said = wrong | {"seen": str(ticket.version)}
    assert browser.post(f"{COUNTER}/next", data=said).status_code == 422
    assert act(browser, ticket, "stops/0/finish", outcome="vanished") == 422
    assert (ticket.status, ticket.outcome) == (TicketStatus.SERVING, "")


def test_a_break_has_a_reason_that_there_is(
    browser: Browser, session: Session, clerk: User
) -> None:
    sitting = make_sitting(session, clerk=clerk)

    assert browser.post(f"{COUNTER}/break", data={"reason": "surfing"}).status_code == 422
    assert sitting.break_since is None


def test_nobody_is_sent_to_a_counter_where_nobody_sits(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, 1, clerk=clerk)
    other, closed = make_sitting(session, 2), make_sitting(session, 3)
    closed.ended_at = clock.now()
    session.commit()
    ticket = make_ticket(session)
    call(browser)
    line = queue_of(session, "registration").id

    page = browser.get(f"{COUNTER}/tickets/{ticket.id}/transfer").text
    assert other.clerk.name in page
    assert act(browser, ticket, "transfer", to=f"{line}.{closed.counter_id}") == 422
    assert act(browser, ticket, "transfer", to=f"{line}.{other.counter_id}") == 303


def test_the_light_of_the_counter_is_the_supervisors(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    watched = line_of(hall_of(session).rules).watched
    make_ticket(session, at=clock.now() - timedelta(minutes=watched, seconds=1))

    assert watched < 20
    assert "sd-light is-warn" in browser.get(f"{COUNTER}/line").text


def give_up(browser: Browser, ticket: Ticket) -> None:
    browser.post(f"/hall/tickets/{token_of(ticket.nonce)}/leave")


GONE = "has given up and is not coming"


def test_the_clerk_is_told_that_the_called_one_has_given_up(
    browser: Browser, session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    later(monkeypatch, seconds=31)  # nothing can be undone, which would change, too
    seen = browser.get(f"{COUNTER}/line")

    give_up(browser, ticket)
    now = browser.get(f"{COUNTER}/line", headers={"If-None-Match": seen.headers["ETag"]})

    assert GONE not in seen.text
    assert now.status_code == 200
    assert f"X001 {GONE}" in now.text
    assert f'href="{COUNTER}"' in now.text


def test_a_change_of_the_ticket_alone_makes_the_counter_look(
    browser: Browser, session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    later(monkeypatch, seconds=31)  # nothing can be undone, which would change, too
    seen = {"If-None-Match": browser.get(f"{COUNTER}/line").headers["ETag"]}

    assert browser.get(f"{COUNTER}/line", headers=seen).status_code == 304
    browser.post(f"/hall/tickets/{token_of(ticket.nonce)}/language", data={"language": "en"})

    assert browser.get(f"{COUNTER}/line", headers=seen).status_code == 200


def test_nobody_is_said_to_be_gone_whom_the_clerk_has_dealt_with(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    served, missed, held, gone = (make_ticket(session) for _ in range(4))
    call(browser)
    act(browser, served, "start")
    act(browser, served, "finish")
    assert GONE not in browser.get(f"{COUNTER}/line").text
    for ticket, actions in ((missed, ["miss"]), (held, ["start", "hold"])):
        call(browser)
        for action in actions:
            act(browser, ticket, action)
        give_up(browser, ticket)
        assert ticket.status is TicketStatus.LEFT
        assert GONE not in browser.get(f"{COUNTER}/line").text

    call(browser)
    give_up(browser, gone)
    assert f"X004 {GONE}" in browser.get(f"{COUNTER}/line").text
    make_ticket(session)
    call(browser)
    assert GONE not in browser.get(f"{COUNTER}/line").text

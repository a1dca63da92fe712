"""Calling and serving at a counter, over HTTP."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Call, Counter, Sitting, Ticket, TicketEvent
from servicedesk.hall.operations import calling, serving
from servicedesk.hall.ticket_life import TicketStatus
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of

COUNTER = "/desk/counter"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return somebody who is signed in, not yet at a counter."""
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    return clerk


def act(browser: Browser, ticket: Ticket, action: str, **more: str) -> int:
    data = {"seen": str(ticket.version)} | more
    return browser.post(f"{COUNTER}/tickets/{ticket.id}/{action}", data=data).status_code


def call(browser: Browser) -> int:
    return browser.post(f"{COUNTER}/next").status_code


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    moment = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.usefixtures("clerk")
def test_a_clerk_opens_a_counter_and_calls_who_is_first(browser: Browser, session: Session) -> None:
    counter = session.scalars(
        sa.select(Counter).where(Counter.hall_id == hall_of(session).id)
    ).first()
    assert counter is not None
    first, second = make_ticket(session), make_ticket(session)

    opened = browser.post(
        f"{COUNTER}/sign-on",
        data={"counter": str(counter.id), "queues": ["registration"], "languages": ["zh", "en"]},
    )
    called = call(browser)

    assert (opened.status_code, called) == (303, 303)
    assert first.status is TicketStatus.CALLED
    assert first.counter_id == counter.id
    assert second.status is TicketStatus.WAITING
    assert "X001" in browser.get(COUNTER).text


def test_applicants_do_not_call(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session))

    assert browser.get(COUNTER).status_code == 403
    assert call(browser) == 403


@pytest.mark.usefixtures("clerk")
def test_nobody_calls_without_a_counter(browser: Browser, session: Session) -> None:
    make_ticket(session)

    assert call(browser) == 409


def test_a_visit_from_call_to_end(browser: Browser, session: Session, clerk: User) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)

    steps = [call(browser), act(browser, ticket, "start")]
    steps.append(act(browser, ticket, "finish", outcome="papers_missing"))

    assert steps == [303] * 3
    assert ticket.status is TicketStatus.DONE
    assert ticket.outcome == "papers_missing"
    assert ticket.ended_at is not None
    actions = session.scalars(sa.select(TicketEvent.action).order_by(TicketEvent.id)).all()
    assert actions == ["take", "call", "start", "finish"]


def test_finish_and_call_next_is_one_press(browser: Browser, session: Session, clerk: User) -> None:
    make_sitting(session, clerk=clerk)
    first, second = make_ticket(session), make_ticket(session)
    call(browser)
    act(browser, first, "start")

    browser.post(f"{COUNTER}/next", data={"seen": str(first.version)})

    assert (first.status, second.status) == (TicketStatus.DONE, TicketStatus.CALLED)


def test_who_was_called_is_dealt_with_before_the_next(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    make_ticket(session)
    call(browser)

    assert call(browser) == 409
    assert len(session.scalars(sa.select(Call)).all()) == 1


def test_the_same_press_sent_twice_calls_one(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    make_ticket(session)

    for _ in range(2):
        browser.post(f"{COUNTER}/next", data={"request_key": "n" * 20})

    assert len(session.scalars(sa.select(Call)).all()) == 1


def test_a_button_of_an_old_page_does_nothing(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    old = str(ticket.version)
    act(browser, ticket, "start")

    answer = browser.post(f"{COUNTER}/tickets/{ticket.id}/hold", data={"seen": old})

    assert answer.status_code == 409
    assert ticket.status is TicketStatus.SERVING


def test_calling_again_takes_thirty_seconds_and_three_times_at_most(
    browser: Browser, session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)

    assert act(browser, ticket, "recall") == 409
    for expected in (303, 303, 303, 409):
        later(monkeypatch, seconds=31)
        assert act(browser, ticket, "recall") == expected
    assert len(session.scalars(sa.select(Call)).all()) == 4


def test_who_missed_the_call_comes_back_to_the_old_place(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    first, second = make_ticket(session), make_ticket(session)
    call(browser)

    act(browser, first, "miss")
    assert first.status is TicketStatus.NO_SHOW
    act(browser, first, "back")
    call(browser)

    assert (first.status, second.status) == (TicketStatus.CALLED, TicketStatus.WAITING)


def test_somebody_on_hold_lets_others_come_and_goes_on(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    first, second = make_ticket(session), make_ticket(session)
    call(browser)
    act(browser, first, "start")
    act(browser, first, "hold")
    call(browser)

    assert act(browser, first, "resume") == 409
    act(browser, second, "start")
    act(browser, second, "finish")
    assert act(browser, first, "resume") == 303
    assert first.status is TicketStatus.SERVING


def test_who_is_sent_on_keeps_the_place_among_those_who_came_later(
    browser: Browser, session: Session, clerk: User
) -> None:
    sitting = make_sitting(session, clerk=clerk)
    first = make_ticket(session)
    later_one = make_ticket(session, "advice")
    advice = queue_of(session, "advice")
    call(browser)

    assert act(browser, first, "transfer", to=str(advice.id), words="Papers first") == 303
    call(browser)

    assert sitting.counter_id == first.counter_id
    assert (first.status, later_one.status) == (TicketStatus.CALLED, TicketStatus.WAITING)
    assert first.name == "X001"


def test_who_is_sent_to_one_counter_is_called_by_no_other(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    other = make_sitting(session, 2)
    ticket = make_ticket(session)
    call(browser)
    to = f"{queue_of(session, 'registration').id}.{other.counter_id}"

    act(browser, ticket, "transfer", to=to)
    call(browser)

    assert ticket.status is TicketStatus.WAITING


def test_who_came_for_something_else_is_sent_to_its_service(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    ticket, permits = make_ticket(session), queue_of(session, "work_permits")
    call(browser)

    assert act(browser, ticket, "transfer", to=f"{permits.id}..WP_CAN") == 303

    assert (ticket.status, ticket.queue_id) == (TicketStatus.WAITING, permits.id)
    assert [(one.queue_id, one.service) for one in ticket.stops] == [(permits.id, "WP_CAN")]


def test_a_service_of_another_line_is_no_place_to_be_sent_to(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    ticket, advice = make_ticket(session), queue_of(session, "advice")
    call(browser)

    assert act(browser, ticket, "transfer", to=f"{advice.id}..WP_CAN") == 422


def test_nobody_is_sent_to_another_hall(browser: Browser, session: Session, clerk: User) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    elsewhere = queue_of(session, "registration", "changping")

    assert act(browser, ticket, "transfer", to=str(elsewhere.id)) == 422


def test_the_last_step_is_taken_back_within_thirty_seconds(
    browser: Browser, session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    call(browser)
    act(browser, ticket, "start")

    for expected in (TicketStatus.CALLED, TicketStatus.WAITING):
        assert browser.post(f"{COUNTER}/undo").status_code == 303
        assert ticket.status is expected
    assert browser.post(f"{COUNTER}/undo").status_code == 409
    call(browser)
    later(monkeypatch, seconds=31)
    assert browser.post(f"{COUNTER}/undo").status_code == 409


def test_a_call_out_of_turn_needs_a_reason_that_stays_on_record(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    second = make_ticket(session)

    assert act(browser, second, "choose") == 422
    assert act(browser, second, "choose", reason="Has a flight at noon") == 303

    event = session.scalars(sa.select(TicketEvent).where(TicketEvent.why == Reason.CHOSEN)).one()
    assert (event.words, second.status) == ("Has a flight at noon", TicketStatus.CALLED)


def test_nobody_is_called_during_a_break(browser: Browser, session: Session, clerk: User) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)

    browser.post(f"{COUNTER}/break", data={"reason": "lunch"})
    assert call(browser) == 409
    browser.post(f"{COUNTER}/return")
    assert call(browser) == 303


def test_nobody_leaves_a_visitor_alone(browser: Browser, session: Session, clerk: User) -> None:
    sitting = make_sitting(session, clerk=clerk)
    make_ticket(session)
    call(browser)

    assert browser.post(f"{COUNTER}/sign-off").status_code == 409
    assert sitting.ended_at is None


def test_a_language_that_nobody_else_speaks_waits_for_who_speaks_it(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk, languages=["zh"])
    make_sitting(session, 2, languages=["en"])
    english, chinese = make_ticket(session, language="en"), make_ticket(session)

    call(browser)

    assert (english.status, chinese.status) == (TicketStatus.WAITING, TicketStatus.CALLED)


def test_a_language_that_nobody_speaks_is_called_all_the_same(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk, languages=["zh"])
    english = make_ticket(session, language="en")

    call(browser)

    assert english.status is TicketStatus.CALLED


def test_a_ticket_of_another_hall_is_not_found(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    monday = datetime(2026, 3, 2, 2, tzinfo=UTC)  # 10:00 there
    elsewhere = make_ticket(session, "advice", hall="changping", at=monday)

    assert act(browser, elsewhere, "start") == 404


@pytest.mark.usefixtures("clerk")
def test_a_taken_counter_is_refused(browser: Browser, session: Session) -> None:
    sitting = make_sitting(session)

    answer = browser.post(
        f"{COUNTER}/sign-on",
        data={"counter": str(sitting.counter_id), "queues": ["advice"], "languages": ["en"]},
    )

    assert answer.status_code == 409
    assert "is taken" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Sitting)) == 1


def test_the_board_shows_the_call_and_who_is_next_and_no_names(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    make_ticket(session)
    call(browser)

    board = browser.get("/hall/training/board").text

    assert re.search(r"<b>X001</b>.*<b class=\"cn\">1</b>", board)
    assert "<li>X002</li>" in board
    assert re.search(r"<time datetime=[^>]+>\d\d:\d\d:\d\d</time>", board)
    assert clerk.name not in board


def test_the_board_of_one_line_shows_no_other(
    browser: Browser, session: Session, clerk: User
) -> None:
    make_sitting(session, clerk=clerk)
    make_ticket(session)
    make_ticket(session, "advice")

    board = browser.get("/hall/training/board?queue=advice").text

    assert "Z001" in board
    assert "X001" not in board
    assert browser.get("/hall/training/board?queue=nothing").status_code == 404


@pytest.mark.parametrize("action", ["start", "recall", "miss", "hold", "finish", "transfer"])
def test_a_visit_at_another_counter_is_left_to_its_clerk(
    browser: Browser, session: Session, clerk: User, action: str
) -> None:
    make_sitting(session, 2, clerk=clerk)
    ticket, theirs = make_ticket(session), make_sitting(session, 1)
    calling.call_chosen(session, ticket, theirs, words="first", now=clock.now())
    if action in {"hold", "finish"}:
        serving.start(session, ticket, theirs, now=clock.now())
    session.commit()
    before, calls = ticket.status, len(session.scalars(sa.select(Call)).all())

    advice = str(queue_of(session, "advice").id)

    assert act(browser, ticket, action, to="" if action == "finish" else advice) == 409
    assert (ticket.status, ticket.counter_id) == (before, theirs.counter_id)
    assert len(session.scalars(sa.select(Call)).all()) == calls

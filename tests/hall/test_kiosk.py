"""Taking a ticket at the door, and looking after it on the phone."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Priority, Ticket, TicketEvent
from servicedesk.hall.ticket_life import TicketStatus
from tests.conftest import Browser
from tests.hall.factories import make_sitting, make_ticket

KIOSK = "/hall/training/kiosk"
TAKE = {"queue": "registration", "language": "zh"}
SATURDAY, SUNDAY = (datetime(2026, 3, day, 2, tzinfo=UTC) for day in (7, 8))


def link_of(browser: Browser, **more: str) -> str:
    """Take a ticket and return the address of its page."""
    answer = browser.post(KIOSK, data=TAKE | more)
    assert answer.status_code == 303
    token = answer.location.rpartition("/")[2]
    return f"/hall/tickets/{token}"


def test_a_touch_gives_a_number_and_the_next_touch_the_next(
    browser: Browser, session: Session
) -> None:
    for _ in range(2):
        link_of(browser)

    assert [one.name for one in session.scalars(sa.select(Ticket).order_by(Ticket.id))] == [
        "X001",
        "X002",
    ]


def test_the_same_touch_sent_twice_gives_one_ticket(browser: Browser, session: Session) -> None:
    data = TAKE | {"request_key": "k" * 20}

    first, second = browser.post(KIOSK, data=data), browser.post(KIOSK, data=data)

    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1


def test_no_row_of_the_database_holds_the_link_of_a_ticket(
    browser: Browser, session: Session
) -> None:
    link = link_of(browser)
    browser.post(f"{link}/pass")
    token = link.rpartition("/")[2]

    rows = session.execute(sa.text("SELECT to_jsonb(k)::text FROM request_keys k")).scalars().all()

    assert len(rows) == 2
    assert not any(token in row for row in rows)


def test_numbers_begin_anew_each_day(session: Session) -> None:
    today, tomorrow = datetime(2026, 3, 2, 15, 59, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC)

    names = [make_ticket(session, at=at).name for at in (today, tomorrow)]

    assert names == ["X001", "X001"]


def test_a_closed_hall_gives_no_ticket_and_says_when_it_is_open(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: SUNDAY)

    page = browser.get("/hall/changping/kiosk")
    answer = browser.post("/hall/changping/kiosk", data=TAKE)

    assert "No tickets are given out at this time" in page.text
    assert "09:00" in page.text
    assert answer.status_code == 409


def test_a_saturday_for_appointments_has_no_walk_ins(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: SATURDAY)

    answer = browser.post("/hall/exit-entry/kiosk", data=TAKE | {"queue": "residence"})

    assert answer.status_code == 409


def test_an_idle_kiosk_follows_the_lines_and_the_hours(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.get(KIOSK).text
    assert 'data-fragment="/hall/training/kiosk/now" data-reset-after="60"' in page
    first = browser.get(f"{KIOSK}/now")
    assert 'value="registration"' in first.text
    assert "request_key" in first.text

    make_ticket(session)
    seen = {"If-None-Match": first.headers["ETag"]}
    assert "1 waiting" in browser.get(f"{KIOSK}/now", headers=seen).text

    monkeypatch.setattr(clock, "now", lambda: SUNDAY)
    closed = browser.get("/hall/changping/kiosk/now").text
    assert "No tickets are given out at this time" in closed
    assert "<form" not in closed


def test_what_a_kiosk_refuses_leads_back_by_itself(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: SUNDAY)

    answer = browser.post("/hall/changping/kiosk", data=TAKE)

    assert answer.status_code == 409
    assert 'data-follow-after="20" href="/hall/changping/kiosk"' in answer.text
    assert 'href="/services"' not in answer.text
    assert 'data-follow-after="20"' in browser.get("/hall/changping/kiosk/services").text
    assert 'data-follow-after="20"' in browser.get(f"{KIOSK}/no-such-ticket").text
    assert "data-follow-after" not in browser.get("/hall/nowhere").text


def test_another_hall_s_line_is_not_given(browser: Browser) -> None:
    answer = browser.post(KIOSK, data=TAKE | {"queue": "tax_insurance"})

    assert answer.status_code == 422


def test_the_ticket_says_who_is_before_and_why(browser: Browser, session: Session) -> None:
    make_ticket(session)
    link = link_of(browser)
    make_ticket(session, priority=Priority.AGE)

    page = browser.get(link).text

    assert ">2</b> people before you" in page
    assert "Why does X003 go before me?" in page
    assert "Legal priority" in page
    assert "age" not in re.sub(r"(page|language|Language)", "", page).lower().split()


def test_a_ticket_is_nobody_s_without_its_link(browser: Browser, session: Session) -> None:
    make_ticket(session)
    good = link_of(browser)

    assert browser.get(good[:-1] + ("A" if good[-1] != "A" else "B")).status_code == 404
    assert browser.get("/hall/tickets/1").status_code == 404


def test_who_lets_two_pass_stands_behind_them(browser: Browser, session: Session) -> None:
    link = link_of(browser)
    for _ in range(3):
        make_ticket(session)

    browser.post(f"{link}/pass")

    order = session.scalars(sa.select(Ticket).order_by(Ticket.place)).all()
    assert [one.number for one in order] == [2, 3, 1, 4]


def test_who_has_booked_is_called_by_that_time_and_lets_nobody_pass(
    browser: Browser, session: Session
) -> None:
    ticket = make_ticket(session, booked_for=clock.now())
    make_ticket(session)
    link = f"/hall/tickets/{token_of(ticket.nonce)}"

    assert f'action="{link}/pass"' not in browser.get(link).text
    assert f'action="{link}/late"' in browser.get(link).text
    answer = browser.post(f"{link}/pass")

    assert answer.status_code == 409
    assert "called by the time you booked" in answer.text


def test_the_rules_say_that_language_and_counter_decide(browser: Browser) -> None:
    assert "whose language is spoken there" in browser.get("/hall/training").text


def test_who_is_late_is_passed_over_and_keeps_the_place(browser: Browser) -> None:
    link = link_of(browser)

    browser.post(f"{link}/late")

    page = browser.get(link).text
    assert "You are not called before" in page
    assert ">0</b> people before you" in page
    browser.post(f"{link}/back")
    assert "You are not called before" not in browser.get(link).text


def test_a_place_given_up_is_over(browser: Browser, session: Session) -> None:
    link = link_of(browser)

    browser.post(f"{link}/leave")

    assert session.scalars(sa.select(Ticket)).one().status is TicketStatus.LEFT
    assert "This visit is over" in browser.get(link).text
    assert browser.post(f"{link}/leave").status_code == 409


def test_what_happened_to_a_ticket_is_never_changed(session: Session) -> None:
    make_ticket(session)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(TicketEvent))


def test_the_wait_is_foretold_as_a_range_once_a_counter_is_open(
    browser: Browser, session: Session
) -> None:
    assert "no counter is open" in browser.get(link_of(browser)).text
    make_sitting(session)

    page = browser.get(link_of(browser)).text

    assert re.search(r"\d+–\d+ min", page)

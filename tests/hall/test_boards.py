"""Boards: no call is lost, and one of a line or a counter shows that alone."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import presenting
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling, serving, sittings, steering
from servicedesk.hall.presenting import Board
from servicedesk.words import Text
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_sitting, make_ticket, queue_of
from tests.hall.test_counter import later

BOARD = "/hall/training/board"


def call(session: Session, number: int, *, start: bool = False) -> Ticket:
    """Call the next to counter ``number``, and begin to serve them if asked."""
    sitting, ticket = make_sitting(session, number), make_ticket(session)
    calling.call_chosen(session, ticket, sitting, words="In order", now=clock.now())
    if start:
        serving.start(session, ticket, sitting, now=clock.now())
    session.commit()
    return ticket


def shown(session: Session, counter: Sitting | None = None) -> Board:
    at = counter.counter if counter else None
    return presenting.board(session, hall_of(session), clock.now(), counter=at)


def names(calls: Sequence[presenting.Shown]) -> list[str]:
    return [one.call.ticket.name for one in calls]


def said(page: str) -> list[str]:
    return re.findall(r'data-say-en="Number (\w+), counter', page)


def test_who_has_not_come_yet_is_before_those_who_are_served(session: Session) -> None:
    call(session, 1)
    for number in (2, 3, 4, 5):
        call(session, number, start=True)
    call(session, 6)

    assert names(shown(session).set_out.large) == ["X006", "X001", "X005", "X004"]


def test_everybody_who_is_awaited_is_drawn(session: Session, browser: Browser) -> None:
    for number in range(1, 8):
        call(session, number)

    out = shown(session).set_out
    page = browser.get(f"{BOARD}/now").text

    assert names(out.large) == ["X007", "X006", "X005"]
    assert names(out.small) == ["X004", "X003", "X002", "X001"]
    assert re.search(r'class="more".*<b>X001</b>.*</ol>', page)
    assert sorted(said(page)) == [f"X00{number}" for number in range(1, 8)]


def test_a_new_call_for_which_there_is_no_room_is_said_all_the_same(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(session, 1, start=True)
    later(monkeypatch, seconds=60)
    call(session, 2, start=True)
    for number in (3, 4, 5, 6):
        call(session, number)

    page = browser.get(f"{BOARD}/now").text

    assert names(shown(session).set_out.large) == ["X006", "X005", "X004", "X003"]
    assert sorted(said(page)) == ["X002", "X003", "X004", "X005", "X006"]
    assert "<b>X002</b>" not in page


def test_beside_a_message_nobody_who_is_awaited_is_left_out(session: Session) -> None:
    text, now = Text("Counter 3 opens soon.", "3 号窗口即将开放。"), clock.now()
    until = now + timedelta(minutes=30)
    steering.announce(session, hall_of(session), text, until=until, by=make_user(session), now=now)
    session.commit()
    for number in range(1, 5):
        call(session, number)

    out = shown(session).set_out

    assert (names(out.large), names(out.small)) == (["X004", "X003"], ["X002", "X001"])


def test_the_board_of_a_counter_shows_who_waits_for_it(session: Session) -> None:
    sitting = make_sitting(session, 1, queues=["advice"])
    make_sitting(session, 2, queues=["registration", "advice"])
    make_ticket(session)
    make_ticket(session, "advice")
    elsewhere = make_ticket(session, "advice")
    elsewhere.only_counter_id = make_sitting(session, 3).counter_id
    session.commit()

    board = shown(session, sitting)

    assert (board.next, board.waiting) == (["Z001"], 1)
    assert shown(session).waiting == 3


def test_a_counter_where_nobody_sits_shows_its_usual_lines(session: Session) -> None:
    sitting = make_sitting(session, 1)
    sittings.sign_off(session, sitting, now=clock.now())
    sitting.counter.queue_keys = ["advice"]
    session.commit()
    make_ticket(session)
    make_ticket(session, "advice")

    board = shown(session, sitting)

    assert (board.next, board.waiting, board.wait) == (["Z001"], 1, None)


def test_a_board_of_one_line_or_counter_says_of_which_in_both_languages(
    session: Session, browser: Browser
) -> None:
    line = queue_of(session, "advice").name

    for path in ("", "/now"):
        of_line = browser.get(f"{BOARD}{path}?queue=advice").text
        of_counter = browser.get(f"{BOARD}{path}?counter=3").text
        assert line.zh in of_line
        assert f">{line.en}<" in of_line
        assert '<span lang="en">Counter 3</span></strong>' in of_counter
        assert re.search(r'<strong><span lang="zh-CN">[^<]*3[^<]*窗口', of_counter)
        assert "<strong>" not in browser.get(f"{BOARD}{path}").text

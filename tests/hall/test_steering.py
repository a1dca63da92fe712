"""What a supervisor does while the hall is open, and who is shown it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import queries, steering_queries
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Sitting
from servicedesk.hall.operations import calling, serving, steering
from servicedesk.hall.steering_models import Announcement, Audience, ClerkMove, HelpAnswer, HelpCall
from servicedesk.words import Text
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of

PAGE = "/desk/hall/training"
OWN = {"ready": "", "text_zh": "请稍候", "text_en": "Wait a moment", "until": "30"}


def test_a_message_is_shown_everywhere_until_it_is_withdrawn(
    boss: Browser, another_browser: Browser, session: Session
) -> None:
    token = token_of(make_ticket(session).nonce)
    pages = ["/hall/training", "/hall/training/board", "/hall/training/board/now",
             "/hall/training/kiosk", "/hall/training/lines", f"/hall/tickets/{token}",
             f"/hall/tickets/{token}/now"]  # fmt: skip

    def shown() -> list[bool]:
        return ["Wait a moment" in another_browser.get(page).text for page in pages]

    assert boss.post(f"{PAGE}/messages", data=OWN).status_code == 303
    message = session.scalars(sa.select(Announcement)).one()
    assert shown() == [True] * len(pages)
    assert "请稍候" in another_browser.get(pages[1]).text

    boss.post(f"{PAGE}/messages/{message.id}/withdraw")
    assert shown() == [False] * len(pages)
    assert "withdrawn by" in boss.get(f"{PAGE}/messages").text


def test_a_message_ends_by_itself(session: Session) -> None:
    by, now = make_user(session, role=Role.SUPERVISOR), clock.now()
    hall, minute = hall_of(session), timedelta(minutes=1)
    steering.announce(session, hall, Text("Soon", "稍后"), until=now + minute, by=by, now=now)

    assert len(steering_queries.announced(session, hall, now)) == 1
    assert not steering_queries.announced(session, hall, now + minute)
    with pytest.raises(steering.AlreadyOver):
        steering.announce(session, hall, Text("Then", "当时"), until=now, by=by, now=now)


def test_own_words_are_needed_in_both_languages_and_stay_where_they_were_typed(
    boss: Browser,
) -> None:
    answer = boss.post(f"{PAGE}/messages", data=OWN | {"text_en": ""})

    assert answer.status_code == 422
    assert "请稍候" in answer.text
    assert boss.post(f"{PAGE}/messages", data={"ready": "found", "until": "day"}).status_code == 303


def test_a_clerk_is_asked_to_help_until_the_answer(
    boss: Browser, another_browser: Browser, session: Session
) -> None:
    clerk = make_clerk(session)
    another_browser.sign_in(clerk)
    boss.post(f"{PAGE}/help", data={"to": "off_duty", "words": "Two more counters"})
    call = steering_queries.open_help(session, hall_of(session), clock.now())[0]

    assert "Two more counters" in another_browser.get("/desk/counter").text
    another_browser.post(f"/desk/notes/help/{call.id}/come")
    assert "Two more counters" not in another_browser.get("/desk/notes").text
    assert f"{clerk.name} comes" in boss.get(PAGE).text
    assert another_browser.post(f"/desk/notes/help/{call.id}/cannot").status_code == 404
    boss.post(f"{PAGE}/help/{call.id}/end")
    assert "Two more counters" not in boss.get(PAGE).text


def test_a_call_to_one_counter_asks_nobody_else(boss: Browser, session: Session) -> None:
    one, other = make_sitting(session, 1), make_sitting(session, 2)
    boss.post(f"{PAGE}/help", data={"to": "counter.1", "words": ""})

    wanted = [
        len(steering_queries.help_wanted_of(session, who.clerk, clock.now()))
        for who in (one, other)
    ]
    assert wanted == [1, 0]
    assert boss.post(f"{PAGE}/help", data={"to": "counter.7"}).status_code == 422


def test_a_clerk_serves_other_lines_at_once_and_reads_who_asked(
    boss: Browser, another_browser: Browser, session: Session
) -> None:
    sitting = make_sitting(session, queues=["registration"])
    here, other = make_ticket(session), make_ticket(session, "advice")
    assert calling.call_next(session, sitting, now=clock.now()) is here
    serving.start(session, here, sitting, now=clock.now())
    session.commit()
    advice = queue_of(session, "advice").id

    boss.post(f"{PAGE}/counters/1/move", data={"queues": [str(advice)]})

    session.refresh(sitting)
    assert sitting.queue_ids == [advice]
    assert queries.find_open_ticket(session, sitting.counter_id) is here
    another_browser.sign_in(sitting.clerk)
    page = another_browser.get("/desk/counter").text
    assert other.name in page
    assert "You serve other lines now" in page
    move = session.scalars(sa.select(ClerkMove)).one()
    another_browser.post(f"/desk/notes/moves/{move.id}")
    assert "You serve other lines now" not in another_browser.get("/desk/counter").text


def test_a_forgotten_counter_is_signed_off_but_not_while_somebody_is_served(
    boss: Browser, session: Session
) -> None:
    sitting, ticket = make_sitting(session), make_ticket(session)
    calling.call_next(session, sitting, now=clock.now())
    session.commit()
    assert boss.post(f"{PAGE}/counters/1/close").status_code == 409

    calling.miss(session, ticket, sitting, now=clock.now())
    session.commit()
    assert boss.post(f"{PAGE}/counters/1/close").status_code == 303
    session.refresh(sitting)
    assert sitting.ended_at is not None
    assert boss.post(f"{PAGE}/counters/1/close").status_code == 404


def test_a_clerk_does_none_of_it(browser: Browser, session: Session) -> None:
    make_sitting(session)
    browser.sign_in(make_clerk(session))

    for path in ("messages", "help", "counters/1/move", "counters/1/close"):
        assert browser.post(f"{PAGE}/{path}").status_code == 403
    assert browser.get(f"{PAGE}/what-if").status_code == 403


def test_of_a_move_and_a_call_at_once_no_line_is_read_that_is_not_locked(
    app: Flask, session: Session
) -> None:
    """The call comes first, or it is told to look again; the move is there in any case."""
    sitting = make_sitting(session, queues=["registration"])
    for line in ("registration", "advice") * 5:
        make_ticket(session, line)
    advice, by = queue_of(session, "advice").id, make_user(session, role=Role.SUPERVISOR).id
    number = sitting.id
    with app.app_context():
        sessions = db.sessionmaker

    def move() -> None:
        with sessions.begin() as own:
            found = own.get_one(Sitting, number)
            at_once.wait()
            who = own.get_one(User, by)
            steering.move_clerk(own, found, [advice], by=who, now=clock.now())

    def call() -> None:
        with suppress(Overtaken), sessions.begin() as own:
            found = own.get_one(Sitting, number)
            at_once.wait()
            calling.call_next(own, found, now=clock.now())

    at_once = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(move), pool.submit(call)]:
            done.result()

    session.refresh(sitting)
    assert sitting.queue_ids == [advice]
    here = queries.find_open_ticket(session, sitting.counter_id)
    assert here is None or here.queue.key == "registration"
    if here is None:
        found = calling.call_next(session, sitting, now=clock.now())
        assert found is not None
        assert found.queue.key == "advice"


def test_of_two_answers_at_once_the_first_counts(app: Flask, session: Session) -> None:
    clerk, by = make_clerk(session), make_user(session, role=Role.SUPERVISOR)
    call = steering.call_to_help(session, hall_of(session), Audience.ALL, by=by, now=clock.now())
    session.commit()
    number, who = call.id, clerk.id
    with app.app_context():
        sessions = db.sessionmaker

    def answer(comes: bool) -> None:  # noqa: FBT001 - given by ``map``
        with sessions.begin() as own:
            found, by = own.get_one(HelpCall, number), own.get_one(User, who)
            steering.answer_help(own, found, by=by, comes=comes, now=clock.now())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, [True, False]))

    assert session.scalar(sa.select(sa.func.count()).select_from(HelpAnswer)) == 1

"""Leaving for a while, another language, and one mail when three are before one."""

from threading import Barrier, Thread

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import calling, tickets, watching
from servicedesk.hall.watch_models import TicketWatch
from servicedesk.notices.models import DeliveryState, Notice
from tests.conftest import Browser
from tests.hall.factories import hall_of, make_sitting, make_ticket

ADDRESS = "wei@demo.example"


def watched(session: Session, before: int) -> Ticket:
    """Return a ticket with ``before`` people before it whose holder wants to be told."""
    for _ in range(before):
        make_ticket(session)
    ticket = make_ticket(session)
    watching.watch(session, ticket, ADDRESS, language="en", now=clock.now())
    session.commit()
    return ticket


def mails(session: Session) -> list[Notice]:
    query = sa.select(Notice).where(Notice.kind == watching.KIND)
    return list(session.scalars(query))


def jobs_waiting(session: Session) -> int:
    query = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    return session.scalar(query, {"name": watching.TELL}) or 0


def test_who_leaves_keeps_the_place_until_they_are_back(browser: Browser, session: Session) -> None:
    link = f"/hall/tickets/{token_of(make_ticket(session).nonce)}"

    browser.post(f"{link}/away", data={"minutes": "45"})

    assert "You are not called before" in browser.get(link).text
    browser.post(f"{link}/back")
    assert "You are not called before" not in browser.get(link).text


def test_nobody_is_away_for_longer_than_the_hall_keeps_a_place(
    browser: Browser, session: Session
) -> None:
    link = f"/hall/tickets/{token_of(make_ticket(session).nonce)}"

    assert browser.post(f"{link}/away", data={"minutes": "600"}).status_code == 422
    assert "You are not called before" not in browser.get(link).text


def test_the_language_at_the_counter_can_be_changed(browser: Browser, session: Session) -> None:
    ticket = make_ticket(session, language="zh")

    browser.post(f"/hall/tickets/{token_of(ticket.nonce)}/language", data={"language": "en"})

    assert ticket.language == "en"


def test_one_mail_is_sent_when_three_are_before_and_the_address_is_forgotten(
    session: Session,
) -> None:
    sitting = make_sitting(session)
    ticket = watched(session, before=4)
    assert watching.tell(session, hall_of(session), now=clock.now()) == 0
    assert jobs_waiting(session) == 1

    calling.call_next(session, sitting, now=clock.now())
    session.commit()
    assert jobs_waiting(session) == 2, "a call has those told whom it brings near"
    told = [watching.tell(session, hall_of(session), now=clock.now()) for _ in range(2)]
    session.commit()

    assert told == [1, 0]
    (mail,) = mails(session)
    assert (mail.address, mail.facts["number"]) == (ADDRESS, ticket.name)
    assert session.get_one(TicketWatch, ticket.id).address is None
    mail.state = DeliveryState.SENT
    tickets.leave(session, ticket, now=clock.now())
    session.flush()
    assert watching.forget(session, now=clock.now()) == 1
    assert mails(session) == []


def test_of_workers_that_tell_at_once_one_does(app: Flask, session: Session) -> None:
    watched(session, before=2)
    gate = Barrier(6)

    def work() -> None:
        with app.app_context(), db.sessionmaker() as own:
            hall = hall_of(own)
            gate.wait()
            watching.tell(own, hall, now=clock.now())
            own.commit()

    threads = [Thread(target=work, daemon=True) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert len(mails(session)) == 1


def test_it_is_asked_for_on_the_page_of_the_ticket(browser: Browser, session: Session) -> None:
    ticket = make_ticket(session)
    link = f"/hall/tickets/{token_of(ticket.nonce)}"

    assert browser.post(f"{link}/tell", data={"email": "wei"}).status_code == 422
    assert browser.post(f"{link}/tell", data={"email": ADDRESS}).status_code == 303
    assert session.get_one(TicketWatch, ticket.id).address == ADDRESS
    assert ADDRESS not in browser.get(link).text


def test_a_part_that_is_as_it_was_says_as_of_when(browser: Browser, session: Session) -> None:
    link = f"/hall/tickets/{token_of(make_ticket(session).nonce)}/now"
    first = browser.get(link)

    later = browser.get(link, headers={"If-None-Match": first.headers["ETag"]})

    assert later.status_code == 304
    assert later.headers["As-Of"].count(":") == 2
    assert "data-as-of" in first.text

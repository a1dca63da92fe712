"""The guidance desk: gives out, checks in, finds, brings back, and changes with a reason."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.desk import reception_showing
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.links import link_of, token_of
from servicedesk.hall.models import Priority, Ticket, TicketEvent
from servicedesk.hall.operations import (
    appointments,
    calling,
    handing_in,
    hours,
    reception,
    serving,
    visiting,
)
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.reception_queries import find_appointment
from servicedesk.hall.ticket_life import TicketAction, TicketStatus
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket, queue_of

DESK = "/desk/hall/training/reception"


def at_the_desk(browser: Browser, session: Session) -> Browser:
    browser.sign_in(make_clerk(session))
    return browser


def last_event(session: Session) -> TicketEvent:
    return session.scalars(sa.select(TicketEvent).order_by(TicketEvent.id.desc())).first()  # type: ignore[return-value]


def test_a_ticket_is_given_out_with_what_the_clerk_was_told(
    browser: Browser, session: Session
) -> None:
    desk = at_the_desk(browser, session)
    data = {
        "services": ["line:registration", "line:work_permits"],
        "language": "en",
        "priority": "disability",
        "persons": "3",
    }

    answer = desk.post(f"{DESK}/give", data=data)

    assert answer.status_code == 303, answer.text
    ticket = session.scalars(sa.select(Ticket)).one()
    assert (ticket.priority, ticket.language) == (Priority.DISABILITY, "en")
    assert ticket.priority_checked_at is not None
    assert [one.quantity for one in ticket.stops] == [3, 3]
    assert last_event(session).by_id is not None
    page = desk.get(answer.location).text
    assert ticket.name in page
    assert "Disability" in page
    assert desk.get(f"{DESK}/tickets/{ticket.id}/paper").status_code == 200


def test_a_ticket_is_found_by_the_number_on_its_paper(browser: Browser, session: Session) -> None:
    desk, ticket = at_the_desk(browser, session), make_ticket(session)

    for said in (ticket.name, ticket.name.lower(), "X1"):
        assert "What happened" in desk.get(f"{DESK}?number={said}").text
    missing = desk.get(f"{DESK}?number=X999")
    assert missing.status_code == 422
    assert "No ticket has this number" in missing.text


def test_who_missed_the_call_is_brought_back_once(browser: Browser, session: Session) -> None:
    desk, ticket, sitting = (
        at_the_desk(browser, session),
        make_ticket(session),
        make_sitting(session),
    )
    calling.call_next(session, sitting, now=clock.now())
    calling.miss(session, ticket, sitting, now=clock.now())
    session.commit()
    back = f"{DESK}/tickets/{ticket.id}/back"
    seen = {"seen": str(ticket.version)}

    assert desk.post(back, data=seen).status_code == 303
    assert ticket.status is TicketStatus.WAITING
    assert desk.post(back, data=seen).status_code == 409


def test_a_line_and_a_priority_are_changed_with_a_reason_on_record(
    browser: Browser, session: Session
) -> None:
    desk = at_the_desk(browser, session)
    ticket = make_ticket(session, priority=Priority.AGE)
    advice, change = queue_of(session, "advice"), f"{DESK}/tickets/{ticket.id}/change"
    data = {"seen": str(ticket.version), "queue": str(advice.id), "priority": ""}

    assert desk.post(change, data=data).status_code == 422
    assert desk.post(change, data=data | {"words": "No paper shown"}).status_code == 303

    assert (ticket.queue_id, ticket.priority) == (advice.id, None)
    assert [one.queue_id for one in ticket.stops] == [advice.id]
    words = session.scalars(
        sa.select(TicketEvent.words).where(TicketEvent.action.in_(["change_line", "set_priority"]))
    ).all()
    assert words == ["No paper shown"] * 2
    assert desk.post(change, data=data | {"words": "Again"}).status_code == 409


def test_priority_is_confirmed_at_the_counter(browser: Browser, session: Session) -> None:
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    sitting = make_sitting(session, clerk=clerk)
    ticket = make_ticket(session, priority=Priority.AGE)
    calling.call_next(session, sitting, now=clock.now())
    session.commit()
    assert "Priority not checked" in browser.get("/desk/counter").text

    answer = browser.post(
        f"{DESK}/tickets/{ticket.id}/priority-seen?from=counter",
        data={"seen": str(ticket.version)},
    )

    assert answer.location == "/desk/counter"
    assert ticket.priority_checked_at is not None
    assert last_event(session).action == "see_priority"
    assert "Priority not checked" not in browser.get("/desk/counter").text


def test_an_appointment_that_is_not_there_is_asked_again(
    browser: Browser, session: Session
) -> None:
    desk = at_the_desk(browser, session)

    answer = desk.post(f"{DESK}/check-in", data={"code": "https://desk.example/a/zz"})

    assert answer.status_code == 422
    assert "no such appointment" in answer.text


def test_another_hall_s_ticket_is_not_there(browser: Browser, session: Session) -> None:
    desk, ticket = at_the_desk(browser, session), make_ticket(session)

    assert desk.get(f"/desk/hall/changping/reception/tickets/{ticket.id}/change").status_code == 404


def test_the_desk_is_for_clerks(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session))

    assert browser.get(DESK).status_code == 403


def test_both_qr_codes_of_an_appointment_check_it_in(app: Flask, session: Session) -> None:
    hall = hall_of(session)
    hours.follow_calendar(session, hall, now=clock.now())
    visit = Visit(queue_of(session, "advice"), clock.now(), 1, "en")
    start = free_starts(session, visit.queue, 1, by_staff=False, now=clock.now())[0]
    found = appointments.hold(
        session, replace(visit, starts_at=start), by=make_user(session), enterprise_id=None,
        now=clock.now(),
    )  # fmt: skip
    session.commit()

    with app.test_request_context():
        codes = [
            url_for("hall.check_in", hall=hall.key, code=found.code, _external=True),
            url_for("hall.appointment", token=link_of(found.nonce), _external=True),
            found.code.lower(),
        ]

    for code in codes:
        assert find_appointment(session, hall, code) is found
    assert find_appointment(session, hall, token_of(found.nonce)) is None


def test_everything_that_can_happen_to_a_ticket_has_words() -> None:
    own = (
        serving.UNDO, visiting.ADD, visiting.QUANTITY, visiting.REMOVE, visiting.DONE,
        handing_in.ATTACH, handing_in.DETACH, reception.CHANGE_LINE, reception.SET_PRIORITY,
        reception.SEE_PRIORITY,
    )  # fmt: skip

    assert {*TicketAction, *own} <= reception_showing.DID.keys()

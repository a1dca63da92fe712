"""What a visit turns out to be for at the counter, and what is noted of it."""

import logging

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.models import Sitting, Ticket, TicketEvent
from servicedesk.hall.stop_changes import NoSuchStop, led_by, with_quantity, without
from servicedesk.hall.stops import Stop, ended
from servicedesk.hall.ticket_life import TicketStatus
from tests.conftest import Browser
from tests.hall.factories import make_clerk, make_sitting, make_ticket, queue_of

COUNTER = "/desk/counter"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk who is signed in."""
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    return clerk


@pytest.fixture
def sitting(session: Session, clerk: User) -> Sitting:
    """Return where the clerk sits."""
    return make_sitting(session, clerk=clerk)


@pytest.fixture
def served(session: Session, browser: Browser, sitting: Sitting) -> Ticket:
    """Return a ticket that is being served there."""
    ticket = make_ticket(session)
    browser.post(f"{COUNTER}/next")
    act(browser, ticket, "start")
    assert ticket.counter_id == sitting.counter_id
    return ticket


def act(browser: Browser, ticket: Ticket, action: str, **more: str) -> int:
    data = {"seen": str(ticket.version)} | more
    return browser.post(f"{COUNTER}/tickets/{ticket.id}/{action}", data=data).status_code


def name_check(ticket: Ticket) -> str:
    """Return what the form calls a service of the line in which ``ticket`` is."""
    return f"{ticket.queue_id}..E_NAME"


def services(ticket: Ticket) -> list[tuple[str | None, int]]:
    return [(one.service, one.quantity) for one in ticket.stops]


def test_a_service_of_the_same_line_is_done_here(browser: Browser, served: Ticket) -> None:
    assert act(browser, served, "services", service=name_check(served), quantity="2") == 303

    assert services(served) == [(None, 1), ("E_NAME", 2)]
    assert "× 2" in browser.get(COUNTER).text
    act(browser, served, "finish")
    assert served.status is TicketStatus.DONE


def test_a_service_of_another_line_goes_on_there(
    browser: Browser, session: Session, served: Ticket
) -> None:
    advice = queue_of(session, "advice")
    code = _some_service(browser, served, "Advice")

    assert act(browser, served, "services", service=code) == 303
    assert "then, in: Advice" in browser.get(COUNTER).text
    act(browser, served, "finish")

    assert (served.status, served.queue_id) == (TicketStatus.WAITING, advice.id)


def test_something_else_of_another_line_goes_on_there(
    browser: Browser, session: Session, served: Ticket
) -> None:
    permits = queue_of(session, "work_permits")

    assert act(browser, served, "services", service=str(permits.id)) == 303
    act(browser, served, "finish")

    assert (served.status, served.queue_id) == (TicketStatus.WAITING, permits.id)


def test_the_clerk_chooses_in_which_line_it_goes_on(
    browser: Browser, session: Session, served: Ticket
) -> None:
    advice, permits = queue_of(session, "advice"), queue_of(session, "work_permits")
    served.plan([*served.stops, Stop(permits.id), Stop(advice.id)])
    session.commit()

    act(browser, served, "finish", outcome="served", to=str(advice.id))

    assert served.queue_id == advice.id
    assert [one.queue_id for one in served.stops][1:] == [advice.id, permits.id]


def test_one_thing_of_several_is_done_by_itself(
    browser: Browser, session: Session, served: Ticket
) -> None:
    act(browser, served, "services", service=name_check(served), quantity="1")

    assert act(browser, served, "stops/0/finish", outcome="papers_missing") == 303
    seen = [served.status]
    assert act(browser, served, "stops/0/finish") == 404
    assert act(browser, served, "stops/1/finish", outcome="served") == 303
    seen.append(served.status)

    assert seen == [TicketStatus.SERVING, TicketStatus.DONE]
    assert [one.outcome for one in served.stops] == ["papers_missing", "served"]
    session.rollback()


def test_what_was_not_needed_is_taken_out_but_not_the_last(
    browser: Browser, served: Ticket
) -> None:
    act(browser, served, "services", service=name_check(served), quantity="1")

    assert act(browser, served, "stops/0/remove") == 303
    assert services(served) == [("E_NAME", 1)]
    assert act(browser, served, "stops/0/remove") == 409


def test_what_was_changed_of_a_visit_is_taken_back(browser: Browser, served: Ticket) -> None:
    act(browser, served, "services", service=name_check(served), quantity="1")
    act(browser, served, "stops/1/quantity", quantity="7")

    for expected in (("E_NAME", 1), (None, 1)):
        assert browser.post(f"{COUNTER}/undo").status_code == 303
        assert services(served)[-1] == expected


def test_a_wrong_quantity_is_to_put_right(browser: Browser, served: Ticket) -> None:
    for wrong in ("0", "100", "many", ""):
        assert act(browser, served, "stops/0/quantity", quantity=wrong) == 422
    assert act(browser, served, "services", service=name_check(served), quantity="0") == 422
    assert act(browser, served, "services", service="NOT_ONE", quantity="1") == 422
    assert services(served) == [(None, 1)]


def test_a_visit_that_is_not_at_this_counter_is_not_changed(
    browser: Browser, session: Session, served: Ticket
) -> None:
    waiting = make_ticket(session)

    assert act(browser, waiting, "services", service=name_check(served), quantity="1") == 409
    assert act(browser, waiting, "stops/0/quantity", quantity="2") == 409
    assert act(browser, waiting, "notes", body="Came with two children") == 409
    assert act(browser, served, "hold") == 303
    assert act(browser, served, "stops/0/quantity", quantity="2") == 409


@pytest.mark.usefixtures("sitting")
def test_a_button_of_an_old_page_changes_nothing(browser: Browser, served: Ticket) -> None:
    old = {"seen": str(served.version)}
    act(browser, served, "services", service=name_check(served), quantity="1")
    path = f"{COUNTER}/tickets/{served.id}"

    for action in ("services", "stops/0/quantity", "stops/0/remove", "stops/0/finish"):
        data = old | {"service": name_check(served), "quantity": "3"}
        assert browser.post(f"{path}/{action}", data=data).status_code == 409
    assert services(served) == [(None, 1), ("E_NAME", 1)]


def test_the_same_press_sent_twice_adds_one(browser: Browser, served: Ticket) -> None:
    data = {"seen": str(served.version), "service": name_check(served), "quantity": "1"}
    for _ in range(2):
        answer = browser.post(
            f"{COUNTER}/tickets/{served.id}/services", data=data | {"request_key": "a" * 20}
        )
        assert answer.status_code == 303

    assert len(served.stops) == 2


def test_a_note_stays_with_the_ticket_and_is_not_logged(
    browser: Browser, session: Session, served: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert act(browser, served, "notes", body="Speaks only <b>Kazakh</b>") == 303

    page = browser.get(COUNTER).text
    assert "Speaks only &lt;b&gt;Kazakh&lt;/b&gt;" in page
    assert "Kazakh" not in caplog.text
    note = session.scalars(sa.select(VisitNote)).one()
    assert note.ticket_id == served.id


def test_a_note_that_cannot_be_kept_is_still_typed(browser: Browser, served: Ticket) -> None:
    path = f"{COUNTER}/tickets/{served.id}/notes"
    late = browser.post(path, data={"seen": "0", "body": "Comes back on Monday"})
    long = browser.post(path, data={"seen": str(served.version), "body": "long " * 300})

    assert (late.status_code, long.status_code) == (409, 422)
    assert "Comes back on Monday" in late.text
    assert "long long" in long.text


def test_who_wrote_a_note_erases_it_and_nobody_else(
    browser: Browser, another_browser: Browser, session: Session, served: Ticket
) -> None:
    act(browser, served, "notes", body="Wrong person")
    note = session.scalars(sa.select(VisitNote)).one()
    colleague = make_clerk(session)
    another_browser.sign_in(colleague)

    path = f"{COUNTER}/notes/{note.id}/erase"
    assert another_browser.post(path).status_code == 404
    make_sitting(session, 2, clerk=colleague)
    assert another_browser.post(path).status_code == 403
    assert browser.post(path).status_code == 303

    assert (note.body, note.erased_at is not None) == ("", True)
    assert "Wrong person" not in browser.get(COUNTER).text


def test_events_of_a_visit_hold_no_words_of_notes(
    browser: Browser, session: Session, served: Ticket
) -> None:
    act(browser, served, "notes", body="Kept elsewhere")

    actions = session.scalars(sa.select(TicketEvent.action).order_by(TicketEvent.id)).all()
    assert actions == ["take", "call", "start"]


def test_what_is_done_does_not_change() -> None:
    done = ended([Stop(1), Stop(2)], 1, 5, "served", clock.now())

    with pytest.raises(NoSuchStop):
        with_quantity(done, 0, 2)
    with pytest.raises(NoSuchStop):
        without(done, 0)
    assert [one.queue_id for one in led_by([*done, Stop(3)], 3)] == [1, 3, 2]


def _some_service(browser: Browser, ticket: Ticket, line: str) -> str:
    """Return the code of a service that the page offers under another line."""
    page = browser.get(f"{COUNTER}/tickets/{ticket.id}/services").text
    group = page.split(f'label="Goes on in: {line}"')[1]
    return group.split('value="')[1].split('"')[0]

"""A visit for several things goes from line to line with one number."""

from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import calling, serving, tickets
from servicedesk.hall.operations.serving import Destination, Outcome
from servicedesk.hall.stops import Stop, ahead
from servicedesk.hall.ticket_life import TicketStatus
from tests.hall.factories import hall_of, make_sitting, make_ticket, queue_of


def for_two_things(session: Session) -> Ticket:
    stops = [
        Stop(queue_of(session, key).id, code)
        for key, code in (("registration", "E_NAME"), ("work_permits", "WP_A"))
    ]
    ticket = tickets.take(
        session, hall_of(session), queue_of(session, "registration"),
        language="zh", now=clock.now(), stops=stops,
    )  # fmt: skip
    session.commit()
    return ticket


def test_what_is_done_in_one_line_goes_on_in_the_next(session: Session) -> None:
    registrar = make_sitting(session, 1, queues=["registration"])
    permits = make_sitting(session, 2, queues=["work_permits"])
    ticket, later = for_two_things(session), make_ticket(session, "work_permits")
    calling.call_next(session, registrar, now=clock.now())
    serving.start(session, ticket, registrar, now=clock.now())

    serving.finish(session, ticket, registrar, Outcome.SERVED, now=clock.now())

    assert (ticket.status, ticket.queue.key) == (TicketStatus.WAITING, "work_permits")
    assert [one.service for one in ahead(ticket.stops)] == ["WP_A"]
    called = calling.call_next(session, permits, now=clock.now())
    assert called is ticket, "they stand as if they had come to this line first"
    assert later.status is TicketStatus.WAITING

    serving.start(session, ticket, permits, now=clock.now())
    serving.finish(session, ticket, permits, Outcome.PAPERS_MISSING, now=clock.now())

    assert ticket.status is TicketStatus.DONE
    assert [(one.outcome, one.counter_id) for one in ticket.stops] == [
        ("served", registrar.counter_id),
        ("papers_missing", permits.counter_id),
    ]


def test_going_on_can_be_taken_back(session: Session) -> None:
    sitting = make_sitting(session, queues=["registration"])
    ticket = for_two_things(session)
    calling.call_next(session, sitting, now=clock.now())
    serving.start(session, ticket, sitting, now=clock.now())
    serving.finish(session, ticket, sitting, Outcome.SERVED, now=clock.now())
    session.commit()

    serving.undo(session, sitting, now=clock.now())

    assert (ticket.status, ticket.queue_id) == (
        TicketStatus.SERVING,
        queue_of(session, "registration").id,
    )
    assert len(ahead(ticket.stops)) == 2


def test_who_is_sent_on_takes_along_what_was_to_be_done_here(session: Session) -> None:
    sitting, advice = make_sitting(session, queues=["registration"]), queue_of(session, "advice")
    ticket = for_two_things(session)
    calling.call_next(session, sitting, now=clock.now())

    serving.transfer(session, ticket, sitting, Destination(advice.id), words="", now=clock.now())

    assert [(one.queue_id, one.service) for one in ahead(ticket.stops)] == [
        (advice.id, "E_NAME"),
        (queue_of(session, "work_permits").id, "WP_A"),
    ]

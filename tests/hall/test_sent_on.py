"""Whoever is sent on is called: there if they can be, and nobody waits for what does not come."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import queries
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Counter, QueueDay, Sitting, Ticket
from servicedesk.hall.operations import calling, serving, sittings, steering, visiting
from servicedesk.hall.operations.serving import Destination, Outcome
from servicedesk.hall.stop_changes import NoSuchStop
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.park import local_day
from tests.hall.factories import make_clerk, make_sitting, make_ticket, queue_of


def sent_on(session: Session, at: Sitting, to: Sitting, *, language: str = "zh") -> Ticket:
    """Call somebody ``at`` a counter and send them on to another one."""
    ticket = make_ticket(session, language=language)
    calling.call_next(session, at, now=clock.now())
    there = Destination(ticket.queue_id, to.counter_id)
    serving.transfer(session, ticket, at, there, words="", now=clock.now())
    session.commit()
    return ticket


def may_be_called(session: Session, at: Sitting) -> list[int]:
    return [turn.waiting.ticket for turn in queries.turns_at(session, at, clock.now())]


@pytest.mark.parametrize("goes", ["signs off", "gets other lines", "is sent elsewhere"])
def test_who_was_sent_to_a_counter_that_closes_is_called_by_the_others(
    session: Session, goes: str
) -> None:
    here, there = make_sitting(session, 1), make_sitting(session, 2)
    ticket = sent_on(session, here, there)
    assert (may_be_called(session, here), may_be_called(session, there)) == ([], [ticket.id])

    now, other = clock.now(), queue_of(session, "advice").id
    if goes == "signs off":
        sittings.sign_off(session, there, now=now)
    elif goes == "gets other lines":
        steering.move_clerk(session, there, [other], by=there.clerk, now=now)
    else:
        counter = session.scalars(
            sa.select(Counter).where(Counter.id == there.counter_id + 1)
        ).one()
        steering.open_counter(
            session, counter, there.clerk, [other], ["zh"], by=make_clerk(session), now=now
        )
    session.commit()

    assert may_be_called(session, here) == [ticket.id]


def test_during_a_break_they_wait_for_the_counter_they_were_sent_to(session: Session) -> None:
    here, there = make_sitting(session, 1), make_sitting(session, 2)
    ticket = sent_on(session, here, there)
    sittings.begin_break(session, there, "short", now=clock.now())
    session.commit()

    assert (may_be_called(session, here), may_be_called(session, there)) == ([], [ticket.id])


def test_a_counter_takes_who_was_sent_to_it_however_long_and_in_whatever_language(
    session: Session,
) -> None:
    here = make_sitting(session, 1)
    quick, chinese = make_sitting(session, 2), make_sitting(session, 3, languages=["zh"])
    quick.counter.kind = "quick"
    session.commit()

    long, foreign = sent_on(session, here, quick), sent_on(session, here, chinese, language="en")

    assert may_be_called(session, quick) == [long.id]
    assert may_be_called(session, chinese) == [foreign.id]


def test_an_appointment_is_not_lost_by_the_hall_s_own_delay(session: Session) -> None:
    sitting, now = make_sitting(session), clock.now()
    others = [make_ticket(session) for _ in range(2)]
    booked = make_ticket(session)
    came = now - timedelta(minutes=40)
    booked.booked_for, booked.issued_at = now - timedelta(minutes=30), came
    session.commit()
    calling.call_chosen(session, booked, sitting, words="Test", now=now)

    serving.transfer(
        session, booked, sitting, Destination(booked.queue_id), words="", now=clock.now()
    )
    session.commit()

    first, *_ = queries.turns_at(session, sitting, clock.now())
    assert (first.waiting.ticket, first.reason) == (booked.id, Reason.BOOKED)
    assert booked.lined_up_at > came
    assert all(one.status is TicketStatus.WAITING for one in others)


def test_who_has_nothing_left_in_this_line_can_be_sent_to_a_service(session: Session) -> None:
    sitting, ticket = make_sitting(session), make_ticket(session)
    advice, permits = queue_of(session, "advice"), queue_of(session, "work_permits")
    ticket.plan([Stop(ticket.queue_id), Stop(advice.id)])
    session.commit()
    calling.call_next(session, sitting, now=clock.now())
    visiting.remove_service(session, ticket, sitting, 0, now=clock.now())

    to = Destination(permits.id, service="WP_CAN")
    serving.transfer(session, ticket, sitting, to, words="", now=clock.now())

    assert ticket.queue_id == permits.id
    assert [(one.queue_id, one.service) for one in ticket.stops] == [
        (permits.id, "WP_CAN"),
        (advice.id, None),
    ]


def test_a_visit_does_not_go_on_where_nothing_is_to_do(session: Session) -> None:
    sitting, ticket = make_sitting(session), make_ticket(session)
    advice, permits = queue_of(session, "advice"), queue_of(session, "work_permits")
    ticket.plan([Stop(ticket.queue_id), Stop(advice.id)])
    session.commit()
    calling.call_next(session, sitting, now=clock.now())
    serving.start(session, ticket, sitting, now=clock.now())

    with pytest.raises(NoSuchStop):
        serving.finish(session, ticket, sitting, Outcome.SERVED, now=clock.now(), to=permits.id)


def test_a_call_that_is_taken_back_leaves_those_before_it(session: Session) -> None:
    one, other = make_sitting(session, 1), make_sitting(session, 2)
    session.add(
        QueueDay(
            queue_id=queue_of(session, "registration").id,
            day=local_day(clock.now()),
            last_number=0,
            lately=["in_turn", "booked", "priority"],  # the first rows kept no tickets
        )
    )
    session.commit()
    first, second = make_ticket(session), make_ticket(session)
    for sitting in (one, other):
        calling.call_next(session, sitting, now=clock.now())
    session.commit()

    serving.undo(session, one, now=clock.now())
    session.commit()

    (line,) = queries.lines(session, [first.queue_id], clock.now())
    assert [*line.lately] == [Reason.IN_TURN, Reason.BOOKED, Reason.PRIORITY, Reason.IN_TURN]
    kept = session.scalars(sa.select(QueueDay.lately)).one()
    assert kept[-1] == f"in_turn.{second.id}"


def test_no_more_calls_are_kept_than_are_needed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicedesk.hall.recent.KEPT", 2)
    sitting = make_sitting(session)
    tickets = [make_ticket(session) for _ in range(4)]
    for _ in tickets:
        ticket = calling.call_next(session, sitting, now=clock.now())
        assert ticket is not None
        calling.miss(session, ticket, sitting, now=clock.now())
    session.commit()

    kept = session.scalars(sa.select(QueueDay.lately)).one()
    assert kept == [f"in_turn.{one.id}" for one in tickets[-2:]]

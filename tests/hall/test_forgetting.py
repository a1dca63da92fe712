"""What is typed about people in a hall, and why they had priority, is gone a month later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.models import Priority, Ticket, TicketEvent
from servicedesk.hall.operations import calling, forgetting, serving, visiting
from servicedesk.hall.operations.serving import Outcome
from tests.hall.factories import make_sitting, make_ticket


def a_visit(session: Session) -> Ticket:
    """Have somebody with priority called out of turn, noted of, and served."""
    sitting, now = make_sitting(session), clock.now()
    ticket = make_ticket(session, priority=Priority.PREGNANCY)
    calling.call_chosen(session, ticket, sitting, words="is in pain", now=now)
    serving.start(session, ticket, sitting, now=now)
    visiting.write_note(session, ticket, sitting, "came with her sister", now=now)
    serving.finish(session, ticket, sitting, Outcome.SERVED, now=now)
    session.commit()
    return ticket


def all_that_is_kept(session: Session) -> str:
    """Return the rows of the visit as text."""
    session.expire_all()
    tables = (Ticket.__table__, TicketEvent.__table__, VisitNote.__table__)
    return "\n".join(str(row) for one in tables for row in session.execute(sa.select(one)))


def test_words_and_the_kind_of_priority_are_forgotten_after_a_month(session: Session) -> None:
    ticket = a_visit(session)
    later = clock.now() + timedelta(days=31)

    assert forgetting.forget_visits(session, now=clock.now()) == 0
    assert all(said in all_that_is_kept(session) for said in ("in pain", "sister", "PREGNANCY"))
    assert forgetting.forget_visits(session, now=later) == 3
    session.commit()

    kept = all_that_is_kept(session).casefold()
    assert not any(said in kept for said in ("in pain", "sister", "pregnancy"))
    events = session.scalars(sa.select(TicketEvent).order_by(TicketEvent.id)).all()
    assert [one.action for one in events] == ["take", "call", "start", "finish"]
    assert events[1].before["has_priority"] is True
    assert ticket.priority is None
    assert session.scalars(sa.select(VisitNote)).one().erased_at is not None


@pytest.mark.parametrize("column", [{"words": "another"}, {"action": "leave"}, {"before": {}}])
def test_an_event_is_emptied_and_otherwise_never_changed(
    session: Session, column: dict[str, object]
) -> None:
    a_visit(session)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.update(TicketEvent).values(**column))
    session.rollback()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(TicketEvent))

"""Forgetting what visits do not need any more: why somebody had priority, and words about people.

A month after, as the names and phones of appointments (``staff_bookings.forget_people``).  What
stays is that there was a note, a reason or priority, by whom and when, and the reports of days,
which have counts only.
"""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.models import Ticket, TicketEvent
from servicedesk.hall.operations.staff_bookings import FORGOTTEN_AFTER
from servicedesk.hall.ticket_life import OVER

log = logging.getLogger(__name__)


def forget_visits(session: Session, *, now: datetime) -> int:
    """Erase notes, typed reasons and kinds of priority of a month ago; return how many rows."""
    long_ago = now - FORGOTTEN_AFTER
    before = TicketEvent.before
    erased = [
        sa.update(Ticket)
        .where(
            Ticket.priority.is_not(None),
            Ticket.changed_at < long_ago,
            Ticket.status.in_(sorted(OVER)),
        )
        .values(priority=None),
        sa.update(VisitNote)
        .where(VisitNote.erased_at.is_(None), VisitNote.at < long_ago)
        .values(body="", erased_at=now),
        sa.update(TicketEvent)
        .where(
            sa.or_(TicketEvent.words != "", before.has_key("priority")),
            TicketEvent.at < long_ago,
        )
        .values(words="", before=before.op("-")(sa.literal("priority", sa.Text))),
    ]
    return sum(_rows(session, one) for one in erased)


def _rows(session: Session, erased: sa.Update) -> int:
    name = str(erased.table)
    without = erased.returning(sa.literal(1)).execution_options(synchronize_session=False)
    count = len(session.execute(without).all())
    log.info("visits forgotten", extra={"table": name, "rows": count})
    return count

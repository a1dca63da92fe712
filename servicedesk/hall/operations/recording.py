"""Keeping what was done with a ticket, and telling boards and its holder of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.hall.events import happened
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Sitting, Ticket, TicketEvent
from servicedesk.hall.operations import watching
from servicedesk.hall.topics import hall_topic, ticket_topic


def record(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    action: str,
    before: Mapping[str, Any],
    *,
    now: datetime,
    why: Reason | None = None,
    words: str = "",
) -> None:
    """Record what the clerk of ``sitting`` did; ``before`` is the ticket as it was."""
    event = happened(
        ticket, action, dict(before), at=now, by=sitting.clerk, counter_id=sitting.counter_id,
        why=why, words=words,
    )  # fmt: skip
    keep(session, event, sitting.counter.hall_id)


def keep(session: Session, event: TicketEvent, hall_id: int) -> None:
    """Record what happened to a ticket in the hall, by whomever."""
    session.add(event)
    watching.line_moved(session, hall_id)
    live.announce(session, hall_topic(hall_id), ticket_topic(event.ticket_id))

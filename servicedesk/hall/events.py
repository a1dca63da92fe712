"""What is kept of each thing that happens to a ticket, and how it is undone.

Pure over the model: an event holds, as it was before, everything that its action may change.
"""

from datetime import datetime
from typing import Any, Final

from servicedesk.accounts.models import User
from servicedesk.hall.line_up import Reason
from servicedesk.hall.models import Ticket, TicketEvent
from servicedesk.hall.ticket_life import OVER, TicketAction, TicketStatus

_MOMENTS: Final = (
    "lined_up_at",
    "away_until",
    "called_at",
    "started_at",
    "ended_at",
    "priority_checked_at",
    "booked_for",
)
_OTHERS: Final = (
    "place",
    "queue_id",
    "counter_id",
    "only_counter_id",
    "recalls",
    "outcome",
    "case_id",
    "stops_kept",
    "language",
)


def as_it_is(ticket: Ticket) -> dict[str, Any]:
    """Return what may change of ``ticket``, as JSON.

    Of priority only whether there is any: why, is nothing to keep for ever, and nothing done at a
    counter changes it.
    """
    moments = {key: getattr(ticket, key) for key in _MOMENTS}
    kept: dict[str, Any] = {key: at.isoformat() if at else None for key, at in moments.items()}
    kept |= {key: getattr(ticket, key) for key in _OTHERS}
    return kept | {"status": ticket.status.value, "has_priority": ticket.priority is not None}


def put_back(ticket: Ticket, before: dict[str, Any], *, at: datetime) -> None:
    """Make ``ticket`` what it was when ``as_it_is`` returned ``before``."""
    if ticket.status in OVER:
        ticket.device = None  # whose phone may have taken another since
    for key in before.keys() & set(_MOMENTS):
        setattr(ticket, key, datetime.fromisoformat(before[key]) if before[key] else None)
    for key in _OTHERS:
        setattr(ticket, key, before.get(key, getattr(ticket, key)))
    ticket.status = TicketStatus(before["status"])
    ticket.changed_at = at


def happened(
    ticket: Ticket,
    action: TicketAction | str,
    before: dict[str, Any],
    *,
    at: datetime,
    by: User | None = None,
    counter_id: int | None = None,
    why: Reason | None = None,
    words: str = "",
) -> TicketEvent:
    """Return the record of what happened to ``ticket``; ``by`` is None for its holder."""
    return TicketEvent(
        ticket_id=ticket.id, at=at, by_id=by.id if by else None, counter_id=counter_id,
        action=str(action), why=why, words=words, before=before,
    )  # fmt: skip

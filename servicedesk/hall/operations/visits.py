"""Taking one ticket for everything that somebody has come for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.hall import planning
from servicedesk.hall.models import Hall, Priority, Ticket
from servicedesk.hall.operations import tickets
from servicedesk.hall.stops import Stop


def take_visit(
    session: Session,
    hall: Hall,
    wanted: Sequence[Stop],
    *,
    language: str,
    now: datetime,
    priority: Priority | None = None,
    booked_for: datetime | None = None,
    by: User | None = None,
) -> Ticket:
    """Give out one ticket for ``wanted``, in the order of stops that ends first.

    Raises:
        NoTicketsNow: a line or a service is closed, or gives out no more.
    """
    planned = planning.ordered(session, hall, wanted, now)
    first = next(queue for queue in hall.queues if queue.id == planned[0].queue_id)
    return tickets.take(
        session, hall, first, language=language, now=now, stops=planned, priority=priority,
        booked_for=booked_for, by=by,
    )  # fmt: skip

"""Ready-made tickets and open counters, in the hall that is always open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.hall import queries
from servicedesk.hall.models import Hall, Priority, Queue, Sitting, Ticket
from servicedesk.hall.operations import sittings, tickets
from tests.factories import make_user

TRAINING = "training"


def hall_of(session: Session, key: str = TRAINING) -> Hall:
    """Return a hall as it is shipped."""
    return queries.get_hall(session, key)


def queue_of(session: Session, key: str, hall: str = TRAINING) -> Queue:
    """Return one of its queues."""
    return next(queue for queue in hall_of(session, hall).queues if queue.key == key)


def make_ticket(
    session: Session,
    queue: str = "registration",
    *,
    hall: str = TRAINING,
    at: datetime | None = None,
    language: str = "zh",
    priority: Priority | None = None,
    booked_for: datetime | None = None,
) -> Ticket:
    """Take a ticket as the kiosk does."""
    ticket = tickets.take(
        session, hall_of(session, hall), queue_of(session, queue, hall),
        language=language, now=at or clock.now(), priority=priority, booked_for=booked_for,
    )  # fmt: skip
    session.commit()
    return ticket


def make_clerk(session: Session, *, language: str = "en") -> User:
    """Add somebody who may serve at a counter."""
    return make_user(session, role=Role.CLERK, posts={"window": "clerk"}, language=language)


def make_sitting(
    session: Session,
    number: int = 1,
    *,
    hall: str = TRAINING,
    clerk: User | None = None,
    queues: Sequence[str] = ("registration", "work_permits", "advice"),
    languages: Sequence[str] = ("zh", "en"),
    at: datetime | None = None,
) -> Sitting:
    """Open a counter."""
    found = hall_of(session, hall)
    counter = next(one for one in found.counters if one.number == number)
    served = [queue.id for queue in found.queues if queue.key in queues]
    sitting = sittings.sign_on(
        session, counter, by=clerk or make_clerk(session), queue_ids=served,
        languages=languages, now=at or clock.now(),
    )  # fmt: skip
    session.commit()
    return sitting

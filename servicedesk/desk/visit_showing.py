"""What the counter shows of the visit that is there: services, person, notes, earlier visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.hall import offering, stops, visit_queries
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.counter_models import VisitNote
from servicedesk.hall.models import Queue, Sitting, Ticket
from servicedesk.hall.operations.serving import OUTCOME_WORDS, Outcome
from servicedesk.hall.stops import Stop
from servicedesk.words import Text, Words


@dataclass(frozen=True)
class StopShown:
    """One thing that the visit is for."""

    position: int
    stop: Stop
    name: Text  # of the service, or of its line where none was asked for
    queue: Queue | None  # another line than the present one

    @property
    def is_open(self) -> bool:
        """Whether it is still to do."""
        return self.stop.ended_at is None

    @property
    def outcome(self) -> Words | None:
        """How it ended; None: it did not yet."""
        return None if self.is_open else OUTCOME_WORDS.get(Outcome(self.stop.outcome))


@dataclass(frozen=True)
class EarlierVisit:
    """A visit before this one."""

    number: str
    at: datetime
    services: Sequence[Text]
    outcome: Words | None
    notes: Sequence[VisitNote]


@dataclass(frozen=True)
class VisitShown:
    """The visit at a counter."""

    stops: Sequence[StopShown]
    person: User | None
    booking: Appointment | None  # who else comes, a guest's name and phone, why it is urgent
    notes: Sequence[VisitNote]
    earlier: Sequence[EarlierVisit]

    @property
    def open_here(self) -> int:
        """How many things are to do at this counter."""
        return sum(one.is_open and one.queue is None for one in self.stops)

    @property
    def is_last(self) -> bool:
        """Whether only one thing is left of the whole visit."""
        return sum(one.is_open for one in self.stops) == 1


def visit(session: Session, ticket: Ticket, sitting: Sitting) -> VisitShown:
    """Return the visit of ``ticket``; at most five statements, six if it was booked."""
    person = visit_queries.find_person(session, ticket)
    before = visit_queries.earlier_visits(session, ticket, person)
    codes = {one.service for each in (ticket, *before) for one in each.stops if one.service}
    names = offering.names_of(session, codes)
    queues = {queue.id: queue for queue in sitting.counter.hall.queues}
    notes = visit_queries.notes_of(session, [ticket.id, *(one.id for one in before)])
    return VisitShown(
        stops=[
            _stop(position, one, ticket, names, queues) for position, one in enumerate(ticket.stops)
        ],
        person=person,
        booking=visit_queries.find_booking(session, ticket),
        notes=[one for one in notes if one.ticket_id == ticket.id],
        earlier=[_earlier(one, names, queues, notes) for one in before],
    )


def lines_ahead(ticket: Ticket) -> list[Queue]:
    """Return the other lines in which the visit has something to do, each once, in order."""
    queues = {queue.id: queue for queue in ticket.queue.hall.queues}
    ahead = dict.fromkeys(one.queue_id for one in stops.ahead(ticket.stops))
    return [queues[key] for key in ahead if key != ticket.queue_id]


def _stop(
    position: int, one: Stop, ticket: Ticket, names: dict[str, Text], queues: dict[int, Queue]
) -> StopShown:
    queue = queues[one.queue_id]
    elsewhere = queue if one.queue_id != ticket.queue_id else None
    return StopShown(position, one, names.get(one.service or "", queue.name), elsewhere)


def _earlier(
    ticket: Ticket, names: dict[str, Text], queues: dict[int, Queue], notes: Sequence[VisitNote]
) -> EarlierVisit:
    return EarlierVisit(
        number=ticket.name,
        at=ticket.issued_at,
        services=[names.get(one.service or "", queues[one.queue_id].name) for one in ticket.stops],
        outcome=OUTCOME_WORDS[Outcome(ticket.outcome)] if ticket.outcome else None,
        notes=[one for one in notes if one.ticket_id == ticket.id],
    )

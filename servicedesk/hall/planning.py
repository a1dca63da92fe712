"""The way of a visit through several lines, planned from the lines as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.hall import expecting, itinerary, stops
from servicedesk.hall.expecting import Outlook
from servicedesk.hall.itinerary import Call, Leg
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import TicketStatus

_BEGUN: Final = frozenset({TicketStatus.CALLED, TicketStatus.SERVING, TicketStatus.HELD})


@dataclass(frozen=True)
class Way:
    """Where a visit goes from here on, and how its present line is."""

    outlook: Outlook | None  # of the line in which it waits; None: it does not wait
    calls: Sequence[Call]  # the present line first, unless it is at a counter


def ordered(
    session: Session,
    hall: Hall,
    planned: Sequence[Stop],
    now: datetime,
    *,
    place: float | None = None,
) -> list[Stop]:
    """Return the stops in the order that ends first; see ``itinerary``.

    ``place`` is the one of the ticket; None: whoever takes a ticket now, behind everybody.
    No statement if they are all in one line.
    """
    if len({stop.queue_id for stop in planned}) <= 1:
        return list(planned)
    queues = _queues(hall, planned)
    found = expecting.outlooks(session, hall, now, queues)
    legs = itinerary.in_best_order(
        [_leg(queue, found[queue.id], planned, place) for queue in queues]
    )
    turn = {leg.queue_id: number for number, leg in enumerate(legs)}
    return sorted(planned, key=lambda stop: turn[stop.queue_id])


def way(session: Session, ticket: Ticket, now: datetime) -> Way:
    """Return the way of a ticket from now on."""
    ahead = stops.ahead(ticket.stops)
    if ticket.status is not TicketStatus.WAITING and ticket.status not in _BEGUN:
        return Way(None, ())
    is_here = ticket.status in _BEGUN
    known = lines_of(ticket)
    to = dict.fromkeys(stop.queue_id for stop in ahead if stop.queue_id != ticket.queue_id)
    further = [known[queue_id] for queue_id in to]
    if is_here and not further:
        return Way(None, ())
    found = expecting.outlooks(session, ticket.queue.hall, now, [ticket.queue, *further])
    present = found[ticket.queue_id]
    legs = [_leg(queue, found[queue.id], ahead, ticket.place) for queue in further]
    if is_here:
        return Way(None, itinerary.calls(legs, here=present.minutes))
    _, wait = present.wait_of(ticket.id) or (0, None)
    minutes = present.minutes * _count(ahead, ticket.queue_id)
    first = Leg(ticket.queue_id, ticket.queue.phase, minutes, wait)
    return Way(present, itinerary.calls([first, *legs]))


def lines_of(ticket: Ticket) -> dict[int, Queue]:
    """Return the lines of the visit by their ids; no statement if it has one, as most have."""
    if all(stop.queue_id == ticket.queue_id for stop in ticket.stops):
        return {ticket.queue_id: ticket.queue}
    return {queue.id: queue for queue in ticket.queue.hall.queues}


def _queues(hall: Hall, planned: Sequence[Stop]) -> list[Queue]:
    """Return the lines of the stops, each once, in the order of the stops."""
    known = {queue.id: queue for queue in hall.queues}
    return [known[queue_id] for queue_id in dict.fromkeys(stop.queue_id for stop in planned)]


def _leg(queue: Queue, outlook: Outlook, planned: Sequence[Stop], place: float | None) -> Leg:
    before = [turn for turn in outlook.turns if place is None or turn.waiting.place < place]
    return Leg(
        queue.id, queue.phase, outlook.minutes * _count(planned, queue.id),
        outlook.wait_after(len(before)), outlook.wait_after(0),
    )  # fmt: skip


def _count(planned: Sequence[Stop], queue_id: int) -> int:
    return max(sum(stop.queue_id == queue_id for stop in planned), 1)

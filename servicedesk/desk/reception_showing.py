"""What the page of the guidance desk is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.hall import presenting, queries, reception_queries, steering_queries
from servicedesk.hall.models import Hall, Priority, Ticket, TicketEvent
from servicedesk.hall.opening import Now
from servicedesk.hall.presenting import LineShown, StopShown
from servicedesk.hall.steering_models import Announcement
from servicedesk.words import Words, say

_LATELY: Final = 8  # tickets listed to print again

PRIORITY_WORDS: Final = {
    Priority.AGE: say("Older person"),
    Priority.DISABILITY: say("Disability"),
    Priority.PREGNANCY: say("Pregnant"),
}
DID: Final[dict[str, Words]] = {
    "take": say("Ticket taken"),
    "call": say("Called"),
    "recall": say("Called again"),
    "start": say("Service began"),
    "miss": say("Not there when called"),
    "come_back": say("Came back"),
    "hold": say("Put on hold"),
    "resume": say("Resumed"),
    "transfer": say("Sent on"),
    "finish": say("Finished"),
    "go_on": say("Done here; goes on in the next line"),
    "leave": say("Gave the place up"),
    "settle": say("Ended with the day"),
    "let_pass": say("Let two people pass"),
    "be_late": say("Is ten minutes late"),
    "go_away": say("Left for a while"),
    "be_back": say("Is back"),
    "speak": say("Changed the language"),
    "undo": say("The last step was undone"),
    "change_line": say("Line changed"),
    "set_priority": say("Priority changed"),
    "see_priority": say("Priority checked"),
    "attach_case": say("Tied to an application"),
    "detach_case": say("No longer tied to an application"),
    "add_service": say("Service added"),
    "quantity": say("Quantity changed"),
    "remove_service": say("Service taken out"),
    "service_done": say("One service done"),
}
_OTHERWISE: Final = say("Changed")


@dataclass(frozen=True)
class Happened:
    """One thing on the record of a ticket."""

    event: TicketEvent
    what: Words
    by: str | None


@dataclass(frozen=True)
class TicketFound:
    """A ticket as the guidance desk looks at it."""

    ticket: Ticket
    way: Sequence[StopShown]
    record: Sequence[Happened]
    priority: Words | None


@dataclass(frozen=True)
class Reception:
    """The guidance desk of a hall."""

    hall: Hall
    open: Now
    lines: Sequence[LineShown]
    missed: Sequence[Ticket]
    lately: Sequence[Ticket]
    announced: Sequence[Announcement]
    now: datetime


def reception(session: Session, hall: Hall, now: datetime) -> Reception:
    """Return what the guidance desk of the hall shows."""
    return Reception(
        hall=hall,
        open=queries.opening_now(session, hall, None, now),
        lines=presenting.lines(session, hall, now),
        missed=queries.missed_in(session, hall, since=now - queries.MISSED_FOR),
        lately=reception_queries.issued_lately(session, hall, now=now, count=_LATELY),
        announced=steering_queries.announced(session, hall, now),
        now=now,
    )


def found(session: Session, ticket: Ticket) -> TicketFound:
    """Return a ticket with its way and its record."""
    record = reception_queries.record_of(session, ticket)
    return TicketFound(
        ticket,
        presenting.way_of(session, ticket),
        [Happened(event, DID.get(event.action, _OTHERWISE), by) for event, by in record],
        PRIORITY_WORDS[ticket.priority] if ticket.priority else None,
    )

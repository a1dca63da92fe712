"""What the pages of the hall are drawn from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.cases import readiness
from servicedesk.cases.models import Case
from servicedesk.catalogue.queries import service_of
from servicedesk.hall import expecting, queries
from servicedesk.hall.appointment_models import AppointmentStatus
from servicedesk.hall.expecting import Outlook
from servicedesk.hall.hall_files import span_of
from servicedesk.hall.line_up import REASON_WORDS, Reason, merged
from servicedesk.hall.models import Call, Counter, Hall, Queue, Ticket
from servicedesk.hall.opening import Span
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.hall.wait_model import Range
from servicedesk.words import Text, Words, say

SHOWN_CALLS: Final = 4
SHOWN_NEXT: Final = 4
NEW_FOR: Final = timedelta(seconds=20)
CALLED_LATELY: Final = timedelta(hours=12)
BOARD_WORDS: Final = {
    "as_of": say("as of"),
    "call": say("Please go to counter"),
    "calm": say("Nobody is called at the moment"),
    "new": say("New"),
    "next": say("Get ready"),
    "waiting": say("Waiting"),
    "wait": say("Wait, minutes"),
    "missed": say("Missed your number? Go to the guidance desk."),
    "stale": say("This board is not up to date. Ask at the guidance desk."),
}
WEEK: Final = (
    ("mon", say("Monday")),
    ("tue", say("Tuesday")),
    ("wed", say("Wednesday")),
    ("thu", say("Thursday")),
    ("fri", say("Friday")),
    ("sat", say("Saturday")),
    ("sun", say("Sunday")),
)


@dataclass(frozen=True)
class Shown:
    """A call on a board."""

    call: Call
    is_new: bool


@dataclass(frozen=True)
class Board:
    """Everything a board shows, as of ``now``."""

    hall: Hall
    calls: list[Shown]
    next: list[str]  # numbers, in the order in which they are expected
    waiting: int
    wait: Range | None  # of somebody who comes now, over the lines that are served
    now: datetime


def board(
    session: Session,
    hall: Hall,
    now: datetime,
    queue: Queue | None = None,
    counter: Counter | None = None,
) -> Board:
    """Return the board of the hall, or of one of its queues or counters."""
    calls = queries.latest_calls(
        session, hall, since=now - CALLED_LATELY, count=SHOWN_CALLS, queue=queue, counter=counter
    )
    found = expecting.outlooks(session, hall, now)
    chosen = [found[queue.id]] if queue is not None else list(found.values())
    order = merged(iter(outlook.turns) for outlook in chosen)
    ids = [turn.waiting.ticket for turn in islice(order, SHOWN_NEXT)]
    names = queries.names_by_id(session, ids)
    return Board(
        hall,
        [Shown(call, now - call.at < NEW_FOR) for call in calls],
        [names[key] for key in ids],
        sum(len(outlook.turns) for outlook in chosen),
        _overall(chosen),
        now,
    )


APPOINTMENT_WORDS: Final = {
    AppointmentStatus.HELD: ("warn", say("Not confirmed yet")),
    AppointmentStatus.BOOKED: ("ok", say("Booked")),
    AppointmentStatus.HERE: ("info", say("You are here")),
    AppointmentStatus.CANCELLED: ("idle", say("Cancelled")),
    AppointmentStatus.LAPSED: ("idle", say("Not confirmed")),
    AppointmentStatus.MISSED: ("bad", say("Missed")),
}


def missing_papers(session: Session, case: Case | None) -> list[Text]:
    """Return the papers that an application still lacks, by name; none of none."""
    if case is None or case.is_closed:
        return []
    service = service_of(case.service_version)
    standing = readiness.material_standings(session, case, service, case.answers)
    return [one.material.name.plain() for one in standing if not one.is_there]


def week(hall: Hall) -> list[tuple[Words, list[Span]]]:
    """Return the ordinary week of a hall, every day with its spans."""
    said = hall.hours["week"]
    return [(name, [span_of(one) for one in said.get(day, ())]) for day, name in WEEK]


@dataclass(frozen=True)
class LineShown:
    """One line on the page of the hall."""

    queue: Queue
    waiting: int
    counters: int
    wait: Range | None  # of somebody who comes now


def lines(session: Session, hall: Hall, now: datetime) -> list[LineShown]:
    """Return every line of the hall as somebody who thinks of coming sees it."""
    found = expecting.outlooks(session, hall, now)
    return [
        LineShown(
            queue, len(found[queue.id].turns), found[queue.id].counters,
            found[queue.id].wait_after(len(found[queue.id].turns)),
        )
        for queue in hall.queues
    ]  # fmt: skip


@dataclass(frozen=True)
class Before:
    """Somebody who is called before the reader, and why."""

    number: str
    reason: Reason

    @property
    def why(self) -> Words:
        """The reason in words."""
        return REASON_WORDS[self.reason]


@dataclass(frozen=True)
class TicketShown:
    """A ticket as its holder sees it."""

    ticket: Ticket
    before: list[Before] | None  # None: it does not wait
    wait: Range | None
    is_away: bool
    now: datetime

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another page: everything but the time."""
        ahead = tuple(one.number for one in self.before or ())
        return self.ticket.version, ahead, self.wait, self.is_away


def ticket(session: Session, shown: Ticket, now: datetime) -> TicketShown:
    """Return what the page of a ticket is drawn from."""
    is_away = shown.away_until is not None and shown.away_until > now
    if shown.status is not TicketStatus.WAITING:
        return TicketShown(shown, None, None, is_away, now)
    outlook = expecting.outlook_of(session, shown, now)
    ahead, wait = outlook.wait_of(shown.id) or (0, None)
    return TicketShown(shown, _before(session, outlook, ahead), wait, is_away, now)


def _before(session: Session, outlook: Outlook, ahead: int) -> list[Before]:
    turns = outlook.turns[:ahead]
    names = queries.names_by_id(session, [turn.waiting.ticket for turn in turns])
    return [Before(names[turn.waiting.ticket], turn.reason) for turn in turns]


def _overall(outlooks: list[Outlook]) -> Range | None:
    served = [found for one in outlooks if (found := one.wait_after(len(one.turns)))]
    if not served:
        return None
    return Range(min(one.least for one in served), max(one.most for one in served))

"""What the pages of the hall are drawn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.hall import (
    expecting,
    hall_files,
    hours_words,
    planning,
    queries,
    steering_queries,
    waitlist_queries,
)
from servicedesk.hall.appointment_models import (
    Appointment,
    AppointmentStatus,
    WaitingEntry,
    WaitingStatus,
)
from servicedesk.hall.expecting import Outlook
from servicedesk.hall.hall_files import span_of
from servicedesk.hall.itinerary import Call as Expected
from servicedesk.hall.line_up import REASON_WORDS, Reason, Turn, merged
from servicedesk.hall.models import Call, Counter, Hall, Queue, Sitting, Ticket
from servicedesk.hall.offering import names_of
from servicedesk.hall.opening import Span
from servicedesk.hall.steering_models import Announcement
from servicedesk.hall.ticket_life import OVER, TicketStatus
from servicedesk.hall.wait_model import Range
from servicedesk.park import local_day
from servicedesk.words import Text, Words, say

SHOWN_CALLS: Final = 4  # rows; with a message one less
SHOWN_NEXT: Final = 4
SHOWN_MESSAGES: Final = 1  # the newest; there is no room for more at ten metres
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
    "message": say("Message"),
    "stale": say("This board is not up to date. Ask at the guidance desk."),
}
DOOR_WORDS: Final = {
    "come_for": say("What have you come for?"),
    "several": say("Several things, or one exactly"),
    "appointment": say("I have an appointment"),
    "tick": say("Tick one thing or several: you get one number for all of them."),
    "take": say("Take one ticket"),
    "start": say("Back to the start"),
    "priority": say("I have priority"),
    "by_phone": say("With your phone"),
    "scan": say("Scan this code and take the ticket there. The code changes every few minutes."),
    "booked": say("You have an appointment?"),
    "check_in": say("Scan this code and check in with the code of your appointment."),
    "not_booked": say("You have none?"),
    "kiosk": say("Take a ticket at the kiosk: on its screen, or with your phone by its code."),
}


@dataclass(frozen=True)
class Shown:
    """A call on a board."""

    call: Call
    is_new: bool

    @property
    def is_awaited(self) -> bool:
        """Whether the one who is called has not come yet."""
        return self.call.ticket.status is TicketStatus.CALLED


@dataclass(frozen=True)
class SetOut:
    """How the calls are set out on a board."""

    large: Sequence[Shown]  # a row each
    small: Sequence[Shown]  # who is awaited besides, all in the last row
    unseen: Sequence[Shown]  # only said: there is no room, and they have come


@dataclass(frozen=True)
class Board:
    """Everything a board shows, as of ``now``."""

    hall: Hall
    of: list[Words | Text]  # the line or counter it shows; none: the whole hall
    calls: list[Shown]  # one for each counter at most, who is awaited first
    next: list[str]  # numbers, in the order in which they are expected
    waiting: int
    wait: Range | None  # of somebody who comes now, over the lines that are served
    announced: Sequence[Announcement]
    now: datetime

    @property
    def set_out(self) -> SetOut:
        """The calls as they are drawn: everybody who is awaited is, however many there are."""
        rows = SHOWN_CALLS - bool(self.announced)
        awaited = sum(one.is_awaited for one in self.calls)
        large = rows if awaited <= rows else rows - 1
        rest = self.calls[max(large, awaited) :]
        return SetOut(
            self.calls[:large], self.calls[large:awaited], [one for one in rest if one.is_new]
        )


def board(
    session: Session,
    hall: Hall,
    now: datetime,
    queue: Queue | None = None,
    counter: Counter | None = None,
) -> Board:
    """Return the board of the hall, or of one of its queues or counters."""
    calls = queries.latest_calls(
        session, hall, since=now - CALLED_LATELY, queue=queue, counter=counter
    )
    sitting = _sitting_at(session, counter) if counter and not queue else None
    found = expecting.outlooks(session, hall, now, _lines_of(hall, queue, counter, sitting))
    chosen = list(found.values())
    waiting, order = _in_order(session, chosen, sitting, now)
    ids = [turn.waiting.ticket for turn in islice(order, SHOWN_NEXT)]
    names = queries.names_by_id(session, ids)
    return Board(
        hall,
        _named(queue, counter),
        [Shown(call, now - call.at < NEW_FOR) for call in calls],
        [names[key] for key in ids],
        waiting,
        _overall(chosen),
        steering_queries.announced(session, hall, now)[-SHOWN_MESSAGES:],
        now,
    )


def _named(queue: Queue | None, counter: Counter | None) -> list[Words | Text]:
    named: list[Words | Text] = [queue.name] if queue else []
    return [*named, say("Counter %(number)s", number=counter.number)] if counter else named


def _sitting_at(session: Session, counter: Counter) -> Sitting | None:
    open_now = queries.open_sittings(session, counter.hall)
    return next((one for one in open_now if one.counter_id == counter.id), None)


def _lines_of(
    hall: Hall, queue: Queue | None, counter: Counter | None, sitting: Sitting | None
) -> Sequence[Queue]:
    """Return the lines of a board; a counter's are those served there, else the usual ones."""
    if queue is not None:
        return [queue]
    if counter is None:
        return hall.queues
    if sitting is not None:
        return sitting.lines
    return [one for one in hall.queues if one.key in counter.queue_keys]


def _in_order(
    session: Session, lines: Sequence[Outlook], sitting: Sitting | None, now: datetime
) -> tuple[int, Iterator[Turn]]:
    """Return how many wait, and who is next: of a counter those who may be called there."""
    if sitting is not None:
        turns = queries.turns_at(session, sitting, now)
        return len(turns), iter(turns)
    return sum(len(one.turns) for one in lines), merged(iter(one.turns) for one in lines)


APPOINTMENT_WORDS: Final = {
    AppointmentStatus.HELD: ("warn", say("Not confirmed yet")),
    AppointmentStatus.BOOKED: ("ok", say("Booked")),
    AppointmentStatus.HERE: ("info", say("You are here")),
    AppointmentStatus.CANCELLED: ("idle", say("Cancelled")),
    AppointmentStatus.LAPSED: ("idle", say("Not confirmed")),
    AppointmentStatus.MISSED: ("bad", say("Missed")),
}


WAITING_WORDS: Final = {
    WaitingStatus.WAITING: ("info", say("Waiting")),
    WaitingStatus.OFFERED: ("you", say("A time is offered")),
    WaitingStatus.BOOKED: ("ok", say("Booked")),
    WaitingStatus.CANCELLED: ("idle", say("Taken off")),
    WaitingStatus.UNANSWERED: ("idle", say("Offer not answered")),
    WaitingStatus.EXPIRED: ("idle", say("Days are over")),
}


@dataclass(frozen=True)
class WaitingShown:
    """A wish on the waitlist, with what it is for."""

    entry: WaitingEntry
    what: list[Text]


def waiting(session: Session, user: User, now: datetime) -> list[WaitingShown]:
    """Return this person's wishes, those that stand and those of the last month."""
    found = waitlist_queries.entries_of(session, user, today=local_day(now))
    names = names_of(session, [code for one in found for code in one.chosen])
    lines = {(one.hall_id, queue.key): queue.name for one in found for queue in one.hall.queues}
    return [
        WaitingShown(
            one,
            [
                name
                for code in one.chosen
                if (name := names.get(code) or lines.get((one.hall_id, code)))
            ],
        )
        for one in found
    ]


def service_names(session: Session, *shown: Appointment) -> dict[str, Text]:
    """Return what the services of appointments are called, by code."""
    return names_of(
        session, [code for one in shown for part in one.parts for code in part.services]
    )


def week(hall: Hall) -> list[tuple[Words, list[Span]]]:
    """Return the ordinary week of a hall, every day with its spans."""
    said = hall.hours["week"]
    days = zip(hall_files.WEEKDAYS, hours_words.WEEKDAYS, strict=True)
    return [(name, [span_of(one) for one in said.get(day, ())]) for day, name in days]


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
class StopShown:
    """A station of a visit: everything there is to do in one line."""

    queue: Queue
    services: list[Text]
    state: str  # done, here, ahead
    wait: Range | None  # until the call there; None: not known, or past


@dataclass(frozen=True)
class TicketShown:
    """A ticket as its holder sees it."""

    ticket: Ticket
    before: list[Before] | None  # None: it does not wait
    wait: Range | None
    way: list[StopShown]  # of the whole visit, in order
    is_away: bool
    now: datetime

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another page: everything but the time."""
        ahead = tuple(one.number for one in self.before or ())
        way = [(one.queue.id, one.state, one.wait) for one in self.way]
        return self.ticket.version, ahead, self.wait, self.is_away, way


def ticket(session: Session, shown: Ticket, now: datetime) -> TicketShown:
    """Return what the page of a ticket is drawn from."""
    is_away = shown.away_until is not None and shown.away_until > now
    found = planning.way(session, shown, now)
    stations = way_of(session, shown, found.calls)
    if found.outlook is None:
        return TicketShown(shown, None, None, stations, is_away, now)
    ahead, wait = found.outlook.wait_of(shown.id) or (0, None)
    return TicketShown(shown, _before(session, found.outlook, ahead), wait, stations, is_away, now)


def way_of(session: Session, shown: Ticket, calls: Sequence[Expected] = ()) -> list[StopShown]:
    """Return the stations of a visit: what is done, what is now, what comes next."""
    known = planning.lines_of(shown)
    names = names_of(session, {one.service for one in shown.stops if one.service})
    waits = {call.queue_id: call.wait for call in calls}
    found: list[StopShown] = []
    for (queue_id, is_done), group in groupby(
        shown.stops, key=lambda one: (one.queue_id, one.ended_at is not None)
    ):
        services = [names[one.service] for one in group if one.service in names]
        is_here = not is_done and queue_id == shown.queue_id and shown.status not in OVER
        state = "done" if is_done else "here" if is_here else "ahead"
        found.append(StopShown(known[queue_id], services, state, waits.get(queue_id)))
    return found


def _before(session: Session, outlook: Outlook, ahead: int) -> list[Before]:
    turns = outlook.turns[:ahead]
    names = queries.names_by_id(session, [turn.waiting.ticket for turn in turns])
    return [Before(names[turn.waiting.ticket], turn.reason) for turn in turns]


def _overall(outlooks: list[Outlook]) -> Range | None:
    served = [found for one in outlooks if (found := one.wait_after(len(one.turns)))]
    if not served:
        return None
    return Range(min(one.least for one in served), max(one.most for one in served))

"""What the pages of the counter are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from servicedesk.desk import visit_showing
from servicedesk.desk.counter_forms import FinishForm
from servicedesk.desk.their_case import TheirCase, their_case
from servicedesk.desk.visit_showing import VisitShown, visit
from servicedesk.errors import NotFound
from servicedesk.hall import alarm_queries, expecting, queries, quick_visits
from servicedesk.hall.counter_kinds import EQUIPMENT_WORDS, equipment_of
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.line_up import REASON_WORDS, Turn
from servicedesk.hall.models import Counter, Hall, Sitting, Ticket, TicketEvent
from servicedesk.hall.offering import Offered, offered_in
from servicedesk.hall.operations import serving
from servicedesk.hall.operations.serving import Destination
from servicedesk.hall.quick import QUICK
from servicedesk.hall.ticket_life import TicketAction, TicketStatus
from servicedesk.web.fields import Option
from servicedesk.web.filters import text
from servicedesk.web.words import spoken
from servicedesk.words import Words, say

SHOWN: Final = 12  # of the line
_SENT_AWAY: Final = frozenset({TicketAction.MISS, TicketAction.HOLD})  # from the counter


@dataclass(frozen=True)
class InLine:
    """Somebody who waits for this counter."""

    ticket: Ticket
    why: Words
    minutes: int
    is_long: bool  # by the hall's figures, as the supervisor sees it


@dataclass(frozen=True)
class QuickShown:
    """What a quick counter takes, and how many it leaves to others."""

    most: int  # minutes
    left: int  # visits that are longer


@dataclass(frozen=True)
class CounterShown:
    """A counter as its clerk sees it."""

    sitting: Sitting
    ticket: Ticket | None  # called here or served
    given_up: Ticket | None  # was called here last, and is not coming
    line: Sequence[InLine]
    waiting: int
    quick: QuickShown | None  # what a quick counter takes; None: it is none
    held: Sequence[Ticket]
    missed: Sequence[Ticket]
    visit: VisitShown | None  # what they came for, and what is known of them
    case: TheirCase | None  # what the visit is about
    usual: float | None  # minutes of a visit like the present one
    can_undo: bool
    alarms: Sequence[Alarm]  # of this hall, which nobody has acknowledged
    now: datetime

    @property
    def has_called(self) -> bool:
        """Whether this counter has called for help."""
        return any(one.counter_id == self.sitting.counter_id for one in self.alarms)

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another page: everything but the time."""
        lists = (self.line, self.held, self.missed)
        mine = [one for one in (self.ticket, self.given_up) if one]
        return (
            [(one.id, one.version, one.status) for one in mine],
            self.waiting,
            self.quick,
            self.can_undo,
            [(one.ticket.id, one.ticket.version, one.minutes) for one in self.line],
            [(one.id, one.version) for many in lists[1:] for one in many],
            [one.id for one in self.alarms],
        )


def counter(session: Session, sitting: Sitting, now: datetime) -> CounterShown:
    """Return what the page of the counter is drawn from."""
    hall = sitting.counter.hall
    ticket = queries.find_open_ticket(session, sitting.counter_id)
    turns = queries.turns_at(session, sitting, now)
    shown = queries.tickets_by_id(session, [turn.waiting.ticket for turn in turns[:SHOWN]])
    usual = expecting.usual_minutes(session, [ticket.queue])[ticket.queue_id] if ticket else None
    return CounterShown(
        sitting=sitting,
        ticket=ticket,
        given_up=None if ticket else _given_up(session, sitting),
        line=[_in_line(shown[turn.waiting.ticket], turn, now) for turn in turns[:SHOWN]],
        waiting=len(turns),
        quick=_quick(session, sitting),
        held=queries.held_at(session, hall),
        missed=queries.missed_in(session, hall, since=now - queries.MISSED_FOR),
        visit=visit(session, ticket, sitting) if ticket else None,
        case=their_case(session, ticket, sitting.clerk) if ticket else None,
        usual=usual,
        can_undo=serving.undoable(session, sitting, now=now) is not None,
        alarms=alarm_queries.open_alarms(session, hall),
        now=now,
    )


def offer_ways_on(form: FinishForm, ticket: Ticket) -> None:
    """Let the clerk choose in which line the visit goes on, if there is more than one."""
    ahead = visit_showing.lines_ahead(ticket)
    form.to.choices = [
        SelectChoice("", _("Where all of it ends first")),
        *(SelectChoice(str(one.id), text(one.name)) for one in ahead if len(ahead) > 1),
    ]


def services(served: Sequence[Offered], ticket: Ticket) -> list[SelectChoice]:
    """Return the services to choose from, by line, those of the present line first."""
    first = sorted(served, key=lambda one: one.queue.id != ticket.queue_id)
    return [SelectChoice(one.code, text(one.name), optgroup=text(one.queue.name)) for one in first]


def things(hall: Hall, served: Sequence[Offered], ticket: Ticket) -> list[SelectChoice]:
    """Return what a visit can be for besides, by line, the present one first.

    ``destination`` reads what is chosen.
    """
    found = []
    for line in sorted(hall.queues, key=lambda one: one.id != ticket.queue_id):
        name = text(line.name)
        is_here = line.id == ticket.queue_id
        group = _("Done here") if is_here else _("Goes on in: %(line)s", line=name)
        found += [
            SelectChoice(f"{line.id}..{one.code}", text(one.name), optgroup=group)
            for one in served
            if one.queue.id == line.id
        ]
        found.append(
            SelectChoice(str(line.id), _("Something else: %(line)s", line=name), optgroup=group)
        )
    return found


def counter_of(session: Session, counter_id: str) -> Counter:
    """Return the counter that was chosen, with its hall.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Counter).where(Counter.id == int(counter_id))
    hall = joinedload(Counter.hall).selectinload(Hall.queues)
    found = session.scalar(query.options(hall))
    if found is None:
        raise NotFound(say("There is no such counter."))
    return found


def places(session: Session) -> tuple[list[SelectChoice], list[Option]]:
    """Return the counters to choose from, by hall, and the lines of all halls, each once."""
    halls = queries.list_halls(session)
    counters = [
        SelectChoice(
            str(one.id),
            " · ".join([_("Counter %(number)s", number=one.number), *_has(one)]),
            optgroup=text(hall.name),
        )
        for hall in halls
        for one in hall.counters
    ]
    lines = {queue.key: text(queue.name) for hall in halls for queue in hall.queues}
    return counters, [Option(key, name) for key, name in lines.items()]


def destinations(session: Session, hall: Hall) -> list[SelectChoice]:
    """Return where somebody can be sent on to, with words; ``destination`` reads what is chosen.

    Of counters those at which somebody sits and serves the line, with the clerk's name: at
    another nobody would ever call them.
    """
    lines, services, people = _("A line"), _("A service"), _("A counter")
    found = [SelectChoice(str(queue.id), text(queue.name), optgroup=lines) for queue in hall.queues]
    for offered in offered_in(session, hall):
        value = f"{offered.queue.id}..{offered.code}"
        said = f"{text(offered.name)} · {text(offered.queue.name)}"
        found.append(SelectChoice(value, said, optgroup=services))
    for one in queries.open_sittings(session, hall):
        for queue in one.lines:
            said = _(
                "%(queue)s, counter %(number)s, %(name)s",
                queue=text(queue.name), number=one.counter.number, name=one.clerk.name,
            )  # fmt: skip
            has = " · ".join([said, *_has(one.counter)])
            found.append(SelectChoice(f"{queue.id}.{one.counter_id}", has, optgroup=people))
    return found


def _has(counter: Counter) -> list[str]:
    """Return in words what a counter has that others may not have."""
    return [spoken(EQUIPMENT_WORDS[one]) for one in equipment_of(counter.equipment)]


def destination(chosen: str) -> Destination:
    """Return which of ``destinations`` or ``things`` was chosen.

    >>> destination("3"), destination("3.7").counter_id, destination("3..ADVICE").service
    (Destination(queue_id=3, counter_id=None, service=None), 7, 'ADVICE')
    """
    queue, counter, service = (*chosen.split("."), "", "")[:3]
    return Destination(int(queue), int(counter) if counter else None, service or None)


def _given_up(session: Session, sitting: Sitting) -> Ticket | None:
    """Return who was called here, if they gave up before anything else was done here."""
    query = (
        sa.select(TicketEvent)
        .where(TicketEvent.counter_id == sitting.counter_id, TicketEvent.at >= sitting.began_at)
        .order_by(TicketEvent.id.desc())
        .limit(1)
        .options(joinedload(TicketEvent.ticket).joinedload(Ticket.issuing_queue))
    )
    last = session.scalar(query)
    if last is None or last.action in _SENT_AWAY or last.ticket.status is not TicketStatus.LEFT:
        return None
    return last.ticket if last.ticket.counter_id == sitting.counter_id else None


def _quick(session: Session, sitting: Sitting) -> QuickShown | None:
    if sitting.counter.kind != QUICK:
        return None
    left = quick_visits.too_long(session, sitting)
    return QuickShown(line_of(sitting.counter.hall.rules).quick, len(left))


def _in_line(ticket: Ticket, turn: Turn, now: datetime) -> InLine:
    minutes = int((now - turn.waiting.since).total_seconds() // 60)
    is_long = minutes >= line_of(ticket.queue.hall.rules).watched
    return InLine(ticket, REASON_WORDS[turn.reason], max(minutes, 0), is_long)

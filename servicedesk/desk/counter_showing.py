"""What the pages of the counter are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import STATUS_WORDS
from servicedesk.cases.models import Case
from servicedesk.cases.policy import may_read
from servicedesk.cases.status_sentence import TONES
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotFound
from servicedesk.hall import expecting, queries
from servicedesk.hall.line_up import REASON_WORDS, Turn, merged
from servicedesk.hall.models import Counter, Hall, Sitting, Ticket
from servicedesk.hall.operations import serving
from servicedesk.hall.presenting import missing_papers
from servicedesk.web.fields import Option
from servicedesk.web.filters import text
from servicedesk.words import Text, Words, say

SHOWN: Final = 12  # of the line
_MISSED_FOR: Final = timedelta(hours=2)


@dataclass(frozen=True)
class InLine:
    """Somebody who waits for this counter."""

    ticket: Ticket
    why: Words
    minutes: int


@dataclass(frozen=True)
class CaseShown:
    """The application of the person at the counter."""

    case: Case
    service: Text
    word: Words
    tone: tuple[str, str]  # and the icon
    missing: Sequence[Text]  # papers
    may_open: bool  # whether this clerk may look at all of it


@dataclass(frozen=True)
class CounterShown:
    """A counter as its clerk sees it."""

    sitting: Sitting
    ticket: Ticket | None  # called here or served
    line: Sequence[InLine]
    waiting: int
    held: Sequence[Ticket]
    missed: Sequence[Ticket]
    case: CaseShown | None  # what the visit is about
    usual: float | None  # minutes of a visit like the present one
    can_undo: bool
    now: datetime

    @property
    def state(self) -> tuple[object, ...]:
        """What makes it another page: everything but the time."""
        lists = (self.line, self.held, self.missed)
        return (
            self.waiting,
            self.can_undo,
            [(one.ticket.id, one.ticket.version, one.minutes) for one in self.line],
            [(one.id, one.version) for many in lists[1:] for one in many],
        )


def counter(session: Session, sitting: Sitting, now: datetime) -> CounterShown:
    """Return what the page of the counter is drawn from."""
    hall = sitting.counter.hall
    ticket = queries.find_open_ticket(session, sitting.counter_id)
    turns = _turns(session, sitting, now)
    shown = queries.tickets_by_id(session, [turn.waiting.ticket for turn in turns[:SHOWN]])
    usual = expecting.usual_minutes(session, [ticket.queue])[ticket.queue_id] if ticket else None
    return CounterShown(
        sitting=sitting,
        ticket=ticket,
        line=[_in_line(shown[turn.waiting.ticket], turn, now) for turn in turns[:SHOWN]],
        waiting=len(turns),
        held=queries.held_at(session, hall),
        missed=queries.missed_in(session, hall, since=now - _MISSED_FOR),
        case=_case(session, ticket, sitting.clerk) if ticket else None,
        usual=usual,
        can_undo=serving.undoable(session, sitting, now=now) is not None,
        now=now,
    )


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
            str(one.id), _("Counter %(number)s", number=one.number), optgroup=text(hall.name)
        )
        for hall in halls
        for one in hall.counters
    ]
    lines = {queue.key: text(queue.name) for hall in halls for queue in hall.queues}
    return counters, [Option(key, name) for key, name in lines.items()]


def destinations(hall: Hall) -> list[SelectChoice]:
    """Return where somebody can be sent on to: ``queue`` or ``queue.counter``, with words."""
    found = [SelectChoice(str(queue.id), text(queue.name)) for queue in hall.queues]
    for one in hall.counters:
        for queue in hall.queues:
            if queue.key in one.queue_keys:
                said = _("%(queue)s, counter %(number)s", queue=text(queue.name), number=one.number)
                found.append(SelectChoice(f"{queue.id}.{one.id}", said))
    return found


def _turns(session: Session, sitting: Sitting, now: datetime) -> list[Turn]:
    """Return who is expected at this counter, in the order in which they will be called."""
    found = queries.lines(session, sitting.queue_ids, now, at=sitting)
    return list(merged(queries.order(line, sitting.counter.hall, now) for line in found))


def _case(session: Session, ticket: Ticket, clerk: User) -> CaseShown | None:
    case = ticket.case
    if case is None:
        return None
    service = service_of(case.service_version)
    may_open = session.scalar(
        sa.select(sa.func.count()).select_from(Case).where(Case.id == case.id, may_read(clerk))
    )
    return CaseShown(
        case, service.name.plain(), STATUS_WORDS[case.status],
        TONES[case.status], missing_papers(session, case), bool(may_open),
    )  # fmt: skip


def _in_line(ticket: Ticket, turn: Turn, now: datetime) -> InLine:
    minutes = int((now - turn.waiting.since).total_seconds() // 60)
    return InLine(ticket, REASON_WORDS[turn.reason], max(minutes, 0))

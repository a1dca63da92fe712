"""What the hall knows, in the shapes that the API gives."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.api import shapes
from servicedesk.hall import alarm_queries, presenting, queries
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.hall_files import WEEKDAYS, booking_of
from servicedesk.hall.links import link_of, token_of
from servicedesk.hall.models import Counter, Hall, Sitting, Ticket
from servicedesk.hall.offering import Offered
from servicedesk.hall.opening import Now
from servicedesk.hall.operations import serving
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.presenting import Board, LineShown
from servicedesk.hall.stops import Stop
from servicedesk.hall.timetable import Moment
from servicedesk.hall.topics import hall_topic
from servicedesk.hall.views import address_of
from servicedesk.hall.wait_model import Range
from servicedesk.web.words import spoken
from servicedesk.words import Text

_SHOWN_NEXT: Final = 12


def hall_in_list(hall: Hall, opened: Now) -> shapes.HallInList:
    """Return a hall as lists show it."""
    return shapes.HallInList(**_hall(hall, opened))


def hall(session: Session, found: Hall, now: datetime) -> shapes.HallShown:
    """Return a hall with its lines, hours and counters."""
    opened = queries.opening_now(session, found, None, now)
    stream = live.ticket(live.keys_of(current_app), [hall_topic(found.id)])
    return shapes.HallShown(
        **_hall(found, opened),
        lines=lines(presenting.lines(session, found, now)),
        week=_week(found),
        counters=[
            shapes.CounterPlace(number=one.number, side=_names(one.side), serves=one.queue_keys)
            for one in found.counters
        ],
        events=f"/events?ticket={stream}",
        as_of=now,
    )


def lines(shown: Sequence[LineShown]) -> list[shapes.Line]:
    """Return the lines of a hall."""
    return [
        shapes.Line(
            key=one.queue.key, letter=one.queue.letter, name=_names(one.queue.name),
            minutes=one.queue.minutes, waiting=one.waiting, counters=one.counters,
            wait=_wait(one.wait), can_be_booked=one.queue.public_places > 0,
        )
        for one in shown
    ]  # fmt: skip


def services(offered: Sequence[Offered], moment: Moment, now: datetime) -> shapes.Services:
    """Return what one can come to a hall for at a moment."""
    return shapes.Services(
        services=[
            shapes.Service(
                code=one.code, name=_names(one.name), line=one.queue.key, minutes=one.minutes,
                gives_tickets=moment.of(one.queue.key, one.code).gives_tickets(),
                can_be_booked=one.queue.public_places > 0,
            )
            for one in offered
        ],
        as_of=now,
    )  # fmt: skip


def board(shown: Board, of: Sequence[LineShown]) -> shapes.Live:
    """Return what a board shows."""
    return shapes.Live(
        hall=shown.hall.key,
        calls=[
            shapes.Called(
                id=one.call.id, number=one.call.ticket.name, counter=one.call.counter.number,
                side=_names(one.call.counter.side), at=one.call.at, is_again=one.call.is_again,
                is_new=one.is_new,
            )
            for one in shown.calls
        ],
        next=shown.next, waiting=shown.waiting, wait=_wait(shown.wait), lines=lines(of),
        as_of=shown.now,
    )  # fmt: skip


def ticket(session: Session, found: Ticket, now: datetime) -> shapes.Ticket:
    """Return a ticket as its holder sees it."""
    shown, token = presenting.ticket(session, found, now), token_of(found.nonce)
    ahead = [
        shapes.Before(number=one.number, reason=one.reason, why=spoken(one.why))
        for one in shown.before or ()
    ]
    return shapes.Ticket(
        number=found.name, token=token, hall=found.queue.hall.key, line=found.queue.key,
        address=address_of("hall.ticket", token=token),
        status=found.status, language="zh" if found.language == "zh" else "en",
        version=found.version, ahead=None if shown.before is None else len(ahead),
        wait=_wait(shown.wait), before=ahead,
        stops=[
            shapes.Stop(line=line, service=one.service, is_done=one.ended_at is not None)
            for line, one in _stops(found)
        ],
        counter=found.counter.number if found.counter else None,
        is_away=shown.is_away, away_until=found.away_until, as_of=now,
    )  # fmt: skip


def appointment(found: Appointment) -> shapes.Appointment:
    """Return an appointment as whoever booked it sees it."""
    figures = booking_of(found.queue.hall.booking)
    return shapes.Appointment(
        id=found.id, token=link_of(found.nonce), code=found.code, hall=found.queue.hall.key,
        line=found.queue.key, lines=[one.queue.key for one in found.parts],
        services=[code for one in found.parts for code in one.services],
        starts_at=found.starts_at, persons=found.persons,
        language=found.language, status=found.status.value, version=found.version,
        change_until=found.starts_at - figures.cancel_until,
    )  # fmt: skip


def counter(session: Session, sitting: Sitting | None, now: datetime) -> shapes.CounterShown:
    """Return the counter as its clerk sees it; without a ``sitting`` there is none."""
    if sitting is None:
        return shapes.CounterShown(
            hall=None, counter=None, lines=[], languages=[], break_since=None, ticket=None,
            waiting=0, next=[], held=[], missed=[], can_undo=False, help_called=False, as_of=now,
        )  # fmt: skip
    place: Counter = sitting.counter
    turns = queries.turns_at(session, sitting, now)
    ids = [turn.waiting.ticket for turn in turns[:_SHOWN_NEXT]]
    following = queries.tickets_by_id(session, ids)
    here = queries.find_open_ticket(session, place.id)
    since = now - queries.MISSED_FOR
    return shapes.CounterShown(
        hall=place.hall.key, counter=place.number,
        lines=[one.key for one in sitting.lines], languages=sitting.languages,
        break_since=sitting.break_since, ticket=at_counter(here) if here else None,
        waiting=len(turns),
        next=[at_counter(following[key]) for key in ids],
        held=[at_counter(one) for one in queries.held_at(session, place.hall)],
        missed=[at_counter(one) for one in queries.missed_in(session, place.hall, since=since)],
        can_undo=serving.undoable(session, sitting, now=now) is not None,
        help_called=any(
            one.counter_id == place.id for one in alarm_queries.open_alarms(session, place.hall)
        ),
        as_of=now,
    )  # fmt: skip


def at_counter(found: Ticket) -> shapes.AtCounter:
    """Return a ticket as the clerk sees it."""
    return shapes.AtCounter(
        id=found.id, number=found.name, line=found.queue.key, status=found.status,
        version=found.version, language=found.language, has_priority=found.priority is not None,
        booked_for=found.booked_for, called_at=found.called_at, started_at=found.started_at,
        recalls=found.recalls,
        stops=[
            shapes.StopAtCounter(
                line=line, service=one.service, quantity=one.quantity,
                is_done=one.ended_at is not None,
                outcome=Outcome(one.outcome) if one.outcome else None,
            )
            for line, one in _stops(found)
        ],
    )  # fmt: skip


def _stops(found: Ticket) -> Iterator[tuple[str, Stop]]:
    """Yield what a visit is for, in order, each with its line; a hall's lines are read once."""
    keys = {one.id: one.key for one in found.queue.hall.queues}
    return ((keys[one.queue_id], one) for one in found.stops)


def _hall(found: Hall, opened: Now) -> dict[str, Any]:
    return {
        "key": found.key, "name": _names(found.name), "address": _names(found.address),
        "is_training": found.is_training, "open_until": opened.ends,
        "gives_tickets": opened.tickets_until is not None, "booked_only": opened.booked_only,
    }  # fmt: skip


def _week(found: Hall) -> list[shapes.Day]:
    days = zip(WEEKDAYS, presenting.week(found), strict=True)
    return [
        shapes.Day(
            day=key,
            hours=[
                shapes.Hours(
                    opens=f"{one.opens:%H:%M}", closes=one.ends, booked_only=one.booked_only
                )
                for one in spans
            ],
        )
        for key, (_words, spans) in days
    ]


def _wait(found: Range | None) -> shapes.Wait | None:
    return None if found is None else shapes.Wait(least=found.least, most=found.most)


def _names(text: Text) -> shapes.Names:
    return shapes.Names(en=text.en, zh=text.zh)

"""What the pages on which a supervisor steers a hall are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.errors import NotFound
from servicedesk.hall import alarm_queries, steering_queries
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.models import Hall, Queue, Sitting
from servicedesk.hall.steering_models import Audience, ClerkMove, HelpCall
from servicedesk.hall.what_if import Outcome, Way
from servicedesk.park import local, local_day, midnight
from servicedesk.words import Words, say

_COUNTER: Final = "counter."


@dataclass(frozen=True)
class Notes:
    """What a clerk has to read and answer, on every page of the desk."""

    wanted: Sequence[HelpCall]
    moves: Sequence[tuple[ClerkMove, Sequence[Queue]]]  # and the lines they serve now
    alarms: Sequence[Alarm] = ()  # for who oversees halls: quiet calls that nobody has seen to

    @property
    def state(self) -> tuple[object, ...]:
        """What makes them others."""
        return (
            [one.id for one in self.wanted],
            [move.id for move, _ in self.moves],
            [one.id for one in self.alarms],
        )


def notes_of(session: Session, clerk: User, now: datetime) -> Notes:
    """Return what ``clerk`` has not answered; two statements, with a move three more.

    One more for who oversees halls: somebody may need help at a counter.
    """
    moves = steering_queries.moves_of(session, clerk)
    return Notes(
        steering_queries.help_wanted_of(session, clerk, now),
        [(one, _lines(one.sitting.counter.hall, one.serves)) for one in moves],
        alarm_queries.open_everywhere(session) if clerk.may(Permission.HALL_OVERSEE) else (),
    )


def whom_to_ask(sittings: Sequence[Sitting], *, but: User) -> list[SelectChoice]:
    """Return who can be called to help: all, those off duty, or one counter."""
    counters = [
        SelectChoice(
            f"{_COUNTER}{one.counter.number}",
            _("Counter %(number)s, %(name)s", number=one.counter.number, name=one.clerk.name),
        )
        for one in sittings
        if one.clerk_id != but.id
    ]
    return [
        SelectChoice(Audience.ALL.value, _("Everybody: all counters, and clerks off duty")),
        SelectChoice(Audience.OFF_DUTY.value, _("Clerks off duty, to open a counter")),
        *counters,
    ]


def who_may_come(session: Session, hall: Hall) -> list[SelectChoice]:
    """Return who can be sent to a counter: clerks off duty, and those with nobody before them."""
    found = steering_queries.who_may_come(session, hall)
    off, here = _("Off duty"), _("At a counter of this hall, free")
    return [
        SelectChoice(
            str(clerk.id),
            _("Counter %(number)s, %(name)s", number=at.number, name=clerk.name)
            if at
            else clerk.name,
            optgroup=here if at else off,
        )
        for clerk, at in sorted(found, key=lambda one: one[1] is None)
    ]


def asked(chosen: str, sittings: Sequence[Sitting]) -> tuple[Audience, User | None]:
    """Return whom the choice of ``whom_to_ask`` means.

    Raises:
        NotFound: nobody sits at that counter any more.
    """
    if not chosen.startswith(_COUNTER):
        return Audience(chosen), None
    number = chosen.removeprefix(_COUNTER)
    clerk = next((one.clerk for one in sittings if str(one.counter.number) == number), None)
    if clerk is None:
        raise NotFound(say("Nobody sits at this counter any more."))
    return Audience.COUNTER, clerk


@dataclass(frozen=True)
class WayShown:
    """One line of "what if": a way and what comes of it."""

    outcome: Outcome
    title: Words
    said: Words

    @property
    def tone(self) -> str:
        """Whether it gets better."""
        change = self.outcome.change
        if self.outcome.longest is None:
            return "bad"
        return "idle" if not change else "ok" if change < 0 else "warn"


def ways_of(outcomes: Sequence[Outcome], now: datetime) -> list[WayShown]:
    """Return what comes of each way, in words."""
    begin = midnight(local_day(now))
    return [WayShown(one, _titles(one), _said(one, begin)) for one in outcomes]


def _titles(outcome: Outcome) -> Words:
    return {
        Way.AS_IS: say("As it is"),
        Way.MORE: say("One more counter now (counter %(number)s)", number=outcome.counter),
        Way.FEWER: say("One counter fewer (without counter %(number)s)", number=outcome.counter),
        Way.CLOSE: say("Close the doors now"),
    }[outcome.way]


def _said(outcome: Outcome, begin: datetime) -> Words:
    if outcome.longest is None or outcome.ends is None:
        return say("Somebody would not be called any more today.")
    ends = f"{local(begin + timedelta(minutes=outcome.ends)):%H:%M}"
    facts = {"longest": outcome.longest, "ends": ends, "change": abs(outcome.change or 0)}
    if outcome.way is Way.AS_IS or outcome.change is None:
        return say("Longest wait %(longest)s min; the last visit ends about %(ends)s.", **facts)
    if not outcome.change:
        return say("Longest wait %(longest)s min, as now; the last ends about %(ends)s.", **facts)
    if outcome.change < 0:
        return say(
            "Longest wait %(longest)s min, %(change)s less; the last ends about %(ends)s.", **facts
        )
    return say(
        "Longest wait %(longest)s min, %(change)s more; the last ends about %(ends)s.", **facts
    )


def _lines(hall: Hall, queue_ids: Sequence[int]) -> list[Queue]:
    return [queue for queue in hall.queues if queue.id in queue_ids]

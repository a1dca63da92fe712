"""What the public sees of the days ahead on which a hall is open otherwise than usual."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.catalogue.queries import listed
from servicedesk.hall import hours_words, queries
from servicedesk.hall.models import Hall
from servicedesk.hall.opening import Day, Hours, Span
from servicedesk.hall.timetable import THE_HALL, Owner, OwnerKind, Timetable
from servicedesk.park import local_day
from servicedesk.words import Text, Words, say

SHOWN_AHEAD: Final = timedelta(days=45)  # OWN
_MOST_SHOWN: Final = 8
_MAKE_UP: Final = say("make-up working day")
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Ahead:
    """A day, or days in a row, on which it is otherwise than usual."""

    first: date
    last: date
    whose: Text | None  # a line or service; None: the whole hall
    what: Words
    why: Words | Text


@dataclass(frozen=True)
class OwnWeek:
    """A service that is served at certain hours only."""

    name: Text
    days: Sequence[tuple[Words, Words]]


def ahead(session: Session, hall: Hall, now: datetime) -> list[Ahead]:
    """Return what is otherwise than usual in the weeks ahead, the soonest first."""
    timetable, calendar, today = queries.timetable_of(hall), load_calendar(session), local_day(now)
    days = [today + _ONE_DAY * number for number in range(SHOWN_AHEAD.days)]
    found: list[Ahead] = []
    for owner, name in _owners(session, hall, timetable):
        found += _merged(_of_owner(owner, name, timetable, calendar, days))
    return sorted(found, key=lambda one: (one.first, one.last))[:_MOST_SHOWN]


def own_weeks(session: Session, hall: Hall) -> list[OwnWeek]:
    """Return the services that are served at certain hours only."""
    timetable = queries.timetable_of(hall)
    weeks = {code: one.week for code, one in timetable.services.items() if one.week is not None}
    known = listed(session, weeks) if weeks else {}
    return [
        OwnWeek(
            Text(known[code].name.en, known[code].name.zh),
            [
                (hours_words.WEEKDAYS[number], hours_words.spans_said(spans))
                for number, spans in sorted(week.items())
                if spans
            ],
        )
        for code, week in weeks.items()
        if code in known
    ]


def _owners(
    session: Session, hall: Hall, timetable: Timetable
) -> Iterator[tuple[Owner, Text | None]]:
    """Yield whose days may differ: the hall's, and others' that have exceptions of their own."""
    yield THE_HALL, None
    for queue in hall.queues:
        if timetable.lines[queue.key].exceptions:
            yield Owner(OwnerKind.LINE, queue.key), queue.name
    codes = [code for code, one in timetable.services.items() if one.exceptions]
    for code, one in listed(session, codes).items() if codes else ():
        yield Owner(OwnerKind.SERVICE, code), Text(one.name.en, one.name.zh)


def _of_owner(
    owner: Owner, name: Text | None, timetable: Timetable, calendar: Calendar, days: Sequence[date]
) -> Iterator[Ahead | date]:
    """Yield what differs of each day; the day itself where it is closed as usual."""
    for day in days:
        usual, found = _usual(owner, timetable, day), _found(owner, timetable, day, calendar)
        if tuple(found.spans) != tuple(usual):
            why = _why(found, calendar, day)
            yield Ahead(day, day, name, hours_words.differs_said(usual, found.spans), why)
        elif not usual:
            yield day


def _found(owner: Owner, timetable: Timetable, day: date, calendar: Calendar) -> Day:
    if owner == THE_HALL:
        return timetable.on(day, calendar)
    own = timetable.hours_of(owner).exception_on(day)
    if own is None:  # what the hall does is said of the hall
        return Day(_usual(owner, timetable, day))
    if owner.kind is OwnerKind.LINE:
        return timetable.on(day, calendar, owner.key)
    return Day(own.instead_of(_usual(owner, timetable, day)), own)


def _usual(owner: Owner, timetable: Timetable, day: date) -> Sequence[Span]:
    """Return the spans of the week alone, whatever the calendar says."""
    own = timetable.hours_of(owner)
    holds: Hours = own if own.week is not None else timetable.hall
    return (holds.week or {}).get(day.weekday(), ())


def _why(found: Day, calendar: Calendar, day: date) -> Words | Text:
    if found.exception is not None:
        return found.exception.why
    special = calendar.special.get(day)
    if special is None or special.works:
        return _MAKE_UP
    return special.name


def _merged(found: Iterator[Ahead | date]) -> list[Ahead]:
    """Return days in a row that differ alike as one; days closed as usual are no gap."""
    merged: list[Ahead] = []
    reaches: date | None = None
    for one in found:
        if isinstance(one, date):
            reaches = one if reaches == one - _ONE_DAY else reaches
            continue
        before = merged[-1] if merged else None
        if before and reaches == one.first - _ONE_DAY and _alike(before, one):
            merged[-1] = replace(before, last=one.last)
        else:
            merged.append(one)
        reaches = one.last
    return merged


def _alike(one: Ahead, other: Ahead) -> bool:
    return (str(one.what), one.why) == (str(other.what), other.why)

"""What the pages about the hours of a hall are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from servicedesk.hall import hours_queries, hours_words, queries
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.hours_words import Names
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.opening import Hours, HoursException
from servicedesk.hall.timetable import THE_HALL, Owner, OwnerKind, Places, Timetable
from servicedesk.park import local_day
from servicedesk.web.fields import Option
from servicedesk.web.filters import text, words
from servicedesk.words import Text, Words, words_from_json

Week = Sequence[tuple[Words, Words]]  # days in a row, and their hours


@dataclass(frozen=True)
class Listed:
    """A hall on the list."""

    hall: Hall
    week: Week
    ahead: int  # exceptions


@dataclass(frozen=True)
class ExceptionShown:
    """An exception on the page of a hall."""

    owner: Owner
    whose: Words | Text
    exception: HoursException
    days: Words
    hours: Words
    key: str


@dataclass(frozen=True)
class LineShown:
    """A line: whose week holds, and its places."""

    queue: Queue
    owner: Owner
    week: Week | None  # None: the hall's
    places: Places


@dataclass(frozen=True)
class ChangeShown:
    """One change of the history."""

    change: HallChange
    what: Sequence[Words]
    figures: str


@dataclass(frozen=True)
class HoursPage:
    """Everything on the page."""

    week: Week
    timetable: Timetable
    ahead: Sequence[ExceptionShown]
    past: Sequence[ExceptionShown]
    lines: Sequence[LineShown]
    services: Sequence[tuple[Owner, Text, Week]]  # that have a week of their own
    others: Sequence[tuple[str, Sequence[tuple[Owner, Text]]]]  # that may get one, by their line
    history: Sequence[ChangeShown]


def listed(hall: Hall, now: datetime) -> Listed:
    """Return a hall as the list shows it."""
    timetable, today = queries.timetable_of(hall), local_day(now)
    owned = [timetable.hall, *timetable.lines.values(), *timetable.services.values()]
    ahead = sum(one.last >= today for hours in owned for one in hours.exceptions)
    return Listed(hall, week_said(timetable.hall), ahead)


def hours_page(session: Session, hall: Hall, now: datetime) -> HoursPage:
    """Return what the page about the hours of a hall shows."""
    timetable, names = queries.timetable_of(hall), hours_queries.names_of(session, hall)
    shown = _exceptions(timetable, names)
    today = local_day(now)
    services = [owner for owner in names if owner.kind is OwnerKind.SERVICE]
    with_week = [one for one in services if timetable.hours_of(one).week is not None]
    return HoursPage(
        week_said(timetable.hall),
        timetable,
        [one for one in shown if one.exception.last >= today],
        [one for one in reversed(shown) if one.exception.last < today],
        [_line(queue, timetable) for queue in hall.queues],
        [(one, names[one], week_said(timetable.hours_of(one))) for one in with_week],
        _others([one for one in services if one not in with_week], session, hall, names),
        [_change(one) for one in hours_queries.changes_of(session, hall)],
    )


def week_said(hours: Hours) -> Week:
    """Return a week in words; days in a row with the same hours are one."""
    week = hours.week or {}
    groups: list[list[int]] = []
    for number in range(7):
        if groups and week.get(groups[-1][0], ()) == week.get(number, ()):
            groups[-1].append(number)
        else:
            groups.append([number])
    return [(_weekdays(group), hours_words.spans_said(week.get(group[0], ()))) for group in groups]


def owner_options(session: Session, hall: Hall) -> list[Option]:
    """Return for what an exception may be: the hall, its lines, its services."""
    names = hours_queries.names_of(session, hall)
    groups = {OwnerKind.LINE: _("Lines"), OwnerKind.SERVICE: _("Services")}
    found = [Option(str(THE_HALL), words(hours_words.owner_said(THE_HALL, names)))]
    return found + [
        Option(str(owner), text(name), group=groups[owner.kind]) for owner, name in names.items()
    ]


def days_key(one: HoursException) -> str:
    """Return how an exception of one owner is named in an address."""
    return f"{one.first.isoformat()}_{one.last.isoformat()}"


def saved_said(figures: Mapping[str, int]) -> str:
    """Return what a change did, in one or two sentences."""
    said = [_("The change holds from now on.")]
    if count := figures["stranded"]:
        said.append(
            ngettext(
                "%(num)s person who had booked is told by mail.",
                "%(num)s people who had booked are told by mail.",
                count,
            )
        )
    return " ".join(said)


def _exceptions(timetable: Timetable, names: Names) -> list[ExceptionShown]:
    owners = [THE_HALL, *names]
    found = [
        ExceptionShown(
            owner, hours_words.owner_said(owner, names), one, hours_words.days_said(one),
            hours_words.exception_said(one), days_key(one),
        )
        for owner in owners
        for one in timetable.hours_of(owner).exceptions
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.exception.first)


def _line(queue: Queue, timetable: Timetable) -> LineShown:
    hours = timetable.lines[queue.key]
    week = None if hours.week is None else week_said(hours)
    owner = Owner(OwnerKind.LINE, queue.key)
    return LineShown(queue, owner, week, timetable.places[queue.key])


def _others(
    owners: Sequence[Owner], session: Session, hall: Hall, names: Names
) -> list[tuple[str, list[tuple[Owner, Text]]]]:
    lines = hours_queries.lines_of_services(session)
    return [
        (text(queue.name), [(one, names[one]) for one in owners if lines[one.key] == queue.key])
        for queue in hall.queues
    ]


def _change(change: HallChange) -> ChangeShown:
    return ChangeShown(
        change, [words_from_json(one) for one in change.what], _figures(change.figures)
    )


def _figures(figures: Mapping[str, int]) -> str:
    """Return what a change did to times and appointments, in figures; "" if it cannot do any."""
    said = []
    if count := figures.get("opened"):
        said.append(ngettext("%(num)s time opened", "%(num)s times opened", count))
    if count := figures.get("withdrawn"):
        said.append(ngettext("%(num)s time withdrawn", "%(num)s times withdrawn", count))
    if (count := figures.get("stranded")) and figures["cancelled"]:
        said.append(
            ngettext("%(num)s appointment cancelled", "%(num)s appointments cancelled", count)
        )
    elif count:
        said.append(
            ngettext(
                "%(num)s appointment asked to move", "%(num)s appointments asked to move", count
            )
        )
    if count := figures.get("overbooked"):
        said.append(ngettext("%(num)s time overbooked", "%(num)s times overbooked", count))
    return " · ".join(said)


def _weekdays(numbers: Sequence[int]) -> Words:
    first, last = (hours_words.WEEKDAYS[numbers[at]] for at in (0, -1))
    return first if len(numbers) == 1 else hours_words.through(first, last)

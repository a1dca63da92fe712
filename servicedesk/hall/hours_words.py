"""Hours and their changes in words, for the public and for whoever changes them.

Pure: no database, no web.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from servicedesk.hall.opening import ExceptionKind, Hours, HoursException, Span
from servicedesk.hall.timetable import NO_PLACES, THE_HALL, Owner, OwnerKind, Timetable
from servicedesk.words import Text, Words, say

WEEKDAYS: Final = (
    say("Monday"), say("Tuesday"), say("Wednesday"), say("Thursday"), say("Friday"),
    say("Saturday"), say("Sunday"),
)  # fmt: skip
_THE_HALL: Final = say("The whole hall")
Names = Mapping[Owner, Text]


def spans_said(spans: Sequence[Span]) -> Words:
    """Return spans in words.

    >>> from datetime import time
    >>> str(spans_said([Span(time(9), time(12)), Span(time(13), time(0), booked_only=True)]))
    '09:00–12:00, 13:00–24:00 by appointment only'
    """
    if not spans:
        return say("closed")
    first, *others = spans
    facts = {"opens": f"{first.opens:%H:%M}", "closes": first.ends}
    if first.booked_only:
        said = say("%(opens)s–%(closes)s by appointment only", **facts)
    else:
        said = say("%(opens)s–%(closes)s", **facts)
    return say("%(first)s, %(then)s", first=said, then=spans_said(others)) if others else said


def differs_said(usual: Sequence[Span], spans: Sequence[Span]) -> Words:
    """Return in words how a day with ``spans`` differs from its usual hours.

    >>> from datetime import time
    >>> str(differs_said([Span(time(9), time(17))], [Span(time(9), time(15))]))
    'only until 15:00'
    """
    if not spans:
        return say("closed")
    if not usual:
        return say("open %(hours)s", hours=spans_said(spans))
    if _times(usual) == _times(spans) and all(one.booked_only for one in spans):
        return say("by appointment only")
    is_plain = not any(one.booked_only for one in spans)
    if is_plain and _is_cut(usual, spans, ends=spans[-1].minutes[1]):
        return say("only until %(time)s", time=spans[-1].ends)
    if is_plain and _is_cut(usual, spans, begins=spans[0].minutes[0]):
        return say("only from %(time)s", time=f"{spans[0].opens:%H:%M}")
    return spans_said(spans)


def exception_said(one: HoursException) -> Words:
    """Return in words what holds on the days of an exception."""
    if one.kind is ExceptionKind.BOOKED and not one.spans:
        return say("by appointment only, at the usual hours")
    return spans_said(one.instead_of(()))


def days_said(one: HoursException) -> Words:
    """Return in words which days an exception is for."""
    if one.days == 1:
        return say("%(day)s", day=one.first)
    return say("%(first)s to %(last)s", first=one.first, last=one.last)


def through(first: Words, last: Words) -> Words:
    """Return "Monday to Friday"."""
    return say("%(first)s to %(last)s", first=first, last=last)


def owner_said(owner: Owner, names: Names) -> Words | Text:
    """Return whose hours they are, in words."""
    return _THE_HALL if owner == THE_HALL else names.get(owner, Text(owner.key, owner.key))


def changes(before: Timetable, after: Timetable, names: Names) -> list[Words]:
    """Return in words what is different in ``after``; nothing: nothing is."""
    found: list[Words] = []
    if before.last_ticket != after.last_ticket:
        found.append(
            say(
                "Last ticket: %(before)s → %(after)s minutes before closing",
                before=before.last_ticket, after=after.last_ticket,
            )
        )  # fmt: skip
    for owner in _owners(before, after):
        whose = owner_said(owner, names)
        kept, new = before.hours_of(owner), after.hours_of(owner)
        found += _week_changes(kept, new, whose)
        found += _exception_changes(kept, new, whose)
    found += _places_changes(before, after, names)
    return found


def _owners(*timetables: Timetable) -> list[Owner]:
    lines = {Owner(OwnerKind.LINE, key) for one in timetables for key in one.lines}
    services = {Owner(OwnerKind.SERVICE, code) for one in timetables for code in one.services}
    return [THE_HALL, *sorted(lines, key=str), *sorted(services, key=str)]


def _week_changes(kept: Hours, new: Hours, whose: Words | Text) -> Iterator[Words]:
    if kept.every_day != new.every_day and new.week is not None:
        if new.every_day:
            yield say("%(whose)s: open on public holidays, too", whose=whose)
        else:
            yield say("%(whose)s: closed on public holidays", whose=whose)
    if new.week is None and kept.week is not None:
        yield say("%(whose)s: no hours of its own any more", whose=whose)
        return
    for number, weekday in enumerate(WEEKDAYS):
        was = None if kept.week is None else tuple(kept.week.get(number, ()))
        will = tuple((new.week or {}).get(number, ()))
        if new.week is None or was == will:
            continue
        if was is None:
            yield say(
                "%(whose)s, %(day)s: %(after)s", whose=whose, day=weekday, after=spans_said(will)
            )
        else:
            yield say(
                "%(whose)s, %(day)s: %(before)s → %(after)s", whose=whose, day=weekday,
                before=spans_said(was), after=spans_said(will),
            )  # fmt: skip


def _exception_changes(kept: Hours, new: Hours, whose: Words | Text) -> Iterator[Words]:
    for one in kept.exceptions:
        if one not in new.exceptions:
            yield say(
                "%(whose)s: taken away: %(days)s, %(hours)s", whose=whose,
                days=days_said(one), hours=exception_said(one),
            )  # fmt: skip
    for one in new.exceptions:
        if one not in kept.exceptions:
            yield say(
                "%(whose)s: %(days)s, %(hours)s: %(why)s", whose=whose,
                days=days_said(one), hours=exception_said(one), why=one.why,
            )  # fmt: skip


def _places_changes(before: Timetable, after: Timetable, names: Names) -> Iterator[Words]:
    for key, will in after.places.items():
        was = before.places.get(key, NO_PLACES)
        if was != will:
            yield say(
                "%(whose)s: places in each slot: public %(public)s → %(new_public)s, staff"
                " %(staff)s → %(new_staff)s",
                whose=owner_said(Owner(OwnerKind.LINE, key), names), public=was.public,
                new_public=will.public, staff=was.staff, new_staff=will.staff,
            )  # fmt: skip


def _times(spans: Sequence[Span]) -> list[tuple[int, int]]:
    return [one.minutes for one in spans]


def _is_cut(
    usual: Sequence[Span], spans: Sequence[Span], *, begins: int = 0, ends: int = 24 * 60
) -> bool:
    """Whether ``spans`` is what is left of the usual ones between two minutes of the day."""
    left = [
        (max(opens, begins), min(closes, ends))
        for opens, closes in _times(usual)
        if max(opens, begins) < min(closes, ends)
    ]
    return left == _times(spans)

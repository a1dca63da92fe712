"""What an officer finds, held to the rules that the task writes under ``bounds``.

Pure.  A bound is a rule in words with what it allows: a number between two, or a day that is
compared with other days, of the form or found beside it, and with today.  It holds before an
action in favour.  What a bound looks at and nobody answered is not judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.fragments import TODAY, Bound
from servicedesk.words import Words, say

Answers = Mapping[str, Any]

_DAY_TOO_EARLY: Final = say("%(rule)s Choose %(edge)s or a later day.")
_DAY_TOO_LATE: Final = say("%(rule)s Choose %(edge)s or an earlier day.")
_TOO_FEW: Final = say("%(rule)s Enter %(edge)s or more.")
_TOO_MANY: Final = say("%(rule)s Enter %(edge)s or less.")


@dataclass(frozen=True)
class _Allowed:
    """From what to what a bound goes, each None where it is open."""

    bound: Bound
    first: Any  # a day, or a number
    last: Any


def faults(
    bounds: tuple[Bound, ...], found: Answers, others: Answers, today: date
) -> Iterator[tuple[str, Words]]:
    """Yield the key of each finding that a rule does not allow, and what to do.

    Of several rules that forbid it, the strictest is told.

    Args:
        bounds: of the task.
        found: what the officer found, as it is kept.
        others: the answers of the application.
        today: when it is found.
    """
    seen = {**others, **found}
    holding = [one for one in bounds if one.when is None or holds(one.when, seen)]
    for key in dict.fromkeys(one.found for one in holding):
        allowed = [_allowed(one, seen, today) for one in holding if one.found == key]
        words = None if found.get(key) is None else _fault(found[key], allowed)
        if words:
            yield key, words


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March.

    >>> years_later(date(2028, 2, 29), 1)
    datetime.date(2029, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)


def _fault(given: object, allowed: Sequence[_Allowed]) -> Words | None:
    is_day = allowed[0].bound.is_of_days
    value: Any = date.fromisoformat(str(given)) if is_day else Decimal(str(given))
    above = [one for one in allowed if one.last is not None and value > one.last]
    below = [one for one in allowed if one.first is not None and value < one.first]
    if above:
        strictest = min(above, key=lambda one: one.last)
        sentence, edge = _DAY_TOO_LATE if is_day else _TOO_MANY, strictest.last
    elif below:
        strictest = max(below, key=lambda one: one.first)
        sentence, edge = _DAY_TOO_EARLY if is_day else _TOO_FEW, strictest.first
    else:
        return None
    return Words(sentence.msgid, {"rule": strictest.bound.rule.plain(), "edge": edge})


def _allowed(bound: Bound, seen: Answers, today: date) -> _Allowed:
    if not bound.is_of_days:
        return _Allowed(bound, bound.least, bound.most)
    return _Allowed(bound, *_edges(bound, seen, today))


def _edges(bound: Bound, seen: Answers, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that ``bound`` allows."""
    days = {TODAY: today.isoformat(), **seen}
    since, earliest, latest = (
        [date.fromisoformat(days[key]) for key in keys if key and days.get(key)]
        for keys in (bound.since, (bound.not_before,), (bound.not_after,))
    )
    if bound.over_days is not None:
        latest.append(today - timedelta(days=bound.over_days + 1))
    if since and bound.least_days is not None:
        earliest.append(max(since) + timedelta(days=bound.least_days - 1))
    if since and bound.within_days is not None:
        latest.append(max(since) + timedelta(days=bound.within_days))
    if since and bound.most_years is not None:
        latest.append(years_later(max(since), bound.most_years) - timedelta(days=1))
    return max(earliest, default=None), min(latest, default=None)

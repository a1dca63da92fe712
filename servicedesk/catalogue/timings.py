"""Checks of the day on which an application is sent: too early, too late, soon enough.

Any definition may name them.  What is not asked or not set is not judged.

``waited``: ``announced_on`` lies at least ``waiting_days`` back (公告期满), and the filing comes
    within ``file_within_days`` after that, where there is such a setting.
``window``: the day lies ``window_from_days`` to ``window_to_days`` before ``expires_on``.
``reported``: ``happened_on`` lies at most ``report_within_days``, or so many working days
    (``report_within_working_days``), back.  Late is a duty missed, not a bar: to be looked at.
``passport``: ``passport_until`` lies ``passport_months`` or more ahead.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from servicedesk.calendar.queries import load_calendar
from servicedesk.catalogue.registry import Check, Finding, Matter, Weight
from servicedesk.park import local_day
from servicedesk.words import Words, say

SETTINGS: Final = frozenset(
    {
        "waiting_days",
        "file_within_days",
        "window_from_days",
        "window_to_days",
        "report_within_days",
        "report_within_working_days",
        "passport_months",
    }
)


def waited(matter: Matter) -> Sequence[Finding]:
    """Judge whether the time of an announcement is over, and not over for too long."""
    since, days = _day(matter.answers, "announced_on"), _number(matter, "waiting_days")
    if since is None or days is None:
        return []
    first = since + timedelta(days=days + 1)  # day zero is not counted (民法典 art. 201)
    if _today(matter) < first:
        words = say(
            "The announcement runs for %(days)s days. You can file from %(first)s.",
            days=days,
            first=first,
        )
        return [Finding(Weight.WRONG, words, "announced_on")]
    most = _number(matter, "file_within_days")
    if most is not None and _today(matter) > (last := first + timedelta(days=most - 1)):
        words = say("The announcement counts until %(last)s. Announce again, then file.", last=last)
        return [Finding(Weight.WRONG, words, "announced_on")]
    return [_in_order(say("The %(days)s days of the announcement are over.", days=days))]


def window(matter: Matter) -> Sequence[Finding]:
    """Judge whether a renewal is asked for neither too early nor too late."""
    until = _day(matter.answers, "expires_on")
    earliest, latest = _number(matter, "window_from_days"), _number(matter, "window_to_days")
    if until is None:
        return []
    left = (until - _today(matter)).days
    if left < 0:
        return [Finding(Weight.WRONG, say("It has expired already."), "expires_on")]
    if earliest is not None and left > earliest:
        first = until - timedelta(days=earliest)
        words = say("You can apply from %(first)s on.", first=first)
        return [Finding(Weight.WRONG, words, "expires_on")]
    if latest is not None and left < latest:
        words = say(
            "It expires in %(left)s days; %(latest)s days before is asked for. Say why it is late.",
            left=left,
            latest=latest,
        )
        return [Finding(Weight.LOOK, words, "expires_on")]
    return [_in_order(say("It is asked for in time: %(left)s days are left.", left=left))]


def reported(matter: Matter) -> Sequence[Finding]:
    """Judge whether something that happened is told within the days that the rule gives."""
    since, today = _day(matter.answers, "happened_on"), _today(matter)
    if since is None:
        return []
    if since > today:
        return [Finding(Weight.WRONG, say("This day is still to come."), "happened_on")]
    working = _number(matter, "report_within_working_days")
    days = _number(matter, "report_within_days")
    last = since
    if working is not None:
        last = load_calendar(matter.session).add_working_days(since, working)
    elif days is not None:
        last = since + timedelta(days=days)
    else:
        return []
    if today > last:
        words = say("It had to be told by %(last)s. Say why it is late.", last=last)
        return [Finding(Weight.LOOK, words, "happened_on")]
    return [_in_order(say("It is told in time, by %(last)s.", last=last))]


def passport(matter: Matter) -> Sequence[Finding]:
    """Judge whether the passport is valid for long enough."""
    until, months = _day(matter.answers, "passport_until"), _number(matter, "passport_months")
    if until is None or months is None:
        return []
    if until < months_later(_today(matter), months):
        words = say(
            "The passport must be valid for %(months)s months or more. Renew it first.",
            months=months,
        )
        return [Finding(Weight.WRONG, words, "passport_until")]
    return [_in_order(say("The passport is valid for long enough."))]


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month.

    >>> months_later(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), next_first - timedelta(days=1))


def _today(matter: Matter) -> date:
    return local_day(matter.now)


def _number(matter: Matter, key: str) -> int | None:
    value = matter.settings.get(key)
    return value if isinstance(value, int) else None


def _day(answers: Mapping[str, Any], key: str) -> date | None:
    given = answers.get(key)
    return date.fromisoformat(given) if isinstance(given, str) else None


def _in_order(words: Words) -> Finding:
    return Finding(Weight.IN_ORDER, words)


CHECKS: Final[dict[str, Check]] = {
    "passport": passport,
    "reported": reported,
    "waited": waited,
    "window": window,
}

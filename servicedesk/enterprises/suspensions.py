"""How long a business may rest: all its suspensions together, as the register knows them.

Pure.  L_MER art. 30 and L_MERR art. 41, 42: at most three years in all (a setting); an extension
goes on from the end of the suspension that runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import answers
from servicedesk.enterprises.chronology import Span
from servicedesk.enterprises.days import months_after
from servicedesk.enterprises.findings import in_order, registration_rules, wrong
from servicedesk.enterprises.register_changes import SUSPENDED, Wish, is_resumed, suspension
from servicedesk.words import Words, say

_KIND, _LENGTH, _END = "suspension_kind", "suspend_years", "expires_on"
NEW: Final = "new"
MOST_YEARS: Final = 3  # in all (L_MER art. 30), where a service has no setting
_MONTHS: Final = 12


@dataclass(frozen=True)
class Rest:
    """A time in which the business rests."""

    since: date
    until: date  # the first day on which it does not any more


def rests(spans: Sequence[Span]) -> list[Rest]:
    """Return when the business rested, rests and is to rest, from the rows of a register."""
    return [
        Rest(one.since, one.until or date.max)
        for one in spans
        if one.row.topic == "state" and one.row.value == SUSPENDED
    ]


def months(known: Sequence[Rest], until: date) -> int:
    """Return how many months the business will have rested by the day ``until``, each begun one.

    >>> months([Rest(date(2026, 5, 6), date(2026, 8, 6))], date(2026, 8, 5))
    3
    """
    end = until + timedelta(days=1)
    begun = sum(_months(one.since, min(one.until, end)) for one in known if one.since <= until)
    return min(begun, _MONTHS * MOST_YEARS)


def _months(since: date, until: date) -> int:
    whole = _MONTHS * (until.year - since.year) + until.month - since.month
    return whole + (months_after(since, whole) < until)


def asked_months(given: Mapping[str, Any]) -> int:
    """Return how many months are asked for."""
    years, months = (int(given.get(key) or 0) for key in (_LENGTH, "suspend_months"))
    return _MONTHS * years + months


def findings(
    given: Mapping[str, Any],
    known: Sequence[Rest] | None,
    facts: Mapping[str, Any],
    *,
    today: date,
    most_years: int,
) -> Sequence[Finding]:
    """Return whether the business may rest for as long as is asked, or go on.

    Args:
        given: the answers.
        known: when it rested; None: the register here does not have the enterprise, and what
            was typed has to do.
        facts: what the register says of it now.
        today: the day of the filing.
        most_years: in all.
    """
    if _LENGTH not in given:
        return _resumption(known, today) if is_resumed(given) else []
    if asked_months(given) == 0:
        return [wrong(say("The period is one month or more."), _LENGTH)]
    too_long = wrong(
        say("All periods together may not come to more than %(years)s years.", years=most_years),
        _LENGTH,
        registration_rules("30"),
    )
    if known is None:
        typed = int(given.get("months_before") or 0) + asked_months(given)
        return [too_long] if typed > _MONTHS * most_years else []
    running = _running(known, today)
    misfit = _misfit(given, running)
    if misfit is not None:
        return [misfit]
    since, until = suspension(facts, Wish(given, today))
    before = sum((one.until - one.since).days for one in known if one.until <= since)
    last = months_after(since, _MONTHS * most_years) - timedelta(days=1 + before)
    if until > last:
        return [too_long]
    return [in_order(say("With all earlier periods it stays within the limit."), _LENGTH)]


def _running(known: Sequence[Rest], today: date) -> Rest | None:
    return next((one for one in known if one.since <= today < one.until), None)


def _resumption(known: Sequence[Rest] | None, today: date) -> Sequence[Finding]:
    """Return whether the business can go on: only if it rests."""
    if known is None:
        return []
    if _running(known, today) is None:
        return [wrong(say("Its business does not rest."), _KIND)]
    return [in_order(say("The business rests now and goes on from the day of the filing."), _KIND)]


def _misfit(given: Mapping[str, Any], running: Rest | None) -> Finding | None:
    """Return what does not fit to the suspension that runs, or to there being none."""
    is_extended = answers.text(given, _KIND) == "extended"
    if running is None:
        return wrong(_NONE_RUNS, _KIND) if is_extended else None
    ends = running.until - timedelta(days=1)
    if not is_extended:
        words = say("The business rests until %(day)s. Ask for an extension.", day=ends)
        return wrong(words, _KIND)
    if answers.day(given, _END) != ends:
        return wrong(say("By the register the suspension ends on %(day)s.", day=ends), _END)
    return None


_NONE_RUNS: Final[Words] = say("The business does not rest now. File a new suspension.")

"""Licences that follow the registration, for lines of the business scope.

Pure: no database, no web.  Such a licence is given elsewhere, so only the enterprise can tell that
it has one.  No law sets a day for getting it; business of this kind may not begin before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from servicedesk.enterprises.reference import ScopePhrase, scope_phrases


@dataclass(frozen=True)
class Licence:
    """What an enterprise tells of a licence that it has."""

    number: str
    authority: str  # that gave it, as the licence says
    valid_from: date
    valid_until: date | None  # its last day; None: it names none


@dataclass(frozen=True)
class Line:
    """A line of the scope that needs a licence before that business begins."""

    phrase: ScopePhrase
    since: date  # when the register got it
    licence: Licence | None = None  # told, and not taken back


def to_follow(facts: Mapping[str, Any]) -> list[ScopePhrase]:
    """Return the lines of the business scope that need a licence before that business begins.

    >>> [one.code for one in to_follow({"scope": ["BS001", "BS088"]})]
    ['BS088']
    """
    phrases = scope_phrases()
    return [
        phrases[code]
        for code in facts.get("scope") or []
        if code in phrases and phrases[code].timing == "post"
    ]


def latest_first_day(held: Licence | None, today: date) -> date:
    """Return the latest day from which a licence may count to be told today.

    One that counts later only is not held yet; but one that follows on one that is may be told
    as soon as it is there.

    >>> latest_first_day(None, date(2026, 5, 6)).isoformat()
    '2026-05-06'
    """
    if held is None or held.valid_until is None:
        return today
    return max(today, held.valid_until + timedelta(days=1))

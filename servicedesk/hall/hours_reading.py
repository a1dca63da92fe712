"""Spans of a day as people type them, read and checked.

Pure rules: no database, no web.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from servicedesk.hall.opening import Span, overlapping
from servicedesk.words import Words, say

_TIME: Final = re.compile(r"(\d{1,2})(?:[:.]?(\d\d))?")
_DAY: Final = 24 * 60  # minutes


class SpanFault(Exception):
    """What was typed is no span; ``words`` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class TypedSpan:
    """One row as it was typed."""

    opens: str = ""
    closes: str = ""
    booked_only: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; a tick alone is nothing."""
        return not (self.opens or self.closes)


def typed(spans: Sequence[Span]) -> list[TypedSpan]:
    """Return ``spans`` as they would be typed."""
    return [TypedSpan(f"{one.opens:%H:%M}", one.ends, one.booked_only) for one in spans]


def read_spans(rows: Sequence[TypedSpan]) -> tuple[Span, ...]:
    """Return the spans that were typed, in order; empty rows say nothing.

    >>> [one.ends for one in read_spans([TypedSpan("13", "1700"), TypedSpan("9:00", "12：00")])]
    ['12:00', '17:00']

    Raises:
        SpanFault: a row is no span, ends before it begins, or two share a moment.
    """
    found = tuple(
        sorted((_read(row) for row in rows if not row.is_empty), key=lambda one: one.opens)
    )
    if pair := overlapping(found):
        one, then = pair
        raise SpanFault(
            say(
                "%(first)s–%(ends)s and %(then)s–%(last)s overlap.",
                first=f"{one.opens:%H:%M}", ends=one.ends,
                then=f"{then.opens:%H:%M}", last=then.ends,
            )
        )  # fmt: skip
    return found


def _read(row: TypedSpan) -> Span:
    if not row.closes:
        raise SpanFault(say("Enter until when it is open as well, after %(time)s.", time=row.opens))
    if not row.opens:
        raise SpanFault(
            say("Enter from when it is open as well, before %(time)s.", time=row.closes)
        )
    opens, closes = _minutes(row.opens), _minutes(row.closes) or _DAY
    if opens >= closes:
        raise SpanFault(
            say("%(opens)s–%(closes)s ends before it begins.", opens=row.opens, closes=row.closes)
        )
    return Span(_time(opens), _time(closes), row.booked_only)


def _minutes(said: str) -> int:
    """Return the minutes from midnight; the end of the day is 24:00."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", said))
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (_DAY, 0)
    if hours * 60 + minutes > _DAY or minutes >= 60:  # noqa: PLR2004 - of an hour
        raise SpanFault(
            say(
                "“%(typed)s” is no time. Write it like 09:00; the end of the day is 24:00.",
                typed=said,
            )
        )
    return hours * 60 + minutes


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)

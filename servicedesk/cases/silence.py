"""When silence counts as acceptance: the desk did not tell in time what is missing.

Pure rules: no database, no web.
"""

from datetime import datetime
from typing import Final

from servicedesk.calendar.working_days import Calendar
from servicedesk.cases.time_limits import due_after

DEEMED_ACCEPTED_DAYS: Final = 5  # working days of silence; 行政许可法 art. 32


def deemed_accepted_on(
    received_at: datetime, calendar: Calendar, days: int = DEEMED_ACCEPTED_DAYS
) -> datetime:
    """Return the moment after which silence counts as acceptance (行政许可法 art. 32).

    Acceptance then dates back to ``received_at``.  In the ledger, the stretch spent on
    acceptance since then becomes handling: change its kind.

    >>> received = datetime(2026, 11, 20, 1, 0, tzinfo=Calendar().zone)
    >>> deemed_accepted_on(received, Calendar()).isoformat()
    '2026-11-27T09:00:00+00:00'
    """
    return due_after(received_at, days, calendar)


def is_deemed_accepted(
    received_at: datetime,
    calendar: Calendar,
    *,
    told_at: datetime | None = None,
    now: datetime,
    days: int = DEEMED_ACCEPTED_DAYS,
) -> bool:
    """Whether the desk was silent too long; ``told_at`` is when it told what is missing."""
    return (told_at or now) > deemed_accepted_on(received_at, calendar, days)

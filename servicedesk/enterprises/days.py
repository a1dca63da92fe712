"""Days that the register counts to."""

import calendar
from datetime import date, datetime, time

from servicedesk.park import park


def end_of(day: date) -> datetime:
    """Return the last moment of ``day`` in the park.

    >>> end_of(date(2026, 3, 2)).isoformat(timespec="seconds")
    '2026-03-02T23:59:59+08:00'
    """
    return datetime.combine(day, time.max, tzinfo=park().time_zone)


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; the end of the month where there is none.

    >>> years_after(date(2028, 2, 29), 5)
    datetime.date(2033, 2, 28)
    """
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the end of the month where there is none.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))

"""Whether the hall is open now, and when it opens next.  Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

LONGEST_BREAK: Final = 30  # days; no holiday is longer


@dataclass(frozen=True)
class HallNow:
    """Open until a time today, or closed until a day (None: not known)."""

    closes: time | None
    opens_on: date | None
    opens: time


def hall_now(
    moment: datetime, opens: time, closes: time, is_working: Callable[[date], bool]
) -> HallNow:
    """Return how the hall is at ``moment``, in its own time zone.

    >>> friday = datetime(2026, 11, 20, 17, 30)
    >>> hall_now(friday, time(9), time(17), lambda day: day.weekday() < 5).opens_on
    datetime.date(2026, 11, 23)
    """
    today = moment.date()
    if is_working(today) and opens <= moment.time() < closes:
        return HallNow(closes, None, opens)
    first = today if moment.time() < opens else today + timedelta(days=1)
    days = (first + timedelta(days=number) for number in range(LONGEST_BREAK))
    return HallNow(None, next((day for day in days if is_working(day)), None), opens)

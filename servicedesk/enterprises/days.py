"""Which day it is where the register is kept."""

from datetime import date, datetime

from servicedesk.park import park


def local_day(moment: datetime) -> date:
    """Return the day of ``moment`` in the park.

    >>> from datetime import UTC
    >>> local_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    datetime.date(2026, 3, 2)
    """
    return moment.astimezone(park().time_zone).date()

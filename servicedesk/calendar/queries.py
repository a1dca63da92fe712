"""The calendar, read from its table."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.day_files import DayKind
from servicedesk.calendar.models import CalendarDay
from servicedesk.calendar.working_days import Calendar, SpecialDay
from servicedesk.words import Text

SOON = timedelta(days=60)  # before a year begins, its notice is due; OWN, it comes in November
CACHE_KEY = "calendar"  # in Session.info: read once a request, never stale in the next


def load_calendar(session: Session) -> Calendar:
    """Return the calendar; the session reads it once and keeps it."""
    calendar: Calendar | None = session.info.get(CACHE_KEY)
    if calendar is None:
        calendar = session.info[CACHE_KEY] = Calendar.of(_special_days(session))
    return calendar


def is_year_official(session: Session, year: int) -> bool:
    """Whether the year's holidays are announced.

    A limit that ends in any other year is an expectation and has to be shown as one.
    """
    return load_calendar(session).is_year_official(year)


def unannounced(session: Session, first: date, last: date) -> tuple[int, ...]:
    """Return the years from ``first`` to ``last``, and soon after, that are not announced.

    Whose job it is to look after the calendar has to see them.
    """
    return load_calendar(session).unannounced(first, last + SOON)


def closing_time(day: date) -> datetime:
    """Return the hall's closing time on ``day``, aware, in UTC."""
    return Calendar().closing_time(day)


def _special_days(session: Session) -> list[SpecialDay]:
    days = CalendarDay
    rows = session.execute(
        sa.select(days.day, days.kind, days.name_en, days.name_zh, days.is_official)
    )
    return [
        SpecialDay(day, kind is DayKind.MAKEUP_WORKDAY, Text(name_en, name_zh), is_official)
        for day, kind, name_en, name_zh, is_official in rows
    ]

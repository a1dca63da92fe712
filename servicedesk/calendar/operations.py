"""Bringing years into the calendar."""

import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.calendar import day_files
from servicedesk.calendar.models import CalendarDay
from servicedesk.calendar.queries import CACHE_KEY

log = logging.getLogger(__name__)


def read_days(path: Path = day_files.CHINA) -> list[CalendarDay]:
    """Return the days a file lists (``day_files``), not yet in any session.

    Raises:
        CalendarFileUnreadable: a line is incomplete or says something else.
    """
    return [
        CalendarDay(
            day=one.day,
            kind=one.kind,
            name_zh=one.name.zh,
            name_en=one.name.en,
            is_official=one.is_official,
            source=one.source,
        )
        for one in day_files.read_days(path)
    ]


def load_days(session: Session, rows: Iterable[CalendarDay] | None = None) -> int:
    """Make the years of ``rows`` (by default, China's) exactly what they say; return how many days.

    A year is replaced whole, so that an expected holiday which was not announced goes.
    Expected days never replace an announced year.  Safe to run again and twice at once.
    """
    days = list(read_days() if rows is None else rows)
    announced = set(
        session.scalars(
            sa.select(sa.extract("year", CalendarDay.day))
            .group_by(sa.extract("year", CalendarDay.day))
            .having(sa.func.bool_and(CalendarDay.is_official))
        )
    )
    years = _years(days)
    wanted = [
        day
        for year, of_year in years.items()
        if year not in announced or all(day.is_official for day in of_year)
        for day in of_year
    ]
    for year, of_year in _years(wanted).items():
        _replace_year(session, year, of_year)
    session.info.pop(CACHE_KEY, None)
    log.info("calendar loaded", extra={"years": sorted(_years(wanted)), "days": len(wanted)})
    return len(wanted)


def _years(days: Iterable[CalendarDay]) -> dict[int, list[CalendarDay]]:
    years: dict[int, list[CalendarDay]] = {}
    for day in days:
        years.setdefault(day.day.year, []).append(day)
    return years


def _replace_year(session: Session, year: int, days: list[CalendarDay]) -> None:
    session.execute(
        sa.delete(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(CalendarDay.day.not_in([day.day for day in days]))
        .execution_options(synchronize_session=False)
    )
    columns = ("day", "kind", "name_zh", "name_en", "is_official", "source")
    insert = postgresql.insert(CalendarDay).values(
        [{name: getattr(day, name) for name in columns} for day in days]
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[CalendarDay.day],
            set_={name: insert.excluded[name] for name in columns[1:]},
        )
    )

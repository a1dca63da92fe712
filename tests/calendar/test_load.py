"""The calendar's table: loading years, and what queries make of them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.calendar import operations, queries
from servicedesk.calendar.day_files import CalendarFileUnreadable, DayKind
from servicedesk.calendar.models import CalendarDay


def day(text: str, *, official: bool = True, kind: DayKind = DayKind.HOLIDAY) -> CalendarDay:
    return CalendarDay(
        day=date.fromisoformat(text),
        kind=kind,
        name_zh="某日",
        name_en="Some day",
        is_official=official,
        source="test",
    )


def days_of(session: Session, year: int) -> list[date]:
    query = sa.select(CalendarDay.day).order_by(CalendarDay.day)
    return [day for day in session.scalars(query) if day.year == year]


def test_the_delivered_years_load_and_load_again(session: Session) -> None:
    first = operations.load_days(session)
    session.commit()
    second = operations.load_days(session)
    session.commit()

    assert first == second == 91
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarDay)) == 91


def test_the_stored_calendar_knows_holidays_and_make_up_days_with_their_names(
    session: Session,
) -> None:
    operations.load_days(session)

    calendar = queries.load_calendar(session)

    assert not calendar.is_working(date(2026, 2, 16))
    assert calendar.is_working(date(2026, 2, 14))
    assert calendar.special[date(2026, 2, 16)].name.zh == "春节"


def test_only_announced_years_are_official(session: Session) -> None:
    operations.load_days(session)

    assert queries.is_year_official(session, 2026)
    assert not queries.is_year_official(session, 2027)
    assert not queries.is_year_official(session, 2031)


def test_an_announced_year_replaces_the_expected_one_whole(session: Session) -> None:
    operations.load_days(session)
    operations.load_days(session, [day("2027-01-01"), day("2027-02-05")])
    session.commit()

    assert days_of(session, 2027) == [date(2027, 1, 1), date(2027, 2, 5)]
    assert queries.is_year_official(session, 2027)
    assert len(days_of(session, 2026)) == 39


def test_expected_days_never_replace_an_announced_year(session: Session) -> None:
    operations.load_days(session, [day("2027-01-01")])
    operations.load_days(session)

    assert days_of(session, 2027) == [date(2027, 1, 1)]


def test_a_loaded_year_is_seen_at_once_by_the_session_that_loaded_it(session: Session) -> None:
    queries.load_calendar(session)
    operations.load_days(session, [day("2031-03-03")])

    assert not queries.load_calendar(session).is_working(date(2031, 3, 3))


def test_the_calendar_is_read_once_a_session(session: Session) -> None:
    assert queries.load_calendar(session) is queries.load_calendar(session)


def test_closing_time_is_the_halls(app: Flask) -> None:  # noqa: ARG001 - the park is loaded
    assert queries.closing_time(date(2026, 11, 20)) == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "2026-13-01,Thu,holiday,元旦,New Year,official,x",
        "2026-01-01,Thu,feast,元旦,New Year,official,x",
        "2026-01-01,Thu,holiday,元旦,New Year,perhaps,x",
        "2026-01-01",
    ],
)
def test_a_line_that_says_nothing_we_know_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "2026.csv"
    file.write_text(f"date,weekday,kind,name_zh,name_en,status,source\n{line}\n", encoding="utf-8")

    with pytest.raises(CalendarFileUnreadable, match=r"Line 2 of 2026\.csv"):
        operations.read_days(file)


def test_the_command_loads_a_file_and_may_be_run_again(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "2031.csv"
    file.write_text(
        "date,weekday,kind,name_zh,name_en,status,source\n"
        "2031-01-01,Wed,holiday,元旦,New Year's Day,official,a notice\n",
        encoding="utf-8",
    )

    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["calendar", "load", str(file)])
        assert result.output == "calendar days loaded: 1\n"

    assert days_of(session, 2031) == [date(2031, 1, 1)]

"""Working days of 2025 to 2027, as announced or expected, and of any other year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.calendar.day_files import delivered
from servicedesk.calendar.working_days import Calendar, SpecialDay

CHINA = delivered()
DAYS = st.dates(date(2024, 12, 1), date(2028, 1, 31))


def walk(calendar: Calendar, after: date, through: date) -> list[date]:
    """Return the working days between, looked at one by one: the oracle."""
    days = []
    for ordinal in range(after.toordinal() + 1, through.toordinal() + 1):
        day = date.fromordinal(ordinal)
        special = calendar.special.get(day)
        if (special is None and day.isoweekday() not in (6, 7)) or (special and special.works):
            days.append(day)
    return days


@given(after=DAYS, span=st.integers(-30, 400))
def test_counting_agrees_with_a_walk_day_by_day(after: date, span: int) -> None:
    through = after + timedelta(days=span)

    assert CHINA.count(after, through) == len(walk(CHINA, after, through))


@given(day=DAYS, n=st.integers(1, 60))
def test_the_nth_working_day_is_the_last_of_n_in_a_walk(day: date, n: int) -> None:
    end = CHINA.add_working_days(day, n)

    assert walk(CHINA, day, day + timedelta(days=200))[n - 1] == end


@given(first=DAYS, second=DAYS, third=DAYS)
def test_adjoining_stretches_add_up(first: date, second: date, third: date) -> None:
    first, second, third = sorted((first, second, third))

    assert CHINA.count(first, second) + CHINA.count(second, third) == CHINA.count(first, third)


@given(
    specials=st.dictionaries(st.dates(date(2030, 1, 1), date(2030, 3, 1)), st.booleans()),
    n=st.integers(0, 20),
)
def test_any_calendar_ends_limits_on_working_days(specials: dict[date, bool], n: int) -> None:
    calendar = Calendar.of(SpecialDay(day, works=works) for day, works in specials.items())

    assert calendar.is_working(calendar.add_working_days(date(2030, 1, 10), n))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        # A make-up Sunday before the Spring Festival of 2025 counts, the eight days do not.
        (date(2025, 1, 24), 1, date(2025, 1, 26)),
        (date(2025, 1, 27), 1, date(2025, 2, 5)),
        (date(2025, 1, 24), 6, date(2025, 2, 8)),  # and the make-up Saturday after it
        # Nine days in 2026, with a make-up Saturday on either side.
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 14), 5, date(2026, 2, 28)),
        # Year ends.
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a make-up Sunday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        # The long week in October.
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2026, 9, 30), 2, date(2026, 10, 9)),
        # Expected days of 2027.
        (date(2027, 2, 4), 1, date(2027, 2, 11)),
    ],
)
def test_festivals_and_make_up_days(day: date, n: int, expected: date) -> None:
    assert CHINA.add_working_days(day, n) == expected


def test_no_days_at_all_leave_a_working_day_and_move_a_rest_day_on() -> None:
    assert CHINA.add_working_days(date(2026, 2, 14), 0) == date(2026, 2, 14)
    assert CHINA.add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 24)


def test_days_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="negative"):
        CHINA.add_working_days(date(2026, 2, 14), -1)


def test_the_working_days_of_each_year_are_as_many_as_expected() -> None:
    per_year = {
        year: CHINA.count(date(year - 1, 12, 31), date(year, 12, 31)) for year in (2025, 2026, 2027)
    }

    # 365 days less 104 on weekends and the 13 statutory holidays of the law (L_HOL, art. 2).
    assert per_year == {2025: 248, 2026: 248, 2027: 248}


def test_a_day_ends_when_the_hall_closes_and_belongs_to_the_halls_time_zone() -> None:
    closing = CHINA.closing_time(date(2026, 12, 31))

    assert closing == datetime(2026, 12, 31, 9, 0, tzinfo=UTC)  # 17:00 in Beijing
    assert CHINA.day_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        CHINA.day_of(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_years_without_a_notice_are_not_official() -> None:
    official = {year: CHINA.is_year_official(year) for year in range(2024, 2029)}

    assert official == {2024: False, 2025: True, 2026: True, 2027: False, 2028: False}


_MOMENTS = st.datetimes(
    min_value=datetime(2026, 2, 9),  # noqa: DTZ001 - the zone is given below
    max_value=datetime(2026, 2, 20),  # noqa: DTZ001
    timezones=st.just(CHINA.zone),
)


@given(since=_MOMENTS, until=_MOMENTS)
@settings(max_examples=25)
def test_working_minutes_are_those_in_which_the_hall_is_open(
    since: datetime, until: datetime
) -> None:
    since, until = sorted(one.replace(second=0, microsecond=0) for one in (since, until))

    minute, open_minutes = since, 0
    while minute < until:
        is_open = CHINA.opens <= minute.time() < CHINA.closes
        open_minutes += is_open and CHINA.is_working(minute.date())
        minute += timedelta(minutes=1)

    assert CHINA.minutes(since, until) == open_minutes


def test_no_minutes_pass_backwards() -> None:
    noon = datetime(2026, 2, 11, 12, tzinfo=CHINA.zone)

    assert CHINA.minutes(noon, noon - timedelta(days=3)) == 0

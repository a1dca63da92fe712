"""When a hall is open: the order of what holds, and the edges of days, years and the calendar."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.calendar.day_files import delivered
from servicedesk.calendar.working_days import Calendar
from servicedesk.hall import booking
from servicedesk.hall.hall_files import hours_of, kept_hours
from servicedesk.hall.hours_reading import SpanFault, TypedSpan, read_spans, typed
from servicedesk.hall.opening import (
    Day,
    ExceptionKind,
    Hours,
    HoursException,
    Span,
    at,
    day_of,
    is_open_from,
    overlapping,
    within,
)
from servicedesk.park import park
from servicedesk.words import Text

DAY, MORNING, LATE = Span(time(9), time(17)), Span(time(9), time(12)), Span(time(9), time(20))
WEEK = Hours(dict.fromkeys(range(5), (DAY,)))
TUESDAYS = Hours({1: (MORNING,)})
MONDAY, TUESDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 7)
WHY = Text("training", "培训")
CLOSED, OTHER, BOOKED = ExceptionKind.CLOSED, ExceptionKind.OTHER, ExceptionKind.BOOKED


def on(
    day: date, kind: ExceptionKind, *spans: Span, last: date | None = None, closed_too: bool = False
) -> HoursException:
    return HoursException(day, last or day, kind, spans, WHY, closed_too)


def with_exceptions(hours: Hours, *exceptions: HoursException) -> Hours:
    return Hours(hours.week, exceptions, hours.every_day)


def spans_of(day: date, hall: Hours, line: Hours = Hours(), service: Hours = Hours()) -> list[str]:  # noqa: B008 - frozen
    found = day_of(day, Calendar(), hall, line, service).spans
    marked = {True: "*", False: ""}
    return [f"{one.opens:%H:%M}-{one.ends}{marked[one.booked_only]}" for one in found]


@pytest.mark.parametrize(
    ("hall", "line", "service", "day", "holds"),
    [
        pytest.param(WEEK, Hours(), Hours(), MONDAY, ["09:00-17:00"], id="the hall's week"),
        pytest.param(WEEK, TUESDAYS, Hours(), MONDAY, [], id="the line's week before it"),
        pytest.param(WEEK, Hours(), TUESDAYS, TUESDAY, ["09:00-12:00"], id="the service's week"),
        pytest.param(
            with_exceptions(WEEK, on(MONDAY, OTHER, LATE)), Hours(), Hours(), MONDAY,
            ["09:00-20:00"], id="the hall's exception before its week",
        ),
        pytest.param(
            with_exceptions(WEEK, on(TUESDAY, CLOSED)), TUESDAYS, Hours(), TUESDAY, [],
            id="the hall's exception before the line's week",
        ),
        pytest.param(
            with_exceptions(WEEK, on(TUESDAY, CLOSED)),
            with_exceptions(TUESDAYS, on(TUESDAY, OTHER, MORNING)), Hours(), TUESDAY,
            ["09:00-12:00"], id="the line's exception before the hall's",
        ),
        pytest.param(
            WEEK, Hours(), with_exceptions(TUESDAYS, on(MONDAY, OTHER, MORNING)), MONDAY,
            ["09:00-12:00"], id="the service's exception before its week",
        ),
        pytest.param(
            with_exceptions(WEEK, on(TUESDAY, CLOSED)), Hours(),
            with_exceptions(Hours(), on(TUESDAY, OTHER, MORNING)), TUESDAY, [],
            id="no service without its line",
        ),
        pytest.param(
            with_exceptions(WEEK, on(MONDAY, OTHER, MORNING)), TUESDAYS, Hours(), MONDAY, [],
            id="shorter hours of the hall do not open a line that is closed",
        ),
        pytest.param(
            with_exceptions(WEEK, on(TUESDAY, OTHER, Span(time(10), time(20)))), TUESDAYS, Hours(),
            TUESDAY, ["10:00-12:00"], id="and narrow one that is open",
        ),
        pytest.param(
            with_exceptions(WEEK, on(SATURDAY, OTHER, MORNING)), TUESDAYS, Hours(), SATURDAY,
            ["09:00-12:00"], id="an extra day of the hall is one of every line",
        ),
        pytest.param(
            with_exceptions(WEEK, on(MONDAY, BOOKED)), Hours(), Hours(), MONDAY,
            ["09:00-17:00*"], id="by appointment at the usual hours",
        ),
        pytest.param(
            with_exceptions(WEEK, on(MONDAY, BOOKED, MORNING)), Hours(), Hours(), MONDAY,
            ["09:00-12:00*"], id="by appointment at others",
        ),
        pytest.param(
            with_exceptions(WEEK, on(MONDAY, OTHER, MORNING, last=date(2026, 3, 8))), Hours(),
            Hours(), SATURDAY, [], id="of several days a closed one stays closed",
        ),
        pytest.param(
            with_exceptions(
                WEEK, on(MONDAY, OTHER, MORNING, last=date(2026, 3, 8), closed_too=True)
            ), Hours(), Hours(), SATURDAY, ["09:00-12:00"], id="unless it says otherwise",
        ),
        pytest.param(
            with_exceptions(
                WEEK, on(TUESDAY, OTHER, LATE), on(MONDAY, CLOSED, last=date(2026, 3, 8))
            ), Hours(), Hours(), TUESDAY, ["09:00-20:00"], id="the shorter exception holds",
        ),
    ],
)  # fmt: skip
def test_what_holds_on_a_day(
    hall: Hours, line: Hours, service: Hours, day: date, holds: list[str]
) -> None:
    assert spans_of(day, hall, line, service) == holds


def test_a_holiday_is_closed_and_a_make_up_day_is_as_a_monday() -> None:
    hours, calendar = Hours({0: (MORNING,), 3: (DAY,)}), delivered()
    holiday, make_up = date(2026, 10, 1), date(2026, 10, 10)  # a Thursday, a Saturday

    assert day_of(holiday, calendar, hours).spans == ()
    assert day_of(make_up, calendar, hours).spans == (MORNING,)
    assert day_of(make_up, calendar, hours, TUESDAYS).spans == ()
    every_day = Hours(hours.week, every_day=True)
    assert day_of(holiday, calendar, every_day).spans == (DAY,)


def test_an_exception_opens_a_holiday_and_says_why() -> None:
    holiday = date(2026, 10, 1)
    exception = on(holiday, OTHER, MORNING)

    found = day_of(holiday, delivered(), with_exceptions(WEEK, exception))

    assert found == Day((MORNING,), exception)


def test_an_exception_over_new_year_holds_on_both_sides() -> None:
    over = on(date(2026, 12, 30), CLOSED, last=date(2027, 1, 4))
    hall = with_exceptions(WEEK, over)

    closed = [day for day in range(-3, 8) if not spans_of(date(2027, 1, 1) + timedelta(day), hall)]

    assert closed == [-2, -1, 0, 1, 2, 3]  # 30 December to Monday, 4 January


def there(year: int, month: int, day: int, *clock_time: int) -> datetime:
    """Return a moment on the clocks of the hall."""
    hour, minute, second = (*clock_time, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=park().time_zone)


ALL_DAY = Span(time(0), time(0))
EVENING = Span(time(20), time(0))


@pytest.mark.parametrize(
    ("moment", "span", "is_open", "gives"),
    [
        (there(2026, 12, 31, 23, 59, 59), EVENING, True, False),
        (there(2026, 12, 31, 23, 29), EVENING, True, True),
        (there(2027, 1, 1, 0, 0), EVENING, False, False),
        (there(2027, 1, 1, 0, 0), ALL_DAY, True, True),
        (there(2026, 3, 2, 8, 59, 59), DAY, False, False),
        (there(2026, 3, 2, 9, 0), DAY, True, True),
        (there(2026, 3, 2, 16, 30), DAY, True, False),
        (there(2026, 3, 2, 17, 0), DAY, False, False),
    ],
)
def test_the_edges_of_a_day(
    moment: datetime, span: Span, is_open: bool, gives: bool  # noqa: FBT001 - a table
) -> None:  # fmt: skip
    found = at(moment, (span,), timedelta(minutes=30))

    assert (found.open_until is not None, found.gives_tickets()) == (is_open, gives)
    assert found.gives_tickets(booked=True) is is_open


_quarters = st.integers(0, 95)
_span = st.builds(
    lambda begin, length, booked: Span(
        time(begin // 4, begin % 4 * 15),
        time(min(begin + length, 96) // 4 % 24, min(begin + length, 96) % 4 * 15),
        booked,
    ),
    _quarters, st.integers(1, 96), st.booleans(),
)  # fmt: skip
_spans = st.lists(_span, max_size=5).map(
    lambda found: tuple(sorted(found, key=lambda one: one.opens))
).filter(lambda found: overlapping(found) is None)  # fmt: skip
_texts = st.builds(Text, st.text(max_size=5), st.text(max_size=5))
_exceptions = st.builds(
    lambda first, length, *others: HoursException(first, first + timedelta(length), *others),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 20),
    st.sampled_from(ExceptionKind), _spans, _texts, st.booleans(),
)  # fmt: skip
_hours = st.builds(
    Hours,
    st.none() | st.dictionaries(st.integers(0, 6), _spans),
    st.lists(_exceptions, max_size=3).map(tuple),
    st.booleans(),
)
_days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(_spans)
def test_spans_are_typed_and_read_back(spans: tuple[Span, ...]) -> None:
    assert read_spans(typed(spans)) == spans


@given(_hours)
def test_hours_are_kept_and_read_back(hours: Hours) -> None:
    assert hours_of(kept_hours(hours), every_day=hours.every_day) == hours


@given(_spans, _spans)
def test_what_is_within_lies_in_both(spans: tuple[Span, ...], limits: tuple[Span, ...]) -> None:
    found = within(spans, limits)

    for minute in range(0, 24 * 60, 15):

        def covers(some: tuple[Span, ...], moment: time = time(minute // 60, minute % 60)) -> bool:
            return any(one.covers(moment) for one in some)

        assert covers(found) == (covers(spans) and covers(limits))
    assert overlapping(found) is None


@given(_days, _hours, _hours, _hours)
def test_a_service_is_served_only_while_its_line_is(
    day: date, hall: Hours, line: Hours, service: Hours
) -> None:
    whole = day_of(day, delivered(), hall, line).spans
    found = day_of(day, delivered(), hall, line, service).spans

    for span in found:
        assert is_open_from(whole, *span.minutes)


@given(_days, _hours, _hours)
def test_slots_begin_and_end_within_a_span_of_their_own_day(
    day: date, hall: Hours, line: Hours
) -> None:
    zone, every = park().time_zone, timedelta(minutes=30)
    spans = day_of(day, delivered(), hall, line).spans

    found = booking.starts(day, spans, every, zone)

    assert len(found) == len(set(found))
    for start in found:
        assert start.date() == day
        begins = start.hour * 60 + start.minute
        assert is_open_from(spans, begins, begins + 30)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("17:00", "9")], "ends before it begins"),
        ([("9", "9")], "ends before it begins"),
        ([("9", "12"), ("11:59", "13")], "overlap"),
        ([("9", "")], "Enter until when"),
        ([("", "9")], "Enter from when"),
        ([("9:60", "12")], "is no time"),
        ([("9", "24:01")], "is no time"),
        ([("morning", "12")], "is no time"),
    ],
)
def test_what_is_no_span_says_why(rows: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(SpanFault, match=told):
        read_spans([TypedSpan(*row) for row in rows])

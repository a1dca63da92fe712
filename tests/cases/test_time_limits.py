"""The clock as a ledger: what is used, what is left, until when, and why."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.cases.clock_terms import next_round
from servicedesk.cases.silence import deemed_accepted_on, is_deemed_accepted
from servicedesk.cases.time_limits import (
    FROM_ACCEPTANCE,
    FROM_RECEIPT,
    Kind,
    Light,
    LightRule,
    Line,
    Terms,
    due_after,
    due_moment,
    read,
)
from tests.calendar.test_working_days import CHINA

MINUTES_OF_TWO_YEARS = 2 * 365 * 24 * 60


def at(text: str) -> datetime:
    """Return a moment from the hall's time: ``2026-02-12 16:50``."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA.zone)


def closes(text: str) -> datetime:
    return at(f"{text} 17:00")


def ran(since: str, until: str | None = None, *, number: int = 1) -> Line:
    return Line(
        runs=True,
        kind=Kind.HANDLING,
        since=at(since),
        until=at(until) if until else None,
        round=number,
    )


def stood(since: str, until: str | None = None, *, kind: Kind = Kind.CORRECTION) -> Line:
    return Line(runs=False, kind=kind, since=at(since), until=at(until) if until else None)


def due(*lines: Line, limit: int) -> datetime | None:
    return due_moment(lines, Terms(limit), CHINA)


# The oracle: every closing time of the years concerned, in a list, and nothing counted.

CLOSINGS = [
    CHINA.closing_time(day)
    for day in (date(2024, 12, 1) + timedelta(days=n) for n in range(1500))
    if CHINA.is_working(day)
]


def local_day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).replace(tzinfo=None).date()  # Beijing has no summer time


def oracle_due(stretches: list[tuple[datetime, datetime | None]], limit: int) -> datetime | None:
    """Strike off one closing time after the other until the limit is used up."""
    left = limit
    for since, until in stretches:
        ahead = [
            t for t in CLOSINGS if t > since and (left == 0 or local_day(t) > local_day(since))
        ]
        deadline = ahead[max(left - 1, 0)]
        if until is None or until > deadline:
            return deadline
        left -= sum(local_day(t) <= local_day(until) for t in ahead) if left else 0
    return None


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Return a clock that ran and stood by turns, from some moment of 2025 or 2026."""
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, MINUTES_OF_TWO_YEARS))
    )
    gaps = draw(st.lists(st.integers(1, 20 * 24 * 60), max_size=6))
    moments = [start]
    for minutes in gaps:
        moments.append(moments[-1] + timedelta(minutes=minutes))
    lines = [
        Line(
            runs=n % 2 == 0,
            kind=Kind.CORRECTION if n % 2 else Kind.HANDLING,
            since=since,
            until=until,
        )
        for n, (since, until) in enumerate(pairwise(moments))
    ]
    runs = len(lines) % 2 == 0
    last = Kind.HANDLING if runs else Kind.CORRECTION
    return [*lines, Line(runs=runs, kind=last, since=moments[-1])]


@given(ledger=ledgers(), limit=st.integers(0, 45))
def test_the_due_moment_agrees_with_striking_off_closing_times(
    ledger: list[Line], limit: int
) -> None:
    stretches = [(line.since, line.until) for line in ledger if line.runs]
    expected = oracle_due(stretches, limit) if ledger[-1].runs else None

    assert due_moment(ledger, Terms(limit), CHINA) == expected


@given(ledger=ledgers(), limit=st.integers(0, 45), minutes=st.integers(0, 60 * 24 * 60))
def test_days_used_are_the_working_days_that_a_walk_finds(
    ledger: list[Line], limit: int, minutes: int
) -> None:
    now = ledger[-1].since + timedelta(minutes=minutes)
    days = set()
    for line in ledger:
        day = local_day(line.since) + timedelta(days=1)
        while line.runs and day <= local_day(line.until or now):
            days.add(day)
            day += timedelta(days=1)

    reading = read(ledger, Terms(limit), CHINA, now=now)

    assert reading.used == sum(CHINA.is_working(day) for day in days)
    if limit and reading.runs and not reading.has_passed and reading.used < limit:
        assert reading.used + reading.remaining == limit
    assert sum(stretch.days for stretch in reading.account if stretch.runs) == reading.used


@given(ledger=ledgers(), limit=st.integers(0, 45), cut=st.integers(1, 60 * 24 * 60))
def test_stopping_and_going_on_in_the_same_minute_changes_nothing(
    ledger: list[Line], limit: int, cut: int
) -> None:
    last = ledger[-1]
    moment = last.since + timedelta(minutes=cut)
    if not last.runs or not CHINA.is_working(local_day(moment)):
        return
    whole = due_moment(ledger, Terms(limit), CHINA)
    if whole is None or moment >= whole.replace(hour=0):  # not on the last day: nothing is left
        return
    halves = [
        *ledger[:-1],
        Line(runs=True, kind=last.kind, since=last.since, until=moment),
        Line(runs=True, kind=last.kind, since=moment),
    ]

    assert due_moment(halves, Terms(limit), CHINA) == whole


@given(since=st.integers(0, MINUTES_OF_TWO_YEARS), limit=st.integers(0, 45), late=st.integers(1, 9))
def test_days_too_late_are_the_working_days_after_the_last_one(
    since: int, limit: int, late: int
) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    last = CLOSINGS.index(due_after(start, limit, CHINA))
    ledger = [Line(runs=True, kind=Kind.HANDLING, since=start)]

    reading = read(ledger, Terms(limit), CHINA, now=CLOSINGS[last + late])

    assert (reading.remaining, reading.light) == (-late, Light.RED)


@given(ledger=ledgers(), limit=st.integers(0, 44))
def test_a_longer_limit_never_ends_sooner(ledger: list[Line], limit: int) -> None:
    shorter = due_moment(ledger, Terms(limit), CHINA)
    longer = due_moment(ledger, Terms(limit + 1), CHINA)

    assert shorter is None or longer is None or shorter <= longer


@pytest.mark.parametrize(
    ("since", "limit", "expected"),
    [
        ("2026-11-20 09:00", 3, "2026-11-25"),  # a Friday; it does not count
        ("2026-11-20 16:59", 0, "2026-11-20"),  # on the spot: the same day
        ("2026-11-20 17:00", 0, "2026-11-23"),  # the hall has closed
        ("2026-11-20 18:30", 0, "2026-11-23"),
        ("2026-11-21 10:00", 0, "2026-11-23"),  # a Saturday
        ("2026-11-20 18:30", 1, "2026-11-23"),  # received after hours: received that day
        ("2026-11-21 10:00", 1, "2026-11-23"),  # received on a rest day: likewise
        ("2026-11-22 23:59", 1, "2026-11-23"),
        ("2026-11-23 00:01", 1, "2026-11-24"),
        ("2026-02-13 16:50", 1, "2026-02-14"),  # a make-up Saturday is a working day
        ("2026-02-14 16:50", 5, "2026-02-28"),  # nine days of festival between two of them
        ("2025-01-25 10:00", 20, "2025-02-27"),
        ("2025-12-31 10:00", 1, "2026-01-04"),
        ("2026-12-31 10:00", 1, "2027-01-04"),
        ("2027-02-04 10:00", 1, "2027-02-11"),
    ],
)
def test_a_limit_ends_at_closing_time_of_its_last_working_day(
    since: str, limit: int, expected: str
) -> None:
    assert due_after(at(since), limit, CHINA) == closes(expected)


def test_the_clock_goes_on_with_what_was_left_and_the_day_it_goes_on_does_not_count() -> None:
    # Monday to Wednesday: two days used.  Back on Friday, which does not count.
    first, pause = ran("2026-11-02 10:00", "2026-11-04 15:00"), stood("2026-11-04 15:00")
    assert due(first, pause, limit=5) is None

    pause = stood("2026-11-04 15:00", "2026-11-06 09:30")
    assert due(first, pause, ran("2026-11-06 09:30"), limit=5) == closes("2026-11-11")


def test_a_new_round_starts_anew() -> None:
    ledger = [
        ran("2026-11-02 10:00", "2026-11-04 15:00"),
        stood("2026-11-04 15:00", "2026-11-06 09:30"),
        ran("2026-11-06 09:30", number=next_round(1, "restarts")),
    ]

    reading = read(ledger, Terms(3), CHINA, now=at("2026-11-09 12:00"))

    assert reading.due == closes("2026-11-11")
    assert reading.used == 1
    assert [stretch.is_current for stretch in reading.account] == [False, False, True]


def test_while_the_applicant_has_the_list_of_a_clock_that_will_restart_it_stands_still() -> None:
    ledger = [ran("2026-11-02 10:00", "2026-11-04 15:00"), stood("2026-11-04 15:00")]

    reading = read(ledger, Terms(3), CHINA, now=at("2026-11-20 12:00"))

    assert (reading.due, reading.light, reading.used) == (None, Light.STOPPED, 2)


def test_with_nothing_left_the_desk_has_until_closing_time_of_the_day_it_goes_on() -> None:
    used_up = ran("2026-11-02 10:00", "2026-11-05 15:00")  # three days, stopped in the third

    assert due(used_up, ran("2026-11-10 09:00"), limit=3) == closes("2026-11-10")
    assert due(used_up, ran("2026-11-10 18:00"), limit=3) == closes("2026-11-11")
    assert due(used_up, ran("2026-11-14 10:00"), limit=3) == closes("2026-11-16")


def test_a_limit_that_passed_before_a_stop_stays_passed() -> None:
    late = ran("2026-11-02 10:00", "2026-11-05 17:30")
    stopped = read([late, stood("2026-11-05 17:30")], Terms(3), CHINA, now=at("2026-11-09 12:00"))

    assert (stopped.due, stopped.light, stopped.has_passed) == (None, Light.RED, True)
    assert due(late, ran("2026-11-10 09:00"), limit=3) == closes("2026-11-05")


def test_a_limit_from_acceptance_does_not_count_the_time_before_it() -> None:
    ledger = [
        Line(
            runs=True,
            kind=Kind.ACCEPTANCE,
            since=at("2026-11-02 10:00"),
            until=at("2026-11-05 10:00"),
        ),
        ran("2026-11-05 10:00"),
    ]

    assert due_moment(ledger, Terms(3, FROM_ACCEPTANCE), CHINA) == closes("2026-11-10")
    assert due_moment(ledger, Terms(3, FROM_RECEIPT), CHINA) == closes("2026-11-05")


def test_before_acceptance_a_limit_from_acceptance_has_not_begun() -> None:
    waiting = [Line(runs=True, kind=Kind.ACCEPTANCE, since=at("2026-11-02 10:00"))]

    reading = read(waiting, Terms(3), CHINA, now=at("2026-11-20 12:00"))

    assert (reading.used, reading.due, reading.light) == (0, None, Light.STOPPED)


def test_an_empty_ledger_has_nothing_to_say() -> None:
    reading = read([], Terms(3), CHINA, now=at("2026-11-20 12:00"))

    assert (reading.due, reading.used, reading.account) == (None, 0, ())


def test_time_for_a_hearing_is_not_counted() -> None:
    ledger = [
        ran("2026-11-02 10:00", "2026-11-04 15:00"),
        stood("2026-11-04 15:00", "2026-11-25 09:00", kind=Kind.EXCLUDED),
        ran("2026-11-25 09:00"),
    ]

    assert due(*ledger, limit=20) == closes("2026-12-21")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-03 12:00", Light.GREEN),  # 1 of 10
        ("2026-11-11 12:00", Light.GREEN),  # 7
        ("2026-11-12 12:00", Light.YELLOW),  # 8 of 10: 80 %
        ("2026-11-16 17:00", Light.YELLOW),  # the last minute of the last day
        ("2026-11-16 17:01", Light.RED),
        ("2026-12-01 09:00", Light.RED),
    ],
)
def test_the_light_turns_at_four_fifths_and_when_the_limit_has_passed(
    now: str, expected: Light
) -> None:
    ledger = [ran("2026-11-02 10:00")]

    assert read(ledger, Terms(10), CHINA, now=at(now)).light is expected


def test_the_light_is_yellow_with_one_working_day_left() -> None:
    ledger = [ran("2026-11-02 10:00")]
    lights = [
        read(ledger, Terms(3), CHINA, now=at(f"2026-11-0{day} 12:00")).light for day in (3, 4)
    ]

    assert lights == [Light.GREEN, Light.YELLOW]


def test_when_the_light_turns_is_a_setting() -> None:
    terms = Terms(10, lights=LightRule(share=Decimal("0.5"), days_left=0))

    light = read([ran("2026-11-02 10:00")], terms, CHINA, now=at("2026-11-09 12:00")).light

    assert light is Light.YELLOW


def test_a_clock_that_jumps_back_has_used_nothing() -> None:
    reading = read([ran("2026-11-02 10:00")], Terms(3), CHINA, now=at("2026-10-30 12:00"))

    assert (reading.used, reading.due) == (0, closes("2026-11-05"))


def test_the_order_of_the_ledger_does_not_matter() -> None:
    ledger = [ran("2026-11-02 10:00", "2026-11-04 15:00"), ran("2026-11-06 09:30")]

    assert due(*ledger, limit=5) == due(*reversed(ledger), limit=5)


def test_five_working_days_of_silence_are_acceptance() -> None:
    received = at("2026-02-12 16:50")  # then 13, 14, the festival, 24, 25, 26

    assert deemed_accepted_on(received, CHINA) == closes("2026-02-26")
    assert not is_deemed_accepted(received, CHINA, now=closes("2026-02-26"))
    assert is_deemed_accepted(received, CHINA, now=at("2026-02-26 17:01"))


def test_a_desk_that_told_in_time_was_not_silent() -> None:
    received, later = at("2026-11-02 10:00"), at("2026-12-01 10:00")
    told, too_late = at("2026-11-09 16:00"), at("2026-11-09 17:30")

    assert not is_deemed_accepted(received, CHINA, told_at=told, now=later)
    assert is_deemed_accepted(received, CHINA, told_at=too_late, now=later)


def test_acceptance_by_silence_dates_back_to_receipt() -> None:
    ledger = [ran("2026-02-12 16:50")]  # the stretch of acceptance, become handling

    assert due(*ledger, limit=20) == closes("2026-03-18")


def test_the_account_names_stretches_stops_and_festivals() -> None:
    ledger = [
        ran("2026-02-12 16:50", "2026-02-14 11:00"),
        stood("2026-02-14 11:00", "2026-02-25 09:00"),
        ran("2026-02-25 09:00"),
    ]

    reading = read(ledger, Terms(5), CHINA, now=at("2026-02-26 12:00"))

    assert [(s.runs, s.days, s.used) for s in reading.account] == [
        (True, 2, 2),
        (False, 2, 2),
        (True, 1, 3),
    ]
    festival = [(day, False) for day in range(15, 24)]
    specials = [(special.day.day, special.works) for special in reading.specials]
    assert specials == [(14, True), *festival, (28, True)]


def test_a_date_in_a_year_without_a_notice_is_told_as_an_expectation() -> None:
    reading = read([ran("2026-12-28 10:00")], Terms(5), CHINA, now=at("2026-12-29 12:00"))

    assert reading.expected_years == (2027,)

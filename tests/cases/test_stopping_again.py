"""A clock that goes on and that the desk stops again before the next day: that day is used."""

import pytest

from servicedesk.cases.time_limits import (
    Days,
    Kind,
    Light,
    Line,
    Reading,
    Terms,
    read,
)
from tests.calendar.test_working_days import CHINA
from tests.cases.test_time_limits import at, closes, due, ran, stood

HEARING = Kind.EXCLUDED
LIMIT = 5


def by_turns(*days: str) -> list[Line]:
    """Return a clock that began on Monday 2 November, and went on and stopped on ``days``."""
    ledger, stopped = [ran("2026-11-02 10:00", "2026-11-02 15:00")], "2026-11-02 15:00"
    for day in days:
        ledger += [
            stood(stopped, f"{day} 09:00", kind=HEARING),
            ran(f"{day} 09:00", f"{day} 16:59"),
        ]
        stopped = f"{day} 16:59"
    return [*ledger, stood(stopped, kind=HEARING)]


def seen(ledger: list[Line], now: str, *, days: Days = Days.WORKING) -> Reading:
    return read(ledger, Terms(LIMIT, days=days), CHINA, now=at(now))


def goes_on(ledger: list[Line], moment: str) -> list[Line]:
    """Return the ledger with its last stop ended."""
    stop = ledger[-1]
    ended = Line(runs=False, kind=stop.kind, since=stop.since, until=at(moment))
    return [*ledger[:-1], ended, ran(moment)]


def test_going_on_each_morning_and_stopping_each_evening_uses_the_days() -> None:
    days = [f"2026-11-{day:02}" for day in (3, 4, 5, 6, 9)]

    four, five = (
        seen(by_turns(*days[:4]), "2026-11-06 18:00"),
        seen(by_turns(*days), "2026-11-09 18:00"),
    )

    assert (four.used, four.remaining, four.has_passed) == (4, 1, False)
    assert (five.used, five.remaining, five.has_passed) == (5, 0, False)
    assert due(*goes_on(by_turns(*days[:4]), "2026-11-12 09:00"), limit=LIMIT) == closes(
        "2026-11-13"
    )


def test_with_nothing_left_it_may_go_on_for_one_day_more_and_not_again() -> None:
    used_up = by_turns(*(f"2026-11-{day:02}" for day in (3, 4, 5, 6, 9)))
    assert due(*goes_on(used_up, "2026-11-12 09:00"), limit=LIMIT) == closes("2026-11-12")

    once_more = by_turns(*(f"2026-11-{day:02}" for day in (3, 4, 5, 6, 9, 12)))
    stopped = seen(once_more, "2026-11-12 18:00")

    assert (stopped.used, stopped.light, stopped.has_passed) == (6, Light.RED, True)
    again = goes_on(once_more, "2026-11-16 09:00")
    assert due(*again, limit=LIMIT) == closes("2026-11-12")


def test_a_day_on_which_it_went_on_and_stopped_twice_counts_once() -> None:
    twice = [
        *by_turns("2026-11-04")[:-1],
        stood("2026-11-04 16:59", "2026-11-04 17:30", kind=HEARING),
        ran("2026-11-04 17:30", "2026-11-04 18:00"),
        stood("2026-11-04 18:00", kind=HEARING),
    ]

    reading = seen(twice, "2026-11-05 12:00")

    assert reading.used == 1
    assert [one.counts_first for one in reading.account if one.runs] == [False, True, False]
    assert due(*goes_on(twice, "2026-11-09 09:00"), limit=LIMIT) == closes("2026-11-13")


def test_a_stop_that_is_over_on_the_same_day_changes_nothing() -> None:
    assert due(*goes_on(by_turns("2026-11-04"), "2026-11-04 17:30"), limit=LIMIT) == due(
        *goes_on(by_turns(), "2026-11-04 09:00"), limit=LIMIT
    )


def test_stopping_on_the_rest_day_that_follows_does_not_spare_the_day() -> None:
    stopped = [
        ran("2026-11-02 10:00", "2026-11-02 15:00"),
        stood("2026-11-02 15:00", "2026-11-06 09:00", kind=HEARING),
        ran("2026-11-06 09:00", "2026-11-07 00:01"),  # a Saturday
        stood("2026-11-07 00:01", kind=HEARING),
    ]
    assert seen(stopped, "2026-11-09 12:00").used == 1


def test_in_calendar_days_a_rest_day_counts_as_well() -> None:
    saturday = by_turns("2026-11-07")

    assert seen(saturday, "2026-11-09 12:00").used == 0
    assert seen(saturday, "2026-11-09 12:00", days=Days.CALENDAR).used == 1


@pytest.mark.parametrize(
    "last",
    [
        [stood("2026-11-04 16:59")],  # a list of corrections: the papers are with the applicant
        [],  # the decision
    ],
)
def test_what_the_applicant_has_to_mend_and_what_is_decided_is_no_stop_of_the_desk(
    last: list[Line],
) -> None:
    assert seen([*by_turns("2026-11-04")[:-1], *last], "2026-11-05 12:00").used == 0


def test_the_day_on_which_the_limit_begins_never_counts() -> None:
    assert seen(by_turns("2026-11-02"), "2026-11-04 12:00").used == 0

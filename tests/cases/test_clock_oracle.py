"""The clock against an oracle that knows no arithmetic: it walks from one day to the next.

Random years, stops, rounds, extensions, limits in working and in calendar days.  The oracle
shares nothing with ``time_limits`` but the questions: it asks of every single day whether people
work on it and whether the limit counts it, and keeps a tally.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.calendar.working_days import Calendar
from servicedesk.cases.renewals import renewal_of
from servicedesk.cases.time_limits import (
    FROM_ACCEPTANCE,
    FROM_RECEIPT,
    Days,
    Kind,
    Light,
    Line,
    Terms,
    due_moment,
    read,
)
from tests.cases.definitions import TEXT
from tests.cases.licences import make_licence

BEIJING = ZoneInfo("Asia/Shanghai")
CLOSES = time(17)
FIRST = date(2026, 1, 1)
DAYS = 500  # that a random year differs in
MINUTES = 24 * 60
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """The days on which people do not work as the week says."""

    free: frozenset[date]
    worked: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether people work on ``day``."""
        if day in self.worked:
            return True
        return day not in self.free and day.weekday() < 5

    def calendar(self) -> Calendar:
        """Return the year as the program knows it."""
        return Calendar.with_days(holidays=self.free, working=self.worked)


@st.composite
def years(draw: st.DrawFn) -> Year:
    """Draw festivals of a few days, and rest days on which people work instead."""
    free: set[date] = set()
    for start in draw(st.lists(st.integers(0, DAYS), max_size=12)):
        length = draw(st.integers(1, 9))
        free |= {FIRST + DAY * (start + n) for n in range(length)}
    worked = {FIRST + DAY * n for n in draw(st.lists(st.integers(0, DAYS), max_size=12))}
    rest = {day for day in worked if day.weekday() >= 5}
    return Year(frozenset(free - rest), frozenset(rest))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Draw a ledger as cases have them: acceptance, handling, stops, and rounds that begin anew."""
    moments = [datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 300_000)))]
    gaps = st.integers(1, 12 * 60) | st.integers(1, 25 * MINUTES)  # often within one day
    for minutes in draw(st.lists(gaps, max_size=8)):
        moments.append(moments[-1] + timedelta(minutes=minutes))
    kinds = st.sampled_from([Kind.ACCEPTANCE, Kind.HANDLING, Kind.CORRECTION, Kind.EXCLUDED])
    number, lines = 1, []
    for since, until in [*pairwise(moments), (moments[-1], None)]:
        kind = draw(kinds)
        number += draw(st.sampled_from([0, 0, 0, 1]))
        runs = kind in {Kind.ACCEPTANCE, Kind.HANDLING}
        lines.append(Line(runs=runs, kind=kind, since=since, until=until, round=number))
    return lines


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Draw a limit, with or without an extension."""
    days = draw(st.sampled_from(list(Days)))
    least = 1 if days is Days.CALENDAR else 0
    return Terms(
        draw(st.integers(least, 60)),
        draw(st.sampled_from([FROM_RECEIPT, FROM_ACCEPTANCE])),
        days=days,
        extension=draw(st.sampled_from([0, 0, 3, 10, 15])),
    )


def local(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def closing(day: date) -> datetime:
    return datetime.combine(day, CLOSES, tzinfo=BEIJING)


def walk(first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += DAY


def last_round(ledger: list[Line], asked: Terms) -> list[Line]:
    """Return what uses the limit up now, by looking at every line."""
    number = max(line.round for line in ledger)
    return [
        line for line in ledger if line.runs and line.round == number and line.kind in asked.counted
    ]


def counts(day: date, asked: Terms, year: Year) -> bool:
    return asked.days is Days.CALENDAR or year.works(day)


def end_of(since: datetime, left: int, asked: Terms, year: Year) -> datetime:
    """Walk on from the day after ``since`` until nothing is left and people work."""
    for day in walk(local(since)):
        if day > local(since) and left and counts(day, asked, year):
            left -= 1
        if left == 0 and year.works(day) and closing(day) > since:
            return closing(day)
    raise AssertionError


def runs_at_dawn(day: date, lines: list[Line]) -> bool:
    """Whether the clock ran when ``day`` began."""
    return any(
        local(line.since) < day and (line.until is None or day <= local(line.until))
        for line in lines
    )


def is_had(day: date, ledger: list[Line], asked: Terms, year: Year) -> bool:
    """Whether the desk had ``day`` for it: look at its dawn, and at the next one that counts."""
    lines = last_round(ledger, asked)
    if not counts(day, asked, year):
        return False
    if runs_at_dawn(day, lines):
        return True
    first = next((line for line in lines if local(line.since) == day), None)
    if first is None or first is lines[0] or local(lines[0].since) == day:
        return False
    stops = [line for line in ledger if line.kind == Kind.EXCLUDED and line.since == first.until]
    tomorrow = next(later for later in walk(day + DAY) if counts(later, asked, year))
    is_ours = any(line.round == first.round for line in stops)
    return is_ours and not runs_at_dawn(tomorrow, lines)


def oracle_end(ledger: list[Line], asked: Terms, year: Year) -> datetime | None:
    """Return when the limit ended or will end; None: it was stopped with time left."""
    lines, left = last_round(ledger, asked), asked.limit + asked.extension
    tallied: set[date] = set()  # days that were looked at
    for line in lines:
        today = local(line.since)
        ends = end_of(line.since, left, asked, year)
        if line.until is None or line.until > ends:
            return ends
        for day in walk(today):
            if day > local(line.until):
                break
            if day in tallied or not is_had(day, ledger, asked, year):
                continue
            if day == today and left == 0:
                return ends  # a whole day more, and nothing was left
            tallied.add(day)
            left -= 1 if left else 0
    return None


def oracle_used(ledger: list[Line], asked: Terms, year: Year, now: datetime) -> int:
    """Return how many days of the limit are used, one day after the other."""
    days = range((local(now) - local(ledger[0].since)).days + 1)
    return sum(is_had(local(ledger[0].since) + DAY * n, ledger, asked, year) for n in days)


@given(year=years(), ledger=ledgers(), asked=terms())
def test_the_due_moment_is_where_the_walk_ends(
    year: Year, ledger: list[Line], asked: Terms
) -> None:
    ran = last_round(ledger, asked)
    expected = oracle_end(ledger, asked, year) if ran and ran[-1].until is None else None

    assert due_moment(ledger, asked, year.calendar()) == expected


@given(year=years(), ledger=ledgers(), asked=terms(), minutes=st.integers(0, 120 * MINUTES))
def test_a_reading_is_what_the_walk_counts(
    year: Year, ledger: list[Line], asked: Terms, minutes: int
) -> None:
    now = ledger[-1].since + timedelta(minutes=minutes)
    ends, used = oracle_end(ledger, asked, year), oracle_used(ledger, asked, year, now)

    reading = read(ledger, asked, year.calendar(), now=now)

    assert (reading.used, reading.has_passed) == (used, ends is not None and now > ends)
    assert reading.limit == asked.limit + asked.extension
    assert (reading.light is Light.RED) == reading.has_passed
    if reading.runs and ends is not None and now <= ends:
        ahead = (local(now) + DAY * n for n in range(1, (local(ends) - local(now)).days + 1))
        assert reading.remaining == sum(counts(day, asked, year) for day in ahead)
    elif ends is None and not reading.runs:
        assert reading.remaining == max(reading.limit - used, 0)
    else:
        assert reading.remaining <= 0


@given(year=years(), ledger=ledgers(), asked=terms(), more=st.integers(1, 30))
def test_an_extension_is_as_good_as_a_longer_limit(
    year: Year, ledger: list[Line], asked: Terms, more: int
) -> None:
    longer = Terms(asked.limit + more, asked.counted, days=asked.days, extension=asked.extension)
    extended = Terms(asked.limit, asked.counted, days=asked.days, extension=asked.extension + more)

    calendar = year.calendar()
    assert due_moment(ledger, longer, calendar) == due_moment(ledger, extended, calendar)


@given(year=years(), since=st.integers(0, 300_000), days=st.integers(1, 60))
def test_calendar_days_are_never_slower_than_working_days(
    year: Year, since: int, days: int
) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=since)
    ledger = [Line(runs=True, kind=Kind.HANDLING, since=start)]
    by_calendar, by_work = (
        due_moment(ledger, Terms(days, days=one), year.calendar())
        for one in (Days.CALENDAR, Days.WORKING)
    )

    assert by_calendar is not None
    assert by_work is not None
    assert by_calendar <= by_work


@given(
    year=years(),
    last=st.integers(0, DAYS),
    before=st.integers(0, 60),
    sent=st.integers(0, 90 * MINUTES),
    accepted=st.integers(0, 40 * MINUTES),
)
def test_silence_renews_only_what_was_sent_so_many_days_before_the_end(
    *, year: Year, last: int, before: int, sent: int, accepted: int
) -> None:
    """The walk goes back from the last day of the permit, one day after the other."""
    last_day = FIRST + DAY * last
    sent_at = closing(last_day) - timedelta(minutes=sent)
    accepted_at = sent_at + timedelta(minutes=accepted)
    rule = {"by": "expires_on", "apply_before_days": before, "basis": TEXT, "source": "L_ALL"}

    found = renewal_of(
        make_licence({"deemed_granted": rule}),
        {"expires_on": last_day.isoformat()},
        year.calendar(),
        sent_at=sent_at,
        accepted_at=accepted_at,
    )

    latest, decide = last_day, last_day
    for _ in range(before):
        latest -= DAY
    while not year.works(decide):
        decide -= DAY
    is_protected = local(sent_at) <= latest and local(accepted_at) <= last_day
    assert (found is not None) is is_protected
    if found is not None:
        assert found.decide_by == closing(decide)
        assert local(found.ends_at) == last_day + DAY

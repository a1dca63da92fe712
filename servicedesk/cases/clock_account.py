"""How the clock of a case stands, by law and by promise, for applicant and clerk alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import clock_terms, time_limits
from servicedesk.cases.excluded_time import STOP_WORDS
from servicedesk.cases.models import Case
from servicedesk.cases.operations import clock_ledger
from servicedesk.catalogue.definition import Service
from servicedesk.words import Text, Words


@dataclass(frozen=True)
class Standstill:
    """The stop that lasts: what for, why, on which basis, and until when it is expected."""

    matter: Words
    reason: str
    basis: Text
    since: datetime
    working_days: int
    expected_at: datetime
    is_over: bool  # it takes longer than was expected


@dataclass(frozen=True)
class ClockAccount:
    """How one limit stands, and how it was counted."""

    legal: time_limits.Reading | None
    committed: time_limits.Reading | None
    rulings: tuple[tuple[Text, time_limits.Reading], ...]  # by law, of several authorities
    account: tuple[time_limits.Stretch, ...]
    bases: tuple[Text, ...]
    standstill: Standstill | None

    @property
    def main(self) -> time_limits.Reading | None:
        """Return the limit that is promised, or else the legal one."""
        return self.committed or self.legal

    def matter(self, stretch: time_limits.Stretch) -> Words | None:
        """Return what the time of a stretch was excluded for; None: it was not."""
        return STOP_WORDS.get(stretch.matter)


def clock_account(session: Session, case: Case, service: Service, *, now: datetime) -> ClockAccount:
    """Return how the clock stands by law and by promise, and its ledger."""
    legal, committed = clock_ledger.terms(case, service)
    calendar = load_calendar(session)
    at = case.closed_at or now
    read = [
        time_limits.read(case.intervals, terms, calendar, now=at) if terms else None
        for terms in (legal, committed)
    ]
    account = next((one.account for one in reversed(read) if one), ())
    bases = tuple(Text(one.basis_en, one.basis_zh) for one in case.intervals)
    rulings = tuple(
        (name, time_limits.read(case.intervals, one, calendar, now=at))
        for name, one in clock_terms.of_rulings(service)
    )
    return ClockAccount(read[0], read[1], rulings, account, bases, _standstill(case, now))


def _standstill(case: Case, now: datetime) -> Standstill | None:
    current = next((one for one in case.intervals if one.until is None), None)
    stop = current.stop if current else None
    if current is None or stop is None:
        return None
    return Standstill(
        matter=STOP_WORDS[stop.kind],
        reason=stop.reason,
        basis=Text(current.basis_en, current.basis_zh),
        since=stop.at,
        working_days=stop.working_days,
        expected_at=stop.expected_at,
        is_over=now > stop.expected_at,
    )

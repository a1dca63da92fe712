"""The clock of an application in an example: the ledger of ``clock_ledger``, without a database.

Pure.  It starts, stops and goes on with the steps of the example; the days are read off it by
the same rules.
"""

from dataclasses import replace
from datetime import date, datetime

from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import clock_terms, time_limits, workflow
from servicedesk.cases.time_limits import Kind, Line
from servicedesk.catalogue.definition import Service


class ExampleClock:
    """Runs from the receipt, at ``received``."""

    def __init__(self, service: Service, received: datetime) -> None:
        self._service = service
        self._lines = [Line(runs=True, kind=clock_terms.before_acceptance(service), since=received)]
        is_accepted = workflow.is_accepted_at_receipt(service)
        self.accepted_at = received if is_accepted else None

    def accept(self, at: datetime) -> None:
        """Start the clock of handling."""
        self.accepted_at = at
        if self._lines[-1].kind == Kind.ACCEPTANCE:
            self._begin(Kind.HANDLING, at, runs=True, count=self._lines[-1].round)

    def stop(self, at: datetime) -> None:
        """Stand while the applicant mends."""
        self._begin(Kind.CORRECTION, at, runs=False, count=self._lines[-1].round)

    def go_on(self, at: datetime) -> None:
        """Go on, or start anew, now that the corrections have come."""
        kind, count = clock_terms.after_correction(
            self._service, self._lines[-1].round, is_accepted=self.accepted_at is not None
        )
        self._begin(kind, at, runs=True, count=count)

    def accepted_on(self, calendar: Calendar) -> date | None:
        """Return the day of the acceptance; None: there is none."""
        return calendar.day_of(self.accepted_at) if self.accepted_at else None

    def dues(self, calendar: Calendar) -> tuple[date | None, date | None]:
        """Return by when, by law and as promised, the last round has to be decided."""
        legal, committed = clock_terms.terms(self._service.clock)
        moments = [
            time_limits.due_moment(self._lines, one, calendar) if one else None
            for one in (legal, committed)
        ]
        by_law, promised = (calendar.day_of(one) if one else None for one in moments)
        return by_law, promised

    def _begin(self, kind: Kind, at: datetime, *, runs: bool, count: int) -> None:
        self._lines[-1] = replace(self._lines[-1], until=at)
        self._lines.append(Line(runs, kind, since=at, round=count))

"""Renewals that count as granted when nobody decides before the old permit ends.

Pure rules: 行政许可法 art. 50 (clock_rules.yaml, licensing_law.renewal): who applies in time, 30
days before the permit ends or as the definition says otherwise, is to be answered before it ends;
an application that is accepted and not decided by then counts as granted.  Who applies later has
the ordinary limits and nothing else: the day of sending tells.

That the clock stands for a hearing or the like does not keep the day off: art. 45 is
about the limits of the decision, not about the end of a permit.

Where several authorities decide in one case, silence takes the one decision that the definition
names, unless it was taken in time; the case goes on with the others.  Sending back decides
nothing, and undoes what was decided: a decision counts when it stands as the permit ends.

An application that the applicant had in hand on that day, to mend it, is not granted so: the
desk was not silent.  Nor is one that was accepted only after the permit had ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from servicedesk.calendar.working_days import Calendar
from servicedesk.cases.time_limits import Interval, Kind
from servicedesk.catalogue.definition import Service


@dataclass(frozen=True)
class Renewal:
    """By when the desk has to decide, so that silence does not."""

    last_day: date  # on which the old permit is good
    ends_at: datetime  # when that day is over
    decide_by: datetime  # closing time of the last working day up to then


def renewal_of(
    service: Service,
    answers: Mapping[str, Any],
    calendar: Calendar,
    *,
    sent_at: datetime | None,
    accepted_at: datetime | None,
) -> Renewal | None:
    """Return by when an accepted application has to be decided; None: it is no such renewal.

    Args:
        service: the definition the case is pinned to; it says how long before the end one applies.
        answers: the application's; one of them is the last day of the old permit.
        calendar: of the hall, whose days and zone count.
        sent_at: when it was first sent.
        accepted_at: when it was accepted; None: it is not, and silence accepts before it grants.
    """
    plan = service.clock.deemed_granted if service.clock else None
    day = answers.get(plan.by) if plan else None
    if plan is None or not isinstance(day, str) or sent_at is None or accepted_at is None:
        return None
    last_day = date.fromisoformat(day)
    if (last_day - calendar.day_of(sent_at)).days < plan.apply_before_days:
        return None
    over = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=calendar.zone)
    if accepted_at >= over:
        return None
    return Renewal(
        last_day, over.astimezone(UTC), calendar.closing_time(_working(last_day, calendar))
    )


class Done(Protocol):
    """A task of a case: open, done, or given up."""

    @property
    def stage(self) -> str:
        """Return the key of its stage."""

    @property
    def entry(self) -> int:
        """Return of which entry into a stage it is."""

    @property
    def key(self) -> str:
        """Return its key."""

    @property
    def action(self) -> str | None:
        """Return how it was done; None: it is open, or was given up."""

    @property
    def opened_at(self) -> datetime:
        """Return when it was opened."""

    @property
    def done_at(self) -> datetime | None:
        """Return when that was."""


def is_granted(renewal: Renewal, intervals: Iterable[Interval], *, now: datetime) -> bool:
    """Whether the day is over and the desk, not the applicant, had the application then."""
    if now < renewal.ends_at:
        return False
    return not any(
        one.kind == Kind.CORRECTION
        and one.since < renewal.ends_at
        and (one.until is None or one.until >= renewal.ends_at)
        for one in intervals
    )


def is_ruled(service: Service, tasks: Iterable[Done], renewal: Renewal) -> bool:
    """Whether the one decision that silence would take stood when the permit ended.

    It stands until the case enters its stage again, or one before it, as sending back has it do.
    """
    plan = service.clock.deemed_granted if service.clock else None
    ruling = plan.ruling if plan else None
    ruled_in = next((stage.key for stage, task in service.all_tasks() if task.key == ruling), None)
    way = [stage.key for stage in service.stages]
    way = way[: way.index(ruled_in) + 1] if ruled_in else []
    there = [one for one in tasks if one.stage in way and one.opened_at < renewal.ends_at]
    last_entry = max((one.entry for one in there), default=0)
    return any(
        one.key == ruling
        and one.entry == last_entry
        and one.action is not None
        and one.done_at is not None
        and one.done_at < renewal.ends_at
        for one in there
    )


def _working(day: date, calendar: Calendar) -> date:
    """Return ``day``, or the last working day before it."""
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day

"""The clock's ledger: stretches opened and closed, and the due moments read off it.

The rules are ``time_limits``'s.  Due moments are kept beside the case and its open tasks
only so that lists can be sorted by them; they are worked out anew whenever the clock
starts, stops or goes on.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import clock_terms, renewals, time_limits, workflow
from servicedesk.cases.excluded_time import STOP_WORDS
from servicedesk.cases.models import Case, ClockInterval, Task, TaskState
from servicedesk.cases.proceedings import ExtensionState
from servicedesk.cases.time_limits import Kind, Terms
from servicedesk.catalogue.definition import Service, TaskPlan
from servicedesk.catalogue.limits import ClockPlan, Limit
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import RuleBroken
from servicedesk.words import Text, Words, say

_NO_BASIS = Text("", "")


class ClockStands(RuleBroken):
    """The desk has stopped the clock; what ends or hands back a case waits until it goes on."""

    def __init__(self, matter: Words | None) -> None:
        super().__init__(
            say("The clock stands: %(matter)s. Let it go on first.", matter=matter or "")
        )


def received(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Start the clock at receipt: of handling, or of looking whether everything is there."""
    _open(session, case, clock_terms.before_acceptance(service), runs=True, at=now, count=1)
    _set_dues(session, case, service)


def accepted(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Start the clock of handling, as of ``case.accepted_at``."""
    since = case.accepted_at or now
    current = _current(session, case)
    if current is not None and current.kind == Kind.ACCEPTANCE:
        if current.since >= since:  # deemed accepted: that time was handling all along
            current.kind = Kind.HANDLING
        else:
            current.until = now
            session.flush()
            _open(session, case, Kind.HANDLING, runs=True, at=now, count=current.round)
    _set_dues(session, case, service)


def stopped(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Stop the clock while the applicant mends; dues are unknown until it goes on."""
    current = _current(session, case)
    count = current.round if current else 1
    if current is not None:
        current.until = now
        session.flush()
    rule = service.clock.correction if service.clock else None
    basis = rule.basis.plain() if rule else _NO_BASIS
    _open(session, case, Kind.CORRECTION, runs=False, at=now, count=count, basis=basis)
    _set_dues(session, case, service)


def resumed(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Let the clock go on, or start anew, as the service's rule for corrections says."""
    current = _current(session, case)
    count = current.round if current else 1
    if current is not None:
        current.until = now
        session.flush()
    is_accepted = case.accepted_at is not None
    kind, count = clock_terms.after_correction(service, count, is_accepted=is_accepted)
    _open(session, case, kind, runs=True, at=now, count=count)
    _set_dues(session, case, service)


def excluded(
    session: Session, case: Case, service: Service, *, basis: Text, now: datetime
) -> ClockInterval:
    """Stop the clock for time that the limit does not count (行政许可法 art. 45)."""
    current = _current(session, case)
    count = current.round if current else 1
    if current is not None:
        current.until = now
        session.flush()
    opened = _open(session, case, Kind.EXCLUDED, runs=False, at=now, count=count, basis=basis)
    _set_dues(session, case, service)
    return opened


def goes_on(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Let the clock go on with what was left, after time that was not counted."""
    current = _current(session, case)
    count = current.round if current else 1
    if current is not None:
        current.until = now
        session.flush()
    _open(session, case, Kind.HANDLING, runs=True, at=now, count=count)
    _set_dues(session, case, service)


def begun_anew(
    session: Session, case: Case, service: Service, *, basis: Text, now: datetime
) -> None:
    """Begin a new round of the clock, in a case that was closed."""
    kind = Kind.HANDLING if case.accepted_at else clock_terms.before_acceptance(service)
    count = round_of(case) + 1
    _open(session, case, kind, runs=True, at=now, count=count, basis=basis)
    _set_dues(session, case, service)


def require_runs(session: Session, case: Case) -> None:
    """Make sure that the desk has not stopped the clock.

    Raises:
        ClockStands: it has.
    """
    current = _current(session, case)
    if current is not None and current.kind == Kind.EXCLUDED:
        raise ClockStands(STOP_WORDS.get(current.matter))


def recount(session: Session, case: Case, service: Service) -> None:
    """Work out the dues anew, after a limit has become longer."""
    session.expire(case, ["extensions"])
    _set_dues(session, case, service)


def ended(session: Session, case: Case, *, now: datetime) -> None:
    """Close the ledger."""
    current = _current(session, case)
    if current is not None:
        current.until = now
    case.legal_due = case.committed_due = None


def task_due(
    session: Session, case: Case, service: Service, plan: TaskPlan, *, opened_at: datetime
) -> datetime | None:
    """Return when a task is due: by its own limit, or the case's; None while the clock stands.

    The day on which silence grants a renewal comes whether or not the clock stands.
    """
    current = _current(session, case)
    if current is None or current.kind == Kind.CORRECTION:
        return None
    renewal = None
    if _may_renew(service, plan):
        renewal = renewals.renewal_of(
            service,
            case.answers,
            load_calendar(session),
            sent_at=case.submitted_at,
            accepted_at=case.accepted_at,
        )
    if not current.runs:
        return renewal.decide_by if renewal else None
    limits = [case.committed_due or case.legal_due, renewal.decide_by if renewal else None]
    own = plan.limit_for(case.answers)
    if own is not None:
        since = max(opened_at, current.since)
        limits.append(due_of(own, since, load_calendar(session)))
    if current.kind == Kind.ACCEPTANCE:
        limits.append(_acceptance_due(session, service.clock, current.since))
    return min((limit for limit in limits if limit is not None), default=None)


def _may_renew(service: Service, plan: TaskPlan) -> bool:
    """Whether silence may grant what ``plan`` works on: of several authorities, the one's."""
    rule = service.clock.deemed_granted if service.clock else None
    if rule is None or rule.ruling is None:
        return rule is not None
    return any(
        one.key == rule.ruling and one.department == plan.department
        for _, one in service.all_tasks()
    )


def terms(case: Case, service: Service) -> tuple[Terms | None, Terms | None]:
    """Return the legal limit, as it was extended, and the committed one as the clock reads them.

    What was promised stays as it was, whatever the law allows besides.
    """
    return clock_terms.terms(service.clock, _extension(case))


def due_of(limit: Limit, since: datetime, calendar: Calendar) -> datetime:
    """Return when a limit of a definition ends that begins at ``since``."""
    days, counts = clock_terms.days_of(limit)
    return time_limits.due_after(since, days, calendar, counts)


def round_of(case: Case) -> int:
    """Return the number of the present count; one that started anew has the next."""
    return max((interval.round for interval in case.intervals), default=1)


def _extension(case: Case) -> int:
    present = round_of(case)
    return sum(
        one.days
        for one in case.extensions
        if one.state is ExtensionState.GRANTED and one.round == present
    )


def _acceptance_due(session: Session, clock: ClockPlan | None, since: datetime) -> datetime | None:
    days = clock.correction.working_days if clock else None
    return None if days is None else time_limits.due_after(since, days, load_calendar(session))


def _set_dues(session: Session, case: Case, service: Service) -> None:
    """Work out the dues of the case and of its open tasks from the ledger."""
    session.flush()
    session.expire(case, ["intervals"])
    calendar = load_calendar(session)
    legal, committed = terms(case, service)
    case.legal_due = time_limits.due_moment(case.intervals, legal, calendar) if legal else None
    case.committed_due = (
        time_limits.due_moment(case.intervals, committed, calendar) if committed else None
    )
    tasks = sa.select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    for task in session.scalars(tasks):
        plan = workflow.plan_of(service, task.stage, task.key)
        task.due_at = task_due(session, case, service, plan, opened_at=task.opened_at)


def _current(session: Session, case: Case) -> ClockInterval | None:
    return session.scalar(
        sa.select(ClockInterval).where(
            ClockInterval.case_id == case.id, ClockInterval.until.is_(None)
        )
    )


def _open(
    session: Session,
    case: Case,
    kind: Kind,
    *,
    runs: bool,
    at: datetime,
    count: int,
    basis: Text = _NO_BASIS,
) -> ClockInterval:
    opened = ClockInterval(
        case_id=case.id,
        runs=runs,
        kind=kind,
        round=count,
        since=at,
        basis_en=basis.en[:300],
        basis_zh=basis.zh[:300],
    )
    session.add(opened)
    return opened


def last_dues(session: Session, case: Case) -> tuple[datetime | None, datetime | None]:
    """Return by when, by law and as promised, the last round of the case had to be decided.

    Also of a closed case: for statistics, and for the examples of definitions.
    """
    service = service_of(case.service_version)
    calendar = load_calendar(session)
    lines = [
        time_limits.Line(
            one.runs, one.kind, one.since, None if one is last else one.until, one.round
        )
        for last in case.intervals[-1:]
        for one in case.intervals
    ]
    legal, committed = (
        time_limits.due_moment(lines, one, calendar) if one else None
        for one in terms(case, service)
    )
    return legal, committed

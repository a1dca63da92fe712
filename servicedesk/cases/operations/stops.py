"""The clock of a licence stopped by the desk, for time that is not counted, and let go on.

行政许可法 art. 45: what such time may be for is ``excluded_time``'s; the applicant is told in
writing how long it takes.
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import policy, queries, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.excluded_time import BASIS, STOP_WORDS, STOPPABLE, StopKind
from servicedesk.cases.letters import OwnKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, ClockInterval, Task, TaskState
from servicedesk.cases.operations import clock_ledger, correspondence, housekeeping
from servicedesk.cases.operations.records import record
from servicedesk.cases.operations.tasks import ReasonMissing, require_workable
from servicedesk.cases.proceedings import ClockStop
from servicedesk.cases.time_limits import due_after
from servicedesk.catalogue.definition import Service
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.words import say, words_as_json

log = logging.getLogger(__name__)


class NotStoppable(RuleBroken):
    """The clock of this case may not be stopped, or not now."""

    def __init__(self) -> None:
        super().__init__(
            say("Only the clock of a licence that is accepted, and with us, can be stopped.")
        )


def stop(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    kind: StopKind,
    *,
    reason: str,
    working_days: int,
    by: User,
    now: datetime,
) -> ClockStop:
    """Stop the clock and tell the applicant for how long, and why.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        task: the one with which ``by`` works on the case; it stays as it is.
        kind: what the time is needed for.
        reason: told to the applicant.
        working_days: how long it is expected to take.
        by: who stops it.
        now: the moment.

    Raises:
        NotStoppable: it is no licence, not accepted, or with the applicant.
        ClockStands: it is stopped already.
        ReasonMissing: there is no reason.
        RuleBroken, NotPermitted: as ``tasks.require_workable`` and ``require_in_time`` do.
    """
    require_workable(case, service, task, by)
    housekeeping.require_in_time(session, case, service, now=now)
    if not is_stoppable(case, service):
        raise NotStoppable
    clock_ledger.require_runs(session, case)
    if not reason:
        raise ReasonMissing
    stopped = ClockStop(
        case_id=case.id,
        interval=clock_ledger.excluded(session, case, service, basis=BASIS, now=now),
        kind=kind,
        reason=reason,
        working_days=working_days,
        expected_at=due_after(now, working_days, load_calendar(session)),
        by_id=by.id,
        at=now,
    )
    session.add(stopped)
    session.flush()
    record(
        session, case, EventKind.CLOCK_STOPPED, by=by, at=now, matter=kind,
        of=[*queries.intervals_of(session, case), stopped],
    )  # fmt: skip
    facts = {
        "matter": words_as_json(STOP_WORDS[kind]),
        "basis": {"en": BASIS.en, "zh": BASIS.zh},
        "reason": reason,
        "days": working_days,
        "expected": stopped.expected_at.isoformat(),
    }
    correspondence.issue(
        session, case, service, OwnKind.STOPPED, now=now, facts=facts, department=task.department
    )
    log.info("clock stopped", extra={"case": case.reference, "matter": kind})
    return stopped


def resume(session: Session, case: Case, service: Service, *, by: User, now: datetime) -> None:
    """Let the clock go on, and tell the applicant by when we decide now.

    Raises:
        Overtaken: it was not stopped, or goes on already.
        NotPermitted: ``by`` may do none of the open tasks of the case.
    """
    stopped = find_stop(case)
    if stopped is None:
        raise Overtaken
    work = _work_of(by, case, service)
    if work is None:
        raise NotPermitted(say("Only those who work on the case let its clock go on."))
    clock_ledger.goes_on(session, case, service, now=now)
    record(
        session, case, EventKind.CLOCK_RESUMED, by=by, at=now, matter=stopped.kind,
        of=queries.intervals_of(session, case),
    )  # fmt: skip
    facts = {"matter": words_as_json(STOP_WORDS[stopped.kind])}
    correspondence.issue(
        session, case, service, OwnKind.RESUMED, now=now, facts=facts, department=work.department
    )
    log.info("clock goes on", extra={"case": case.reference, "matter": stopped.kind})


def is_stoppable(case: Case, service: Service) -> bool:
    """Whether the law and the state of the case let its clock be stopped."""
    is_with_us = case.status is CaseStatus.IN_PROGRESS
    return is_with_us and service.clock is not None and service.item_type in STOPPABLE


def may_resume(user: User, case: Case, service: Service) -> bool:
    """Whether this person works on the case: may do one of its open tasks."""
    return _work_of(user, case, service) is not None


def find_stop(case: Case) -> ClockStop | None:
    """Return the stop that lasts; None: the clock does not stand for one."""
    current: ClockInterval | None = next((one for one in case.intervals if not one.until), None)
    return current.stop if current else None


def _work_of(user: User, case: Case, service: Service) -> Task | None:
    """Return the open task with which this person works on the case; one in hand comes first."""
    theirs = (
        task
        for task in case.tasks
        if task.state is TaskState.OPEN
        and policy.bar(user, task, case, workflow.plan_of(service, task.stage, task.key)) is None
    )
    return min(theirs, key=lambda task: (task.holder_id != user.id, task.id), default=None)

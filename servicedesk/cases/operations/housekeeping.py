"""What time alone brings about: silence that accepts, drafts that lapse.  Safe to run again."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import queries, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseAction, CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations import advancing
from servicedesk.cases.operations.records import record
from servicedesk.cases.time_limits import deemed_accepted_on
from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.queries import service_of

log = logging.getLogger(__name__)


def deem_accepted(session: Session, *, now: datetime) -> int:
    """Accept what nobody answered in time, back-dated to receipt; return how many.

    Source: 行政许可法 art. 32 (clock_rules.yaml, licensing_law.on_receipt.incomplete).
    """
    waiting = session.scalars(
        sa.select(Case)
        .where(Case.status == CaseStatus.SUBMITTED, Case.submitted_at < now - timedelta(days=5))
        .order_by(Case.id)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_deem_accepted(session, case, now=now) for case in waiting)


def lapse_drafts(session: Session, *, now: datetime, kept: timedelta) -> int:
    """Close drafts nobody touched for ``kept``; return how many."""
    stale = session.scalars(
        sa.select(Case)
        .where(Case.status == CaseStatus.DRAFT, Case.changed_at < now - kept)
        .order_by(Case.id)
        .with_for_update(skip_locked=True)
    ).all()
    for case in stale:
        case.advance(CaseAction.LAPSE, at=now)
        record(session, case, EventKind.LAPSED, by=None, at=now)
    log.info("drafts lapsed", extra={"count": len(stale)})
    return len(stale)


def _deem_accepted(session: Session, case: Case, *, now: datetime) -> bool:
    service = service_of(case.service_version)
    rule = service.clock.correction if service.clock else None
    if rule is None or not rule.deemed_accepted or rule.working_days is None:
        return False
    received = _papers_received(session, case)
    if now <= deemed_accepted_on(received, load_calendar(session), days=rule.working_days):
        return False
    task = _acceptance_task(session, case, service)
    if task is None:
        return False
    move = advancing.finish_task(
        session, case, service, task, Action.ACCEPT, by=None, now=now, since=received
    )
    advancing.carry_out(session, case, service, move, now=now)
    return True


def _papers_received(session: Session, case: Case) -> datetime:
    """Return when the papers that wait for an answer came in: the last submission."""
    return queries.submissions_of(session, case)[-1].at


def _acceptance_task(session: Session, case: Case, service: Service) -> Task | None:
    for task in queries.standing_tasks(session, case):
        plan = workflow.plan_of(service, task.stage, task.key)
        if task.state is TaskState.OPEN and Action.ACCEPT in plan.actions:
            return task
    return None

"""What time alone brings about: silence that accepts or renews, drafts that lapse.

Safe to run again.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import part_queries, queries, renewals, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.letters import OwnKind, Variant
from servicedesk.cases.lifecycle import CaseAction, CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations import advancing, correspondence
from servicedesk.cases.operations.records import record
from servicedesk.cases.silence import is_deemed_accepted
from servicedesk.catalogue.definition import Action, Outcome, Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


class AcceptedBySilence(RuleBroken):
    """The time to answer is over, and by law the application is accepted as it came in."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The legal time to answer is over. The application counts as accepted from the"
                " day it came in and moves on by itself within ten minutes."
            )
        )


class GrantedBySilence(Overtaken):
    """The old permit has ended undecided, and by law its renewal counts as granted."""

    def __init__(self) -> None:
        RuleBroken.__init__(
            self,
            say(
                "The old permit has ended and nobody had decided. By law its renewal counts as"
                " granted; the case moves on by itself within ten minutes."
            ),
        )


def long_unanswered(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of cases that may have waited too long for an answer."""
    waits = Case.status == CaseStatus.SUBMITTED, Case.submitted_at < now - timedelta(days=5)
    return session.scalars(sa.select(Case.id).where(*waits).order_by(Case.id)).all()


def deem_accepted(session: Session, case_id: int, *, now: datetime) -> bool:
    """Accept the case if nobody answered in time, back-dated to receipt; whether it was so.

    Source: 行政许可法 art. 32 (clock_rules.yaml, licensing_law.on_receipt.incomplete).
    """
    part_queries.lock_whole(session, Case.id == case_id)
    locked = sa.select(Case).where(Case.id == case_id, Case.status == CaseStatus.SUBMITTED)
    case = session.scalar(locked.with_for_update().execution_options(populate_existing=True))
    return case is not None and _deem_accepted(session, case, now=now)


def undecided_renewals(session: Session) -> Sequence[int]:
    """Return the ids of accepted cases whose services know of silence that renews."""
    running = sa.select(Case.service_version_id).where(Case.status == CaseStatus.IN_PROGRESS)
    versions = session.scalars(sa.select(ServiceVersion).where(ServiceVersion.id.in_(running)))
    concerned = [one.id for one in versions if _renews_by_silence(service_of(one))]
    query = sa.select(Case.id).where(
        Case.status == CaseStatus.IN_PROGRESS, Case.service_version_id.in_(concerned)
    )
    return session.scalars(query.order_by(Case.id)).all()


def deem_granted(session: Session, case_id: int, *, now: datetime) -> bool:
    """Grant the renewal if nobody decided before the old permit ended; whether it was so.

    Source: 行政许可法 art. 50 (clock_rules.yaml, licensing_law.renewal).
    """
    part_queries.lock_whole(session, Case.id == case_id)
    locked = sa.select(Case).where(Case.id == case_id, Case.status == CaseStatus.IN_PROGRESS)
    case = session.scalar(locked.with_for_update().execution_options(populate_existing=True))
    if case is None:
        return False
    service = service_of(case.service_version)
    renewal = _granted_by_silence(session, case, service, now=now)
    plan = service.clock.deemed_granted if service.clock else None
    if renewal is None or plan is None:
        return False
    closing = load_calendar(session).closing_time(renewal.last_day)
    facts = {"until": closing.isoformat(), "basis": {"en": plan.basis.en, "zh": plan.basis.zh}}
    if plan.ruling is not None:
        return _rule(session, case, service, plan.ruling, facts, now=now)
    facts |= {"variant": Variant.RENEWED}
    advancing.end(
        session, case, service, Outcome.APPROVED, by=None, reason=None, now=now, by_silence=facts,
        department=workflow.deciding_department(service, case.answers),
    )  # fmt: skip
    return True


def _rule(
    session: Session,
    case: Case,
    service: Service,
    ruling: str,
    facts: Mapping[str, object],
    *,
    now: datetime,
) -> bool:
    """Take one of several decisions, by silence: tell it at once, and close its task once open.

    Until the other authorities are as far, nothing else happens.  Whether anything did.
    """
    is_told = any(one.kind == OwnKind.RULING_DEEMED for one in queries.letters_of(session, case))
    plan = next(task for _, task in service.all_tasks() if task.key == ruling)
    if not is_told and plan.ruling:
        name = plan.ruling.name
        record(session, case, EventKind.RULING_DEEMED, by=None, at=now, task=ruling)
        correspondence.issue(
            session, case, service, OwnKind.RULING_DEEMED, now=now,
            facts={**facts, "what": {"en": name.en, "zh": name.zh}}, department=plan.department,
        )  # fmt: skip
    is_stopped = any(one.until is None and not one.runs for one in case.intervals)
    opened = [one for one in case.tasks if one.key == ruling and one.state is TaskState.OPEN]
    for task in () if is_stopped else opened:
        move = advancing.finish_task(session, case, service, task, Action.CONFIRM, by=None, now=now)
        advancing.carry_out(session, case, service, move, now=now)
    return not is_told or bool(opened and not is_stopped)


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


def require_in_time(
    session: Session, case: Case, service: Service, *, now: datetime, task: Task | None = None
) -> None:
    """Make sure that silence has not accepted or renewed yet, whether or not the job has run.

    Of several decisions in one case it takes one: that ``task`` is barred, the others are not.

    Raises:
        AcceptedBySilence: it has; nobody may refuse it or ask for corrections any more.
        GrantedBySilence: it has; nobody may decide it any more.
    """
    if _unanswered_since(session, case, service, now=now) is not None:
        raise AcceptedBySilence
    if _granted_by_silence(session, case, service, now=now) is not None:
        plan = service.clock.deemed_granted if service.clock else None
        if plan and plan.ruling in {None, task.key if task else None}:
            raise GrantedBySilence


def _renews_by_silence(service: Service) -> bool:
    return service.clock is not None and service.clock.deemed_granted is not None


def _granted_by_silence(
    session: Session, case: Case, service: Service, *, now: datetime
) -> renewals.Renewal | None:
    """Return by when a renewal had to be decided that silence has granted; None: it has not."""
    renewal = renewals.renewal_of(
        service,
        case.answers,
        load_calendar(session),
        sent_at=case.submitted_at,
        accepted_at=case.accepted_at,
    )
    plan = service.clock.deemed_granted if service.clock else None
    if renewal is None or plan is None or case.status is not CaseStatus.IN_PROGRESS:
        return None
    if plan.ruling is not None and renewals.is_ruled(service, case.tasks, renewal):
        return None
    return renewal if renewals.is_granted(renewal, case.intervals, now=now) else None


def _unanswered_since(
    session: Session, case: Case, service: Service, *, now: datetime
) -> datetime | None:
    """Return when the papers came in that silence has accepted by now; None: it has not."""
    rule = service.clock.correction if service.clock else None
    if rule is None or not rule.deemed_accepted or rule.working_days is None:
        return None
    if case.status is not CaseStatus.SUBMITTED:
        return None
    sent = queries.submissions_of(session, case)[-1].at
    opened = next((one.since for one in case.intervals if one.until is None), sent)
    received = max(sent, opened)  # a case that was opened again waits since then
    calendar = load_calendar(session)
    is_silent = is_deemed_accepted(received, calendar, now=now, days=rule.working_days)
    return received if is_silent else None


def _deem_accepted(session: Session, case: Case, *, now: datetime) -> bool:
    service = service_of(case.service_version)
    received = _unanswered_since(session, case, service, now=now)
    if received is None:
        return False
    task = _acceptance_task(session, case, service)
    if task is None:
        return False
    move = advancing.finish_task(
        session, case, service, task, Action.ACCEPT, by=None, now=now, since=received
    )
    advancing.carry_out(session, case, service, move, now=now)
    return True


def _acceptance_task(session: Session, case: Case, service: Service) -> Task | None:
    for task in queries.standing_tasks(session, case):
        plan = workflow.plan_of(service, task.stage, task.key)
        if task.state is TaskState.OPEN and Action.ACCEPT in plan.actions:
            return task
    return None

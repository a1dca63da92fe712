"""Carrying out what ``workflow`` says: stages entered and left, tasks opened, the end."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.effects import application_of
from servicedesk.cases.letters import Variant
from servicedesk.cases.lifecycle import CaseAction, CaseStatus
from servicedesk.cases.models import Case, ListState, Task, TaskState
from servicedesk.cases.operations import clock_ledger, correspondence, handing_out
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.workflow import Ask, End, Enter, Move, Stay, TaskProgress
from servicedesk.catalogue.definition import (
    Action,
    LetterKind,
    Outcome,
    Service,
    StagePlan,
    TaskPlan,
)
from servicedesk.catalogue.registry import EFFECTS
from servicedesk.enterprises import effects
from servicedesk.enterprises.queries.certificates import certificates_of_case
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


class WaitsForApplicant(RuleBroken):
    """The applicant has the correction list; until it is answered the case does not move."""

    def __init__(self) -> None:
        super().__init__(
            say("The applicant has the correction list. The task waits for the answer.")
        )


_ENDS = {
    Outcome.APPROVED: (CaseAction.APPROVE, EventKind.APPROVED, LetterKind.APPROVED),
    Outcome.REFUSED: (CaseAction.REFUSE, EventKind.REFUSED, LetterKind.REFUSED),
    Outcome.NOT_ACCEPTED: (
        CaseAction.REFUSE_ACCEPTANCE,
        EventKind.NOT_ACCEPTED,
        LetterKind.NOT_ACCEPTED,
    ),
}


def begin(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Enter the first stage; accept at once where nobody decides on acceptance."""
    if workflow.is_accepted_at_receipt(service):
        accept(session, case, service, by=None, now=now)
    carry_out(session, case, service, workflow.first_from(service, 0, case.answers), now=now)


def accept(
    session: Session,
    case: Case,
    service: Service,
    *,
    by: User | None,
    now: datetime,
    since: datetime | None = None,
) -> None:
    """Accept the application, as of ``since`` when acceptance is deemed; start its clock."""
    case.advance(CaseAction.ACCEPT, at=now)
    case.accepted_at = since or now
    kind = EventKind.DEEMED_ACCEPTED if since else EventKind.ACCEPTED
    clock_ledger.accepted(session, case, service, now=now)
    record(
        session, case, kind, by=by, at=now, since=case.accepted_at.isoformat(),
        of=queries.intervals_of(session, case),
    )  # fmt: skip
    if not workflow.is_accepted_at_receipt(service):
        facts = _by_silence(service, since) if since else None
        correspondence.issue(session, case, service, LetterKind.ACCEPTED, now=now, facts=facts)
    log.info("case accepted", extra={"case": case.reference, "deemed": since is not None})


def carry_out(
    session: Session,
    case: Case,
    service: Service,
    move: Move,
    *,
    now: datetime,
    by: User | None = None,
    reason: str | None = None,
) -> None:
    """Do what ``move`` says; machine tasks on the way are done at once."""
    while isinstance(move, Enter):
        tasks = _enter(session, case, service, move.stage, now=now)
        by_machine = [(task, workflow.machine_action(plan)) for task, plan in tasks]
        task, action = next(((t, a) for t, a in by_machine if a), (None, None))
        if task is None or action is None:
            return
        move = finish_task(session, case, service, task, action, by=None, now=now)
    if isinstance(move, End):
        end(session, case, service, move.outcome, by=by, reason=reason, now=now)


def finish_task(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    action: Action,
    *,
    by: User | None,
    now: datetime,
    reason: str | None = None,
    since: datetime | None = None,
) -> Move:
    """Close ``task`` by ``action``, write it down, and return what follows.

    ``since`` back-dates an acceptance that silence brought about.

    Raises:
        ActionNotOffered: the definition gives the task no such action, or it asks the
            applicant, which is ``corrections.ask``.
        WaitsForApplicant: it would move the case on while the applicant mends it.
        ClockStands: it would decide the case while the desk has stopped its clock.
    """
    stage = workflow.stage_of(service, task.stage)
    progress = [_progress(one) for one in queries.standing_tasks(session, case)]
    move = workflow.after(
        service, stage, progress, task=task.key, action=action, answers=case.answers
    )
    if isinstance(move, End):
        clock_ledger.require_runs(session, case)
    if isinstance(move, Ask):  # a list is sent by ``corrections.ask``; the task stays open
        raise workflow.ActionNotOffered
    if case.status is CaseStatus.CORRECTING and not isinstance(move, Stay):
        raise WaitsForApplicant
    _drop_proposal(session, case, by=by, now=now, task=task)
    task.state, task.action, task.reason = TaskState.DONE, action, reason
    task.done_by_id, task.done_at = (by.id if by else None), now
    task.due_at = None
    tell_inbox(session, task.department)
    record(
        session, case, EventKind.TASK_DONE, by=by, at=now,
        task=task.key, stage=task.stage, action=action, reason=reason, of=[task],
    )  # fmt: skip
    if action is Action.ACCEPT:
        accept(session, case, service, by=by, now=now, since=since)
    session.flush()
    return move


def end(
    session: Session,
    case: Case,
    service: Service,
    outcome: Outcome,
    *,
    by: User | None,
    reason: str | None,
    now: datetime,
    by_silence: Mapping[str, object] | None = None,
) -> None:
    """Close the case by a decision; an approval brings its result in the same transaction.

    ``by_silence`` is what the letter says of a renewal that nobody decided in time.
    """
    if case.status is CaseStatus.SUBMITTED and outcome is not Outcome.NOT_ACCEPTED:
        accept(session, case, service, by=by, now=now)
    action, kind, letter = _ENDS[outcome]
    kind = EventKind.DEEMED_GRANTED if by_silence else kind
    cancel_open_tasks(session, case, now=now)
    case.advance(action, at=now)
    case.message_since = None
    clock_ledger.ended(session, case, now=now)
    record(
        session, case, kind, by=by, at=now, reason=reason, of=queries.intervals_of(session, case)
    )
    facts: dict[str, object] = ({"reason": reason} if reason else {}) | dict(by_silence or {})
    effect = service.result.effect
    if outcome is Outcome.APPROVED and effect:
        done = EFFECTS[effect](session, application_of(case, service), by=by, now=now)
        facts |= _take_over(session, case, done, now=now)
    elif effect:
        effects.release(session, effect, case.id, now)
    if outcome is Outcome.APPROVED:
        facts |= handing_out.make_ready(session, case, service, now=now)
    correspondence.issue(session, case, service, letter, now=now, facts=facts)
    log.info("case decided", extra={"case": case.reference, "outcome": outcome})


def cancel_open_tasks(session: Session, case: Case, *, now: datetime) -> None:
    """Close whatever is still open, without a result."""
    _drop_proposal(session, case, by=None, now=now)
    for task in queries.tasks_of(session, case):
        if task.state is TaskState.OPEN:
            _cancel(task, now)


def mend_stage(
    session: Session, case: Case, service: Service, *, changed: set[str], now: datetime
) -> None:
    """Open and cancel tasks of the stage as a resubmission asks for; go on if none is left."""
    stage = service.stage(case.stage or "")
    if stage is None:
        return
    tasks = queries.standing_tasks(session, case)
    mended = workflow.after_mending(
        stage, [_progress(task) for task in tasks], answers=case.answers, changed=changed
    )
    for task in tasks:
        if task.key in mended.cancelled or _is_reopened(task, mended.opened):
            _cancel(task, now)
    session.flush()
    for plan in mended.opened:
        open_task(session, case, service, plan, now=now)
    session.flush()
    left = [_progress(task) for task in queries.standing_tasks(session, case)]
    move = workflow.rejoined(service, stage, left, answers=case.answers)
    carry_out(session, case, service, move, now=now)


def open_task(
    session: Session, case: Case, service: Service, plan: TaskPlan, *, now: datetime
) -> Task:
    """Put a task into its department's inbox."""
    task = Task(
        case=case,
        stage=case.stage,
        entry=case.entry,
        key=plan.key,
        department=plan.department,
        duty=plan.duty,
        opened_at=now,
        due_at=clock_ledger.task_due(session, case, service, plan, opened_at=now),
    )
    session.add(task)
    tell_inbox(session, task.department)
    return task


def _enter(
    session: Session, case: Case, service: Service, stage: StagePlan, *, now: datetime
) -> Sequence[tuple[Task, TaskPlan]]:
    cancel_open_tasks(session, case, now=now)
    case.stage, case.entry, case.changed_at = stage.key, case.entry + 1, now
    session.flush()
    plans = workflow.applicable(stage, case.answers)
    tasks = [(open_task(session, case, service, plan, now=now), plan) for plan in plans]
    session.flush()
    return tasks


def _progress(task: Task) -> TaskProgress:
    return TaskProgress(
        task.key,
        is_open=task.state is TaskState.OPEN,
        action=Action(task.action) if task.action else None,
    )


def _is_reopened(task: Task, opened: Sequence[TaskPlan]) -> bool:
    return any(plan.key == task.key for plan in opened)


def _drop_proposal(
    session: Session, case: Case, *, by: User | None, now: datetime, task: Task | None = None
) -> None:
    """Give up a list that waits for a supervisor, when its task or the stage goes on."""
    asked = queries.find_open_list(session, case)
    if asked is None or asked.state is not ListState.PROPOSED:
        return
    if task is None or asked.task_id == task.id:
        asked.state = ListState.DECLINED
        record(session, case, EventKind.CORRECTION_DECLINED, by=by, at=now, number=asked.number)
        session.flush()


def _cancel(task: Task, now: datetime) -> None:
    task.state, task.done_at, task.due_at, task.with_applicant = (
        TaskState.CANCELLED,
        task.done_at or now,
        None,
        False,
    )


def _by_silence(service: Service, since: datetime) -> dict[str, object]:
    """Return what the letter says of an acceptance that silence brought about."""
    rule = service.clock.correction if service.clock else None
    days = rule.working_days if rule else None
    return {"variant": Variant.BY_SILENCE, "since": since.isoformat(), "days": days}


def _take_over(
    session: Session, case: Case, done: effects.Done, *, now: datetime
) -> dict[str, object]:
    """Write down what the effect brought; return it as facts of the letter."""
    if done.enterprise_id is not None:
        case.enterprise_id = done.enterprise_id
    if done.certificate_code is None:
        return {}
    record(
        session, case, EventKind.CERTIFICATE, by=None, at=now, certificate=done.certificate_code,
        of=certificates_of_case(session, case.id),
    )  # fmt: skip
    return {"certificate": done.certificate_code}

"""Carrying out what ``workflow`` says: stages entered and left, tasks opened, the end."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import part_queries, queries, rulings, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.for_register import application_of
from servicedesk.cases.letters import Variant
from servicedesk.cases.lifecycle import CaseAction, CaseStatus
from servicedesk.cases.models import Case, ListState, Task, TaskState
from servicedesk.cases.operations import (
    clock_ledger,
    correspondence,
    examining,
    handing_out,
    parts,
    pledging,
)
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.workflow import Ask, End, Enter, Move, Stay, TaskProgress
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import (
    Action,
    LetterKind,
    Outcome,
    Service,
    StagePlan,
    TaskPlan,
)
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.registry import EFFECTS
from servicedesk.enterprises import effects
from servicedesk.enterprises.applications import Done
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
    if by is not None:
        effects.accepted(session, service.result.effect, application_of(case, service), now)
    follow = pledging.settle_papers(session, case, service, now=now)
    if not workflow.is_accepted_at_receipt(service):
        facts = (_by_silence(service, since) if since else {}) | follow
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
    """Do what ``move`` says; machine tasks on the way are done at once, parts are begun.

    Raises:
        PapersMissing: it would approve while a paper is to follow.
    """
    while isinstance(move, Enter | Stay):
        if isinstance(move, Enter):
            _enter(session, case, move.stage, now=now)
        _open_ready(session, case, service, now=now)
        found = _for_machine(session, case, service)
        if found is None:
            return
        move = finish_task(session, case, service, *found, by=None, now=now)
    if isinstance(move, End):
        pledging.require_papers(session, case, service, move.outcome)
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
    told: Mapping[str, object] | None = None,
    department: str | None = None,
) -> None:
    """Close the case by a decision; an approval brings its result in the same transaction.

    ``by_silence`` is what the letter says of a renewal that nobody decided in time, ``told``
    what else it says; ``department`` signs it, where that is not the one that acted last.
    """
    if case.status is CaseStatus.SUBMITTED and outcome is not Outcome.NOT_ACCEPTED:
        accept(session, case, service, by=by, now=now)
    action, kind, letter = _ENDS[outcome]
    kind = EventKind.DEEMED_GRANTED if by_silence else kind
    cancel_open_tasks(session, case, now=now)
    case.advance(action, at=now)
    case.message_since = None
    clock_ledger.ended(session, case, now=now)
    facts: dict[str, Any] = {}
    if rulings.are_told_apart(service) and outcome is not Outcome.NOT_ACCEPTED:
        facts = _by_each(session, case, service, outcome)
        reason = rulings.reason(facts["rulings"]) or reason
    elif reason:
        facts = {"reason": reason}
    record(
        session, case, kind, by=by, at=now, reason=reason, of=queries.intervals_of(session, case)
    )
    facts |= {**(by_silence or {}), **(told or {})}
    facts |= examining.told(session, case, service, now=now)
    effect = service.result.effect
    if outcome is Outcome.APPROVED and effect:
        done = EFFECTS[effect](session, application_of(case, service), by=by, now=now)
        facts |= _take_over(session, case, done, now=now)
    else:
        effects.release(session, effect, case.id, now)
    if outcome is Outcome.APPROVED:
        facts |= handing_out.make_ready(session, case, service, now=now)
    facts |= pledging.after_decision(session, case, service, outcome, now=now)
    correspondence.issue(
        session, case, service, letter, now=now, facts=facts, department=department
    )
    log.info("case decided", extra={"case": case.reference, "outcome": outcome})
    _tell_whole(session, case, outcome, reason=reason, now=now)


def cancel_open_tasks(session: Session, case: Case, *, now: datetime) -> None:
    """Close whatever is still open, without a result; parts that are at work end too."""
    _drop_proposal(session, case, by=None, now=now)
    for task in queries.tasks_of(session, case):
        if task.state is TaskState.WAITING:
            part = part_queries.get_part(session, task)
            cancel_open_tasks(session, part.child, now=now)
            parts.end_with_whole(session, part, now=now)
        if task.state in {TaskState.OPEN, TaskState.WAITING}:
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
    """Put a task into its department's inbox.

    One that a part does waits for it, in nobody's inbox: the part is in that department's.  The
    body that implements the bundle keeps it, so that only they see the bundle whole.
    """
    is_part = plan.service is not None
    task = Task(
        case=case,
        stage=case.stage,
        entry=case.entry,
        key=plan.key,
        department=service.department if is_part else plan.department,
        duty=plan.duty,
        state=TaskState.WAITING if is_part else TaskState.OPEN,
        opened_at=now,
        due_at=None
        if is_part
        else clock_ledger.task_due(session, case, service, plan, opened_at=now),
    )
    session.add(task)
    tell_inbox(session, task.department)
    return task


def _enter(session: Session, case: Case, stage: StagePlan, *, now: datetime) -> None:
    cancel_open_tasks(session, case, now=now)
    case.stage, case.entry, case.changed_at = stage.key, case.entry + 1, now
    session.flush()


def _open_ready(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Open the tasks of the stage that can be done now; begin those that are parts."""
    stage, entry = workflow.stage_of(service, case.stage or ""), case.entry
    there = [_progress(one) for one in queries.standing_tasks(session, case)]
    plans = workflow.ready(stage, there, case.answers)
    opened = [(open_task(session, case, service, plan, now=now), plan) for plan in plans]
    session.flush()
    for task, plan in opened:
        # A part that ends at once may have moved the whole on already.
        if plan.service and task.state is TaskState.WAITING and case.entry == entry:
            child = parts.open_part(session, case, service, task, plan, now=now)
            begin(session, child, service_of(child.service_version), now=now)


def _for_machine(session: Session, case: Case, service: Service) -> tuple[Task, Action] | None:
    """Return an open task that the machine does, and how; None: there is none."""
    for task in queries.standing_tasks(session, case):
        action = workflow.machine_action(workflow.plan_of(service, task.stage, task.key))
        if task.state is TaskState.OPEN and action is not None:
            return task, action
    return None


def _tell_whole(
    session: Session, case: Case, outcome: Outcome, *, reason: str | None, now: datetime
) -> None:
    """Go on with the application that ``case`` is a part of, now that it is decided."""
    part = case.part_of
    if part is None or part.task.state is not TaskState.WAITING:
        return
    whole, service = part.whole, service_of(part.whole.service_version)
    whole.changed_at = now
    if outcome is Outcome.APPROVED:
        parts.settle(session, part, now=now)
    record(
        session, whole, EventKind.PART_ENDED, by=None, at=now,
        task=part.task.key, part=case.reference, outcome=outcome,
    )  # fmt: skip
    action = bundles.SETTLED_BY[outcome]
    move = finish_task(session, whole, service, part.task, action, by=None, now=now, reason=reason)
    carry_out(session, whole, service, move, now=now, reason=reason)


def _progress(task: Task) -> TaskProgress:
    return TaskProgress(
        task.key,
        is_open=task.state in {TaskState.OPEN, TaskState.WAITING},
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


def _by_each(session: Session, case: Case, service: Service, outcome: Outcome) -> dict[str, Any]:
    """Return what the letter says of the decisions of several authorities; the desk signs it."""
    facts: dict[str, Any] = {"rulings": rulings.rulings(service, queries.tasks_of(session, case))}
    if outcome is Outcome.REFUSED:
        facts |= {"variant": Variant.BY_EACH, "office": None}
    return facts


def _by_silence(service: Service, since: datetime) -> dict[str, object]:
    """Return what the letter says of an acceptance that silence brought about."""
    rule = service.clock.correction if service.clock else None
    days = rule.working_days if rule else None
    return {"variant": Variant.BY_SILENCE, "since": since.isoformat(), "days": days}


def _take_over(session: Session, case: Case, done: Done, *, now: datetime) -> dict[str, object]:
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

"""Tasks taken, given back, handed over and done."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import policy, queries, workflow
from servicedesk.cases.actions import ACTIONS
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations import advancing, examining, housekeeping
from servicedesk.cases.operations.advancing import WaitsForApplicant
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.turning_away import TurningAway
from servicedesk.catalogue.definition import Action, Service
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


class HeldByAnother(RuleBroken):
    """Somebody else has this task in hand."""

    def __init__(self) -> None:
        super().__init__(say("A colleague has this task already. Nothing was changed."))


class ReasonMissing(RuleBroken):
    """The action has to be explained to somebody, and was not."""

    def __init__(self) -> None:
        super().__init__(say("Give the reason. It will be read by the one it concerns."))


def claim(
    session: Session, case: Case, service: Service, task: Task, *, by: User, now: datetime
) -> None:
    """Take the task in hand; taking what one holds already changes nothing.

    Raises:
        NotPermitted: the person has no such duty, or may not handle this case.
        HeldByAnother: a colleague was faster.
    """
    _lock_what_bars(session, case, service, task)
    _require_may_work(case, service, task, by)
    if task.holder_id == by.id:
        return
    taken = session.scalar(
        sa.update(Task)
        .where(Task.id == task.id, Task.holder_id.is_(None), Task.state == TaskState.OPEN)
        .values(holder_id=by.id, held_since=now, version=Task.version + 1)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise HeldByAnother
    session.refresh(task)
    tell_inbox(session, task.department)
    record(session, case, EventKind.TASK_CLAIMED, by=by, at=now, task=task.key)
    log.info("task claimed", extra={"case": case.reference, "task": task.key})


def release(session: Session, case: Case, task: Task, *, by: User, now: datetime) -> None:
    """Give the task back to its department; giving back what nobody holds changes nothing.

    Raises:
        Overtaken: it was done or cancelled meanwhile.
        NotPermitted: somebody else holds it, and this is no supervisor.
    """
    if task.state is not TaskState.OPEN:
        raise Overtaken
    if task.holder_id is None:
        return
    if task.holder_id != by.id and not policy.has_duty(by, task.department, "supervisor"):
        raise NotPermitted(say("Only the one who holds the task, or a supervisor, gives it back."))
    task.holder_id = task.held_since = None
    tell_inbox(session, task.department)
    record(session, case, EventKind.TASK_RELEASED, by=by, at=now, task=task.key)


def hand_over(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    *,
    by: User,
    to: User,
    now: datetime,
) -> None:
    """Give the task into a colleague's hands.

    Raises:
        NotPermitted: ``by`` does not hold it, or ``to`` may not do it.
    """
    if task.holder_id != by.id and not policy.has_duty(by, task.department, "supervisor"):
        raise NotPermitted(say("Only the one who holds the task, or a supervisor, hands it over."))
    _lock_what_bars(session, case, service, task)
    _require_may_work(case, service, task, to)
    task.holder_id, task.held_since = to.id, now
    tell_inbox(session, task.department)
    record(session, case, EventKind.TASK_HANDED_OVER, by=by, at=now, task=task.key, to=to.id)


def do(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    action: Action,
    *,
    by: User,
    reason: str | None,
    now: datetime,
    found: examining.Found | None = None,
    turned_away: TurningAway | None = None,
) -> None:
    """Do the task by ``action`` and move the case on.  Corrections are ``corrections.ask``.

    ``found`` is what the task asks of the officer, who finds and confirms it; ``turned_away``
    why an application is not accepted: the conditions are not met, unless it says otherwise.

    Raises:
        Overtaken: the task was done or cancelled meanwhile.
        WaitsForApplicant: the case is with the applicant.
        NotPermitted: the person may not (four eyes, no duty, own case).
        HeldByAnother: a colleague holds it.
        ReasonMissing: the action needs one.
        NotExamined: the action needs a finding or a confirmation that is not there.
        BeyondRule: it needs another finding: a rule does not allow this one.
        ActionNotOffered: the definition gives this task no such action.
        AcceptedBySilence: nobody answered in time.
    """
    _lock_what_bars(session, case, service, task)
    require_workable(case, service, task, by)
    require_offered(service, task, action)
    housekeeping.require_in_time(session, case, service, now=now, task=task)
    if ACTIONS[action].needs_reason and not reason:
        raise ReasonMissing
    examining.require_whole(
        workflow.plan_of(service, task.stage, task.key), action, found or {}, case, now=now
    )
    examining.keep(session, case, service, task, found or {}, by=by, now=now)
    stage_before = case.stage
    move = advancing.finish_task(
        session, case, service, task, action, by=by, now=now, reason=reason
    )
    if action is Action.REFUSE_ACCEPTANCE and isinstance(move, workflow.End):
        told = (turned_away or TurningAway()).facts()
        advancing.end(
            session, case, service, move.outcome, by=by, reason=reason, now=now, told=told
        )
    else:
        advancing.carry_out(session, case, service, move, now=now, by=by, reason=reason)
    log.info(
        "task done",
        extra={"case": case.reference, "task": task.key, "action": action, "stage": stage_before},
    )


def keep(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    found: examining.Found,
    *,
    by: User,
    now: datetime,
) -> None:
    """Keep what was found so far; the task stays open, in the hands of ``by``.

    Raises:
        Overtaken, WaitsForApplicant, NotPermitted, HeldByAnother: as ``do``.
    """
    require_workable(case, service, task, by)
    examining.keep(session, case, service, task, found, by=by, now=now)
    if task.holder_id is None:
        task.holder_id, task.held_since = by.id, now
        tell_inbox(session, task.department)


def require_offered(service: Service, task: Task, action: Action) -> None:
    """Make sure that the task has the action, and that it is not one that asks the applicant.

    Raises:
        ActionNotOffered: it has not.
    """
    target = workflow.plan_of(service, task.stage, task.key).actions.get(action)
    if target is None or target == workflow.APPLICANT:
        raise workflow.ActionNotOffered


def require_workable(case: Case, service: Service, task: Task, by: User) -> None:
    """Make sure that ``by`` may finish the task now; see ``do`` for what is raised."""
    if task.state is not TaskState.OPEN:
        raise Overtaken
    if task.with_applicant:
        raise WaitsForApplicant
    _require_may_work(case, service, task, by)
    if task.holder_id not in {None, by.id}:
        raise HeldByAnother


def require_in_hand(case: Case, service: Service, task: Task, by: User) -> None:
    """Make sure that ``by`` has the task, or may take it, whether or not it waits for somebody.

    Raises:
        Overtaken: it was done or cancelled meanwhile.
        NotPermitted: the person may not (four eyes, no duty, own case).
        HeldByAnother: a colleague holds it.
    """
    _require_may_work(case, service, task, by)
    if task.holder_id not in {None, by.id}:
        raise HeldByAnother


def _lock_what_bars(session: Session, case: Case, service: Service, task: Task) -> None:
    """See the tasks beside this one as they are now, and keep them so, where they may bar from it.

    So nobody who has two windows open does at once what two people are to do.
    """
    stage = workflow.stage_of(service, task.stage)
    plan = workflow.plan_of(service, task.stage, task.key)
    if any(one.key in plan.not_who_did for one in stage.tasks):
        queries.lock_tasks(session, case)


def _require_may_work(case: Case, service: Service, task: Task, user: User) -> None:
    bar = policy.bar(user, task, case, workflow.plan_of(service, task.stage, task.key))
    if bar is policy.Bar.OVER:
        raise Overtaken
    if bar is not None:
        raise NotPermitted(policy.BAR_WORDS[bar])

"""Tasks of those who are away, taken over by their deputies."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.absences import find_absence
from servicedesk.accounts.models import User
from servicedesk.cases import policy, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.operations.tasks import HeldByAnother
from servicedesk.catalogue.definition import Service
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)


def take_over(
    session: Session, case: Case, service: Service, task: Task, *, by: User, now: datetime
) -> None:
    """Take a task from somebody who is away and for whom ``by`` stands in.

    Raises:
        Overtaken: it was done, cancelled or given back meanwhile.
        NotPermitted: its holder is not away, has another deputy, or ``by`` may not do the task
            (no duty, four eyes, own case): who stands in has no more rights than before.
        HeldByAnother: somebody else has it by now.
    """
    if task.state is not TaskState.OPEN or task.holder_id is None:
        raise Overtaken
    absence = find_absence(session, task.holder_id, local_day(now))
    if absence is None or absence.deputy_id != by.id:
        raise NotPermitted(say("Only the deputy of a colleague who is away takes over from them."))
    bar = policy.bar(by, task, case, workflow.plan_of(service, task.stage, task.key))
    if bar is not None:
        raise NotPermitted(policy.BAR_WORDS[bar])
    taken = session.scalar(
        sa.update(Task)
        .where(Task.id == task.id, Task.holder_id == absence.user_id, Task.state == TaskState.OPEN)
        .values(holder_id=by.id, held_since=now, version=Task.version + 1)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise HeldByAnother
    session.refresh(task)
    tell_inbox(session, task.department)
    record(
        session, case, EventKind.TASK_TAKEN_OVER, by=by, at=now,
        task=task.key, instead_of=absence.user_id,
    )  # fmt: skip
    log.info("task taken over", extra={"case": case.reference, "task": task.key})

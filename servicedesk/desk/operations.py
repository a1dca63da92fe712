"""What the desk does beyond one case: give people their next task."""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import policy, workflow
from servicedesk.cases.models import Task
from servicedesk.cases.operations import tasks
from servicedesk.catalogue.queries import service_of
from servicedesk.desk import queries


def claim_next(session: Session, *, by: User, now: datetime) -> Task | None:
    """Claim the task that is due first and that ``by`` may do; None if there is none.

    Tasks that colleagues take at this moment are passed over, and so are those that this
    person may not do because of what they did in the case before.
    """
    for task_id in queries.next_tasks(session, by):
        task = queries.find_free_task(session, task_id)
        if task is not None and _bar(by, task) is None:
            service = service_of(task.case.service_version)
            tasks.claim(session, task.case, service, task, by=by, now=now)
            return task
    return None


def _bar(user: User, task: Task) -> policy.Bar | None:
    plan = workflow.plan_of(service_of(task.case.service_version), task.stage, task.key)
    return policy.bar(user, task, task.case, plan)

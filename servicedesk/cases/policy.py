"""Who may see a case, and who may do what to it.

Predicates that pages, operations and tests share.  A page asks them what to *offer*; the
operation asks again, because a button is not a lock.
"""

from typing import Final

import sqlalchemy as sa

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.cases.lifecycle import TRANSITIONS, CaseAction, CaseStatus
from servicedesk.cases.models import Case, CasePerson, Task, TaskState
from servicedesk.catalogue.definition import Duty, TaskPlan
from servicedesk.enterprises.models import Member

_RANK: Final = {"clerk": 1, "reviewer": 2, "supervisor": 3}


def is_theirs(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that a case is this person's: theirs to apply or to help with."""
    own = sa.orm.aliased(Case)
    applies = sa.select(own.id).where(own.applicant_id == user.id)
    helps = sa.select(CasePerson.case_id).where(CasePerson.user_id == user.id)
    # Not "or": that would look at every case there is.
    return Case.id.in_(sa.union_all(applies, helps))


def is_on_their_desk(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that a case is, or was, a matter of this person's departments."""
    if user.may(Permission.CASE_OVERSEE):
        return Case.submitted_at.is_not(None)
    concerned = sa.select(Task.case_id).where(
        Task.case_id == Case.id, Task.department.in_(user.departments)
    )
    return sa.and_(Case.submitted_at.is_not(None), concerned.exists())


def has_duty(user: User, department: str, duty: str) -> bool:
    """Whether this person has the duty, or a higher one, in the department."""
    wanted = _RANK.get(duty, 99)
    return any(post.department == department and _RANK[post.duty] >= wanted for post in user.posts)


def is_own_case(user: User, case: Case) -> bool:
    """Whether the case is this person's own, so that they may not handle it."""
    return case.applicant_id == user.id or any(one.user_id == user.id for one in case.people)


def own_enterprises(user: User) -> sa.Select[int]:
    """Return the query for the enterprises this person acts for."""
    return sa.select(Member.enterprise_id).where(Member.user_id == user.id)


def breaks_four_eyes(user: User, plan: TaskPlan, tasks: list[Task]) -> bool:
    """Whether this person did a task that bars them from this one."""
    return any(task.key in plan.not_who_did and task.done_by_id == user.id for task in tasks)


def may_work(user: User, task: Task, case: Case, plan: TaskPlan) -> bool:
    """Whether this person may take and do the task."""
    return (
        task.state is TaskState.OPEN
        and plan.duty is not Duty.MACHINE
        and has_duty(user, task.department, task.duty)
        and not is_own_case(user, case)
        and not breaks_four_eyes(user, plan, case.tasks)
    )


def may_withdraw(case: Case) -> bool:
    """Whether to offer withdrawal: while the case is open."""
    return (case.status, CaseAction.WITHDRAW) in TRANSITIONS


def may_edit(case: Case) -> bool:
    """Whether the applicant may change answers: in a draft, and what a list opens."""
    return case.status in {CaseStatus.DRAFT, CaseStatus.CORRECTING}

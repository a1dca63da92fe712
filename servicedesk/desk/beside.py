"""What is beside the stages of a case on the desk's page of it, and who may do what with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.absences import absences_on
from servicedesk.accounts.models import Absence, User
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import policy, queries, workflow
from servicedesk.cases.lifecycle import TRANSITIONS, CaseAction
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.outlook import Outlook, outlook
from servicedesk.cases.proceedings import Question
from servicedesk.cases.time_limits import days_left
from servicedesk.catalogue.definition import Service
from servicedesk.park import local_day


@dataclass(frozen=True)
class Asked:
    """A question among staff."""

    question: Question
    may_answer: bool


@dataclass(frozen=True)
class Held:
    """A task that a colleague holds, and what may be done about it."""

    task: Task
    absence: Absence | None  # of its holder, today
    may_take_over: bool  # as the deputy of who is away
    may_hand_over: bool  # as a supervisor


@dataclass(frozen=True)
class Beside:
    """What lies ahead, what staff asked, who is away; and what this person may do about it."""

    outlook: Outlook
    may_hand_out: bool
    hand_out_days: int | None  # working days left to hand the result over
    is_renewal_near: bool  # so near that the warning is red
    questions: Sequence[Asked]
    held: Mapping[int, Held]  # by the task's id
    may_reopen: bool
    may_write: bool  # False: they may only look, as somebody who was asked


def beside(
    session: Session, case: Case, service: Service, *, user: User, near: int, now: datetime
) -> Beside:
    """Return what is beside the stages of ``case`` for ``user``.

    ``near``: so many working days before silence renews, the warning turns red.
    """
    ahead = outlook(session, case, service, now=now)
    duty = ahead.hand_out
    waits = duty is not None and duty.given_at is None
    may = duty is not None and policy.bar_to_hand_out(user, case, duty.department) is None
    return Beside(
        outlook=ahead,
        may_hand_out=waits and may,
        hand_out_days=days_left(duty.due_at, load_calendar(session), now) if duty else None,
        is_renewal_near=ahead.renewal is not None and ahead.working_days <= near,
        questions=[_asked(one, user) for one in queries.questions_about(session, case)],
        held=_held(session, case, service, user=user, now=now),
        may_reopen=_may_reopen(user, case),
        may_write=policy.is_concerned(user, case),
    )


def _asked(question: Question, user: User) -> Asked:
    is_open = question.answered_at is None and question.task.state is TaskState.OPEN
    return Asked(question, is_open and policy.may_answer(user, question))


def _held(
    session: Session, case: Case, service: Service, *, user: User, now: datetime
) -> dict[int, Held]:
    others = [
        task
        for task in case.tasks
        if task.state is TaskState.OPEN and task.holder_id not in {None, user.id}
    ]
    holders = {task.holder_id for task in others if task.holder_id is not None}
    away = absences_on(session, holders, local_day(now))
    return {
        task.id: _of_another(task, case, service, away.get(task.holder_id or 0), user)
        for task in others
    }


def _of_another(
    task: Task, case: Case, service: Service, absence: Absence | None, user: User
) -> Held:
    plan = workflow.plan_of(service, task.stage, task.key)
    is_deputy = absence is not None and absence.deputy_id == user.id
    return Held(
        task,
        absence,
        may_take_over=is_deputy and policy.bar(user, task, case, plan) is None,
        may_hand_over=policy.has_duty(user, task.department, "supervisor"),
    )


def _may_reopen(user: User, case: Case) -> bool:
    if (case.status, CaseAction.REOPEN) not in TRANSITIONS:
        return False
    return user.may(Permission.CASE_OVERSEE) and policy.bar_to_reopen(user, case) is None

"""Who may see a case, and who may do what to it.

Predicates that pages, operations and tests share.  A page asks them what to *offer*; the
operation asks again, because a button is not a lock.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from servicedesk.accounts.models import User
from servicedesk.cases.commitments import GIVABLE, CommitmentKind
from servicedesk.cases.lifecycle import TRANSITIONS, CaseAction, CaseStatus
from servicedesk.cases.models import Case, CasePart, CasePerson, CorrectionList, Task, TaskState
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.proceedings import Question, QuestionKind
from servicedesk.catalogue.definition import Duty, TaskPlan
from servicedesk.enterprises.models import Mandate
from servicedesk.enterprises.queries import members
from servicedesk.words import say

_INCLUDES: Final = {  # a post's duty, and those of which it may do the tasks too
    Duty.CLERK: (Duty.CLERK,),
    Duty.REVIEWER: (Duty.CLERK, Duty.REVIEWER),
    Duty.SUPERVISOR: (Duty.CLERK, Duty.REVIEWER, Duty.SUPERVISOR),
}


class Bar(StrEnum):
    """What keeps somebody from a task.  The first that holds is told."""

    OVER = "over"
    OTHER_POST = "other_post"
    FOUR_EYES = "four_eyes"
    OWN_CASE = "own_case"


BAR_WORDS: Final = {  # to whoever tries; what is over has been overtaken
    Bar.OTHER_POST: say("Your post does not include this task."),
    Bar.FOUR_EYES: say(
        "Nobody decides what they examined, nor takes two decisions of one case. Somebody else has"
        " to do this task."
    ),
    Bar.OWN_CASE: say("Nobody handles an application of their own."),
}
SIGNING_BAR_WORDS: Final = BAR_WORDS | {
    Bar.OTHER_POST: say("A supervisor of the department signs this."),
    Bar.FOUR_EYES: say("Nobody signs what they asked for. Another supervisor has to do it."),
}
REOPENING_BAR_WORDS: Final = BAR_WORDS | {
    Bar.OTHER_POST: say("A supervisor of the department that decided opens a case again."),
    Bar.FOUR_EYES: say("Nobody opens again what they decided. Another supervisor has to do it."),
}
REVOKING_BAR_WORDS: Final = BAR_WORDS | {
    Bar.OTHER_POST: say("A supervisor of the department that decided revokes it."),
    Bar.FOUR_EYES: say("Nobody revokes what they decided. Another supervisor has to do it."),
}


def is_theirs(user: User, today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a case is this person's to see: see ``acting``."""
    own = sa.orm.aliased(Case)
    applies = sa.select(own.id).where(own.applicant_id == user.id, ~own.for_enterprise)
    helps = sa.select(CasePerson.case_id).where(CasePerson.user_id == user.id)
    # A mandate is for the service of the whole; its parts go with it.
    is_part = sa.exists().where(CasePart.child_id == own.id)
    of_members = sa.select(own.id).where(
        own.for_enterprise, own.enterprise_id.in_(members.own(user)), ~is_part
    )
    of_agents = (
        sa.select(own.id)
        .join(Mandate, Mandate.enterprise_id == own.enterprise_id)
        .where(
            own.for_enterprise,
            ~is_part,
            members.held_by(user),
            members.is_in_force(today),
            members.covers(own.service_code),
        )
    )
    wholes = sa.union_all(helps, of_members, of_agents)
    parts = sa.select(CasePart.child_id).where(CasePart.case_id.in_(wholes))
    # Not "or": that would look at every case there is.
    return Case.id.in_(sa.union_all(applies, helps, of_members, of_agents, parts))


def is_on_their_desk(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that a case is, or was, a matter of this person's departments."""
    concerned = sa.select(Task.case_id).where(
        Task.case_id == Case.id, Task.department.in_(user.departments)
    )
    checks = sa.select(Commitment.case_id).where(
        Commitment.case_id == Case.id, Commitment.department.in_(user.departments)
    )
    is_theirs_to_see = sa.or_(concerned.exists(), checks.exists())
    return sa.and_(Case.submitted_at.is_not(None), is_theirs_to_see)


def may_read(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that this person may look at a case, to work on it or to answer."""
    asked = sa.select(Question.id).where(
        Question.case_id == Case.id,
        Question.answered_at.is_(None),
        sa.or_(Question.to_id == user.id, Question.department.in_(user.departments)),
    )
    return sa.or_(is_on_their_desk(user), asked.exists())


def is_concerned(user: User, case: Case) -> bool:
    """Whether the case is, or was, a matter of this person's departments."""
    return any(task.department in user.departments for task in case.tasks)


def may_answer(user: User, question: Question) -> bool:
    """Whether the question was put to this person."""
    if question.kind is QuestionKind.DECISION:
        bar = bar_to_sign(
            user,
            question.case,
            department=question.department or "",
            asked_by_id=question.asked_by_id,
        )
        return bar is None
    if question.asked_by_id == user.id or is_own_case(user, question.case):
        return False
    return question.to_id == user.id or question.department in user.departments


def duties(user: User) -> frozenset[tuple[str, str]]:
    """Return the (department, duty) pairs of the tasks that this person's posts include."""
    return frozenset(
        (post.department, duty) for post in user.posts for duty in _INCLUDES[Duty(post.duty)]
    )


def has_duty(user: User, department: str, duty: str) -> bool:
    """Whether this person has the duty, or a higher one, in the department."""
    return (department, duty) in duties(user)


def is_own_case(user: User, case: Case) -> bool:
    """Whether the case is this person's own, or that of an enterprise they act for."""
    theirs = {case.applicant_id, *(one.user_id for one in case.helpers)}
    if case.enterprise is not None and members.is_agent_or_member(user.id, case.enterprise):
        return True
    return user.id in theirs


def breaks_four_eyes(user: User, plan: TaskPlan, tasks: list[Task]) -> bool:
    """Whether this person did, or has in hand beside it, a task that bars them from this one."""
    return any(
        task.key in plan.not_who_did
        and (
            task.done_by_id == user.id
            or (task.state is TaskState.OPEN and task.holder_id == user.id)
        )
        for task in tasks
    )


def bar(user: User, task: Task, case: Case, plan: TaskPlan) -> Bar | None:
    """Return what keeps this person from taking and doing the task; None: nothing does.

    The machine's tasks are in nobody's post.
    """
    holds = {
        Bar.OVER: task.state is not TaskState.OPEN,
        Bar.OTHER_POST: not has_duty(user, task.department, task.duty),
        Bar.FOUR_EYES: breaks_four_eyes(user, plan, case.tasks),
        Bar.OWN_CASE: is_own_case(user, case),
    }
    return next((one for one in Bar if holds[one]), None)


def bar_to_judge(user: User, asked: CorrectionList) -> Bar | None:
    """Return what keeps this person from allowing or declining a second correction list."""
    return bar_to_sign(
        user, asked.case, department=asked.task.department, asked_by_id=asked.asked_by_id
    )


def bar_to_sign(user: User, case: Case, *, department: str, asked_by_id: int) -> Bar | None:
    """Return what keeps this person from signing, as a supervisor, what somebody asked for."""
    holds = {
        Bar.OTHER_POST: not has_duty(user, department, Duty.SUPERVISOR),
        Bar.FOUR_EYES: asked_by_id == user.id,
        Bar.OWN_CASE: is_own_case(user, case),
    }
    return next((one for one in Bar if holds.get(one)), None)


def bar_to_hand_out(user: User, case: Case, department: str) -> Bar | None:
    """Return what keeps this person from handing out the result of the case."""
    holds = {
        Bar.OTHER_POST: not has_duty(user, department, Duty.CLERK),
        Bar.OWN_CASE: is_own_case(user, case),
    }
    return next((one for one in Bar if holds.get(one)), None)


def bar_to_check(user: User, case: Case, commitment: Commitment) -> Bar | None:
    """Return what keeps this person from judging a promise, or a paper that followed.

    It decides nothing about the application, so who examined or decided that may do it.  A
    paper is judged by whoever has a task of the case to do, too.
    """
    places = {(commitment.department, commitment.duty)}
    if commitment.kind is CommitmentKind.PAPER:
        places |= {(t.department, t.duty) for t in case.tasks if t.state is TaskState.OPEN}
    holds = {
        Bar.OTHER_POST: places.isdisjoint(duties(user)),
        Bar.OWN_CASE: is_own_case(user, case),
    }
    return next((one for one in Bar if holds.get(one)), None)


def oversees(user: User, task: Task) -> bool:
    """Whether this person is a supervisor of the department that has the task."""
    return has_duty(user, task.department, Duty.SUPERVISOR)


def bar_to_revoke(user: User, case: Case, decided: Iterable[Task]) -> Bar | None:
    """Return what keeps this person from revoking what the case brought by these tasks."""
    decided = list(decided)
    holds = {
        Bar.OTHER_POST: not any(oversees(user, one) for one in decided),
        Bar.FOUR_EYES: any(one.done_by_id == user.id for one in decided),
        Bar.OWN_CASE: is_own_case(user, case),
    }
    return next((one for one in Bar if holds.get(one)), None)


def bar_to_reopen(user: User, case: Case) -> Bar | None:
    """Return what keeps this person from taking up again a case that was turned down."""
    # Undoing a decision asks for the same signature as revoking it.
    return bar_to_revoke(user, case, [one for one in [case.last_done] if one])


def may_withdraw(case: Case) -> bool:
    """Whether to offer withdrawal: while the case is open, and of a whole only."""
    return case.part_of is None and (case.status, CaseAction.WITHDRAW) in TRANSITIONS


def may_edit(case: Case) -> bool:
    """Whether the applicant may change answers: in a draft, and what a list opens."""
    return case.status in {CaseStatus.DRAFT, CaseStatus.CORRECTING}


def may_give(case: Case, commitment: Commitment) -> bool:
    """Whether the applicant may give the paper now: until it is in order, while it is wanted."""
    is_wanted = case.is_closed == (commitment.kind is CommitmentKind.PROMISE)
    return (
        is_wanted and commitment.ended_at is None and (commitment.kind, commitment.state) in GIVABLE
    )

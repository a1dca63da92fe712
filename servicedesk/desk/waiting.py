"""What waits for a member of staff besides tasks: results to hand out, questions among staff."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases import policy
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.proceedings import HandOut, Question, QuestionKind
from servicedesk.catalogue.definition import Duty
from servicedesk.web.paging import Key, Page, page_of

HAND_OUTS: Final = "hand_outs"
QUESTIONS: Final = "questions"
_CAME_BACK: Final = timedelta(days=7)  # for so long an answer is shown in the list


def hand_outs(
    session: Session, user: User, *, after: str | None = None, before: str | None = None
) -> Page[HandOut]:
    """Return a page of the results that this person's departments have to hand out."""
    query = (
        sa.select(HandOut)
        .join(HandOut.case)
        .options(contains_eager(HandOut.case).joinedload(Case.service_version))
        .where(_is_to_hand_out(user))
    )
    keys = [Key(HandOut.due_order), Key(HandOut.id)]
    return page_of(session, query, keys, after=after, before=before)


def questions_to(session: Session, user: User) -> Sequence[Question]:
    """Return the questions that wait for an answer of this person, the oldest first."""
    return session.scalars(_questions().where(_is_put_to(user)).order_by(Question.id)).all()


def questions_of(session: Session, user: User, *, now: datetime) -> Sequence[Question]:
    """Return what this person asked about open tasks: unanswered, or answered lately."""
    query = _questions().where(
        Question.asked_by_id == user.id,
        Task.state == TaskState.OPEN,
        sa.or_(Question.answered_at.is_(None), Question.answered_at > now - _CAME_BACK),
    )
    return session.scalars(query.order_by(Question.id.desc())).all()


def counters(user: User, *, now: datetime) -> dict[str, sa.Select[int]]:
    """Return the queries that count both: what is to be handed out, asked and come back."""
    came_back = sa.and_(
        Question.asked_by_id == user.id,
        Task.state == TaskState.OPEN,
        Question.answered_at > now - _CAME_BACK,
    )
    count = sa.select(sa.func.count())
    return {
        HAND_OUTS: count.select_from(HandOut).where(_is_to_hand_out(user)),
        QUESTIONS: count.select_from(Question)
        .join(Question.task)
        .where(sa.or_(_is_put_to(user), came_back)),
    }


def decisions_asked() -> sa.Select[int]:
    """Return the tasks about which a supervisor is asked for a decision."""
    return sa.select(Question.task_id).where(
        Question.kind == QuestionKind.DECISION, Question.answered_at.is_(None)
    )


def _questions() -> sa.Select[Question]:
    return (
        sa.select(Question)
        .join(Question.task)
        .options(
            contains_eager(Question.task),
            joinedload(Question.case),
            joinedload(Question.asked_by),
            joinedload(Question.answered_by),
            joinedload(Question.to),
        )
    )


def _is_to_hand_out(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(HandOut.department.in_(sorted(user.departments)), HandOut.given_at.is_(None))


def _is_put_to(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that a question waits for this person; ``policy`` looks closer."""
    signs = sorted(where for where, duty in policy.duties(user) if duty == Duty.SUPERVISOR)
    as_colleague = sa.and_(
        Question.kind == QuestionKind.COLLEAGUE,
        sa.or_(Question.to_id == user.id, Question.department.in_(sorted(user.departments))),
    )
    as_supervisor = sa.and_(Question.kind == QuestionKind.DECISION, Question.department.in_(signs))
    return sa.and_(
        Question.answered_at.is_(None),
        Question.asked_by_id != user.id,
        Task.state == TaskState.OPEN,
        sa.or_(as_colleague, as_supervisor),
    )

"""What lies on whose desk: one indexed query a list, whatever the number of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from servicedesk.accounts.absences import is_on
from servicedesk.accounts.models import Absence, Post, User
from servicedesk.cases import policy, title_search
from servicedesk.cases.models import (
    Case,
    CorrectionList,
    ListState,
    Submission,
    Task,
    TaskState,
)
from servicedesk.cases.proceedings import ClockExtension, ExtensionState
from servicedesk.desk import waiting
from servicedesk.park import local, local_day
from servicedesk.web.paging import Key, Page, page_of

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # see Task.due_order
_LOOKED_AT = 50  # tasks that "next" tries before it says that there is nothing to take

# Written into the statement, not sent beside it: partial indexes are chosen by them.
_IS_OPEN = Task.state == sa.literal(TaskState.OPEN, Task.state.type, literal_execute=True)
_IS_DONE = Task.state == sa.literal(TaskState.DONE, Task.state.type, literal_execute=True)


class View(StrEnum):
    """The ready-made views of the inbox."""

    MINE = "mine"
    OPEN = "open"
    TODAY = "today"
    OVERDUE = "overdue"
    BACK = "back"  # the applicant has answered
    WAITING = "waiting"  # the applicant has the list
    MESSAGES = "messages"  # the applicant wrote and waits for an answer
    TO_ALLOW = "to_allow"  # what waits for a supervisor's signature
    STANDING_IN = "standing_in"  # held by somebody who is away and whose deputy I am
    DONE = "done"  # by me, this week


@dataclass(frozen=True)
class Filter:
    """What the inbox is narrowed to; every value from an allow-list or a parameter."""

    text: str = ""
    service: str | None = None
    department: str | None = None
    due: str | None = None  # "today", "week", "over"
    held: str | None = None  # "nobody", "me", "others"

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return self != Filter()


def inbox(
    session: Session,
    user: User,
    view: View,
    chosen: Filter,
    *,
    now: datetime,
    after: str | None = None,
    before: str | None = None,
) -> Page[Task]:
    """Return a page of tasks of this person's departments, those due first first."""
    query = (
        sa.select(Task)
        .join(Task.case)
        .options(
            contains_eager(Task.case).joinedload(Case.service_version),
            joinedload(Task.holder),
        )
        .where(_is_on_desk(user), _state_in(view), _in_view(view, user, now))
        .where(*_filters(chosen, user, now))
    )
    keys = (
        [Key(Task.done_at, descending=True), Key(Task.id, descending=True)]
        if view is View.DONE
        else [Key(Task.due_order), Key(Task.id)]
    )
    return page_of(session, query, keys, after=after, before=before)


@dataclass(frozen=True)
class Counts:
    """How much there is in each view and each list beside the tasks."""

    of: dict[str, int]
    latest_due: datetime | None  # of the open tasks


def counts(session: Session, user: User, *, now: datetime) -> Counts:
    """Return how much there is for this person to do, by one statement."""
    columns = [
        sa.func.count().filter(_in_view(view, user, now)).label(view)
        for view in View
        if view is not View.DONE
    ]
    done = sa.select(sa.func.count()).select_from(Task)
    done = done.where(_IS_DONE, _in_view(View.DONE, user, now))
    beside = {View.DONE: done, **waiting.counters(user, now=now)}
    counted = session.execute(
        sa.select(
            *columns,
            *(one.correlate(None).scalar_subquery().label(key) for key, one in beside.items()),
            sa.func.max(Task.due_order).filter(Task.due_order < _NEVER).label("latest_due"),
        )
        .select_from(Task)
        .where(_IS_OPEN, _is_on_desk(user))
    ).one()
    found: dict[str, Any] = {str(key): one for key, one in counted._mapping.items()}  # noqa: SLF001
    latest = found.pop("latest_due")
    return Counts({key: int(value) for key, value in found.items()}, latest)


def next_tasks(session: Session, user: User) -> Sequence[int]:
    """Return the ids of tasks to take next: due first, nobody's yet, in this person's posts.

    Who examined before, or helps with the application, is not looked at: ``policy.bar`` does.
    """
    query = (
        sa.select(Task.id)
        .join(Task.case)
        .where(
            _IS_OPEN,
            Task.holder_id.is_(None),
            Task.with_applicant.is_(False),
            Case.applicant_id != user.id,
            sa.tuple_(Task.department, Task.duty).in_(sorted(policy.duties(user))),
        )
        .order_by(Task.due_order, Task.id)
        .limit(_LOOKED_AT)
    )
    return session.scalars(query).all()


def find_free_task(session: Session, task_id: int) -> Task | None:
    """Return the task with its case, both locked; None if it is gone or being worked on now.

    Never waits, so it cannot get into a circle with those who lock a case, then its task.
    """
    query = (
        sa.select(Task)
        .join(Task.case)
        .options(contains_eager(Task.case))
        .where(Task.id == task_id, Task.state == TaskState.OPEN, Task.holder_id.is_(None))
        .with_for_update(of=[Case, Task], skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def state_of(session: Session, case: Case, task: Task) -> str:
    """Return a name for what somebody who looks at the task sees: what was sent, and the task.

    What colleagues do with other tasks of the case is no part of it.
    """
    query = sa.select(sa.func.max(Submission.number)).where(Submission.case_id == case.id)
    return state_after(session.scalar(query) or 0, task)


def state_after(number: int, task: Task) -> str:
    """Return ``state_of`` the task after the submission ``number``."""
    return f"{number}.{task.version}"


def colleagues(session: Session, department: str) -> Sequence[User]:
    """Return the active staff with a post in the department, by name."""
    query = (
        sa.select(User)
        .join(Post, Post.user_id == User.id)
        .where(Post.department == department, User.is_active)
        .options(selectinload(User.posts))
        .order_by(User.name, User.id)
    )
    return session.scalars(query).all()


def _is_on_desk(user: User) -> sa.ColumnElement[bool]:
    return Task.department.in_(sorted(user.departments))


def _state_in(view: View) -> sa.ColumnElement[bool]:
    return _IS_DONE if view is View.DONE else _IS_OPEN


def _in_view(view: View, user: User, now: datetime) -> sa.ColumnElement[bool]:
    """Return what makes a task belong to a view, its state apart.

    Only columns of the index ``ix_tasks_inbox``, so that counting reads nothing else.
    """
    today = end_of_today(now)
    conditions: dict[View, sa.ColumnElement[bool]] = {
        View.MINE: Task.holder_id == user.id,
        View.OPEN: sa.true(),
        View.TODAY: Task.due_order.between(now, today),
        View.OVERDUE: Task.due_order < now,
        View.BACK: sa.and_(~Task.with_applicant, Task.is_again),
        View.WAITING: sa.and_(Task.with_applicant),
        View.MESSAGES: Task.case_id.in_(
            sa.select(Case.id).where(Case.message_since.is_not(None)).correlate(None)
        ),
        View.TO_ALLOW: Task.id.in_(_to_sign()),
        View.STANDING_IN: Task.holder_id.in_(
            sa.select(Absence.user_id).where(Absence.deputy_id == user.id, is_on(local_day(now)))
        ),
        View.DONE: sa.and_(Task.done_by_id == user.id, Task.done_at >= start_of_week(now)),
    }
    return conditions[view]


def _to_sign() -> sa.CompoundSelect[int]:
    """Return the tasks about which a supervisor is asked for something."""
    return sa.union_all(
        sa.select(CorrectionList.task_id).where(CorrectionList.state == ListState.PROPOSED),
        sa.select(ClockExtension.task_id).where(ClockExtension.state == ExtensionState.ASKED),
        waiting.decisions_asked(),
    )


def _filters(chosen: Filter, user: User, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if chosen.text:
        found.append(_mentions(chosen.text))
    if chosen.service:
        found.append(Case.service_code == chosen.service)
    if chosen.department:
        found.append(Task.department == chosen.department)
    due: dict[str, Any] = {
        "over": Task.due_order < now,
        "today": Task.due_order.between(now, end_of_today(now)),
        "week": sa.and_(
            Task.due_order >= now, Task.due_order < start_of_week(now) + timedelta(days=7)
        ),
    }
    held: dict[str, Any] = {
        "nobody": Task.holder_id.is_(None),
        "me": Task.holder_id == user.id,
        "others": sa.and_(Task.holder_id.is_not(None), Task.holder_id != user.id),
    }
    found += [due[chosen.due]] if chosen.due in due else []
    found += [held[chosen.held]] if chosen.held in held else []
    return found


def _mentions(text: str) -> sa.ColumnElement[bool]:
    reference = text.strip().upper()
    return sa.or_(
        Case.reference == reference,
        sa.and_(
            Case.title_grams.contains(title_search.wanted(text)),
            Case.title.icontains(text.strip(), autoescape=True),
        ),
    )


def end_of_today(now: datetime) -> datetime:
    """Return the last moment of today at the hall."""
    return local(now).replace(hour=23, minute=59, second=59, microsecond=999999)


def start_of_week(now: datetime) -> datetime:
    """Return the beginning of this week's Monday at the hall."""
    here = local(now)
    monday = here - timedelta(days=here.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)

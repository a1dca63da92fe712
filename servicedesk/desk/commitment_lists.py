"""Promises and papers to follow that lie with a department: one indexed query a list."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from servicedesk.accounts.models import User
from servicedesk.cases.commitments import WITH_APPLICANT, CommitmentKind, CommitmentState
from servicedesk.cases.models import Case, Task
from servicedesk.cases.pledges import Commitment
from servicedesk.catalogue.definition import Action
from servicedesk.web.paging import Key, Page, page_of

_IS_LIVE = Commitment.ended_at.is_(None)


class CommitmentView(StrEnum):
    """The ready-made views of the list."""

    TO_CHECK = "check"
    WITH_APPLICANT = "applicant"
    OVERDUE = "overdue"  # whoever has to act
    TO_REVOKE = "revoke"  # false, or not put right in time


def listed(
    session: Session,
    user: User,
    view: CommitmentView,
    *,
    now: datetime,
    after: str | None = None,
    before: str | None = None,
) -> Page[Commitment]:
    """Return a page of what this person's departments wait for, due first."""
    query = (
        sa.select(Commitment)
        .join(Commitment.case)
        .options(contains_eager(Commitment.case).joinedload(Case.service_version))
        .where(_IS_LIVE, _is_theirs(user, view), _in_view(view, now))
    )
    keys = [Key(Commitment.due_at), Key(Commitment.id)]
    return page_of(session, query, keys, after=after, before=before)


def counts(session: Session, user: User, *, now: datetime) -> dict[CommitmentView, int]:
    """Return how many each view holds, by one statement."""
    own = sa.select(
        *(
            sa.func.count().filter(_in_view(view, now)).label(view.value)
            for view in CommitmentView
            if view is not CommitmentView.TO_REVOKE
        ),
        _count_to_revoke(user, now).label(CommitmentView.TO_REVOKE.value),
    )
    query = own.select_from(Commitment).where(_IS_LIVE, _is_own(user))
    counted = session.execute(query).one()
    return {view: int(counted._mapping[view.value]) for view in CommitmentView}  # noqa: SLF001


def state_of(commitment: Commitment) -> str:
    """Return a name for what somebody who looks at the commitment sees."""
    return f"{commitment.id}.{commitment.version}"


def _count_to_revoke(user: User, now: datetime) -> sa.ScalarSelect[int]:
    view = CommitmentView.TO_REVOKE
    counted = sa.select(sa.func.count()).select_from(Commitment)
    counted = counted.where(_IS_LIVE, _is_theirs(user, view), _in_view(view, now))
    return counted.correlate(None).scalar_subquery()


def _is_own(user: User) -> sa.ColumnElement[bool]:
    return Commitment.department.in_(sorted(user.departments))


def _is_theirs(user: User, view: CommitmentView) -> sa.ColumnElement[bool]:
    """Return the condition that it is a matter of this person's departments.

    What must be revoked is also one of the department that approved: its supervisor does it.
    """
    if view is not CommitmentView.TO_REVOKE:
        return _is_own(user)
    approved = sa.select(Task.id).where(
        Task.case_id == Commitment.case_id,
        Task.action == Action.APPROVE,
        Task.department.in_(sorted(user.departments)),
    )
    return sa.or_(_is_own(user), approved.exists())


def _in_view(view: CommitmentView, now: datetime) -> sa.ColumnElement[bool]:
    """Return what makes a commitment belong to a view.

    Only columns of the index ``ix_commitments_desk``, so that counting reads nothing else.
    """
    kind, state, is_over = Commitment.kind, Commitment.state, Commitment.due_at < now
    is_promise = kind == CommitmentKind.PROMISE
    is_open = sa.and_(is_promise, state == CommitmentState.OPEN)
    is_with_applicant = sa.tuple_(kind, state).in_(sorted(WITH_APPLICANT))
    conditions: dict[CommitmentView, sa.ColumnElement[bool]] = {
        CommitmentView.TO_CHECK: sa.or_(is_open, state == CommitmentState.GIVEN),
        CommitmentView.WITH_APPLICANT: is_with_applicant,
        CommitmentView.OVERDUE: sa.and_(is_over, sa.or_(is_open, is_with_applicant)),
        CommitmentView.TO_REVOKE: sa.and_(
            is_promise,
            sa.or_(
                state == CommitmentState.FALSE,
                sa.and_(state == CommitmentState.NOT_KEPT, is_over),
            ),
        ),
    }
    return conditions[view]

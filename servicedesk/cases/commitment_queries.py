"""Finding what was promised and what may follow."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.commitments import WITH_APPLICANT, CommitmentKind
from servicedesk.cases.models import Case
from servicedesk.cases.pledges import Commitment
from servicedesk.errors import NotFound
from servicedesk.words import say


def commitments_of(session: Session, case: Case) -> Sequence[Commitment]:
    """Return everything that was promised or may follow, in the order it was opened."""
    query = sa.select(Commitment).where(Commitment.case_id == case.id).order_by(Commitment.id)
    return session.scalars(query).all()


def live_commitments(
    session: Session, case: Case, kind: CommitmentKind | None = None
) -> Sequence[Commitment]:
    """Return those on which somebody still has to act; of one kind, or of both."""
    query = sa.select(Commitment).where(
        Commitment.case_id == case.id, Commitment.ended_at.is_(None)
    )
    if kind is not None:
        query = query.where(Commitment.kind == kind)
    return session.scalars(query.order_by(Commitment.id)).all()


def get_commitment(session: Session, case: Case, commitment_id: int) -> Commitment:
    """Return one commitment of the case, as it is now.

    Raises:
        NotFound: the case has no such commitment.
    """
    query = sa.select(Commitment).where(
        Commitment.case_id == case.id, Commitment.id == commitment_id
    )
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(say("There is no such promise or paper."))
    return found


def to_remind(session: Session, *, before: datetime) -> Sequence[int]:
    """Return the ids of cases with a paper due before a moment that nobody was reminded of."""
    query = sa.select(Commitment.case_id).where(
        Commitment.ended_at.is_(None),
        Commitment.reminded_at.is_(None),
        Commitment.due_at < before,
        sa.tuple_(Commitment.kind, Commitment.state).in_(sorted(WITH_APPLICANT)),
    )
    return session.scalars(query.distinct().order_by(Commitment.case_id)).all()

"""Applications of an enterprise, handed on when one of its people leaves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import Case, CasePerson
from servicedesk.cases.operations.records import record


def hand_on(
    session: Session,
    enterprise_id: int,
    leaving: User,
    heir: User | None,
    *,
    by: User | None,
    now: datetime,
) -> int:
    """Let ``heir`` apply where ``leaving`` did in what is open; return in how many.

    Who leaves helps in no application of the enterprise any more, either.  Without an heir only
    that; ``by`` is None for the desk itself.  Wholes come before their parts, as everywhere cases
    are locked.
    """
    helped = sa.select(CasePerson.case_id).where(CasePerson.user_id == leaving.id)
    began = sa.and_(Case.applicant_id == leaving.id, Case.status.not_in(sorted(FINAL_STATUSES)))
    query = (
        sa.select(Case)
        .where(
            Case.enterprise_id == enterprise_id,
            Case.for_enterprise,
            sa.or_(began, Case.id.in_(helped)),
        )
        .order_by(Case.id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    handed = 0
    for case in session.scalars(query).unique().all():
        for one in [one for one in case.people if one.user_id == leaving.id]:
            session.delete(one)
            record(session, case, EventKind.PERSON_REMOVED, by=by, at=now, person=leaving.id)
        if heir is not None and case.applicant_id == leaving.id and not case.is_closed:
            case.applicant = heir
            handed += 1
            record(session, case, EventKind.HANDED_ON, by=by, at=now, person=leaving.id, to=heir.id)
    return handed

"""Applications and people as races need them."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import examples
from servicedesk.cases.models import Case, CaseEvent
from servicedesk.integrity import Place, findings
from tests.cases.factories import published
from tests.factories import make_user


def ready_draft(
    session: Session,
    code: str,
    *,
    example: int = 0,
    applicant: User | None = None,
    **answers: object,
) -> Case:
    """Return an example's application, filled in and not sent; ``answers`` replace its own."""
    version, service = published(session, code)
    chosen = service.examples[example]
    changed = chosen.model_copy(update={"answers": chosen.answers | answers})
    person = applicant or make_user(session)
    case = examples.prepare(session, version, service, changed, applicant=person, now=clock.now())
    session.commit()
    return case


def kinds(session: Session, case: Case) -> list[str]:
    """Return what happened to the case, in order."""
    query = sa.select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return list(session.scalars(query))


def broken_chains(session: Session) -> list[str]:
    """Return what is wrong with the events of any case."""
    place = Place(session, Path())
    return [found.what for found in findings(place, only="cases.events")]

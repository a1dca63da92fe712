"""Taking stock: an event that bears witness to all there is of a case."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases import chronicle, queries, witness
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, CaseEvent
from servicedesk.cases.operations.records import record


def take_stock(session: Session, case: Case, *, now: datetime) -> CaseEvent:
    """Write down all there is of a case; whatever is not there now was never there."""
    rows = [row for model in witness.SAID for row in _rows(session, model, case)]
    return record(session, case, EventKind.STOCK_TAKEN, by=None, at=now, of=rows)


def seal_old(session: Session, *, now: datetime) -> Iterator[tuple[str, bool]]:
    """Take stock of the cases that are from before there were seals.

    Yields each with whether its chain holds; one that does not is left as it is.
    """
    numbers = session.scalars(sa.select(Case.id).where(Case.seal.is_(None)).order_by(Case.id))
    for number in numbers.all():
        case = session.get_one(Case, number, with_for_update=True)
        events = list(reversed(queries.events_of(session, case)))
        holds = not chronicle.breaks(case.id, case.last_seq, bytes(case.last_hash), events)
        if holds:
            take_stock(session, case, now=now)
        yield case.reference, holds


def _rows(session: Session, model: type[object], case: Case) -> list[object]:
    query = sa.select(model).where(model.case_id == case.id)  # type: ignore[attr-defined]
    return list(session.scalars(query))

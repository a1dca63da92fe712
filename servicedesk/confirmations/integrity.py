"""Whether confirmations are whole; run by ``servicedesk check``."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from sqlalchemy.orm import Session, joinedload

from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, CaseEvent, CasePart, Submission
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations.models import Confirmation
from servicedesk.confirmations.people import named
from servicedesk.confirmations.texts import seal_of
from servicedesk.integrity import Place, check

_AT_ONCE: Final = 500  # applications whose rows are read together

Wrong = Iterator[tuple[str, str]]


@check("confirmations.texts")
def texts(place: Place) -> Wrong:
    """What is kept as confirmed fits its hash, and an event of the case tells of it."""
    told = _told(place.session)
    query = sa.select(Confirmation).order_by(Confirmation.id)
    ids = place.session.scalars(sa.select(Confirmation.id).order_by(Confirmation.id)).all()
    for at in range(0, len(ids), _AT_ONCE):
        some = query.where(Confirmation.id.in_(ids[at : at + _AT_ONCE]))
        try:
            found = place.session.scalars(some).all()
        except InvalidToken:
            yield f"confirmations from {ids[at]}", "cannot be opened with the keys we have"
            continue
        for one in found:
            if seal_of(one.sealed["salt"], one.sealed["text"]) != one.sha256:
                yield f"confirmation {one.id}", "its text does not fit its hash"
            if one.sha256.hex() not in told[one.case_id]:
                yield f"confirmation {one.id}", "was made up: no event tells of it"
            told[one.case_id].discard(one.sha256.hex())
        place.session.expunge_all()
    for case_id, hashes in told.items():
        if hashes:
            yield f"case {case_id}", "something that was confirmed is gone"


@check("confirmations.complete")
def complete(place: Place) -> Wrong:
    """Whatever was sent of a service that asks for it was confirmed by everybody it names.

    Not of parts: they are opened on what was confirmed in the whole.
    """
    session = place.session
    asking = [
        one.id for one in session.scalars(sa.select(ServiceVersion)) if service_of(one).confirmation
    ]
    is_part = sa.exists().where(CasePart.child_id == Case.id)
    sent = sa.select(Case.id).where(
        Case.service_version_id.in_(asking), Case.submitted_at.is_not(None), ~is_part
    )
    ids = session.scalars(sent.order_by(Case.id)).all()
    for at in range(0, len(ids), _AT_ONCE):
        yield from _incomplete(session, ids[at : at + _AT_ONCE])
        session.expunge_all()


def _incomplete(session: Session, ids: object) -> Wrong:
    query = sa.select(Submission, Case).join(Case, Case.id == Submission.case_id)
    query = query.where(Case.id.in_(ids)).options(joinedload(Case.service_version))  # type: ignore[arg-type]
    kept: dict[int, set[str]] = defaultdict(set)
    of_these = sa.select(Confirmation).where(Confirmation.case_id.in_(ids))  # type: ignore[arg-type]
    for one in session.scalars(of_these):
        kept[one.case_id].add(one.sealed["digest"])
    for sent, case in session.execute(query.order_by(Submission.id)):
        people = named(service_of(case.service_version), sent.answers)
        missing = sum(one.digest not in kept[case.id] for one in people)
        if missing:
            where = f"case {case.reference}, sending {sent.number}"
            yield where, f"{missing} of {len(people)} had not confirmed what was sent"


def _told(session: Session) -> dict[int, set[str]]:
    query = sa.select(CaseEvent.case_id, CaseEvent.details)
    found: dict[int, set[str]] = defaultdict(set)
    for case_id, details in session.execute(query.where(CaseEvent.kind == EventKind.CONFIRMED)):
        found[case_id].add(details["sha256"])
    return found

"""Finding who was asked to confirm, and how far they are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.cases import part_queries
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.confirmations.marks import mark_of
from servicedesk.confirmations.models import Confirmation, ConfirmationRequest
from servicedesk.confirmations.people import Person, named
from servicedesk.errors import NotFound
from servicedesk.words import say


class State(StrEnum):
    """How far one person is."""

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    EXPIRED = "expired"  # the link is too old
    OPENED = "opened"
    CONFIRMED = "confirmed"
    CHANGED = "changed"  # confirmed, and changed since


@dataclass(frozen=True)
class Row:
    """One person who has to confirm, and how far they are."""

    person: Person
    request: ConfirmationRequest | None
    confirmation: Confirmation | None  # the one that counts
    was_confirmed_at: datetime | None  # the last one, whether it counts or not

    @property
    def is_confirmed(self) -> bool:
        """Whether they confirmed what is said of them now."""
        return self.confirmation is not None

    def state(self, now: datetime) -> State:
        """Return how far they are at ``now``."""
        asked = self.request
        if self.is_confirmed:
            return State.CONFIRMED
        if asked is None or asked.link_hash is None or asked.expires_at is None:
            return State.CHANGED if self.was_confirmed_at else State.NOT_INVITED
        if self.was_confirmed_at:
            return State.CHANGED
        if asked.expires_at <= now:
            return State.EXPIRED
        return State.OPENED if asked.opened_at else State.INVITED


def rows(session: Session, case: Case, service: Service) -> list[Row]:
    """Return who has to confirm ``case`` as it is saved now, in the order of the form."""
    people = named(service, case.answers)
    if not people:
        return []
    asked = requests_of(session, case)
    before = confirmed_in_whole(session, case)
    return [_row(one, find_among(asked, one), before) for one in people]


def requests_of(session: Session, case: Case) -> Sequence[ConfirmationRequest]:
    """Return whom the case has asked, with what they confirmed."""
    query = (
        sa.select(ConfirmationRequest)
        .where(ConfirmationRequest.case_id == case.id)
        .options(selectinload(ConfirmationRequest.confirmations))
        .order_by(ConfirmationRequest.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def confirmed_in_whole(session: Session, case: Case) -> Sequence[Confirmation]:
    """Return what was confirmed in the application that ``case`` is a part of.

    A part is opened on the answers of the whole; who confirmed them there need not do it again.
    """
    if case.part_of is None:
        return []
    query = sa.select(Confirmation).where(
        Confirmation.case_id == case.part_of.case_id, Confirmation.withdrawn_at.is_(None)
    )
    return session.scalars(query.order_by(Confirmation.id)).all()


def find_among(asked: Sequence[ConfirmationRequest], person: Person) -> ConfirmationRequest | None:
    """Return the request of ``person``, or None if they were not asked."""
    return next((one for one in asked if one.mark == mark_of(one.sealed["salt"], person.key)), None)


def get_request(
    session: Session, secret: str, *, now: datetime, lock: bool = False
) -> ConfirmationRequest:
    """Return the request whose link has ``secret``; ``lock`` its case when it is to be changed.

    Raises:
        NotFound: there is none, or the link is too old.  The two look alike.
    """
    is_it = ConfirmationRequest.link_hash == hash_of(secret)
    if lock:
        its_case = sa.select(ConfirmationRequest.case_id).where(is_it).scalar_subquery()
        part_queries.lock_whole(session, Case.id == its_case)
        locked = sa.select(Case).where(Case.id == its_case).with_for_update(of=Case)
        session.scalar(locked.execution_options(populate_existing=True))
    query = (
        sa.select(ConfirmationRequest)
        .where(is_it, ConfirmationRequest.expires_at > now)
        .options(
            joinedload(ConfirmationRequest.case).joinedload(Case.service_version),
            joinedload(ConfirmationRequest.case).joinedload(Case.applicant),
            selectinload(ConfirmationRequest.confirmations),
        )
    )
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(say("This link does not work any more. Ask who sent it for a new one."))
    return found


def get_asked(session: Session, case: Case, request_id: int) -> ConfirmationRequest:
    """Return one of those whom the case has asked.

    Raises:
        NotFound: it has asked nobody of this number.
    """
    found = next((one for one in requests_of(session, case) if one.id == request_id), None)
    if found is None:
        raise NotFound(say("There is no such person to confirm."))
    return found


def get_row(session: Session, asked: ConfirmationRequest, service: Service) -> Row:
    """Return the person of a request, as the application names them now.

    Raises:
        NotFound: it does not name them any more.
    """
    for row in rows(session, asked.case, service):
        if row.request is not None and row.request.id == asked.id:
            return row
    raise NotFound(say("The application does not name you any more. There is nothing to confirm."))


def hash_of(secret: str) -> bytes:
    """Return what is kept of the secret of a link."""
    return hashlib.sha256(f"confirmation link\n{secret}".encode()).digest()


def _row(person: Person, asked: ConfirmationRequest | None, before: Sequence[Confirmation]) -> Row:
    own = [one for one in asked.confirmations if one.withdrawn_at is None] if asked else []
    digest = person.digest
    counting = next((one for one in own[-1:] if one.sealed["digest"] == digest), None)
    if counting is None:
        counting = next((one for one in before if one.sealed["digest"] == digest), None)
    ever = asked.confirmations if asked else []
    return Row(person, asked, counting, ever[-1].at if ever else None)

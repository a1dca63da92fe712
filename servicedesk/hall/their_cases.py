"""Finding the application of somebody at a counter, within what its clerk may read."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases import part_queries
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import Case, CasePart
from servicedesk.cases.policy import is_theirs, may_read
from servicedesk.errors import NotFound
from servicedesk.hall.models import Ticket
from servicedesk.words import say

LEAST: Final = 2  # characters of a name that is searched for
_MOST: Final = 10  # applications that are shown


class NoCaseHere(NotFound):
    """The visit has no application, as far as this counter is concerned."""

    def __init__(self) -> None:
        super().__init__(say("There is no such application for this visit."))


def own_open_cases(session: Session, user: User, *, today: date) -> Sequence[Case]:
    """Return every case of this person that is not over, those changed last first."""
    is_part = sa.exists().where(CasePart.child_id == Case.id)  # shown with the whole
    query = (
        sa.select(Case)
        .where(is_theirs(user, today), ~is_part, _IS_OPEN)
        .options(joinedload(Case.service_version))
        .order_by(Case.changed_at.desc(), Case.id.desc())
    )
    return session.scalars(query).all()


def find_cases(session: Session, text: str, *, clerk: User) -> Sequence[Case]:
    """Return what ``clerk`` may read of a reference, or open of an e-mail address or a name."""
    wanted = text.strip()
    if len(wanted) < LEAST:
        return []
    persons = sa.select(User.id).where(
        sa.or_(User.email == wanted.lower(), User.name.icontains(wanted, autoescape=True))
    )
    theirs = sa.and_(Case.applicant_id.in_(persons), _IS_OPEN)
    found = sa.or_(Case.reference == wanted.upper(), theirs)
    return _shown(session, sa.and_(may_read(clerk), found))


def open_cases_of(
    session: Session, person: User | None, *, clerk: User, booker: User | None
) -> Sequence[Case]:
    """Return the open applications of the person whose visit it is, as far as they may be tied.

    ``booker`` is who booked the visit: they stand there, so theirs are found, drafts too.
    """
    if person is None:
        return []
    theirs = sa.and_(Case.applicant_id == person.id, _IS_OPEN)
    return _shown(session, sa.and_(theirs, _may_be_tied(clerk, booker)))


def get_case_to_attach(
    session: Session, reference: str, *, clerk: User, booker: User | None
) -> Case:
    """Return a case that ``clerk`` may read, or one of whoever booked the visit.

    Raises:
        NotFound: there is no such case, or it is neither.
    """
    allowed = _may_be_tied(clerk, booker)
    case = session.scalar(sa.select(Case).where(Case.reference == reference.upper(), allowed))
    if case is None:
        raise NotFound(say("There is no application %(reference)s.", reference=reference))
    return case


def get_case_of(session: Session, ticket: Ticket, *, lock: bool = False) -> Case:
    """Return the case that was attached to the visit; ``lock`` it when it is to be changed.

    Raises:
        NoCaseHere: none was.
    """
    query = sa.select(Case).where(Case.id == ticket.case_id)
    query = query.options(joinedload(Case.service_version), joinedload(Case.applicant))
    if lock:
        part_queries.lock_whole(session, Case.id == ticket.case_id)
        query = query.with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalar(query)
    if case is None:
        raise NoCaseHere
    return case


def is_readable(session: Session, case: Case, clerk: User) -> bool:
    """Whether ``clerk`` may look at all of the case."""
    query = sa.select(Case.id).where(Case.id == case.id, may_read(clerk))
    return session.scalar(query) is not None


_IS_OPEN = Case.status.not_in(sorted(FINAL_STATUSES))


def _may_be_tied(clerk: User, booker: User | None) -> sa.ColumnElement[bool]:
    if booker is None:
        return may_read(clerk)
    return sa.or_(may_read(clerk), Case.applicant_id == booker.id)


def _shown(session: Session, fits: sa.ColumnElement[bool]) -> Sequence[Case]:
    query = (
        sa.select(Case)
        .where(fits)
        .options(joinedload(Case.service_version), joinedload(Case.applicant))
        .order_by(Case.changed_at.desc(), Case.id.desc())
        .limit(_MOST)
    )
    return session.scalars(query).all()

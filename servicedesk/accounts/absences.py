"""Who of the staff is away, from when to when, and who stands in."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import Absence, Post, User
from servicedesk.accounts.permissions import STAFF_ROLES
from servicedesk.errors import NotFound
from servicedesk.words import say


def is_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that an absence covers ``day``."""
    return sa.and_(Absence.first_day <= day, Absence.last_day >= day)


def find_absence(session: Session, user_id: int, day: date) -> Absence | None:
    """Return why this person is not here on ``day``; None: they are."""
    return session.scalar(sa.select(Absence).where(Absence.user_id == user_id, is_on(day)))


def absences_on(session: Session, people: Collection[int], day: date) -> dict[int, Absence]:
    """Return the absences of these people on ``day``, by the person's id."""
    if not people:
        return {}
    query = sa.select(Absence).where(Absence.user_id.in_(sorted(people)), is_on(day))
    found = session.scalars(query.options(joinedload(Absence.user), joinedload(Absence.deputy)))
    return {one.user_id: one for one in found}


def absences_of(session: Session, user: User, *, since: date) -> Sequence[Absence]:
    """Return this person's own absences that last or are to come, and those they stand in for."""
    return _listed(session, sa.or_(Absence.user_id == user.id, Absence.deputy_id == user.id), since)


def absences_during(session: Session, user: User, first: date, last: date) -> Sequence[Absence]:
    """Return their own absences, and those they stand in for, with a day from first to last."""
    found = absences_of(session, user, since=first)
    return [one for one in found if one.first_day <= last]


def absences_in(
    session: Session, departments: Collection[str], *, since: date
) -> Sequence[Absence]:
    """Return the absences of people with a post in ``departments`` that last or are to come."""
    there = sa.select(Post.user_id).where(Post.department.in_(sorted(departments)))
    return _listed(session, Absence.user_id.in_(there), since)


def get_own_absence(session: Session, absence_id: int, *, user: User) -> Absence:
    """Return one absence of this person.

    Raises:
        NotFound: no such absence, or somebody else's.
    """
    query = sa.select(Absence).where(Absence.id == absence_id, Absence.user_id == user.id)
    absence = session.scalar(query.with_for_update())
    if absence is None:
        raise NotFound(say("There is no such absence."))
    return absence


def staff(session: Session) -> Sequence[User]:
    """Return the active staff who have a post, by name, with their posts."""
    query = (
        sa.select(User)
        .where(User.is_active, User.role.in_(sorted(STAFF_ROLES)), User.posts.any())
        .options(selectinload(User.posts))
        .order_by(User.name, User.id)
    )
    return session.scalars(query).all()


def _listed(session: Session, whose: sa.ColumnElement[bool], since: date) -> Sequence[Absence]:
    query = (
        sa.select(Absence)
        .where(whose, Absence.last_day >= since)
        .options(joinedload(Absence.user), joinedload(Absence.deputy))
        .order_by(Absence.first_day, Absence.id)
    )
    return session.scalars(query).all()

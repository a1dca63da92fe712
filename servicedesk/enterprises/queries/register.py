"""Enterprises in the register, and who acts for them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Filing, Member
from servicedesk.enterprises.queries import members
from servicedesk.errors import NotFound
from servicedesk.words import say


def find_by_code(session: Session, code: str) -> Enterprise | None:
    """Return the enterprise with this credit code, or None."""
    clean = compact(code)
    return session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == clean))


def find_branch(session: Session, parent: Enterprise, name: str) -> Enterprise | None:
    """Return the branch of this name that an enterprise has registered and not ended, or None."""
    return session.scalar(
        sa.select(Enterprise).where(
            Enterprise.parent_code == parent.credit_code,
            Enterprise.name == name,
            Enterprise.state != EnterpriseState.DEREGISTERED,
        )
    )


def get_by_code(session: Session, code: str) -> Enterprise:
    """Return the enterprise with this credit code, with its filings.

    Raises:
        NotFound: the register has none.
    """
    enterprise = session.scalar(
        sa.select(Enterprise)
        .where(Enterprise.credit_code == compact(code))
        .options(selectinload(Enterprise.filings))
    )
    if enterprise is None:
        raise NotFound(say("The register has no enterprise with this credit code."))
    return enterprise


def get_enterprise(
    session: Session, enterprise_id: int, *, visible_to: User, today: date
) -> Enterprise:
    """Return the enterprise, if this person acts for it or reads the register for the desk.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = (
        sa.select(Enterprise)
        .where(Enterprise.id == enterprise_id)
        .options(selectinload(Enterprise.filings))
    )
    if not visible_to.may(Permission.REGISTER_READ):
        query = query.where(Enterprise.id.in_(_acted_for(visible_to, today)))
    enterprise = session.scalar(query)
    if enterprise is None:
        raise NotFound(say("There is no such enterprise."))
    return enterprise


def enterprises_of(session: Session, user: User, *, today: date) -> Sequence[Enterprise]:
    """Return the enterprises this person acts for, the newest first."""
    return session.scalars(
        sa.select(Enterprise)
        .where(Enterprise.id.in_(_acted_for(user, today)))
        .order_by(Enterprise.registered_on.desc(), Enterprise.id.desc())
    ).all()


def members_of(session: Session, enterprise_id: int) -> Sequence[Member]:
    """Return who belongs to an enterprise, the first to join first."""
    return session.scalars(
        sa.select(Member)
        .where(Member.enterprise_id == enterprise_id)
        .options(joinedload(Member.user))
        .order_by(Member.since, Member.user_id)
    ).all()


def _acted_for(user: User, today: date) -> sa.CompoundSelect[Any]:
    return members.own(user).union(members.clients(user, today))


def filings_of_case(session: Session, case_id: int) -> Sequence[Filing]:
    """Return what an application brought into the register, in the order of filing."""
    return session.scalars(
        sa.select(Filing).where(Filing.case_id == case_id).order_by(Filing.seq)
    ).all()

"""Enterprises in the register, and who acts for them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.catalogue.numbers import compact, is_credit_code
from servicedesk.enterprises import register_search
from servicedesk.enterprises.models import Enterprise, Member
from servicedesk.enterprises.queries import members
from servicedesk.errors import NotFound
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import say

_NEWEST_FIRST = (
    Key(Enterprise.registered_on, descending=True),
    Key(Enterprise.id, descending=True),
)


def search(
    session: Session, typed: str, *, after: str | None = None, before: str | None = None
) -> Page[Enterprise]:
    """Return a page of enterprises found by name, pinyin or credit code, the newest first.

    Nothing typed: all.  One SELECT.
    """
    query = sa.select(Enterprise)
    if typed.strip():
        query = query.where(_found_by(typed))
    return page_of(session, query, _NEWEST_FIRST, after=after, before=before)


def find_by_code(session: Session, code: str) -> Enterprise | None:
    """Return the enterprise with this credit code, or None."""
    clean = compact(code)
    return session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == clean))


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


def _found_by(typed: str) -> sa.ColumnElement[bool]:
    code = compact(typed)
    if is_credit_code(code):
        return Enterprise.credit_code == code
    wanted = register_search.query(typed)
    if not wanted.grams:
        return sa.false()
    grams = Enterprise.grams.op("@>")(sa.cast(list(wanted.grams), postgresql.ARRAY(sa.Text)))
    column = Enterprise.name_pinyin if wanted.is_pinyin else sa.func.lower(Enterprise.name)
    return sa.and_(grams, column.contains(wanted.text, autoescape=True))

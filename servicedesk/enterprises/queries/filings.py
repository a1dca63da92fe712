"""Filings of all enterprises, as the desk follows them."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from servicedesk.enterprises.models import Enterprise, Filing
from servicedesk.web.paging import Key, Page, page_of


def is_replaced() -> sa.ColumnElement[bool]:
    """Return the condition that another filing stands in the place of a filing."""
    other = aliased(Filing)
    return sa.exists().where(
        other.enterprise_id == Filing.enterprise_id, other.replaces_seq == Filing.seq
    )


def latest(
    session: Session, *, after: str | None = None, before: str | None = None
) -> Page[Filing]:
    """Return a page of the filings of all enterprises, the last first.  One statement."""
    query = sa.select(Filing).options(joinedload(Filing.enterprise))
    return page_of(session, query, [Key(Filing.id, descending=True)], after=after, before=before)


def taking_effect(session: Session, *, most: int) -> Sequence[tuple[Enterprise, date]]:
    """Return the enterprises for which a filing lies ahead, and its day; the next first."""
    query = (
        sa.select(Enterprise)
        .where(Enterprise.next_effect_on.is_not(None))
        .order_by(Enterprise.next_effect_on, Enterprise.id)
        .limit(most)
    )
    found = session.scalars(query)
    return [(one, one.next_effect_on) for one in found if one.next_effect_on is not None]

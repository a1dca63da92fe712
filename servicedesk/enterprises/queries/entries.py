"""Searching the public register.

Two ways, one after the other.  What many enterprises answer (科技) is found among the next
rows of the order asked for; what only few answer, by the index of terms.  Taken alone, the first
would read the whole register for a rare word, the second sort a third of it for a common one.
What many answer, but only old ones, is found by the index quarter by quarter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.register_search import Wanted
from servicedesk.enterprises.search_models import RegisterEntry
from servicedesk.web.paging import Key, Page, page_of, sieved_page, stepped_page

NEWEST: Final = "newest"
NAME: Final = "name"
ORDERS: Final[Mapping[str, str]] = {NEWEST: NEWEST, NAME: NAME}
_ORDERED_BY: Final = {NEWEST: "registered_on", NAME: "name_key"}
WINDOW: Final = 6000  # rows; about as many as the index of terms may find where they do not do

_TABLE: Final = RegisterEntry.__table__


@dataclass(frozen=True)
class Years:
    """From which year to which an enterprise was registered; None: any."""

    first: int | None = None
    last: int | None = None


def search(
    session: Session,
    wanted: Wanted,
    years: Years = Years(),
    *,
    order: str = NEWEST,
    after: str | None = None,
    before: str | None = None,
) -> Page[Enterprise]:
    """Return a page of the enterprises that are wanted, all of them where nothing is.

    At most four SELECT.
    """
    if wanted.is_hopeless:
        return Page((), None, None)
    here = _in_order(wanted, years, order)
    rows: sa.Select[Any] = sa.select(*(column for column in _TABLE.c if column.name != "terms"))
    near: Page[int] | None = sieved_page(
        session,
        rows.where(*here),
        _keys(_TABLE, order),
        lambda near_by: _conditions(near_by, wanted, years),
        window=WINDOW,
        after=after,
        before=before,
    )
    if near is None:
        near = (
            _quarter_by_quarter(session, wanted, years, after=after, before=before)
            if order == NEWEST and _are_many(session, wanted)
            else _sorted(session, wanted, years, order, after=after, before=before)
        )
    return Page(_enterprises(session, near.items), near.following, near.preceding)


def _are_many(session: Session, wanted: Wanted) -> bool:
    """Whether the index finds so many that sorting them takes long."""
    some = sa.select(sa.literal(1)).select_from(_TABLE).where(*_by_terms(wanted)).limit(WINDOW)
    return bool(wanted.terms) and (
        session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) == WINDOW
    )


def _sorted(
    session: Session,
    wanted: Wanted,
    years: Years,
    order: str,
    *,
    after: str | None,
    before: str | None,
) -> Page[int]:
    """Return a page of all that the index finds, sorted."""
    found = (
        sa.select(_TABLE.c.enterprise_id, _TABLE.c[_ORDERED_BY[order]])
        .where(*_conditions(_TABLE, wanted, years), *_by_terms(wanted))
        .cte("found")
        .prefix_with("MATERIALIZED")  # else the order's index is tried again, to its end
    )
    ids = sa.select(found.c.enterprise_id)
    return page_of(session, ids, _keys(found, order), after=after, before=before)


def _quarter_by_quarter(
    session: Session,
    wanted: Wanted,
    years: Years,
    *,
    after: str | None,
    before: str | None,
) -> Page[int]:
    """Return a page of what the index finds for each quarter, beginning with the last."""
    day, number = _TABLE.c.registered_on, _TABLE.c.enterprise_id
    last = sa.func.date_trunc("quarter", sa.select(sa.func.max(day)).scalar_subquery())
    first = sa.func.date_trunc("quarter", sa.select(sa.func.min(day)).scalar_subquery())
    starts = sa.func.generate_series(first, last, sa.text("interval '3 months'"))

    def there(start: sa.ColumnElement[Any]) -> sa.Select[int]:
        term = sa.func.to_char(start, '"q:"YYYYQ')
        return sa.select(_TABLE.c.enterprise_id).where(
            *_conditions(_TABLE, wanted, years),
            _TABLE.c.terms.op("@>")(sa.func.array_append(_array(wanted.terms), term)),
        )

    # No column as it is, else the order's index is read to its end for each quarter.
    keys = (Key(day + 0, descending=True), Key(number, descending=True))
    return stepped_page(
        session,
        sa.select(starts.column_valued("start")),
        there,
        keys,
        after=after,
        before=before,
    )


def ids_of(wanted: Wanted) -> sa.Select[int]:
    """Return what selects the ids of the enterprises that are ``wanted``."""
    if wanted.is_hopeless:
        return sa.select(_TABLE.c.enterprise_id).where(sa.false())
    fitting = (*_conditions(_TABLE, wanted, Years()), *_by_terms(wanted))
    return sa.select(_TABLE.c.enterprise_id).where(*fitting)


def _enterprises(session: Session, ids: Sequence[int]) -> Sequence[Enterprise]:
    if not ids:
        return ()
    rows = session.scalars(sa.select(Enterprise).where(Enterprise.id.in_(ids)))
    by_id = {one.id: one for one in rows}
    return [by_id[one] for one in ids]


def _keys(rows: sa.FromClause, order: str) -> tuple[Key, Key]:
    if order == NAME:
        return Key(rows.c.name_key), Key(rows.c.enterprise_id)
    return Key(rows.c.registered_on, descending=True), Key(rows.c.enterprise_id, descending=True)


def _in_order(wanted: Wanted, years: Years, order: str) -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions that an index has together with the order: they cost no row."""
    if order == NAME:
        return ()
    conditions = list(_registered(_TABLE, years))
    return conditions if wanted.life is None else [*conditions, _TABLE.c.life == wanted.life.value]


def _registered(rows: sa.FromClause, years: Years) -> Sequence[sa.ColumnElement[bool]]:
    conditions = []
    if years.first is not None:
        conditions.append(rows.c.registered_on >= date(years.first, 1, 1))
    if years.last is not None:
        conditions.append(rows.c.registered_on <= date(years.last, 12, 31))
    return conditions


def _conditions(
    rows: sa.FromClause, wanted: Wanted, years: Years
) -> Sequence[sa.ColumnElement[bool]]:
    """Return everything that a row must fulfil."""
    conditions = list(_registered(rows, years))
    if wanted.code:
        code = rows.c.credit_code
        conditions += [code >= wanted.code, code < wanted.code + "~"]  # ~ comes after all letters
    texts = [(rows.c.name_text, name) for name in wanted.names]
    texts += [(rows.c.name_key, part) for part in wanted.pinyin]
    texts += [(rows.c.address_text, wanted.address)]
    texts += [(rows.c.address_text, f" {word} ") for word in wanted.address_words]
    conditions += [column.contains(text, autoescape=True) for column, text in texts if text]
    if wanted.scope:
        conditions.append(rows.c.scope.op("@>")(_array([wanted.scope])))
    if wanted.org_form:
        conditions.append(rows.c.org_form == wanted.org_form)
    if wanted.life is not None:
        conditions.append(rows.c.life == wanted.life.value)
    if wanted.is_foreign is not None:
        conditions.append(rows.c.is_foreign.is_(wanted.is_foreign))
    return conditions


def _by_terms(wanted: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    return [_TABLE.c.terms.op("@>")(_array(wanted.terms))] if wanted.terms else ()


def _array(values: Sequence[str]) -> sa.ColumnElement[Any]:
    return sa.cast(list(values), postgresql.ARRAY(sa.Text))

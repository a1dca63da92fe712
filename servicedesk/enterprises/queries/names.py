"""Names that are or were held, and those like another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.enterprises import industries, reference
from servicedesk.enterprises.models import EnterpriseName, NameState
from servicedesk.enterprises.name_likeness import Likeness, NameKeys, compare
from servicedesk.errors import NotFound
from servicedesk.park import local_day
from servicedesk.words import say

_MOST_CANDIDATES = 200
_MOST_LIKE = 5  # like names that are told; more would not help to choose


@dataclass(frozen=True)
class Like:
    """A name that is held, and how it is like the one asked about."""

    name: EnterpriseName
    likeness: Likeness


def keys_of(name: EnterpriseName) -> NameKeys:
    """Return what a stored name is compared by."""
    return NameKeys(
        trade_key=name.trade_key,
        industry_key=industries.class_of(name.industry),
        sound_key=name.sound_key,
        tone_key=name.tone_key,
        shape_key=name.shape_key,
        near_keys=tuple(name.near_keys),
    )


def like(
    session: Session,
    keys: NameKeys,
    *,
    case_id: int | None,
    now: datetime,
    but_not: int | None = None,
) -> Sequence[Like]:
    """Return the held names most like one, the likest first.

    Those of ``case_id`` do not count, nor the name whose id is ``but_not``.
    """
    name, wanted = EnterpriseName, sa.cast(list(keys.near_keys), postgresql.ARRAY(sa.Text))
    candidates = session.scalars(
        sa.select(name)
        .where(name.near_keys.op("&&")(wanted), _counts(now), *_not_of(case_id))
        .where(name.id.is_distinct_from(but_not))
        .order_by(name.trade_key != keys.trade_key, name.id)
        .limit(_MOST_CANDIDATES)
    )
    found = [
        Like(one, likeness)
        for one in candidates
        if (likeness := compare(keys, keys_of(one))) is not None
    ]
    return sorted(found, key=lambda one: (one.likeness, one.name.id))[:_MOST_LIKE]


def find_same(
    session: Session, keys: NameKeys, *, case_id: int | None, now: datetime
) -> EnterpriseName | None:
    """Return the held name because of which this one is refused (art. 17), or None."""
    same_trade_name = session.scalars(
        sa.select(EnterpriseName)
        .where(EnterpriseName.trade_key == keys.trade_key, _counts(now), *_not_of(case_id))
        .order_by(EnterpriseName.id)
    )
    return next(
        (one for one in same_trade_name if compare(keys, keys_of(one)) is Likeness.SAME), None
    )


def names_of(session: Session, holder_id: int, *, now: datetime) -> Sequence[EnterpriseName]:
    """Return the names reserved for a person that have not lapsed, the newest first."""
    return session.scalars(
        sa.select(EnterpriseName)
        .where(
            EnterpriseName.holder_id == holder_id,
            EnterpriseName.state == NameState.RESERVED,
            EnterpriseName.until > now,
        )
        .order_by(EnterpriseName.since.desc(), EnterpriseName.id.desc())
    ).all()


def find_registered(session: Session, enterprise_id: int) -> EnterpriseName | None:
    """Return the name that an enterprise has now, or None."""
    return session.scalar(
        sa.select(EnterpriseName).where(
            EnterpriseName.enterprise_id == enterprise_id,
            EnterpriseName.state == NameState.REGISTERED,
        )
    )


def find_own(session: Session, name_id: int, *, holder_id: int) -> EnterpriseName | None:
    """Return a name reserved for this person, lapsed or not, or None."""
    return session.scalar(
        sa.select(EnterpriseName).where(
            EnterpriseName.id == name_id,
            EnterpriseName.holder_id == holder_id,
            EnterpriseName.state == NameState.RESERVED,
        )
    )


def find_reserved(
    session: Session, full_name: str, *, holder_id: int | None, now: datetime
) -> EnterpriseName | None:
    """Return the very name, if it is reserved for this person, or None."""
    return session.scalar(
        sa.select(EnterpriseName).where(
            EnterpriseName.holder_id == holder_id,
            EnterpriseName.full_name == full_name,
            EnterpriseName.state == NameState.RESERVED,
            EnterpriseName.until > now,
        )
    )


def find_declared(session: Session, case_id: int) -> EnterpriseName | None:
    """Return the name that an application declared last, whatever has become of it, or None."""
    return session.scalar(
        sa.select(EnterpriseName)
        .where(EnterpriseName.case_id == case_id)
        .order_by(EnterpriseName.id.desc())
        .limit(1)
    )


def find_held_by_case(session: Session, case_id: int) -> EnterpriseName | None:
    """Return the name an application holds or uses, or None."""
    return session.scalar(
        sa.select(EnterpriseName)
        .where(
            sa.or_(EnterpriseName.case_id == case_id, EnterpriseName.used_by_case_id == case_id),
            EnterpriseName.state == NameState.RESERVED,
        )
        .order_by(EnterpriseName.used_by_case_id.is_(None), EnterpriseName.id.desc())
        .limit(1)
    )


def get_held_by_case(session: Session, case_id: int) -> EnterpriseName:
    """Return the name an application holds or uses.

    Raises:
        NotFound: it holds none.
    """
    name = find_held_by_case(session, case_id)
    if name is None:
        raise NotFound(say("This application holds no name."))
    return name


def _counts(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a name stands in the way: held now, or given up less than a year ago."""
    today = local_day(now)
    barred_since = today - timedelta(days=reference.name_words().barred_days)
    name = EnterpriseName
    return sa.or_(
        name.state == NameState.REGISTERED,
        sa.and_(
            name.state == NameState.RESERVED,
            sa.or_(name.until.is_(None), name.until > now, name.used_by_case_id.is_not(None)),
        ),
        sa.and_(name.state == NameState.FORMER, name.ended_on > barred_since),
    )


def _not_of(case_id: int | None) -> list[sa.ColumnElement[bool]]:
    if case_id is None:
        return []
    name = EnterpriseName
    return [name.case_id.is_distinct_from(case_id), name.used_by_case_id.is_distinct_from(case_id)]

"""Names that are or were held, and those like another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.database import UtcDateTime
from servicedesk.enterprises import industries, name_index, reference
from servicedesk.enterprises.industries import Sameness
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.name_index import Probe
from servicedesk.enterprises.name_likeness import Likeness, NameKeys, in_industry, rank
from servicedesk.enterprises.name_models import EnterpriseName, NameKey, NameState, is_whole
from servicedesk.errors import NotFound
from servicedesk.park import local_day
from servicedesk.words import say

MOST_LIKE: Final = 8  # like names that are told; more would not help to choose


@dataclass(frozen=True)
class Own:
    """Whose names do not stand in the way of the one who asks."""

    case_id: int | None = None  # of this application
    holder_id: int | None = None  # reserved for this person
    enterprise_id: int | None = None  # of this enterprise
    name_id: int | None = None  # this one


NOBODY: Final = Own()


@dataclass(frozen=True)
class Like:
    """A name that is held, and how it is like the one asked about."""

    name: EnterpriseName
    likeness: Likeness


def like(
    session: Session, keys: NameKeys, *, own: Own = NOBODY, now: datetime, most: int = MOST_LIKE
) -> Sequence[Like]:
    """Return the ``most`` held names that are most like one, the likest first.

    However many names are held, each probe reads no more than ``most`` of them.
    """
    probes = name_index.probes(keys)
    nearest: dict[int, tuple[Any, ...]] = {}
    for number, name_id, shelf in _hits(session, probes, own, now, most):
        same = industries.sameness(keys.industry_key, shelf.removeprefix(industries.UNLISTED))
        likeness = in_industry(probes[number - 1].alike, same)
        if likeness is not None:
            found = rank(likeness, keys, shelf, name_id)
            nearest[name_id] = min(found, nearest.get(name_id, found))
    first = sorted(nearest.items(), key=itemgetter(1))[:most]
    chosen = EnterpriseName.id.in_([name_id for name_id, _ in first])
    names = {one.id: one for one in session.scalars(sa.select(EnterpriseName).where(chosen))}
    return [Like(names[name_id], found[0]) for name_id, found in first]


def without_like(
    session: Session, wanted: Sequence[NameKeys], *, own: Own = NOBODY, now: datetime
) -> Sequence[int]:
    """Return at which places of ``wanted`` there is a name that is like none that is held."""
    probes = [name_index.probes(keys) for keys in wanted]
    places = [at for at, some in enumerate(probes) for _ in some]
    flat = [one for some in probes for one in some]
    taken = {places[number - 1] for number, _, _ in _hits(session, flat, own, now, most=1)}
    return [at for at in range(len(wanted)) if at not in taken]


def _hits(
    session: Session, probes: Sequence[Probe], own: Own, now: datetime, most: int
) -> Sequence[sa.Row[int, int, str]]:
    """Return what each probe finds first: its number from 1, the name, its shelf."""
    asked = {
        "keys": [one.key for one in probes],
        "firsts": [one.first for one in probes],
        "lasts": [one.last for one in probes],
        "most": most,
        "now": now,
        "barred_since": _barred_since(now),
    }
    return session.execute(_look_up(), asked | asdict(own)).all()


@cache
def _look_up() -> sa.Select[int, int, str]:
    """Return the query of ``_hits``: for each probe, its first names in the order of the index."""
    texts = postgresql.ARRAY(sa.Text)
    columns = [sa.column(name, sa.Text) for name in ("key", "first", "last")]
    probe = (
        sa.func.unnest(*(sa.bindparam(name, type_=texts) for name in ("keys", "firsts", "lasts")))
        .table_valued(*columns, with_ordinality="number")
        .render_derived("probe")
    )
    hit = (
        sa.select(NameKey.name_id, NameKey.shelf)
        .join(EnterpriseName, EnterpriseName.id == NameKey.name_id)
        .where(
            NameKey.key == probe.c.key,
            NameKey.shelf >= probe.c.first,
            NameKey.shelf <= probe.c.last,
            _in_the_way(sa.bindparam("now", type_=UtcDateTime), sa.bindparam("barred_since")),
            *_of_others(),
        )
        .order_by(NameKey.shelf, NameKey.name_id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .lateral("hit")
    )
    number = sa.type_coerce(probe.c.number, sa.Integer)
    found = sa.select(number, hit.c.name_id, hit.c.shelf).select_from(probe.join(hit, sa.true()))
    return cast("sa.Select[int, int, str]", found)


def _of_others() -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a name is none of the asker's own, whose fields are bound."""
    name = EnterpriseName
    case_id, holder_id, enterprise_id, name_id = (
        sa.bindparam(one.name, type_=sa.Integer) for one in fields(Own)
    )
    is_theirs = sa.and_(name.state == NameState.RESERVED, name.holder_id == holder_id)
    return [
        sa.or_(case_id.is_(None), name.case_id.is_distinct_from(case_id)),
        sa.or_(case_id.is_(None), name.used_by_case_id.is_distinct_from(case_id)),
        sa.or_(holder_id.is_(None), is_theirs.is_not(sa.true())),
        sa.or_(enterprise_id.is_(None), name.enterprise_id.is_distinct_from(enterprise_id)),
        sa.or_(name_id.is_(None), name.id != name_id),
    ]


def find_whole(
    session: Session, full_name: str, *, own: Own = NOBODY, now: datetime
) -> EnterpriseName | None:
    """Return the held name that is this very one, wherever its parts end, or None."""
    very_same = sa.select(EnterpriseName).where(
        is_whole(full_name), stands_in_the_way(now), *_of_others()
    )
    return session.scalars(very_same.order_by(EnterpriseName.id), asdict(own)).first()


def find_same(
    session: Session, keys: NameKeys, full_name: str, *, own: Own = NOBODY, now: datetime
) -> EnterpriseName | None:
    """Return the held name because of which this one is refused (art. 17), or None."""
    return _first_same(session, keys, full_name, own, stands_in_the_way(now))


def find_own_same(
    session: Session,
    keys: NameKeys,
    full_name: str,
    *,
    holder_id: int,
    case_id: int | None,
    now: datetime,
) -> EnterpriseName | None:
    """Return the name reserved for this person, by another application, that is the same."""
    name = EnterpriseName
    is_theirs = sa.and_(name.holder_id == holder_id, name.state == NameState.RESERVED)
    held = sa.and_(is_theirs, stands_in_the_way(now))
    return _first_same(session, keys, full_name, Own(case_id=case_id), held)


def _first_same(
    session: Session,
    keys: NameKeys,
    full_name: str,
    own: Own,
    condition: sa.ColumnElement[bool],
) -> EnterpriseName | None:
    """Return the first name that is the same: as a whole, or by its trade name in its industry.

    The industry is the one as it is read now.
    """
    is_it = is_whole(full_name)
    perhaps_same = session.execute(
        sa.select(EnterpriseName.id, EnterpriseName.industry, is_it)
        .where(sa.or_(EnterpriseName.trade_key == keys.trade_key, is_it), condition, *_of_others())
        .order_by(EnterpriseName.id),
        asdict(own),
    )
    for name_id, industry, is_very_same in perhaps_same:
        its_class = industries.class_of(industry)
        same = industries.sameness(keys.industry_key, its_class)
        if is_very_same or same is Sameness.SAME:
            return session.get(EnterpriseName, name_id)
    return None


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


def find_registered(session: Session, enterprise_id: int) -> EnterpriseName | None:
    """Return the name that an enterprise has now, or None."""
    return session.scalar(
        sa.select(EnterpriseName)
        .where(
            EnterpriseName.enterprise_id == enterprise_id,
            EnterpriseName.state == NameState.REGISTERED,
        )
        .execution_options(populate_existing=True)
    )


def find_former(session: Session, enterprise: Enterprise) -> EnterpriseName | None:
    """Return the name that an enterprise had and that the register says of it now, or None."""
    return session.scalar(
        sa.select(EnterpriseName)
        .where(
            EnterpriseName.enterprise_id == enterprise.id,
            EnterpriseName.state == NameState.FORMER,
            EnterpriseName.full_name == enterprise.name,
        )
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


def stands_in_the_way(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a name stands in the way: held now, or given up less than a year ago."""
    return _in_the_way(sa.literal(now, UtcDateTime), sa.literal(_barred_since(now)))


def stands_held(now: datetime) -> sa.ColumnElement[bool]:
    """Whether the index of held names has a name in it, and not only because it lapsed unseen."""
    name = EnterpriseName
    lapsed = sa.and_(
        name.state == NameState.RESERVED, name.until <= now, name.used_by_case_id.is_(None)
    )
    return sa.or_(
        name.state == NameState.REGISTERED,
        sa.and_(
            name.state == NameState.RESERVED, name.enterprise_id.is_(None), lapsed.is_not(sa.true())
        ),
    )


def _in_the_way(
    now: sa.ColumnElement[datetime], barred_since: sa.ColumnElement[date]
) -> sa.ColumnElement[bool]:
    name = EnterpriseName
    return sa.or_(
        name.state == NameState.REGISTERED,
        sa.and_(
            name.state == NameState.RESERVED,
            sa.or_(name.until.is_(None), name.until > now, name.used_by_case_id.is_not(None)),
        ),
        sa.and_(name.state == NameState.FORMER, name.ended_on > barred_since),
    )


def _barred_since(now: datetime) -> date:
    return local_day(now) - timedelta(days=reference.name_words().barred_days)

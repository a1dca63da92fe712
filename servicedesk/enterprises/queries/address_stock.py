"""The park's stock of places as lists: buildings, free places, who is where, what ends."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.enterprises.address_models import AddressChange
from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.queries import entries
from servicedesk.enterprises.register_search import wanted
from servicedesk.errors import NotFound
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import Text, say

SOON: Final = timedelta(days=60)  # which leases the staff's list shows beside those that are over
_CHANGES: Final = 30  # of one place's history, the newest
_IN_PLACE = (Key(AddressUnit.building), Key(AddressUnit.floor), Key(AddressUnit.code))
_NEWEST = (Key(AddressHolding.since, descending=True), Key(AddressHolding.id, descending=True))
_IS_TAKEN = AddressHolding.state == HoldingState.TAKEN
_IS_OPEN = AddressHolding.state != HoldingState.RELEASED


@dataclass(frozen=True)
class Building:
    """A building and what of it is used; what is out of use is not counted."""

    key: str
    name: Text
    capacity: int
    taken: int
    held: int  # for applications
    over: int  # taken, though the lease is over

    @property
    def free(self) -> int:
        """How many more may come."""
        return self.capacity - self.taken - self.held


@dataclass(frozen=True)
class Use:
    """How the places of one unit are used now."""

    held: int = 0
    over: int = 0


@dataclass(frozen=True)
class FreeKind:
    """How many places of one kind are free in a building."""

    building: str  # its key
    name: Text
    kind: str
    places: int


@dataclass(frozen=True)
class Asked:
    """What a list of places is narrowed to; None: everything."""

    text: str = ""  # of a code, or of the name of a company
    building: str | None = None
    kind: str | None = None
    free: int | None = None  # at least so many places free


class EndingView(StrEnum):
    """The ready-made views of leases that end."""

    OVER = "over"
    SOON = "soon"


def buildings(session: Session, *, today: date) -> Sequence[Building]:
    """Return the buildings of the park with what is used, by key.  One SELECT."""
    use = _use(today).subquery()
    rows = session.execute(
        sa.select(
            AddressUnit.building,
            sa.func.min(AddressUnit.building_en),
            sa.func.min(AddressUnit.building_zh),
            sa.func.coalesce(
                sa.func.sum(AddressUnit.capacity).filter(AddressUnit.out_of_use_at.is_(None)), 0
            ),
            sa.func.sum(AddressUnit.taken),
            sa.func.sum(sa.func.coalesce(use.c.held, 0)),
            sa.func.sum(sa.func.coalesce(use.c.over, 0)),
        )
        .outerjoin(use, use.c.unit_id == AddressUnit.id)
        .group_by(AddressUnit.building)
        .order_by(AddressUnit.building)
    )
    return [
        Building(key, Text(en, zh), int(capacity), int(taken - held), int(held), int(over))
        for key, en, zh, capacity, taken, held, over in rows
    ]


def get_building(session: Session, key: str, *, today: date) -> Building:
    """Return one building.

    Raises:
        NotFound: the park has none with this key.
    """
    found = next((one for one in buildings(session, today=today) if one.key == key), None)
    if found is None:
        raise NotFound(say("The park has no such building."))
    return found


def units_of(session: Session, building: str) -> Sequence[AddressUnit]:
    """Return the places of a building, from the highest floor down."""
    return session.scalars(
        sa.select(AddressUnit)
        .where(AddressUnit.building == building)
        .order_by(AddressUnit.floor.desc(), AddressUnit.code)
    ).all()


def uses_of(session: Session, units: Collection[AddressUnit], *, today: date) -> Mapping[int, Use]:
    """Return how each of ``units`` is used, by id; one that nobody uses is left out."""
    query = _use(today).where(AddressHolding.unit_id.in_([unit.id for unit in units]))
    return {unit_id: Use(held, over) for unit_id, held, over in session.execute(query)}


def search(
    session: Session, asked: Asked, *, after: str | None = None, before: str | None = None
) -> Page[AddressUnit]:
    """Return a page of places, by building, floor and code.  One SELECT."""
    query = sa.select(AddressUnit).where(*_narrowed(asked))
    return page_of(session, query, _IN_PLACE, after=after, before=before)


def free_kinds(session: Session) -> Sequence[FreeKind]:
    """Return how many places are free, by building and kind; where none is, nothing."""
    places = sa.func.sum(AddressUnit.capacity - AddressUnit.taken)
    rows = session.execute(
        sa.select(
            AddressUnit.building,
            sa.func.min(AddressUnit.building_en),
            sa.func.min(AddressUnit.building_zh),
            AddressUnit.kind,
            places,
        )
        .where(AddressUnit.out_of_use_at.is_(None))
        .group_by(AddressUnit.building, AddressUnit.kind)
        .having(places > 0)
        .order_by(AddressUnit.building, AddressUnit.kind)
    )
    return [FreeKind(key, Text(en, zh), kind, int(count)) for key, en, zh, kind, count in rows]


def holdings_of(
    session: Session, unit: AddressUnit, *, after: str | None = None, before: str | None = None
) -> Page[AddressHolding]:
    """Return who is at a place and who was, the last who came first.  One SELECT."""
    query = (
        sa.select(AddressHolding)
        .where(AddressHolding.unit_id == unit.id)
        .options(joinedload(AddressHolding.enterprise), joinedload(AddressHolding.name))
    )
    return page_of(session, query, _NEWEST, after=after, before=before)


def changes_of(session: Session, unit: AddressUnit) -> Sequence[AddressChange]:
    """Return what staff changed of a place lately, the newest first."""
    return session.scalars(
        sa.select(AddressChange)
        .where(AddressChange.unit_id == unit.id)
        .options(joinedload(AddressChange.by))
        .order_by(AddressChange.id.desc())
        .limit(_CHANGES)
    ).all()


def ending(
    session: Session,
    view: EndingView,
    *,
    today: date,
    after: str | None = None,
    before: str | None = None,
) -> Page[AddressHolding]:
    """Return a page of the leases that are over, or soon will be, the earliest first."""
    query = (
        sa.select(AddressHolding)
        .where(_IS_TAKEN, AddressHolding.until.is_not(None), _in_view(view, today))
        .options(
            joinedload(AddressHolding.unit),
            joinedload(AddressHolding.enterprise),
            joinedload(AddressHolding.name),
        )
    )
    keys = (Key(AddressHolding.until), Key(AddressHolding.id))
    return page_of(session, query, keys, after=after, before=before)


def count_ending(session: Session, *, today: date) -> dict[EndingView, int]:
    """Return how many leases each view holds, by one statement."""
    counts = [sa.func.count().filter(_in_view(view, today)) for view in EndingView]
    query = sa.select(*counts).where(_IS_TAKEN, AddressHolding.until.is_not(None))
    return dict(zip(EndingView, session.execute(query).one(), strict=True))


def get_taken(session: Session, holding_id: int) -> AddressHolding:
    """Return a place that somebody has taken.

    Raises:
        NotFound: there is none, or it was released.
    """
    holding = session.scalar(
        sa.select(AddressHolding)
        .where(AddressHolding.id == holding_id, _IS_TAKEN)
        .options(
            joinedload(AddressHolding.unit),
            joinedload(AddressHolding.enterprise),
            joinedload(AddressHolding.name),
        )
    )
    if holding is None:
        raise NotFound(say("Nobody has taken this place, or it was released."))
    return holding


def to_warn(session: Session, *, today: date, days: Sequence[int]) -> Sequence[int]:
    """Return the ids of the leases whose people have a notice to come, the earliest first.

    ``days`` before the end there is one; whoever was told for fewer days is not told again.
    """
    due = [
        sa.and_(
            AddressHolding.until <= today + timedelta(days=count),
            sa.or_(AddressHolding.warned_days.is_(None), AddressHolding.warned_days > count),
        )
        for count in days
    ]
    return session.scalars(
        sa.select(AddressHolding.id)
        .where(_IS_TAKEN, AddressHolding.until >= today, sa.or_(*due))
        .order_by(AddressHolding.until, AddressHolding.id)
    ).all()


def standard_addresses(session: Session) -> dict[str, str]:
    """Return the Chinese addresses of all places in use, by code."""
    rows = session.execute(
        sa.select(AddressUnit.code, AddressUnit.address_zh)
        .where(AddressUnit.out_of_use_at.is_(None))
        .order_by(AddressUnit.code)
    )
    return {row.code: row.address_zh for row in rows}


def _use(today: date) -> sa.Select[int, int, int]:
    """Select how the places that are not free are used, by unit."""
    return (
        sa.select(
            AddressHolding.unit_id,
            sa.func.count().filter(AddressHolding.state == HoldingState.HELD).label("held"),
            sa.func.count().filter(_IS_TAKEN, AddressHolding.until < today).label("over"),
        )
        .where(_IS_OPEN)
        .group_by(AddressHolding.unit_id)
    )


def _in_view(view: EndingView, today: date) -> sa.ColumnElement[bool]:
    if view is EndingView.OVER:
        return AddressHolding.until < today
    return AddressHolding.until.between(today, today + SOON)


def _narrowed(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.building:
        found.append(AddressUnit.building == asked.building)
    if asked.kind:
        found.append(AddressUnit.kind == asked.kind)
    if asked.free:
        found.append(AddressUnit.capacity - AddressUnit.taken >= asked.free)
        found.append(AddressUnit.out_of_use_at.is_(None))
    if asked.text:
        code = AddressUnit.code.istartswith(asked.text, autoescape=True)
        found.append(sa.or_(code, AddressUnit.id.in_(_where_it_is(asked.text))))
    return found


def _where_it_is(company: str) -> sa.Select[int]:
    """Select where companies are whose name has ``company``: registered, admitted or entered."""
    by_name = AddressHolding.occupant.icontains(company, autoescape=True)
    admitted = sa.select(EnterpriseName.id).where(
        EnterpriseName.full_name.icontains(company, autoescape=True)
    )
    return sa.select(AddressHolding.unit_id).where(
        _IS_OPEN,
        sa.or_(
            by_name,
            AddressHolding.name_id.in_(admitted),
            AddressHolding.enterprise_id.in_(entries.ids_of(wanted(company))),
        ),
    )

"""Places of the park, and who has them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.enterprises import noted_branches
from servicedesk.enterprises.models import (
    HOSTED,
    AddressHolding,
    AddressUnit,
    Enterprise,
    HoldingState,
)
from servicedesk.enterprises.noted_branches import NOTE_BRANCH
from servicedesk.errors import NotFound
from servicedesk.words import say

NEAREST = 3  # how many free places are offered instead of a full one


def units(session: Session) -> Sequence[AddressUnit]:
    """Return all places of the park, in the order of their codes."""
    return session.scalars(
        sa.select(AddressUnit).order_by(AddressUnit.kind.desc(), AddressUnit.code)
    ).all()


def find_unit(session: Session, code: str) -> AddressUnit | None:
    """Return the place ``code``, or None."""
    return session.scalar(sa.select(AddressUnit).where(AddressUnit.code == code))


def get_unit(session: Session, code: str) -> AddressUnit:
    """Return the place ``code``.

    Raises:
        NotFound: the park has no such place.
    """
    unit = find_unit(session, code)
    if unit is None:
        raise NotFound(say("The park has no place %(code)s.", code=code))
    return unit


def nearest_free(session: Session, unit: AddressUnit) -> Sequence[AddressUnit]:
    """Return up to ``NEAREST`` free places of the same kind, those most like ``unit`` first.

    Near is: the same building, then the nearest floor, then the nearest area.
    """
    return session.scalars(
        sa.select(AddressUnit)
        .where(
            AddressUnit.kind == unit.kind,
            AddressUnit.taken < AddressUnit.capacity,
            AddressUnit.out_of_use_at.is_(None),
            AddressUnit.id != unit.id,
        )
        .order_by(
            AddressUnit.building != unit.building,
            sa.func.abs(AddressUnit.floor - unit.floor),
            sa.func.abs(sa.func.coalesce(AddressUnit.area, 0) - (unit.area or 0)),
            AddressUnit.code,
        )
        .limit(NEAREST)
    ).all()


def find_open_holding(session: Session, case_id: int) -> AddressHolding | None:
    """Return the place that an application holds or has taken, or None."""
    return session.scalar(
        sa.select(AddressHolding).where(
            AddressHolding.case_id == case_id, AddressHolding.state != HoldingState.RELEASED
        )
    )


def find_admission(
    session: Session, code: str, *, name_id: int | None = None, enterprise_id: int | None = None
) -> AddressHolding | None:
    """Return the place at the shared address ``code`` that a company was admitted to, or None.

    The company is known by its reserved name until its set-up has moved in, by itself then.
    """
    whose = [
        _awaits(name_id) if name_id is not None else sa.false(),
        AddressHolding.enterprise_id == enterprise_id if enterprise_id is not None else sa.false(),
    ]
    return session.scalar(
        sa.select(AddressHolding)
        .join(AddressHolding.unit)
        .where(
            AddressUnit.code == code,
            AddressUnit.kind == HOSTED,
            AddressHolding.state == HoldingState.TAKEN,
            sa.or_(*whose),
        )
        .order_by(AddressHolding.id)
        .limit(1)
    )


def admitted_codes(session: Session, name_id: int | None) -> frozenset[str]:
    """Return at which shared addresses the company of a reserved name was admitted; None: none."""
    if name_id is None:
        return frozenset()
    query = (
        sa.select(AddressUnit.code)
        .join(AddressHolding, AddressHolding.unit_id == AddressUnit.id)
        .where(
            AddressUnit.kind == HOSTED,
            AddressHolding.state == HoldingState.TAKEN,
            _awaits(name_id),
        )
    )
    return frozenset(session.scalars(query))


def find_holding_of_name(session: Session, name_id: int) -> AddressHolding | None:
    """Return the place that is held or taken for a reserved name, or None."""
    return session.scalar(
        sa.select(AddressHolding).where(
            AddressHolding.name_id == name_id, AddressHolding.state != HoldingState.RELEASED
        )
    )


def get_taken_place(session: Session, enterprise_id: int, code: str) -> AddressHolding:
    """Return the place of this code that an enterprise has, locked, with its unit.

    Raises:
        NotFound: it does not have it, or not any more.
    """
    taken = _last_taken(enterprise_id, AddressUnit.code == code)
    holding = session.scalar(taken.with_for_update(of=AddressHolding))
    if holding is None:
        raise NotFound(say("The enterprise does not have this place of the park."))
    return holding


def taken_places(session: Session, enterprise_id: int) -> Sequence[AddressHolding]:
    """Return the places that an enterprise has taken, for itself and its noted branches."""
    return session.scalars(
        sa.select(AddressHolding)
        .options(joinedload(AddressHolding.unit))
        .where(
            AddressHolding.enterprise_id == enterprise_id,
            AddressHolding.state == HoldingState.TAKEN,
        )
        .order_by(AddressHolding.id)
    ).all()


def branch_units(session: Session, enterprise_id: int, facts: Mapping[str, Any]) -> list[str]:
    """Return the codes of the places that the noted branches of an enterprise have.

    Facts from before the place was kept have its address alone, and are told by that.
    """
    noted = noted_branches.entries(facts)
    words = [one["zh"] for one in noted if not one.get("unit")]
    known = dict(
        session.execute(
            sa.select(AddressUnit.address_zh, AddressUnit.code)
            .join(AddressHolding, AddressHolding.unit_id == AddressUnit.id)
            .where(AddressHolding.enterprise_id == enterprise_id, AddressUnit.address_zh.in_(words))
        ).all()
        if words
        else []
    )
    codes = (one.get("unit") or known.get(one["zh"]) for one in noted)
    return [code for code in codes if code]


def places_of_branches(
    session: Session, enterprise: Enterprise, facts: Mapping[str, Any] | None = None
) -> list[AddressHolding]:
    """Return the places taken for the branches that facts say are noted on a licence.

    The facts are those of now where none are given.  Where the enterprise itself sits in the same
    unit, that which was applied for as the place of a branch is meant.
    """
    applied = {one.case_id for one in enterprise.filings if one.kind == NOTE_BRANCH}
    left = sorted(
        taken_places(session, enterprise.id), key=lambda one: (one.case_id not in applied, one.id)
    )
    found = []
    for code in branch_units(session, enterprise.id, facts or enterprise.facts):
        place = next((one for one in left if one.unit.code == code), None)
        if place is not None:
            left.remove(place)
            found.append(place)
    return found


def last_day_there(session: Session, enterprise_id: int, unit_id: int) -> date | None:
    """Return until when the place in a unit that an enterprise left last was agreed; None: open."""
    return session.scalar(
        sa.select(AddressHolding.until)
        .where(
            AddressHolding.enterprise_id == enterprise_id,
            AddressHolding.unit_id == unit_id,
            AddressHolding.state == HoldingState.RELEASED,
        )
        .order_by(AddressHolding.ended_at.desc(), AddressHolding.id.desc())
        .limit(1)
    )


def find_hosted_place(session: Session, enterprise_id: int) -> AddressHolding | None:
    """Return the place at a shared address that an enterprise has, or None."""
    return session.scalar(_last_taken(enterprise_id, AddressUnit.kind == HOSTED))


def _last_taken(enterprise_id: int, which: sa.ColumnElement[bool]) -> sa.Select[AddressHolding]:
    """Return what finds the place of some kind that an enterprise took last and still has."""
    return (
        sa.select(AddressHolding)
        .join(AddressHolding.unit)
        .where(
            AddressHolding.enterprise_id == enterprise_id,
            AddressHolding.state == HoldingState.TAKEN,
            which,
        )
        .order_by(AddressHolding.id.desc())
        .limit(1)
    )


def _awaits(name_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a place waits for the company of a reserved name."""
    return sa.and_(AddressHolding.name_id == name_id, AddressHolding.enterprise_id.is_(None))

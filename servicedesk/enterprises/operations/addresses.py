"""Holding, taking and giving back places of the park."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.queries import addresses
from servicedesk.enterprises.reference import UnitStock
from servicedesk.errors import NotFound, RuleBroken
from servicedesk.words import Text, Words, say

log = logging.getLogger(__name__)


class AddressTaken(RuleBroken):
    """The place is full; the words name free ones near it."""

    def __init__(self, unit: AddressUnit, free: Sequence[AddressUnit]) -> None:
        super().__init__(why_full(unit, free))
        self.free = tuple(one.code for one in free)


def why_full(unit: AddressUnit, free: Sequence[AddressUnit]) -> Words:
    """Return in words that a place is full, and which are free instead."""
    if not free:
        return say(
            "%(unit)s is taken, and nothing like it is free now. Choose another kind of address.",
            unit=unit.code,
        )
    codes = [one.code for one in free]
    return say(
        "%(unit)s is taken. Free and nearest to it: %(free)s. Choose one of these or another.",
        unit=unit.code,
        free=Text(", ".join(codes), "、".join(codes)),
    )


def hold(session: Session, code: str, *, case_id: int, now: datetime) -> AddressHolding:
    """Hold a place for an application; the one it held before is given back.

    Raises:
        AddressTaken: it is full; of two who ask for the last place, one gets it.
        NotFound: the park has no such place.
    """
    before = addresses.find_open_holding(session, case_id)
    if before is not None and before.unit.code == code:
        return before
    give_back(session, case_id=case_id, now=now)
    unit = _take_one(session, code)
    if unit is None:
        full = addresses.get_unit(session, code)
        raise AddressTaken(full, addresses.nearest_free(session, full))
    holding = AddressHolding(unit=unit, state=HoldingState.HELD, case_id=case_id, since=now)
    session.add(holding)
    session.flush()
    log.info("address held", extra={"unit": code, "case_id": case_id})
    return holding


def take(session: Session, *, case_id: int, enterprise_id: int | None) -> AddressHolding:
    """Turn what an application holds into a place taken.

    Raises:
        NotFound: the application holds no place.
    """
    holding = addresses.find_open_holding(session, case_id)
    if holding is None:
        raise NotFound(say("This application holds no place in the park."))
    holding.state = HoldingState.TAKEN
    holding.enterprise_id = enterprise_id
    return holding


def give_back(session: Session, *, case_id: int, now: datetime) -> None:
    """Give back what an application holds and has not taken.  Safe to repeat."""
    unit_id = session.scalar(
        sa.update(AddressHolding)
        .where(AddressHolding.case_id == case_id, AddressHolding.state == HoldingState.HELD)
        .values(state=HoldingState.RELEASED, ended_at=now)
        .returning(AddressHolding.unit_id)
    )
    if unit_id is None:
        return
    session.scalar(
        sa.update(AddressUnit)
        .where(AddressUnit.id == unit_id)
        .values(taken=AddressUnit.taken - 1)
        .returning(AddressUnit),
        execution_options={"populate_existing": True},
    )


def stock(session: Session, units: Sequence[UnitStock]) -> int:
    """Add the places that are not there yet; return how many.  Safe to run again."""
    known = set(session.scalars(sa.select(AddressUnit.code)))
    new = [unit for unit in units if unit.code not in known]
    session.add_all(_unit(unit) for unit in new)
    return len(new)


def _take_one(session: Session, code: str) -> AddressUnit | None:
    """Count one more place as taken if one is left; the condition is checked on the row."""
    return session.scalar(
        sa.update(AddressUnit)
        .where(AddressUnit.code == code, AddressUnit.taken < AddressUnit.capacity)
        .values(taken=AddressUnit.taken + 1)
        .returning(AddressUnit),
        execution_options={"populate_existing": True},
    )


def _unit(unit: UnitStock) -> AddressUnit:
    return AddressUnit(
        code=unit.code,
        kind=unit.kind,
        building_en=unit.building.en,
        building_zh=unit.building.zh,
        floor=unit.floor,
        area=unit.area,
        address_en=unit.address.en,
        address_zh=unit.address.zh,
        capacity=unit.capacity,
    )

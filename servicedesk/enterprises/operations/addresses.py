"""Holding, taking and giving back places of the park."""

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.operations import proofs
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


class NotAdmitted(RuleBroken):
    """The place is a shared address, and this company was not admitted to it."""

    def __init__(self, unit: AddressUnit) -> None:
        super().__init__(why_not_admitted(unit))


class AdmittedAlready(RuleBroken):
    """A place is held for the name already, by another application."""

    def __init__(self, unit: AddressUnit) -> None:
        words = say(
            "A place at %(unit)s is held or taken for this name already. One is enough.",
            unit=unit.code,
        )
        super().__init__(words)


def why_not_admitted(unit: AddressUnit) -> Words:
    """Return in words how one comes to a shared address."""
    return say(
        "%(unit)s is a shared address. First use the service “Shared registered address in the "
        "park” with a reserved name; then set the company up under that name.",
        unit=unit.code,
    )


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


def hold(
    session: Session,
    code: str,
    *,
    case_id: int,
    now: datetime,
    name_id: int | None = None,
    enterprise_id: int | None = None,
) -> AddressHolding:
    """Hold a place for an application; the one it held before is given back.

    Args:
        session: the database.
        code: of the place.
        case_id: of the application.
        now: the moment.
        name_id: of the reserved name for whose company it is, where there is no company yet.
        enterprise_id: of the company that moves here; where it is now is locked along, so that
            of two that move both ways at once neither waits for the other in a circle.

    Raises:
        AddressTaken: it is full or out of use; of two who ask for the last place, one gets it.
        AdmittedAlready: another application holds a place for the name, or took it.
        NotFound: the park has no such place.
    """
    if name_id is not None:
        _nothing_for(session, name_id, case_id=case_id)
    before = addresses.find_open_holding(session, case_id)
    if before is not None and before.unit.code == code:
        before.name_id = name_id
        return before
    lock_units(session, codes=[code], case_id=case_id, enterprise_id=enterprise_id)
    give_back(session, case_id=case_id, now=now)
    unit = take_one(session, code)
    if unit is None:
        full = addresses.get_unit(session, code)
        raise AddressTaken(full, addresses.nearest_free(session, full))
    holding = AddressHolding(
        unit=unit, state=HoldingState.HELD, case_id=case_id, name_id=name_id, since=now
    )
    session.add(holding)
    session.flush()
    log.info("address held", extra={"unit": code, "case_id": case_id})
    return holding


def move_in(
    session: Session, unit: AddressUnit, *, case_id: int, name_id: int | None, now: datetime
) -> AddressHolding:
    """Find the place that a company to be set up was admitted to; nothing more is counted.

    Raises:
        NotAdmitted: the company was not admitted here.
    """
    admission = addresses.find_admission(session, unit.code, name_id=name_id)
    if admission is None:
        raise NotAdmitted(unit)
    give_back(session, case_id=case_id, now=now)
    return admission


def take(
    session: Session,
    *,
    case_id: int,
    enterprise_id: int | None,
    admission: AddressHolding | None = None,
    until: date | None = None,
) -> AddressHolding:
    """Turn what an application holds, or else its ``admission``, into a place taken.

    Args:
        session: the database.
        case_id: of the application.
        enterprise_id: who comes; None: a company to be set up under the name that is admitted.
        admission: the place that the company was admitted to, where the application holds none.
        until: the last day of lease or stay; None: what was agreed before holds on.

    Raises:
        NotFound: the application holds no place, or it was released meanwhile.
    """
    codes = [admission.unit.code] if admission is not None else []
    lock_units(session, codes=codes, case_id=case_id, enterprise_id=enterprise_id)
    holding = addresses.find_open_holding(session, case_id) or admission
    if holding is None or not _still_open(session, holding):
        raise NotFound(say("This application holds no place in the park."))
    holding.state = HoldingState.TAKEN
    holding.enterprise_id = enterprise_id
    if until is not None:
        holding.until, holding.warned_days = until, None
    session.flush()
    return holding


def move(
    session: Session,
    *,
    case_id: int,
    enterprise_id: int,
    now: datetime,
    admission: AddressHolding | None = None,
    until: date | None = None,
    but: Collection[AddressHolding] = (),
) -> AddressHolding:
    """Take the new place of a company that changes its address, and give up where it was.

    The new place was counted when the application was sent, so no count is ever too high.  What
    it has for others than itself, its noted branches, is kept: ``but``.

    Raises:
        NotFound: the application holds no place.
    """
    taken = take(
        session, case_id=case_id, enterprise_id=enterprise_id, admission=admission, until=until
    )
    vacate(session, enterprise_id=enterprise_id, now=now, but=[taken, *but])
    return taken


def vacate(
    session: Session,
    *,
    enterprise_id: int,
    now: datetime,
    but: Collection[AddressHolding] = (),
) -> int:
    """Free all places that a company has taken, all ``but`` some; return how many.

    For a deregistration, and for moving out of the park.  Safe to repeat.
    """
    lock_units(session, enterprise_id=enterprise_id)
    kept = {one.id for one in but}
    taken = addresses.taken_places(session, enterprise_id)
    return leave(session, [one for one in taken if one.id not in kept], now=now)


def leave(session: Session, places: Collection[AddressHolding], *, now: datetime) -> int:
    """Free these places, whose units the caller has locked; return how many were still taken."""
    left = session.scalars(
        sa.update(AddressHolding)
        .where(
            AddressHolding.id.in_([one.id for one in places]),
            AddressHolding.state == HoldingState.TAKEN,
        )
        .values(state=HoldingState.RELEASED, ended_at=now)
        .returning(AddressHolding)
    ).all()
    for holding in left:
        uncount(session, holding.unit_id)
        proofs.end(session, holding, now=now)
    if left:
        log.info("addresses vacated", extra={"holdings": [one.id for one in left]})
    return len(left)


def give_back(session: Session, *, case_id: int, now: datetime) -> None:
    """Give back what an application holds and has not taken.  Safe to repeat."""
    lock_units(session, case_id=case_id)
    unit_id = session.scalar(
        sa.update(AddressHolding)
        .where(AddressHolding.case_id == case_id, AddressHolding.state == HoldingState.HELD)
        .values(state=HoldingState.RELEASED, ended_at=now)
        .returning(AddressHolding.unit_id)
    )
    if unit_id is not None:
        uncount(session, unit_id)


def lock_units(
    session: Session,
    *,
    codes: Collection[str] = (),
    case_id: int | None = None,
    enterprise_id: int | None = None,
) -> None:
    """Lock the places concerned in the order of their ids, so that nobody waits in a circle.

    They are: those of ``codes``, where the application has one, and where the company is.  Places
    come before the holdings in them; whoever changes a count or a holding begins here.
    """
    theirs = sa.select(AddressHolding.unit_id).where(
        AddressHolding.state != HoldingState.RELEASED,
        sa.or_(
            AddressHolding.case_id == case_id if case_id is not None else sa.false(),
            AddressHolding.enterprise_id == enterprise_id
            if enterprise_id is not None
            else sa.false(),
        ),
    )
    session.execute(
        sa.select(AddressUnit.id)
        .where(sa.or_(AddressUnit.code.in_(codes), AddressUnit.id.in_(theirs)))
        .order_by(AddressUnit.id)
        .with_for_update(key_share=True)
    ).all()


def uncount(session: Session, unit_id: int) -> None:
    """Count one place less as taken; its holding was released in this transaction."""
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


def _nothing_for(session: Session, name_id: int, *, case_id: int) -> None:
    """See, one application at a time, that no other has a place for the name.

    Raises:
        AdmittedAlready: another has.
    """
    session.execute(
        sa.select(EnterpriseName.id).where(EnterpriseName.id == name_id).with_for_update()
    )
    other = addresses.find_holding_of_name(session, name_id)
    if other is not None and other.case_id != case_id:
        raise AdmittedAlready(other.unit)


def _still_open(session: Session, holding: AddressHolding) -> bool:
    """Lock a holding; say whether nobody released it since it was read."""
    state = session.scalar(
        sa.select(AddressHolding.state).where(AddressHolding.id == holding.id).with_for_update()
    )
    return state is not HoldingState.RELEASED


def take_one(session: Session, code: str) -> AddressUnit | None:
    """Count one more place as taken if one is left; the condition is checked on the row."""
    return session.scalar(
        sa.update(AddressUnit)
        .where(
            AddressUnit.code == code,
            AddressUnit.taken < AddressUnit.capacity,
            AddressUnit.out_of_use_at.is_(None),
        )
        .values(taken=AddressUnit.taken + 1)
        .returning(AddressUnit),
        execution_options={"populate_existing": True},
    )


def _unit(unit: UnitStock) -> AddressUnit:
    return AddressUnit(
        code=unit.code,
        kind=unit.kind,
        building=unit.building_key,
        building_en=unit.building.en,
        building_zh=unit.building.zh,
        floor=unit.floor,
        area=unit.area,
        address_en=unit.address.en,
        address_zh=unit.address.zh,
        capacity=unit.capacity,
        lease_en=unit.lease.en if unit.lease else None,
        lease_zh=unit.lease.zh if unit.lease else None,
    )

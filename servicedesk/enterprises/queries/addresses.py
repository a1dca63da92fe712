"""Places of the park, and who has them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import HOSTED, AddressHolding, AddressUnit, HoldingState
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
    holding = session.scalar(
        sa.select(AddressHolding)
        .join(AddressHolding.unit)
        .where(
            AddressHolding.enterprise_id == enterprise_id,
            AddressHolding.state == HoldingState.TAKEN,
            AddressUnit.code == code,
        )
        .order_by(AddressHolding.id.desc())
        .limit(1)
        .with_for_update(of=AddressHolding)
    )
    if holding is None:
        raise NotFound(say("The enterprise does not have this place of the park."))
    return holding


def find_hosted_place(session: Session, enterprise_id: int) -> AddressHolding | None:
    """Return the place at a shared address that an enterprise has, or None."""
    return session.scalar(
        sa.select(AddressHolding)
        .join(AddressHolding.unit)
        .where(
            AddressHolding.enterprise_id == enterprise_id,
            AddressHolding.state == HoldingState.TAKEN,
            AddressUnit.kind == HOSTED,
        )
        .order_by(AddressHolding.id.desc())
        .limit(1)
    )


def _awaits(name_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a place waits for the company of a reserved name."""
    return sa.and_(AddressHolding.name_id == name_id, AddressHolding.enterprise_id.is_(None))

"""What staff change of the park's places, each with its reason in the history.

Whoever changes a place locks it first; the counts, and the checks of the database on them, see
to it that nothing goes below what is taken.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.address_models import AddressChange
from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.operations import addresses, proofs
from servicedesk.enterprises.queries import addresses as queries
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.words import Text, Words, say, words_as_json

log = logging.getLogger(__name__)


class BelowTaken(RuleBroken):
    """More are there than the place would hold."""

    def __init__(self, unit: AddressUnit) -> None:
        words = say(
            "%(taken)s of the places at %(unit)s are held or taken; it cannot hold fewer. "
            "Release one first.",
            taken=unit.taken,
            unit=unit.code,
        )
        super().__init__(words)


class SomebodyIsThere(RuleBroken):
    """A place is out of use only when nobody is there."""

    def __init__(self, unit: AddressUnit) -> None:
        words = say("Somebody holds %(unit)s or is there. Release it first.", unit=unit.code)
        super().__init__(words)


class PlaceExists(RuleBroken):
    """The park has a place with this code already."""

    def __init__(self, code: str) -> None:
        super().__init__(say("There is a place %(unit)s already.", unit=code))


class NothingChanges(RuleBroken):
    """It is like that already."""

    def __init__(self) -> None:
        super().__init__(say("Nothing would be different: it is like that already."))


@dataclass(frozen=True)
class Terms:
    """What of a place may change: how many it holds, how large it is, how it is let."""

    capacity: int
    area: int | None  # square metres
    lease: Text | None

    @classmethod
    def of(cls, unit: AddressUnit) -> "Terms":
        """Return the terms of a place as they are."""
        lease = Text(unit.lease_en, unit.lease_zh or "") if unit.lease_en else None
        return cls(unit.capacity, unit.area, lease)

    @property
    def state(self) -> str:
        """A name for what somebody who looks at them sees."""
        return repr(self)

    def put_on(self, unit: AddressUnit) -> None:
        """Give ``unit`` these terms."""
        unit.capacity, unit.area = self.capacity, self.area
        unit.lease_en = self.lease.en if self.lease else None
        unit.lease_zh = self.lease.zh if self.lease else None


@dataclass(frozen=True)
class Place:
    """A place to be added."""

    code: str
    kind: str
    building: AddressUnit  # any place of the building that it is in
    floor: int
    address: Text
    terms: Terms


@dataclass(frozen=True)
class Change:
    """Who changes something, why, and when."""

    by: User
    reason: str
    now: datetime


def add(session: Session, place: Place, change: Change) -> AddressUnit:
    """Add a place to a building of the park.

    Raises:
        PlaceExists: there is one with its code.
    """
    if queries.find_unit(session, place.code) is not None:
        raise PlaceExists(place.code)
    unit = AddressUnit(
        code=place.code, kind=place.kind, building=place.building.building,
        building_en=place.building.building_en, building_zh=place.building.building_zh,
        floor=place.floor, address_en=place.address.en, address_zh=place.address.zh, taken=0,
    )  # fmt: skip
    place.terms.put_on(unit)
    session.add(unit)
    session.flush()
    _keep(session, unit, [say("Added, for %(capacity)s", capacity=unit.capacity)], change)
    return unit


def change_terms(
    session: Session, unit: AddressUnit, terms: Terms, change: Change, *, seen: str
) -> None:
    """Change capacity, area or conditions of a place; ``seen`` is what was looked at.

    Raises:
        BelowTaken: more are there, or applications hold more.
        NothingChanges: it is like that.
        Overtaken: somebody changed it meanwhile.
    """
    _lock(session, unit)
    before = Terms.of(unit)
    if before.state != seen:
        raise Overtaken
    what = list(_differences(before, terms))
    if not what:
        raise NothingChanges
    if terms.capacity < unit.taken:
        raise BelowTaken(unit)
    terms.put_on(unit)
    _keep(session, unit, what, change)


def take_out_of_use(session: Session, unit: AddressUnit, change: Change) -> None:
    """Let nobody come to a place any more.

    Raises:
        NothingChanges: it is out of use.
        SomebodyIsThere: it is held or taken.
    """
    _lock(session, unit)
    if unit.out_of_use_at is not None:
        raise NothingChanges
    if unit.taken:
        raise SomebodyIsThere(unit)
    unit.out_of_use_at = change.now
    _keep(session, unit, [say("Taken out of use")], change)


def put_into_use(session: Session, unit: AddressUnit, change: Change) -> None:
    """Let companies come to a place again.

    Raises:
        NothingChanges: it is in use.
    """
    _lock(session, unit)
    if unit.out_of_use_at is None:
        raise NothingChanges
    unit.out_of_use_at = None
    _keep(session, unit, [say("Put into use again")], change)


def settle(
    session: Session, unit: AddressUnit, occupant: str, change: Change, *, until: date | None
) -> AddressHolding:
    """Enter a company that came without an application of this desk; ``until``: its last day.

    Raises:
        AddressTaken: the place is full or out of use.
    """
    if addresses.take_one(session, unit.code) is None:
        raise addresses.AddressTaken(unit, queries.nearest_free(session, unit))
    holding = AddressHolding(
        unit=unit, state=HoldingState.TAKEN, occupant=occupant, since=change.now, until=until
    )
    session.add(holding)
    session.flush()
    _keep(session, unit, [say("Entered who is here")], change, holding)
    return holding


def release(session: Session, holding: AddressHolding, change: Change) -> None:
    """Free the place that somebody has taken.

    Raises:
        Overtaken: it is free already, or never was taken but held for an application.
    """
    _lock(session, holding.unit)
    left = session.scalar(
        sa.update(AddressHolding)
        .where(AddressHolding.id == holding.id, AddressHolding.state == HoldingState.TAKEN)
        .values(state=HoldingState.RELEASED, ended_at=change.now)
        .returning(AddressHolding.unit_id)
    )
    if left is None:
        raise Overtaken
    addresses.uncount(session, left)
    proofs.end(session, holding, now=change.now)
    _keep(session, holding.unit, [say("Place released")], change, holding)


def prolong(
    session: Session, holding: AddressHolding, until: date | None, change: Change, *, seen: str
) -> None:
    """Let a lease or stay last until another day; None: open.  ``seen``: the day until now.

    A proof of the address is issued anew.

    Raises:
        NothingChanges: it lasts until then.
        Overtaken: the place was released, or somebody prolonged it meanwhile.
    """
    if holding.enterprise_id is not None:
        lock_enterprise(session, holding.enterprise_id)  # as who decides: enterprise, then place
    _lock(session, holding.unit)
    session.refresh(holding, ["state", "until", "warned_days"], with_for_update=True)
    before = holding.until
    if holding.state is not HoldingState.TAKEN or str(before or "") != seen:
        raise Overtaken
    if before == until:
        raise NothingChanges
    holding.until, holding.warned_days = until, None
    proofs.renew(session, holding, now=change.now)
    what = say("Lasts until %(until)s, before: %(before)s", until=_day(until), before=_day(before))
    _keep(session, holding.unit, [what], change, holding)


def _lock(session: Session, unit: AddressUnit) -> None:
    """Lock a place and see it as it is now."""
    session.flush()
    session.refresh(unit, with_for_update={"key_share": True})


def _differences(before: Terms, after: Terms) -> Sequence[Words]:
    found: list[Words] = []
    if before.capacity != after.capacity:
        found.append(
            say("Capacity %(to)s, before: %(was)s", to=after.capacity, was=before.capacity)
        )
    if before.area != after.area:
        area: dict[str, Any] = {"to": after.area or "–", "was": before.area or "–"}
        found.append(say("Area %(to)s m², before: %(was)s m²", **area))
    if before.lease != after.lease:
        found.append(say("Conditions: %(to)s", to=after.lease or "–"))
    return found


def _day(day: date | None) -> date | Words:
    return day or say("no end")


def _keep(
    session: Session,
    unit: AddressUnit,
    what: Sequence[Words],
    change: Change,
    holding: AddressHolding | None = None,
) -> None:
    session.add(
        AddressChange(
            unit=unit,
            holding=holding,
            at=change.now,
            by=change.by,
            reason=change.reason,
            what=[words_as_json(one) for one in what],
        )
    )
    session.flush()
    log.info("place changed", extra={"unit": unit.code, "what": [one.msgid for one in what]})

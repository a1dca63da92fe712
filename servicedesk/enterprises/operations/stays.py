"""Notices that a lease in the park ends.  A machine tells; only a person releases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.catalogue.queries import services_in_force
from servicedesk.enterprises.models import AddressHolding, HoldingState
from servicedesk.enterprises.queries import members
from servicedesk.notices import operations as notices
from servicedesk.park import local_day
from servicedesk.words import Text

CHANGE_ADDRESS: Final = "change_address"  # the effect of the services by which one moves


def warn(session: Session, holding_id: int, *, days: Sequence[int], now: datetime) -> bool:
    """Mail those who act for a company that its lease ends; say whether there was anybody to tell.

    Args:
        session: the database.
        holding_id: of the place.
        days: how many days before the end there is a notice; each is sent once, and one that
            was missed is not made up when the next is due.
        now: the moment.
    """
    holding = session.scalar(
        sa.select(AddressHolding)
        .where(AddressHolding.id == holding_id, AddressHolding.state == HoldingState.TAKEN)
        .with_for_update()
    )
    if holding is None or holding.until is None:
        return False
    left = (holding.until - local_day(now)).days
    step = min((count for count in days if left <= count), default=None)
    is_told = holding.warned_days is not None and step is not None and holding.warned_days <= step
    if step is None or left < 0 or is_told:
        return False
    holding.warned_days = step
    people = _people(session, holding, now)
    for person in people:
        notices.send(
            session, person, "place_ends", about=holding.unit.code, now=now,
            facts={
                "company": _company(holding),
                "unit": holding.unit.code,
                "address": Text(holding.unit.address_en, holding.unit.address_zh),
                "until": holding.until,
                "path": f"/enterprises/{holding.enterprise_id}" if holding.enterprise_id else "",
            },
        )  # fmt: skip
    return bool(people)


def _people(session: Session, holding: AddressHolding, now: datetime) -> Sequence[User]:
    """Return who prepares a change of address for the company: its members, and its agents in it.

    Before it is registered, who reserved its name.
    """
    if holding.enterprise_id is not None:
        moving = [
            one.code for one in services_in_force(session) if one.result.effect == CHANGE_ADDRESS
        ]
        return members.who_prepares(
            session, holding.enterprise_id, today=local_day(now), services=moving
        )
    if holding.name is not None and holding.name.holder_id is not None:
        return [session.get_one(User, holding.name.holder_id)]
    return []


def _company(holding: AddressHolding) -> str:
    if holding.enterprise is not None:
        return holding.enterprise.name
    return holding.name.full_name if holding.name is not None else ""

"""What an approval does to the register, and what an application holds until then.

``EFFECTS`` run once, in the transaction of the decision.  ``hold`` runs when an application
is sent (again), ``accepted`` when a clerk accepts it, ``release`` when it ends any other way than
by approval.  A bundle lets run what one of its parts will ask for, until that part begins.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.enterprises import amendments, archive, holds, set_ups
from servicedesk.enterprises.applications import Application, Effect, plain_notice
from servicedesk.enterprises.operations import addresses, names, proceedings


def hold(
    session: Session, effect_name: str | None, application: Application, now: datetime
) -> None:
    """Hold what is scarce for an application that is sent; again after a correction.

    Raises:
        RuleBroken: somebody else has it; the words say what is free instead.
    """
    if effect_name in _HOLDS:
        _HOLDS[effect_name](session, application, now)


def accepted(
    session: Session, effect_name: str | None, application: Application, now: datetime
) -> None:
    """Let an application run from its acceptance by a clerk, unless it did before.

    Raises:
        RuleBroken: the enterprise cannot have this now; the words say why.
    """
    if effect_name in _ACCEPTED:
        _ACCEPTED[effect_name](session, application, now)


def release(session: Session, effect_name: str | None, case_id: int, now: datetime) -> None:
    """Let go what an application held, when it ends without approval.  Safe to repeat.

    A bundle, which has no effect of its own, lets go what no part has taken over.
    """
    proceedings.end(session, case_id=case_id, now=now)
    if effect_name in _HOLDS:
        names.let_go(session, case_id=case_id, now=now)
        addresses.give_back(session, case_id=case_id, now=now)


def run_for_part(
    session: Session, effect_name: str | None, application: Application, now: datetime
) -> None:
    """Let the change run that a part of this bundle will ask for: from the sending of the whole.

    Names and places are held by the part, once it begins.

    Raises:
        RuleBroken: the enterprise cannot have this now; the words say why.
    """
    if effect_name in amendments.KINDS:
        amendments.running(effect_name)(session, application, now)


def hand_to_part(session: Session, effect_name: str | None, *, whole_id: int, part_id: int) -> None:
    """Let what runs for a bundle go on as its part's, if that is the part which asks for it."""
    if effect_name in amendments.KINDS:
        proceedings.hand_on(session, case_id=whole_id, to_case_id=part_id)


Hold = Callable[[Session, Application, datetime], None]

_HOLDS: Final[dict[str | None, Hold]] = {
    "reserve_name": holds.hold_new_name,
    "register_enterprise": holds.hold_for_set_up,
    "register_branch": amendments.hold_branch,
    "host_address": holds.hold_place,
    **{kind: amendments.holding(kind) for kind in amendments.KINDS},
}
_ACCEPTED: Final[dict[str | None, Hold]] = {
    "register_branch": amendments.accept_branch,
    **{kind: amendments.accepting(kind) for kind in amendments.KINDS},
}
EFFECTS: Final[dict[str, Effect]] = {
    "none": plain_notice,
    "issue_extract": archive.issue_extract,
    "reserve_name": set_ups.reserve_name,
    "register_enterprise": set_ups.register_enterprise,
    "register_branch": amendments.set_up_branch,
    "host_address": set_ups.host_address,
    **{kind: amendments.amending(kind) for kind in amendments.KINDS},
}

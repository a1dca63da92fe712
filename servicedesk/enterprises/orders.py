"""What the registrar does to an enterprise without being asked: a table of orders.

Company Law art. 241 (L_CL): whose licence was revoked and who has not deregistered for three
years is announced and then deregistered; Beijing announces for 90 days (E_FORCED, a setting of
the service that explains it).  An objection ends the announcement: its filing is withdrawn.
Regulation (L_MER) art. 40: a registration that was obtained by false papers is annulled; the
enterprise ends with it, and what the register had said of it stays to be seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.register_changes import (
    DEREGISTERED,
    SUSPENDED,
    Wish,
    deregister,
    resume,
)
from servicedesk.words import Words, say

Facts = dict[str, Any]

REVOKED: Final = "revoked"
ANNUL: Final = "annul_registration"
NOTICE_DAYS: Final = "notice_days"  # the setting that says how long an announcement runs
FEWEST_NOTICE_DAYS: Final = 60  # art. 241, where no service sets more
_YEARS_WITHOUT: Final = 3  # art. 241


@dataclass(frozen=True)
class Order:
    """One kind of order: why it cannot be given now, and what it makes of the facts."""

    words: Words
    bar: Callable[[Mapping[str, Any], date], Words | None]
    change: Callable[[Mapping[str, Any], date, int], Facts]


def _may_revoke(facts: Mapping[str, Any], today: date) -> Words | None:  # noqa: ARG001
    if facts.get("state") in {REVOKED, DEREGISTERED}:
        return say("The licence is not in force any more.")
    return None


def _revoke(facts: Mapping[str, Any], today: date, notice_days: int) -> Facts:  # noqa: ARG001
    kept = {key: value for key, value in facts.items() if key != "suspension"}
    return {**kept, "state": REVOKED, "revoked_on": today.isoformat()}


def _may_announce(facts: Mapping[str, Any], today: date) -> Words | None:
    if facts.get("state") != REVOKED:
        return say("Only an enterprise whose licence was revoked is deregistered by force.")
    if facts.get("announcement"):
        return say("The deregistration is announced already.")
    first = years_after(date.fromisoformat(facts["revoked_on"]), _YEARS_WITHOUT)
    if today < first:
        return say("Three years must have passed since the revocation: from %(day)s.", day=first)
    return None


def _announce(facts: Mapping[str, Any], today: date, notice_days: int) -> Facts:
    until = today + timedelta(days=notice_days)  # the first day is not counted
    return {**facts, "announcement": {"since": today.isoformat(), "until": until.isoformat()}}


def _may_force(facts: Mapping[str, Any], today: date) -> Words | None:
    announced = facts.get("announcement")
    if facts.get("state") != REVOKED or not announced:
        return say("The deregistration has to be announced first.")
    until = date.fromisoformat(announced["until"])
    if today <= until:
        return say("The announcement runs until %(day)s.", day=until)
    return None


def _force(facts: Mapping[str, Any], today: date, notice_days: int) -> Facts:  # noqa: ARG001
    kept = {key: value for key, value in facts.items() if key != "announcement"}
    return deregister(kept, Wish({}, today))


def _may_resume(facts: Mapping[str, Any], today: date) -> Words | None:  # noqa: ARG001
    return None if facts.get("state") == SUSPENDED else say("Its business does not rest.")


def _resume(facts: Mapping[str, Any], today: date, notice_days: int) -> Facts:  # noqa: ARG001
    return resume(facts, Wish({}, today))


def _may_annul(facts: Mapping[str, Any], today: date) -> Words | None:  # noqa: ARG001
    return say("The enterprise has ended.") if facts.get("state") == DEREGISTERED else None


ORDERS: Final[Mapping[str, Order]] = {
    # It does business again, or published that it does (Implementing Rules, art. 42).
    "resume": Order(say("Enter that business was resumed"), _may_resume, _resume),
    "revoke_licence": Order(say("Revoke the licence"), _may_revoke, _revoke),
    "announce_deregistration": Order(
        say("Announce the compulsory deregistration"), _may_announce, _announce
    ),
    "deregister_by_force": Order(say("Deregister by force"), _may_force, _force),
    ANNUL: Order(say("Annul the registration"), _may_annul, _force),
}

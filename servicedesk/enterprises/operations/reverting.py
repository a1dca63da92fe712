"""What goes along when a filing is annulled, withdrawn or corrected: all that had followed it.

The name that the register says again is the enterprise's own again, its places in the park are
taken again, the notice of what does not count is in force no more, and the licence is printed
anew where it says something else.  What cannot be given back any more, because somebody else has
it, is told, and nothing is done.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.enterprises import certificate_facts
from servicedesk.enterprises.models import (
    LICENCE,
    AddressHolding,
    Enterprise,
    Filing,
    HoldingState,
)
from servicedesk.enterprises.operations import addresses, certificates, names
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.orders import REVOKED
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.enterprises.queries import certificates as certificate_queries
from servicedesk.enterprises.register_changes import DEREGISTERED
from servicedesk.errors import RuleBroken
from servicedesk.words import Text, say

Facts = Mapping[str, Any]


def follow(
    session: Session, enterprise: Enterprise, filing: Filing, before: Facts, decision: Decision
) -> None:
    """Bring name, place and certificates to what the register says without a filing.

    Args:
        session: the caller's.
        enterprise: locked; its facts are those without the filing.
        filing: that was replaced.
        before: the facts as they were with it.
        decision: of the registrar.

    Raises:
        RuleBroken: its former name or place is somebody else's meanwhile.
    """
    after = enterprise.facts
    if _is_there(after):
        names.give_again(session, enterprise, now=decision.now)
    had, has = (_places(session, enterprise, facts) for facts in (before, after))
    if had != has:
        _return_to(session, enterprise, gone=had - has, come=has - had, decision=decision)
    _end_notices(session, filing, decision)
    print_again(session, enterprise, before, decision)


def _is_there(facts: Facts) -> bool:
    return facts.get("state") != DEREGISTERED


def _places(session: Session, enterprise: Enterprise, facts: Facts) -> Counter[str]:
    """Return the places in the park that an enterprise of these facts and its branches have."""
    if not _is_there(facts):
        return Counter()
    places = Counter(address_queries.branch_units(session, enterprise.id, facts))
    if facts.get("address_unit"):
        places[facts["address_unit"]] += 1
    return places


def _return_to(
    session: Session,
    enterprise: Enterprise,
    *,
    gone: Counter[str],
    come: Counter[str],
    decision: Decision,
) -> None:
    addresses.lock_units(session, codes=list(come), enterprise_id=enterprise.id)
    branches = address_queries.places_of_branches(session, enterprise)
    own = [
        one
        for one in reversed(address_queries.taken_places(session, enterprise.id))
        if one not in branches
    ]
    for code, count in gone.items():
        left = [one for one in own if one.unit.code == code][:count]
        addresses.leave(session, left, now=decision.now)
    for code in sorted(come.elements()):
        _take_again(session, enterprise, code, decision)
    session.flush()


def _take_again(session: Session, enterprise: Enterprise, code: str, decision: Decision) -> None:
    unit = addresses.take_one(session, code)
    if unit is None:
        raise RuleBroken(
            say(
                "Its former place %(unit)s is taken meanwhile. It must change its address instead.",
                unit=code,
            )
        )
    session.add(
        AddressHolding(
            unit=unit,
            state=HoldingState.TAKEN,
            enterprise_id=enterprise.id,
            since=decision.now,
            until=address_queries.last_day_there(session, enterprise.id, unit.id),
        )
    )


def _end_notices(session: Session, filing: Filing, decision: Decision) -> None:
    if filing.case_id is None:
        return
    for one in certificate_queries.certificates_of_case(session, filing.case_id):
        if one.template != LICENCE and one.state in certificate_queries.IN_FORCE:
            certificates.revoke(one, reason=decision.reason or "", now=decision.now)


def print_again(
    session: Session, enterprise: Enterprise, before: Facts, decision: Decision
) -> None:
    """Issue the licence anew where it says something else now, or is in force again."""
    after, ended = enterprise.facts, {DEREGISTERED, REVOKED}
    is_back = before.get("state") in ended and after.get("state") not in ended
    says_else = certificate_facts.is_printed_anew(before, after)
    last = certificate_queries.last_licence(session, enterprise.id)
    if last is None or after.get("state") in ended or not (is_back or says_else):
        return
    issuer = Text(last.facts["issuer"]["en"], last.facts["issuer"]["zh"])
    issue = certificate_facts.Issue(issuer=issuer, on=decision.day, reference="")
    certificates.renew_licence(session, enterprise, issue, case_id=last.case_id, now=decision.now)

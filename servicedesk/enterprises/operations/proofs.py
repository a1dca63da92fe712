"""Proofs of an address in the park: issued when asked for, renewed with the stay, ended with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.enterprises.certificate_facts import (
    Issue,
    address_proof,
    place_code,
    prolonged_proof,
)
from servicedesk.enterprises.models import (
    ADDRESS_PROOF,
    AddressHolding,
    Certificate,
    EndReason,
    Enterprise,
)
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.policy import PARK
from servicedesk.enterprises.queries import addresses
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.park import local_day, park
from servicedesk.words import Text


def prove(session: Session, enterprise: Enterprise, code: str, *, now: datetime) -> Certificate:
    """Return the proof that an enterprise has a place of the park, issued where there is none.

    Of two who ask at once both get the same.  One that says an old name or an old last day gives
    way to a new one.

    Raises:
        NotFound: the enterprise does not have this place now.
    """
    lock_enterprise(session, enterprise.id)
    holding = addresses.get_taken_place(session, enterprise.id, code)
    in_force = _proofs(session, holding)
    for proof in in_force:
        if (proof.facts["holder"], proof.valid_until) == (enterprise.name, holding.until):
            return proof
    unit = holding.unit
    facts = address_proof(
        enterprise.name,
        (unit.code, Text(unit.address_en, unit.address_zh)),
        (local_day(holding.since), holding.until),
        Issue(issuer=park().departments[PARK].full, on=local_day(now), reference=""),
    )
    return certificates.issue(
        session,
        ADDRESS_PROOF,
        facts,
        case_id=None,
        enterprise_id=enterprise.id,
        instead_of=in_force,
        now=now,
    )


def renew(session: Session, holding: AddressHolding, *, now: datetime) -> None:
    """Issue the proof of an address anew, in place of the old one, when its last day changes."""
    for proof in _proofs(session, holding):
        certificates.issue(
            session,
            ADDRESS_PROOF,
            prolonged_proof(proof.facts, holding.until, local_day(now)),
            case_id=proof.case_id,
            enterprise_id=proof.enterprise_id,
            instead_of=[proof],
            now=now,
        )


def end(session: Session, holding: AddressHolding, *, now: datetime) -> None:
    """Take the proof of an address out of force when the place is given up."""
    for proof in _proofs(session, holding):
        certificates.end(proof, EndReason.NOT_IN_USE, now)


def _proofs(session: Session, holding: AddressHolding) -> Sequence[Certificate]:
    """Return the proofs in force of a place that somebody has: one at most, but for old ones."""
    found = queries.valid_for(
        session, ADDRESS_PROOF, case_id=holding.case_id, enterprise_id=holding.enterprise_id
    )
    return [one for one in found if place_code(one.facts) == holding.unit.code]

"""What goes along when an enterprise ends, or its licence does."""

from typing import Final

from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import addresses, certificates, names
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.queries import certificates as certificate_queries

LICENCE: Final = "licence"
_OF_THE_LIVING: Final = (LICENCE, "address_proof")  # a notice of what was done stays true


def end(session: Session, enterprise: Enterprise, decision: Decision) -> None:
    """Give up the name and the places of an enterprise; its certificates are in force no more."""
    names.give_up(session, enterprise_id=enterprise.id, day=decision.day)
    addresses.vacate(session, enterprise_id=enterprise.id, now=decision.now)
    _revoke(session, enterprise, _OF_THE_LIVING, "deregistered", decision)


def after_order(session: Session, enterprise: Enterprise, kind: str, decision: Decision) -> None:
    """Carry out what an order of the registrar brings along."""
    if kind == "revoke_licence":
        _revoke(session, enterprise, (LICENCE,), "licence revoked", decision)
    if kind == "deregister_by_force":
        end(session, enterprise, decision)


def _revoke(
    session: Session,
    enterprise: Enterprise,
    templates: tuple[str, ...],
    reason: str,
    decision: Decision,
) -> None:
    for template in templates:
        for one in certificate_queries.valid_of(session, enterprise.id, template):
            certificates.revoke(one, reason=reason, now=decision.now)

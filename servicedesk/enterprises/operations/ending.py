"""What goes along when an enterprise ends, or its licence does."""

from sqlalchemy.orm import Session

from servicedesk.enterprises.models import EndReason, Enterprise
from servicedesk.enterprises.operations import addresses, certificates, names
from servicedesk.enterprises.operations.register import Decision


def end(session: Session, enterprise: Enterprise, decision: Decision) -> None:
    """Give up the name and the places of an enterprise; its certificates are in force no more."""
    names.give_up(session, enterprise_id=enterprise.id, day=decision.day)
    addresses.vacate(session, enterprise_id=enterprise.id, now=decision.now)
    certificates.revoke_all(session, enterprise.id, EndReason.DEREGISTERED, decision.now)


def after_order(session: Session, enterprise: Enterprise, kind: str, decision: Decision) -> None:
    """Carry out what an order of the registrar brings along."""
    if kind == "revoke_licence":
        certificates.revoke_all(session, enterprise.id, EndReason.LICENCE_REVOKED, decision.now)
    if kind == "deregister_by_force":
        end(session, enterprise, decision)

"""What goes along when an enterprise ends, or its licence does."""

from sqlalchemy.orm import Session

from servicedesk.enterprises.models import EndReason, Enterprise
from servicedesk.enterprises.name_models import NameEnd
from servicedesk.enterprises.operations import addresses, certificates, names
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.orders import ANNUL


def end(
    session: Session, enterprise: Enterprise, decision: Decision, *, is_annulled: bool = False
) -> None:
    """Give up the name and the places of an enterprise; its certificates are in force no more."""
    name_end = NameEnd.ANNULLED if is_annulled else NameEnd.DEREGISTERED
    because = EndReason.REGISTRATION_ANNULLED if is_annulled else EndReason.DEREGISTERED
    names.give_up(session, enterprise_id=enterprise.id, day=decision.day, end=name_end)
    addresses.vacate(session, enterprise_id=enterprise.id, now=decision.now)
    certificates.revoke_all(session, enterprise.id, because, decision.now)


def after_order(session: Session, enterprise: Enterprise, kind: str, decision: Decision) -> None:
    """Carry out what an order of the registrar brings along."""
    if kind == "revoke_licence":
        certificates.revoke_all(session, enterprise.id, EndReason.LICENCE_REVOKED, decision.now)
    if kind in {"deregister_by_force", ANNUL}:
        end(session, enterprise, decision, is_annulled=kind == ANNUL)

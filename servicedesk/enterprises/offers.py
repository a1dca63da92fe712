"""What can be applied for about an enterprise, service by service, and why something cannot."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from servicedesk.catalogue.queries import services_in_force
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries import proceedings
from servicedesk.enterprises.standing import KINDS, bar_to_all
from servicedesk.words import Text, Words


@dataclass(frozen=True)
class Offer:
    """A service about an enterprise, and why it is not open to it now."""

    code: str
    name: Text
    reason: Words | None


def offers_to(session: Session, enterprise: Enterprise) -> list[Offer]:
    """Return the services that change what the register says of an enterprise, as it stands."""
    standing = proceedings.standing_of(session, enterprise)
    return [
        Offer(service.code, service.name.plain(), bar_to_all(str(service.result.effect), standing))
        for service in services_in_force(session)
        if service.listed and service.result and service.result.effect in KINDS
    ]

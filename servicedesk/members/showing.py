"""What the pages about an enterprise's people say of mandates and of what was done."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.catalogue.queries import listed
from servicedesk.enterprises.member_models import MemberEventKind
from servicedesk.enterprises.member_roles import ENDS_SOON_DAYS, days_left
from servicedesk.enterprises.models import Mandate
from servicedesk.members import queries
from servicedesk.words import Text, Words, say

EVENT_WORDS: Final[dict[MemberEventKind, Words]] = {
    MemberEventKind.INVITED: say("Invitation sent"),
    MemberEventKind.INVITATION_WITHDRAWN: say("Invitation taken back"),
    MemberEventKind.JOINED: say("Became a member"),
    MemberEventKind.ROLE_CHANGED: say("Role changed"),
    MemberEventKind.LEFT: say("Left the enterprise"),
    MemberEventKind.ENDED: say("Membership ended"),
    MemberEventKind.MANDATE_GRANTED: say("Mandate given"),
    MemberEventKind.MANDATE_EXTENDED: say("Mandate: new last day"),
    MemberEventKind.MANDATE_REVOKED: say("Mandate revoked"),
    MemberEventKind.MANDATE_GIVEN_UP: say("Mandate given up by the agent"),
}


@dataclass(frozen=True)
class Shown:
    """A mandate as lists show it."""

    mandate: Mandate
    services: tuple[Text, ...]  # none: all that are for enterprises
    left: int  # days after today; below 0 it has ended

    @property
    def tone(self) -> str:
        """How its state is marked."""
        if self.mandate.revoked_at is not None or self.left < 0:
            return "idle"
        return "warn" if self.left <= ENDS_SOON_DAYS else "ok"

    @property
    def is_over(self) -> bool:
        """Whether it was revoked or has ended."""
        return self.tone == "idle"


def shown(session: Session, mandates: list[Mandate], today: date) -> dict[int, Shown]:
    """Return the mandates by their numbers; one statement for the names of all their services."""
    codes = queries.service_codes(mandates)
    names = listed(session, codes) if codes else {}
    return {
        one.id: Shown(
            one,
            tuple(names[code].name for code in one.services if code in names),
            days_left(one.last_day, today),
        )
        for one in mandates
    }

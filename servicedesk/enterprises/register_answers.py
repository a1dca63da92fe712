"""What the register answers for certain to questions about an enterprise that it has.

None where it does not know: then the question is asked.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.enterprises import chronology, suspensions
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.public_facts import LLC_FIE
from servicedesk.enterprises.queries import proceedings

HERE: Final = "here"  # where an enterprise of this register is registered


def form_of(enterprise: Enterprise) -> str | None:
    """Return the form, where it alone says whether investment from abroad is in the enterprise."""
    form = enterprise.org_form
    return form if (form == LLC_FIE) == enterprise.is_foreign_invested else None


def is_revoked(enterprise: Enterprise) -> bool:
    """Whether the licence was revoked."""
    return enterprise.state is EnterpriseState.REVOKED


def is_owner(session: Session, enterprise: Enterprise) -> bool | None:
    """Whether it owns a part of another one; of those that are not here nobody knows."""
    return proceedings.invests_in(session, enterprise) > 0 or None


def suspension_to_file(enterprise: Enterprise) -> str | None:
    """Return that a suspension can only be a new one, as the business does not rest."""
    return None if enterprise.state is EnterpriseState.SUSPENDED else suspensions.NEW


def suspended_until(enterprise: Enterprise) -> str | None:
    """Return the last day of the suspension that runs."""
    suspension = enterprise.facts.get("suspension") or {}
    return suspension.get("until")


def suspended_months(enterprise: Enterprise) -> int | None:
    """Return how many months the business will have rested by the end of what runs."""
    until = suspended_until(enterprise)
    if until is None:
        return None
    known = suspensions.rests(chronology.spans(links_of(enterprise)))
    return suspensions.months(known, date.fromisoformat(until))

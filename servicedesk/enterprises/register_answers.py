"""What the register answers for certain to questions about an enterprise that it has.

None where it does not know: then the question is asked.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.enterprises import chronology, suspensions
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.public_facts import LLC_FIE, PARTNERSHIPS
from servicedesk.enterprises.queries import proceedings

HERE: Final = "here"  # where an enterprise of this register is registered
# What kind of enterprise a form (``org_forms.csv``) is in the words of the questions, the first one
# the nearest.  A form without an entry fits none of the answers.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("llc", "llc_sole", "llc_fie", "jsc"), ("company",)),
    **dict.fromkeys(PARTNERSHIPS, ("partnership",)),
    "sole": ("sole",),
    "branch": ("branch",),
    "branch_foreign": ("foreign_branch", "branch"),
}


def form_of(enterprise: Enterprise) -> str | None:
    """Return the form, where it alone says whether investment from abroad is in the enterprise."""
    form = enterprise.org_form
    return form if (form == LLC_FIE) == enterprise.is_foreign_invested else None


def kind_of(enterprise: Enterprise) -> str | None:
    """Return what kind of enterprise the form makes it."""
    return next(iter(kinds_of(enterprise)), None)


def kinds_of(enterprise: Enterprise) -> tuple[str, ...]:
    """Return every kind that the form may be called; empty where nobody says."""
    return _KINDS.get(enterprise.org_form, ())


def is_revoked(enterprise: Enterprise) -> bool:
    """Whether the licence was revoked."""
    return enterprise.state is EnterpriseState.REVOKED


def is_owner(session: Session, enterprise: Enterprise) -> bool | None:
    """Whether it owns a part of another one; of those that are not here nobody knows."""
    return proceedings.invests_in(session, enterprise) > 0 or None


def has_branches(session: Session, enterprise: Enterprise) -> bool | None:
    """Whether it has a branch here, or noted on its licence; of those elsewhere nobody knows."""
    return proceedings.has_branches(session, enterprise) or None


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

"""Taking an approval back: what it certified must not be believed any more.

What brought a certificate ends with it.  What brought none, or none of ours, is revoked as a
decision: its event and its letter say so.  Where several authorities decide in one case, what one
of them granted is in force whatever another refused, and a supervisor of its own takes it back.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import policy, queries, rulings
from servicedesk.cases.chronicle import REVOCATIONS, EventKind
from servicedesk.cases.letters import Variant
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import correspondence, pledging
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import LetterKind, Service
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import certificates, orders
from servicedesk.enterprises.queries.certificates import IN_FORCE, certificates_of_case
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

REASON_LENGTH = 500  # characters; the width of Certificate.reason


def revoke(
    session: Session, case: Case, service: Service, *, by: User, reason: str, now: datetime
) -> None:
    """Revoke the certificate that the case brought, or else its approval, and tell the applicant.

    What it changed in the register is annulled.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        by: a supervisor of the department that decided, not the one who decided.
        reason: at most ``REASON_LENGTH`` characters; in the letter, and for who verifies it.
        now: the moment.

    Raises:
        NotPermitted: ``by`` may not (no duty, four eyes, own case).
        RuleBroken: nothing that the case brought is in force, or what it changed in the register
            cannot be given back any more.
    """
    department = require_may_revoke(case, service, by)
    if case.enterprise_id is not None:
        lock_enterprise(session, case.enterprise_id)
    certificate = find_revocable(session, case, service)
    if certificate is None:
        record(session, case, EventKind.APPROVAL_REVOKED, by=by, at=now, reason=reason)
        facts = {"reason": reason, "variant": Variant.APPROVAL_REVOKED}
    else:
        certificates.revoke(certificate, reason=reason, now=now)
        of = [certificate]
        record(session, case, EventKind.CERTIFICATE_REVOKED, by=by, at=now, reason=reason, of=of)
        facts = {"reason": reason, "certificate": certificate.code}
    orders.strike_all_of(session, case.id, by=by, reason=reason, now=now)
    pledging.drop(session, case, now=now)
    correspondence.issue(
        session, case, service, LetterKind.REVOKED, now=now, facts=facts, department=department
    )
    log.info("revoked by the desk", extra={"case": case.reference})


def find_revocable(session: Session, case: Case, service: Service) -> Certificate | None:
    """Return the certificate that would be revoked; None: the approval itself, without one.

    Raises:
        RuleBroken: neither is in force.
    """
    issued = certificates_of_case(session, case.id)
    valid = [one for one in issued if one.state in IN_FORCE]
    if valid:
        return valid[-1]
    is_revoked = any(one.kind in REVOCATIONS for one in queries.events_of(session, case))
    if issued or is_revoked or not granted_by(case, service):
        raise RuleBroken(say("Nothing that this case brought is in force any more."))
    return None


def granted_by(case: Case, service: Service) -> Sequence[Task]:
    """Return the tasks that granted what the case brought; none: it brought nothing."""
    if case.status not in {CaseStatus.APPROVED, CaseStatus.REFUSED}:
        return ()
    granted = rulings.granted(service, case.tasks)
    if granted or case.status is CaseStatus.REFUSED or case.last_done is None:
        return granted
    return [case.last_done]


def require_may_revoke(case: Case, service: Service, by: User) -> str:
    """Make sure that ``by`` may revoke what ``case`` brought; return for which department.

    See ``revoke``.
    """
    decided = granted_by(case, service) or [one for one in [case.last_done] if one]
    bar = policy.bar_to_revoke(by, case, decided)
    if bar is not None:
        raise NotPermitted(policy.REVOKING_BAR_WORDS[bar])
    return next(one.department for one in decided if policy.oversees(by, one))

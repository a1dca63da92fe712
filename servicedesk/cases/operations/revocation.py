"""Taking a certificate out of force: what it certified must not be believed any more."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import policy
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations import correspondence, pledging
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import LetterKind, Service
from servicedesk.enterprises.models import Certificate, CertificateState
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.queries.certificates import certificates_of_case
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

REASON_LENGTH = 500  # characters; the width of Certificate.reason


def revoke(
    session: Session, case: Case, service: Service, *, by: User, reason: str, now: datetime
) -> Certificate:
    """Revoke the certificate that the case brought, and tell the applicant by a letter.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        by: a supervisor of the department that decided, not the one who decided.
        reason: at most ``REASON_LENGTH`` characters; in the letter, and for who verifies it.
        now: the moment.

    Raises:
        NotPermitted: ``by`` may not (no duty, four eyes, own case).
        RuleBroken: the case brought none, or it is not in force any more.
    """
    require_may_revoke(case, by)
    valid = [
        one for one in certificates_of_case(session, case.id) if one.state is CertificateState.VALID
    ]
    if not valid:
        raise RuleBroken(say("There is no certificate of this case in force."))
    certificates.revoke(valid[-1], reason=reason, now=now)
    record(
        session, case, EventKind.CERTIFICATE_REVOKED, by=by, at=now, reason=reason, of=valid[-1:]
    )
    pledging.drop(session, case, now=now)
    correspondence.issue(
        session, case, service, LetterKind.REVOKED, now=now,
        facts={"reason": reason, "certificate": valid[-1].code},
    )  # fmt: skip
    log.info("certificate revoked by the desk", extra={"case": case.reference})
    return valid[-1]


def require_may_revoke(case: Case, by: User) -> None:
    """Make sure that ``by`` may revoke the certificate of ``case``; see ``revoke``."""
    bar = policy.bar_to_revoke(by, case)
    if bar is not None:
        raise NotPermitted(policy.REVOKING_BAR_WORDS[bar])

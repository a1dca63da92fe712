"""Taking a certificate out of force: what it certified must not be believed any more."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations.records import record
from servicedesk.enterprises.models import Certificate, CertificateState
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.queries.certificates import certificates_of_case
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


def revoke(session: Session, case: Case, *, by: User, reason: str, now: datetime) -> Certificate:
    """Revoke the certificate that the case brought; ``reason`` is shown to who verifies it.

    Raises:
        RuleBroken: the case brought none, or it is not in force any more.
    """
    valid = [
        one for one in certificates_of_case(session, case.id) if one.state is CertificateState.VALID
    ]
    if not valid:
        raise RuleBroken(say("There is no certificate of this case in force."))
    certificates.revoke(valid[-1], reason=reason, now=now)
    record(session, case, EventKind.CERTIFICATE_REVOKED, by=by, at=now, reason=reason)
    log.info("certificate revoked by the desk", extra={"case": case.reference})
    return valid[-1]

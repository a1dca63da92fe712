"""Issuing, replacing and revoking certificates."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.enterprises.certificate_codes import new_code
from servicedesk.enterprises.models import Certificate, CertificateState
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


def issue(
    session: Session,
    template: str,
    facts: Mapping[str, Any],
    *,
    case_id: int,
    enterprise_id: int | None,
    instead_of: Sequence[Certificate] = (),
    now: datetime,
) -> Certificate:
    """Issue a certificate and have it printed once this is committed.

    Args:
        session: the caller's.
        template: of ``certificates/``.
        facts: exactly what is printed.
        case_id: the application that brings it.
        enterprise_id: whose it is; None: the applicant's.
        instead_of: certificates that it replaces.
        now: the moment of issue.
    """
    until = facts.get("valid_until")
    certificate = Certificate(
        code=new_code(),
        template=template,
        case_id=case_id,
        enterprise_id=enterprise_id,
        facts=dict(facts),
        issued_at=now,
        valid_until=date.fromisoformat(until) if until else None,
    )
    session.add(certificate)
    session.flush()
    for old in instead_of:
        old.state = CertificateState.REPLACED
        old.replaced_by_id = certificate.id
    jobs.defer(session, "enterprises.print_certificate", certificate_id=certificate.id)
    log.info(
        "certificate issued",
        extra={"certificate": certificate.id, "template": template, "case_id": case_id},
    )
    return certificate


def revoke(certificate: Certificate, *, reason: str, now: datetime) -> None:
    """Take a certificate out of force; ``reason`` is shown to whoever verifies it.

    Raises:
        RuleBroken: it is not in force any more.
    """
    if certificate.state is not CertificateState.VALID:
        raise RuleBroken(say("This certificate is not in force any more."))
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at = now
    certificate.reason = reason
    log.info("certificate revoked", extra={"certificate": certificate.id})

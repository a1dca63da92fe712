"""Issuing, replacing, suspending and ending certificates."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.enterprises import certificate_seals
from servicedesk.enterprises.certificate_codes import new_code
from servicedesk.enterprises.certificate_facts import Issue, licence
from servicedesk.enterprises.models import (
    LICENCE,
    Certificate,
    CertificateState,
    EndReason,
    Enterprise,
)
from servicedesk.enterprises.operations import signing_keys
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.enterprises.queries.signing_keys import Signer
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

_SIGNED_AT_ONCE: Final = 200  # old certificates, between two commits


def issue(
    session: Session,
    template: str,
    facts: Mapping[str, Any],
    *,
    case_id: int | None,
    enterprise_id: int | None,
    instead_of: Sequence[Certificate] = (),
    now: datetime,
) -> Certificate:
    """Issue and sign a certificate, and have it printed once this is committed.

    An enterprise has one licence in force: the database refuses a second.  See ``replace``.

    Args:
        session: the caller's.
        template: of ``certificates/``.
        facts: exactly what is printed.
        case_id: the application that brings it.
        enterprise_id: whose it is; None: the applicant's.
        instead_of: certificates that it replaces.
        now: the moment of issue.
    """
    for old in instead_of:
        old.state = CertificateState.REPLACED
    session.flush()  # the old one gives way before the new one comes
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
    _seal(certificate, signing_keys.signer(session, now=now))
    session.add(certificate)
    session.flush()
    for old in instead_of:
        old.replaced_by_id = certificate.id
    jobs.defer(session, "enterprises.print_certificate", certificate_id=certificate.id)
    log.info(
        "certificate issued",
        extra={"certificate": certificate.id, "template": template, "case_id": case_id},
    )
    return certificate


def replace(
    session: Session,
    template: str,
    facts: Mapping[str, Any],
    *,
    case_id: int | None,
    enterprise_id: int,
    now: datetime,
) -> Certificate:
    """Issue a certificate in place of the one of its kind that the enterprise has in force.

    Of two at once the second waits for the first, and replaces what that one issued.
    """
    lock_enterprise(session, enterprise_id)
    old = queries.current(session, enterprise_id, template)
    certificate = issue(
        session,
        template,
        facts,
        case_id=case_id,
        enterprise_id=enterprise_id,
        instead_of=[old] if old else (),
        now=now,
    )
    if old is not None and old.suspended_at is not None:
        _suspend(certificate, old.suspended_at)
    return certificate


def renew_licence(
    session: Session,
    enterprise: Enterprise,
    issue: Issue,
    *,
    case_id: int | None,
    now: datetime,
) -> Certificate:
    """Issue the licence of an enterprise as it stands now, in place of the one in force."""
    facts = licence(enterprise.facts, enterprise.credit_code, issue)
    return replace(session, LICENCE, facts, case_id=case_id, enterprise_id=enterprise.id, now=now)


def revoke(certificate: Certificate, *, reason: str, now: datetime) -> None:
    """Take a certificate out of force; ``reason`` is shown to whoever verifies it.

    Raises:
        RuleBroken: it is not in force any more.
    """
    if certificate.state not in queries.IN_FORCE:
        raise RuleBroken(say("This certificate is not in force any more."))
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at = now
    certificate.reason = reason
    log.info("certificate revoked", extra={"certificate": certificate.id})


def revoke_all(
    session: Session, enterprise_id: int, reason: EndReason, now: datetime
) -> Sequence[Certificate]:
    """End all certificates of an enterprise that are in force; return them.  Safe to repeat.

    ``reason`` is what became of the enterprise, which its filings tell; a decision about one
    certificate is ``revoke``.  The notice of the deregistration itself is issued afterwards.
    """
    lock_enterprise(session, enterprise_id)
    ended = queries.in_force_of(session, enterprise_id)
    for certificate in ended:
        end(certificate, reason, now)
    return ended


def end(certificate: Certificate, reason: EndReason, now: datetime) -> None:
    """End a certificate because of what became of what it certifies."""
    certificate.state = CertificateState.REVOKED
    certificate.ended_at, certificate.ended_because = now, reason
    log.info("certificate ended", extra={"certificate": certificate.id, "reason": reason})


def suspend(session: Session, enterprise_id: int, now: datetime) -> Certificate | None:
    """Let the licence of an enterprise in suspension say so; return it, if there is one."""
    lock_enterprise(session, enterprise_id)
    certificate = queries.current(session, enterprise_id, LICENCE)
    if certificate is not None and certificate.state is CertificateState.VALID:
        _suspend(certificate, now)
    return certificate


def resume(session: Session, enterprise_id: int, now: datetime) -> Certificate | None:  # noqa: ARG001
    """Let the licence of an enterprise that goes on be valid again; return it, if there is one."""
    lock_enterprise(session, enterprise_id)
    certificate = queries.current(session, enterprise_id, LICENCE)
    if certificate is not None and certificate.state is CertificateState.SUSPENDED:
        certificate.state, certificate.suspended_at = CertificateState.VALID, None
        log.info("certificate valid again", extra={"certificate": certificate.id})
    return certificate


def sign_some(session: Session, *, now: datetime) -> int:
    """Sign some of the certificates that carry no signature to be believed; return how many.

    They are from before there were signatures, or signed with a key that was withdrawn since.
    Call it, and commit, until none is left; nothing signed twice is signed differently.
    """
    signer = signing_keys.signer(session, now=now)
    found = session.scalars(
        sa.select(Certificate)
        .where(queries.lacks_signature())
        .order_by(Certificate.id)
        .limit(_SIGNED_AT_ONCE)
        .with_for_update(of=Certificate, skip_locked=True)
    ).all()
    for certificate in found:
        _seal(certificate, signer)
    session.flush()
    return len(found)


def _seal(certificate: Certificate, signer: Signer) -> None:
    signed_at = certificate_seals.time_of(certificate.issued_at, signer.since)
    said = queries.statement_of(certificate).said(signed_at)
    certificate.seal = signer.sign(said, kind=certificate_seals.RECORD)
    certificate.sealed_with = signer.kid


def _suspend(certificate: Certificate, since: datetime) -> None:
    certificate.state, certificate.suspended_at = CertificateState.SUSPENDED, since
    log.info("certificate suspended", extra={"certificate": certificate.id})

"""Certificates, and who may have them printed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import certificate_codes
from servicedesk.enterprises.models import Certificate, CertificateState
from servicedesk.errors import NotFound
from servicedesk.words import say


def find_certificate(session: Session, typed: str) -> Certificate | None:
    """Return the certificate with this code, however it is typed, or None."""
    code = certificate_codes.clean(typed)
    if code is None:
        return None
    return session.scalar(sa.select(Certificate).where(Certificate.code == code))


def get_certificate(session: Session, typed: str) -> Certificate:
    """Return the certificate with this code.

    Raises:
        NotFound: we have issued none with it.
    """
    certificate = find_certificate(session, typed)
    if certificate is None:
        raise NotFound(say("We have issued no certificate with this code."))
    return certificate


def certificates_of(session: Session, enterprise_id: int) -> Sequence[Certificate]:
    """Return an enterprise's certificates, the newest first."""
    return session.scalars(
        sa.select(Certificate)
        .where(Certificate.enterprise_id == enterprise_id)
        .order_by(Certificate.id.desc())
    ).all()


def revoked_of(session: Session, enterprise_id: int) -> Sequence[Certificate]:
    """Return those of an enterprise's certificates that were revoked, the last first."""
    return session.scalars(
        sa.select(Certificate)
        .where(
            Certificate.enterprise_id == enterprise_id,
            Certificate.state == CertificateState.REVOKED,
        )
        .order_by(Certificate.revoked_at.desc(), Certificate.id.desc())
    ).all()


def certificates_of_case(session: Session, case_id: int) -> Sequence[Certificate]:
    """Return what an application brought, the newest first."""
    return session.scalars(
        sa.select(Certificate).where(Certificate.case_id == case_id).order_by(Certificate.id.desc())
    ).all()


def valid_of_case(session: Session, case_id: int, template: str) -> Sequence[Certificate]:
    """Return the valid certificates of one kind that an application brought."""
    return session.scalars(
        sa.select(Certificate).where(
            Certificate.case_id == case_id,
            Certificate.template == template,
            Certificate.state == CertificateState.VALID,
        )
    ).all()


def valid_of(session: Session, enterprise_id: int, template: str) -> Sequence[Certificate]:
    """Return what an enterprise has in force that is made by a template."""
    return session.scalars(
        sa.select(Certificate)
        .where(
            Certificate.enterprise_id == enterprise_id,
            Certificate.state == CertificateState.VALID,
            Certificate.template == template,
        )
        .order_by(Certificate.id)
    ).all()

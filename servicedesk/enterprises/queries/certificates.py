"""Certificates, and who may have them printed."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import certificate_codes, certificate_seals
from servicedesk.enterprises.certificate_seals import Statement
from servicedesk.enterprises.key_models import SigningKey
from servicedesk.enterprises.models import LICENCE, Certificate, CertificateState
from servicedesk.enterprises.queries import signing_keys
from servicedesk.enterprises.signatures import KeyState
from servicedesk.errors import NotFound
from servicedesk.words import say

IN_FORCE: Final = (CertificateState.VALID, CertificateState.SUSPENDED)


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


def last_licence(session: Session, enterprise_id: int) -> Certificate | None:
    """Return the licence that an enterprise was given last, in force or not."""
    return session.scalar(
        sa.select(Certificate)
        .where(Certificate.enterprise_id == enterprise_id, Certificate.template == LICENCE)
        .order_by(Certificate.id.desc())
        .limit(1)
    )


def revoked_of(session: Session, enterprise_id: int) -> Sequence[Certificate]:
    """Return those of an enterprise's certificates that a decision revoked, the last first.

    Not those that ended with the enterprise: its state tells of them.
    """
    return session.scalars(
        sa.select(Certificate)
        .where(
            Certificate.enterprise_id == enterprise_id,
            Certificate.state == CertificateState.REVOKED,
            Certificate.revoked_at.is_not(None),
        )
        .order_by(Certificate.revoked_at.desc(), Certificate.id.desc())
    ).all()


def certificates_of_case(session: Session, case_id: int) -> Sequence[Certificate]:
    """Return what an application brought, the newest first."""
    return session.scalars(
        sa.select(Certificate).where(Certificate.case_id == case_id).order_by(Certificate.id.desc())
    ).all()


def valid_for(
    session: Session,
    template: str,
    *,
    case_id: int | None = None,
    enterprise_id: int | None = None,
) -> Sequence[Certificate]:
    """Return the valid certificates of one kind that an application brought or an enterprise has.

    None stands for neither.
    """
    return session.scalars(
        sa.select(Certificate)
        .where(
            Certificate.template == template,
            Certificate.state == CertificateState.VALID,
            sa.or_(
                Certificate.case_id == case_id if case_id is not None else sa.false(),
                Certificate.enterprise_id == enterprise_id
                if enterprise_id is not None
                else sa.false(),
            ),
        )
        .order_by(Certificate.id)
    ).all()


def current(session: Session, enterprise_id: int, template: str) -> Certificate | None:
    """Return the certificate of a kind that an enterprise has in force, or suspended.

    Of a licence there is one at most; of other kinds, the last.
    """
    return session.scalar(
        sa.select(Certificate)
        .where(
            Certificate.enterprise_id == enterprise_id,
            Certificate.template == template,
            Certificate.state.in_(IN_FORCE),
        )
        .order_by(Certificate.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def in_force_of(session: Session, enterprise_id: int) -> Sequence[Certificate]:
    """Return an enterprise's certificates that are in force or suspended."""
    return session.scalars(
        sa.select(Certificate)
        .where(Certificate.enterprise_id == enterprise_id, Certificate.state.in_(IN_FORCE))
        .order_by(Certificate.id)
        .execution_options(populate_existing=True)
    ).all()


def not_in_force(session: Session) -> list[tuple[str, str]]:
    """Return code and state of every certificate that is not in force, in the order of issue."""
    rows = session.execute(
        sa.select(Certificate.code, Certificate.state)
        .where(Certificate.state != CertificateState.VALID)
        .order_by(Certificate.id)
    )
    return [(code, state.value) for code, state in rows]


def lacks_signature() -> sa.ColumnElement[bool]:
    """Return what finds certificates that carry no signature to be believed."""
    withdrawn = sa.select(SigningKey.kid).where(SigningKey.state == KeyState.COMPROMISED)
    return sa.or_(Certificate.seal.is_(None), Certificate.sealed_with.in_(withdrawn))


def statement_of(certificate: Certificate) -> Statement:
    """Return what is signed of a certificate."""
    return Statement(
        code=certificate.code,
        template=certificate.template,
        facts=certificate.facts,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
    )


def is_sealed(session: Session, certificate: Certificate) -> bool:
    """Whether our signature stands under exactly what the record of a certificate says."""
    keys = signing_keys.public_keys(session)
    return certificate_seals.is_sealed(certificate.seal, statement_of(certificate), keys)

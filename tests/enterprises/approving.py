"""Applications about an enterprise, sent and approved, and what the checks then find."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import effects, integrity
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.models import Certificate, Enterprise
from servicedesk.enterprises.queries.register import find_by_code
from servicedesk.integrity import Place
from tests.enterprises.factories import NOW, make_application
from tests.enterprises.members import add_member


def applied(
    session: Session, enterprise: Enterprise, kind: str, answers: dict[str, Any]
) -> Application:
    """Send an application about an enterprise, as one of its people does by its form."""
    code = enterprise.parent_code or enterprise.credit_code
    given = {"credit_code": code, "company_name": enterprise.name} | answers
    company = find_by_code(session, given["credit_code"]) or enterprise
    sender = add_member(session, company.id)
    application = make_application(sender, given, certificate="notice")
    effects.hold(session, kind, application, NOW)
    session.commit()
    return application


def approved(
    session: Session, enterprise: Enterprise, effect: str, **answers: object
) -> dict[str, Any]:
    """Send an application about an enterprise and approve it; return the facts from then on."""
    return approved_with(session, enterprise, effect, answers)


def approved_with(
    session: Session, enterprise: Enterprise, kind: str, answers: dict[str, Any]
) -> dict[str, Any]:
    application = applied(session, enterprise, kind, answers)
    effects.EFFECTS[kind](session, application, by=None, now=NOW)
    session.commit()
    return enterprise.facts


def licence_of(session: Session) -> Certificate:
    """Return the licence that was issued last."""
    licences = sa.select(Certificate).where(Certificate.template == "licence")
    return session.scalars(licences.order_by(Certificate.id.desc()).limit(1)).one()


def found(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    place = Place(session, data_dir=None)  # type: ignore[arg-type]
    checks = (integrity.filings, integrity.rows, integrity.names, integrity.addresses)
    return [one for check in checks for one in check(place)]

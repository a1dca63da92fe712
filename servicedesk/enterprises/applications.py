"""An application as the register sees it, and what every approval of one can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import answers, certificate_facts
from servicedesk.enterprises.certificate_facts import Issue
from servicedesk.enterprises.models import Certificate, Enterprise
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.queries import register as register_queries
from servicedesk.park import local_day, park
from servicedesk.words import Text


@dataclass(frozen=True)
class Application:
    """What an effect may know of the case that brings it about."""

    case_id: int
    reference: str
    service: str  # its code; of a part, that of the whole: so it was sent, and mandated
    applicant_id: int
    enterprise_id: int | None
    answers: Mapping[str, Any]
    title: str
    result: Text  # the result's name
    certificate: str | None = None  # the template; None: the effect's own
    department: str | None = None  # of the implementing body; None: the effect's own
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the service
    sender_id: int | None = None  # who sent it; None: the applicant


@dataclass(frozen=True)
class Done:
    """What came of an effect."""

    enterprise_id: int | None = None
    certificate_id: int | None = None
    certificate_code: str | None = None


class Effect(Protocol):
    """What an approval does."""

    def __call__(
        self, session: Session, application: Application, *, by: User | None, now: datetime
    ) -> Done:
        """Do it, without committing; ``by`` decided, None is the desk itself."""
        ...


def plain_notice(
    session: Session,
    application: Application,
    *,
    by: User | None,  # noqa: ARG001 - the shape of an effect
    now: datetime,
) -> Done:
    """Change nothing in the register; issue the notice that the service promises, if any."""
    if application.certificate is None:
        return Done()
    issue = issue_of(application, office(application, "window"), now)
    facts = certificate_facts.notice(application.result, application.title, issue)
    return done(
        certificates.issue(
            session,
            application.certificate,
            facts,
            case_id=application.case_id,
            enterprise_id=application.enterprise_id,
            now=now,
        )
    )


def registered(session: Session, application: Application) -> Enterprise | None:
    """Return the enterprise that the application names by its credit code, if it is here."""
    return register_queries.find_by_code(session, answers.text(application.answers, "credit_code"))


def issue_of(application: Application, issuer: Text, now: datetime) -> Issue:
    """Return by whom, when and on which application a certificate is issued."""
    return Issue(issuer=issuer, on=local_day(now), reference=application.reference)


def office(application: Application, otherwise: str = "market") -> Text:
    """Return in whose name a decision is made: that of the body which implements the service."""
    return park().departments[application.department or otherwise].full


def done(certificate: Certificate) -> Done:
    """Return what came of an effect that ends in a certificate."""
    return Done(certificate.enterprise_id, certificate.id, certificate.code)

"""A case as the register's effects see it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.history import FactDifference


def application_of(case: Case, service: Service) -> Application:
    """Return what an effect may know of ``case``."""
    return Application(
        case_id=case.id,
        reference=case.reference,
        service=service.code,
        applicant_id=case.applicant_id,
        enterprise_id=case.enterprise_id,
        answers=case.answers,
        title=case.title,
        result=service.result.name.plain(),
        certificate=service.result.certificate,
        department=service.department,
        settings=service.setting_values,
    )


def register_changes(
    session: Session, case: Case, service: Service, answers: Mapping[str, Any], today: date
) -> Sequence[FactDifference]:
    """Return what an approval would change in the register, by these answers, which are whole."""
    if case.is_closed:
        return ()
    return asked_difference(session, service.result.effect or "none", answers, today)

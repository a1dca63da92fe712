"""A case as the register's effects see it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.enterprises.applications import Application
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.history import FactDifference


def application_of(case: Case, service: Service, *, sender_id: int | None = None) -> Application:
    """Return what an effect may know of ``case``; ``sender_id`` where it is sent now."""
    return Application(
        case_id=case.id,
        reference=case.reference,
        service=case.part_of.whole.service_code if case.part_of else service.code,
        applicant_id=case.applicant_id,
        enterprise_id=case.enterprise_id,
        answers=case.answers,
        title=case.title,
        result=service.result.name.plain(),
        certificate=service.result.certificate,
        department=service.department,
        settings=service.setting_values,
        sender_id=sender_id,
    )


def last_sender_id(session: Session, case: Case) -> int:
    """Return who sent the application last; a part was sent with its whole."""
    return queries.submissions_of(session, case.part_of.whole if case.part_of else case)[-1].by_id


def register_changes(
    session: Session, case: Case, service: Service, answers: Mapping[str, Any], today: date
) -> Sequence[FactDifference]:
    """Return what an approval would change in the register, by these answers, which are whole."""
    if case.is_closed:
        return ()
    return asked_difference(session, service.result.effect or "none", answers, today)

"""A case as the register's effects see it."""

from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.enterprises.effects import Application


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

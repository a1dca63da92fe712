"""Mailing what happens to an appointment."""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.cases import readiness
from servicedesk.cases.models import Case
from servicedesk.catalogue.queries import service_of
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import link_of
from servicedesk.notices import operations as notices
from servicedesk.words import Secret, Text


def missing_papers(session: Session, case: Case | None) -> list[Text]:
    """Return the papers that an application still lacks, by name; none of none."""
    if case is None or case.is_closed:
        return []
    service = service_of(case.service_version)
    standing = readiness.material_standings(session, case, service, case.answers)
    return [one.material.name.plain() for one in standing if not one.is_there]


def mail(
    session: Session, appointment: Appointment, kind: str, *, now: datetime, **more: object
) -> None:
    """Tell who has the appointment; nobody, if they have no account."""
    if appointment.user is None:
        return
    hall = appointment.queue.hall
    figures = booking_of(hall.booking)
    facts = {
        "misses": figures.most_misses, "days": figures.misses_within.days,
        "starts_at": appointment.starts_at, "code": appointment.code, "place": hall.name,
        "address": hall.address, "line": appointment.queue.name,
        "parts": [{"at": one.starts_at, "line": one.queue.name} for one in appointment.parts],
        "appointment_id": appointment.id, "token": Secret(link_of(appointment.nonce)),
    }  # fmt: skip
    notices.send(session, appointment.user, kind, facts=facts | more, now=now)

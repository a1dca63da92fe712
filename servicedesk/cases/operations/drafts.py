"""Applications begun, filled in and given their papers."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import mending, policy, queries, title_search
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePerson, Document
from servicedesk.cases.operations import corrections
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.files.models import StoredFile
from servicedesk.park import park
from servicedesk.words import say

log = logging.getLogger(__name__)

PROMISES = "_promises"  # keys of materials promised instead of given (告知承诺)
FOLLOWS = "_follows"  # keys of materials that may follow later (容缺)


class Closed(RuleBroken):
    """The application is not open for changes."""

    def __init__(self) -> None:
        super().__init__(
            say("This application has been sent. It can only be changed if we ask for corrections.")
        )


class TooManyFiles(RuleBroken):
    """A material has as many files as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say("There are %(most)s files for this already. Remove one, then add the new one.", most=most)
        )


def start(
    session: Session,
    version: ServiceVersion,
    service: Service,
    *,
    by: User,
    enterprise_id: int | None,
    now: datetime,
) -> Case:
    """Begin an application, pinned to ``version``; it is a draft with a reference."""
    year = now.astimezone(park().time_zone).year % 100
    number = session.scalar(sa.select(sa.func.nextval("case_numbers")))
    case = Case(
        reference=f"{service.reference_letter}{year:02}-{number:05}",
        service_code=service.code,
        service_version=version,
        applicant=by,
        enterprise_id=enterprise_id,
        answers={},
        typed={},
        created_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    record(session, case, EventKind.STARTED, by=by, at=now, service=service.code)
    log.info("case started", extra={"case": case.reference, "service": service.code})
    return case


def save_page(
    session: Session,
    case: Case,
    service: Service,
    page: Page,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep the answers of a page that is in order; what was kept as typed is dropped.

    ``page`` holds the open questions only; an open question without an answer is cleared.

    Raises:
        Closed: the application is not open for changes.
    """
    require_open(case)
    kept = {key: value for key, value in case.answers.items() if not _is_asked(page, key)}
    case.answers = kept | {key: value for key, value in answers.items() if value is not None}
    case.typed = {key: raw for key, raw in case.typed.items() if key != page.key}
    case.changed_at = now
    case.title = title_of(service, case.answers)
    case.title_grams = title_search.grams(case.title)
    if case.status is CaseStatus.CORRECTING:
        keys = {field.key for field in page.fields}
        corrections.mark_mended(session, case, keys, kind=mending.FIELD, now=now)


def keep_typed(case: Case, page: Page, raw: Mapping[str, list[str]], *, now: datetime) -> None:
    """Keep what was typed on a page that is not in order yet; nothing typed is lost.

    Raises:
        Closed: the application is not open for changes.
    """
    require_open(case)
    case.typed = {**case.typed, page.key: dict(raw)}
    case.changed_at = now


def title_of(service: Service, answers: Mapping[str, Any]) -> str:
    """Return the name of the matter in lists, from the answers the definition says."""
    parts = [str(answers[key]) for key in service.title_from if answers.get(key)]
    return "".join(parts)[:200]


def add_document(
    session: Session,
    case: Case,
    service: Service,
    material: str,
    stored: StoredFile,
    *,
    name: str,
    by: User,
    now: datetime,
) -> Document:
    """Add a stored file as a document for ``material``.

    Raises:
        Closed: the application, or this material of it, is not open for changes.
        RuleBroken: the service asks for no such material, or has enough files for it.
    """
    plan = service.material(material)
    if plan is None:
        raise RuleBroken(say("This service asks for no such paper."))
    _require_open_material(session, case, service, material)
    present = [one for one in queries.documents_in_force(session, case) if one.material == material]
    if len(present) >= plan.most_files:
        raise TooManyFiles(plan.most_files)
    document = Document(
        case=case, material=material, file=stored, name=name, given_by_id=by.id, given_at=now
    )
    session.add(document)
    case.changed_at = now
    if case.status is CaseStatus.CORRECTING:
        corrections.mark_mended(session, case, {material}, kind=mending.MATERIAL, now=now)
    return document


def remove_document(
    session: Session, case: Case, service: Service, document: Document, *, now: datetime
) -> None:
    """Take a document out; what was sent before stays on record.

    Raises:
        Closed: the application, or this material of it, is not open for changes.
    """
    _require_open_material(session, case, service, document.material)
    document.removed_at = document.removed_at or now
    case.changed_at = now


def set_marks(case: Case, mark: str, materials: list[str], *, now: datetime) -> None:
    """Say which materials are promised (``PROMISES``) or will follow (``FOLLOWS``)."""
    require_open(case)
    case.answers = {**case.answers, mark: sorted(materials)}
    case.changed_at = now


def invite(session: Session, case: Case, person: User, *, by: User, now: datetime) -> None:
    """Let another person work on the application.

    Raises:
        NotPermitted: ``by`` is not the applicant, or the person is staff.
    """
    if case.applicant_id != by.id:
        raise NotPermitted(say("Only the applicant can let others work on the application."))
    if person.is_staff:
        raise NotPermitted(say("Staff of the desk cannot work on an application as its agent."))
    if policy.is_own_case(person, case):
        return
    session.add(CasePerson(case=case, user=person, capacity="agent"))
    record(session, case, EventKind.PERSON_ADDED, by=by, at=now, person=person.id)


def require_open(case: Case) -> None:
    """Make sure that the application is open for changes.

    Raises:
        Closed: it is not.
    """
    if not policy.may_edit(case):
        raise Closed


def kept_until(case: Case, *, days: int) -> datetime:
    """Return until when the draft is kept if nobody touches it."""
    return case.changed_at + timedelta(days=days)


def open_pages(session: Session, case: Case, service: Service) -> dict[str, Page]:
    """Return the pages that may be filled in now, each with its open questions only."""
    if case.status is not CaseStatus.CORRECTING:
        return {page.key: page for page in service.pages}
    places = open_places(session, case)
    opened = mending.open_fields(service, places)
    narrowed = {page.key: mending.narrowed(page, opened) for page in service.pages}
    return {key: page for key, page in narrowed.items() if page is not None}


def open_places(session: Session, case: Case) -> list[str]:
    """Return the places the sent correction list names."""
    asked = queries.find_open_list(session, case)
    return [item.place for item in asked.items] if asked else []


def _require_open_material(session: Session, case: Case, service: Service, key: str) -> None:
    require_open(case)
    if case.status is not CaseStatus.CORRECTING:
        return
    places = open_places(session, case)
    opened = mending.open_fields(service, places)
    if key not in mending.open_materials(service, places, opened):
        raise Closed


def _is_asked(page: Page, key: str) -> bool:
    return any(field.key == key for field in page.fields)

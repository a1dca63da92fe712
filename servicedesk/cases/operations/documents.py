"""The papers of an application: given, taken out, promised, looked at."""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import mending, policy, queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Document, TaskState
from servicedesk.cases.operations import drafts, pledging
from servicedesk.cases.operations.pledging import IN_ORDER
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import Material, Service
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.files.models import StoredFile
from servicedesk.words import say


class TooManyFiles(RuleBroken):
    """A material has as many files as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say(
                "At most %(most)s files can be given for this. Remove one, then add the new one.",
                most=most,
            )
        )


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
    """Add a stored file as a document for ``material``; the same file again is the same one.

    Raises:
        Closed: the application, or this material of it, is not open for changes.
        RuleBroken: the service asks for no such material, or has enough files for it.
    """
    plan = _plan(service, material)
    _require_open_material(session, case, service, material)
    return put(session, case, plan, stored, name=name, by=by, now=now)


def most_files(service: Service, material: str) -> int:
    """Return how many files may be given for ``material``.

    Raises:
        RuleBroken: the service asks for no such material.
    """
    return _plan(service, material).most_files


def present(session: Session, case: Case, material: str) -> list[Document]:
    """Return the documents in force for ``material``."""
    return [one for one in queries.documents_in_force(session, case) if one.material == material]


def put(
    session: Session,
    case: Case,
    plan: Material,
    stored: StoredFile,
    *,
    name: str,
    by: User,
    now: datetime,
) -> Document:
    """Put a stored file to a material that the caller has found open.

    Raises:
        TooManyFiles: there are enough.
    """
    here = present(session, case, plan.key)
    document = next((one for one in here if one.sha256 == stored.sha256), None)
    if document is None:
        if len(here) >= plan.most_files:
            raise TooManyFiles(plan.most_files)
        document = Document(
            case=case, material=plan.key, file=stored, name=name, given_by_id=by.id, given_at=now
        )
        session.add(document)
    case.changed_at = now
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


def set_marks(
    session: Session,
    case: Case,
    service: Service,
    mark: str,
    materials: list[str],
    *,
    now: datetime,
) -> None:
    """Say which materials are promised (``PROMISES``) or will follow (``FOLLOWS``).

    While the applicant mends, only the materials that the list opens change.

    Raises:
        Closed: the application is not open for changes.
    """
    drafts.require_open(case)
    opened = open_materials(session, case, service)
    before = set(case.answers.get(mark, ()))
    now_marked = (before - opened) | (set(materials) & opened)
    case.answers = {**case.answers, mark: sorted(now_marked)}
    case.changed_at = now


def mark_in_order(
    session: Session, case: Case, document: Document, *, by: User, now: datetime
) -> None:
    """Write down that a member of staff found the paper in order.

    A paper that followed, or one given to keep a promise, may also be judged by whose post the
    commitment names; with the last of its documents the commitment is kept.

    Raises:
        NotPermitted: the person has no open task of this case to do, or it is their own.
        Overtaken: the paper was replaced or taken out meanwhile.
    """
    if document.removed_at is not None:
        raise Overtaken
    if policy.is_own_case(by, case):
        raise NotPermitted(policy.BAR_WORDS[policy.Bar.OWN_CASE])
    opened = [task for task in case.tasks if task.state is TaskState.OPEN]
    given = pledging.find_given(session, case, document.material)
    may_check = given is not None and policy.bar_to_check(by, case, given) is None
    if not may_check and not any(policy.has_duty(by, t.department, t.duty) for t in opened):
        raise NotPermitted(say("Only those who have a task of this case to do judge its papers."))
    document.verdict, document.verdict_by_id = IN_ORDER, by.id
    record(session, case, EventKind.PAPER_IN_ORDER, by=by, at=now, document=document.id)
    if may_check:
        pledging.paper_in_order(session, case, document.material, by=by, now=now)


def open_materials(session: Session, case: Case, service: Service) -> set[str]:
    """Return the keys of the materials that may be changed now."""
    if case.status is not CaseStatus.CORRECTING:
        return {material.key for material in service.materials}
    places = queries.open_places(session, case)
    return set(mending.open_materials(service, places, mending.open_fields(service, places)))


def _plan(service: Service, material: str) -> Material:
    plan = service.material(material)
    if plan is None:
        raise RuleBroken(say("This service asks for no such paper."))
    return plan


def _require_open_material(session: Session, case: Case, service: Service, key: str) -> None:
    drafts.require_open(case)
    if key not in open_materials(session, case, service):
        raise drafts.Closed

"""Drafts whose service has a new version: sent as they are for a while, or moved to it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries, versions
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import attaching
from servicedesk.cases.operations.drafts import Closed
from servicedesk.cases.operations.records import record
from servicedesk.catalogue import asking, attached, judging
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import get_service, service_of
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day
from servicedesk.words import Text, say

log = logging.getLogger(__name__)


class VersionPassed(RuleBroken):
    """The version of the service that a draft was begun with may not be sent any more."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            say(
                "This service has changed, and drafts of its old version could be sent until"
                " %(until)s. Go on with the new version: your answers are taken along.",
                until=until,
            )
        )


def require_sendable(session: Session, case: Case, *, now: datetime) -> None:
    """Make sure that the draft's version of its service may still be sent.

    Raises:
        VersionPassed: it was replaced too long ago.
    """
    until = versions.send_until(session, case)
    if until is not None and now > until:
        raise VersionPassed(until)


def move(session: Session, case: Case, *, by: User, now: datetime) -> Sequence[Text]:
    """Let a draft go on with the version in force; return the questions to answer anew.

    Answers that the new version knows and allows are taken along, and so are papers it asks for.

    Raises:
        Closed: the application was sent; it keeps its version.
    """
    if case.status is not CaseStatus.DRAFT:
        raise Closed
    entry, service = get_service(session, case.service_code)
    before = case.service_version
    if before.id == entry.current_id:
        return []
    old = service_of(before)
    lost = _misfits(service, case, now)
    asked_now = [field for page in service.pages for field in page.fields]
    known = {field.key for field in asked_now}
    asked_before = {field.key: field for page in old.pages for field in page.fields}
    case.answers = {
        key: answer
        for key, answer in case.answers.items()
        if key not in lost and (key in known or key not in asked_before)
    }
    case.typed = {}
    case.service_version, case.changed_at = entry.current, now
    places = {*attached.questions(asked_now), *(one.key for one in service.materials)}
    for document in queries.documents_in_force(session, case):
        if document.material not in places:
            document.removed_at = now
    attaching.settle(session, case, service, now=now)
    record(
        session, case, EventKind.VERSION_CHANGED, by=by, at=now,
        before=before.number, after=entry.current.number,
    )  # fmt: skip
    log.info("draft moved", extra={"case": case.reference, "number": entry.current.number})
    asked = {field.key: field for field in asked_now}
    return [asked[key].label.plain() for key in asked if key in lost]


def _misfits(service: Service, case: Case, now: datetime) -> set[str]:
    """Return the questions of ``service`` whose answers so far it does not allow."""
    today = local_day(now)
    questions = [
        question for one in asking.asked(service, case.answers).pages for question in one.questions
    ]
    places = [place for place, _ in judging.faults(questions, case.answers, today)]
    return {place.partition("[")[0] for place in places}

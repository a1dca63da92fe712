"""Applications begun, filled in and given their papers."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import (
    acting,
    advice,
    mended,
    policy,
    queries,
    readiness,
    settled,
    title_search,
)
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePerson
from servicedesk.cases.operations import attaching
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.member_roles import Act
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.park import local, local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

TITLE_LENGTH = 200  # characters; the width of Case.title


class Closed(RuleBroken):
    """The application is not open for changes."""

    def __init__(self) -> None:
        super().__init__(
            say("This application has been sent. It can only be changed if we ask for corrections.")
        )


def start(
    session: Session,
    version: ServiceVersion,
    service: Service,
    *,
    by: User,
    enterprise_id: int | None,
    now: datetime,
    applicant: User | None = None,
    is_trial: bool = False,
) -> Case:
    """Begin an application, pinned to ``version``; it is a draft with a reference.

    ``applicant`` is whose it is, where a clerk begins it at their counter; None: ``by``'s own.
    ``is_trial`` is for the examples of definitions, which try parts of bundles by themselves.

    Raises:
        RuleBroken: the service is only done as a part of others.
    """
    if not service.listed and not is_trial:
        raise RuleBroken(say("This is done as a part of another service. Begin that one."))
    enterprise = queries.find_enterprise(session, enterprise_id)
    year = local(now).year % 100
    number = session.scalar(sa.select(sa.func.nextval("case_numbers")))
    case = Case(
        reference=f"{service.reference_letter}{year:02}-{number:05}",
        service_code=service.code,
        service_version=version,
        applicant=applicant or by,
        enterprise_id=enterprise_id,
        for_enterprise=enterprise_id is not None,
        answers=settled.answers(session, service, enterprise) if enterprise else {},
        typed={},
        created_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    record(session, case, EventKind.STARTED, by=by, at=now, service=service.code)
    log.info("case started", extra={"case": case.reference, "service": service.code})
    return case


def bring_along(
    session: Session,
    case: Case,
    service: Service,
    origin: str,
    answers: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep those answers, brought along from ``origin``, that fit the pages that ask for them."""
    today = local_day(now)
    matter = readiness.matter_of(session, case, service, now=now)
    fitting = advice.fitting(service, answers, choices_of(service, matter), today)
    case.answers = {**case.answers, **advice.mark(origin, fitting, today)}


def save_page(
    session: Session,
    case: Case,
    page: Page,
    answers: Mapping[str, Any],
    *,
    title: str | None = None,
    now: datetime,
) -> None:
    """Keep the answers of a page that is in order; what was kept as typed is dropped.

    ``page`` holds the open questions only; an open question without an answer is cleared.
    ``title`` is what the matter is called from now on, if this page says so.

    Raises:
        Closed: the application is not open for changes, or not at a place that changed.
    """
    require_open(case)
    if changed_beyond_list(session, case, answers):
        raise Closed
    kept = {key: value for key, value in case.answers.items() if not _is_asked(page, key)}
    case.answers = kept | {key: value for key, value in answers.items() if value is not None}
    case.typed = {key: raw for key, raw in case.typed.items() if key != page.key}
    case.changed_at = now
    if title is not None:
        case.title = title[:TITLE_LENGTH]
        case.title_grams = title_search.grams(case.title)
    attaching.settle(session, case, service_of(case.service_version), now=now)


def changed_beyond_list(session: Session, case: Case, answers: Mapping[str, Any]) -> list[str]:
    """Return the groups in which ``answers`` change cards that the correction list leaves shut."""
    if case.status is not CaseStatus.CORRECTING:
        return []
    sent = queries.as_sent(session, case).answers
    places = queries.open_places(session, case)
    return mended.beyond(service_of(case.service_version), places, sent, {**sent, **answers})


def keep_typed(
    session: Session, case: Case, page: Page, raw: Mapping[str, list[str]], *, now: datetime
) -> None:
    """Keep what was typed on a page that is not in order yet; nothing typed is lost.

    Raises:
        Closed: the application is not open for changes.
    """
    require_open(case)
    case.typed = {**case.typed, page.key: dict(raw)}
    case.changed_at = now
    attaching.settle(session, case, service_of(case.service_version), now=now)


def join(session: Session, case: Case, *, person: User, now: datetime) -> None:
    """Let a person who was invited work on the application; twice is the same as once.

    Raises:
        NotPermitted: the person is staff.
        RuleBroken: the application is closed.
    """
    if person.is_staff:
        raise NotPermitted(say("Staff of the desk cannot work on an application as its agent."))
    if case.is_closed:
        raise RuleBroken(say("This application is closed. There is nothing left to work on."))
    if person.id in {case.applicant_id, *(one.user_id for one in case.helpers)}:
        return
    session.add(CasePerson(case=case, user=person, capacity="agent"))
    record(session, case, EventKind.PERSON_ADDED, by=person, at=now, person=person.id)


def part_with(session: Session, case: Case, user_id: int, *, by: User, now: datetime) -> None:
    """End somebody's part in the application.

    Raises:
        NotPermitted: it is not ``by`` who decides that: see ``acting``.
    """
    acting.require(session, by, case, Act.INVITE, now=now)
    found = next((one for one in case.people if one.user_id == user_id), None)
    if found is not None:
        session.delete(found)
        record(session, case, EventKind.PERSON_REMOVED, by=by, at=now, person=user_id)


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


def _is_asked(page: Page, key: str) -> bool:
    return any(field.key == key for field in page.fields)

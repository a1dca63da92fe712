"""An application at the counter: tied to the visit, begun for somebody, given its papers.

Whoever is served stands there and asks for it; so the case that is tied to the visit may be given
papers at that counter, as its applicant could give them.  Sending it stays with the applicant, who
signs.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import acting, policy
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.models import Case
from servicedesk.cases.operations import documents, drafts, keeping
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.files.models import StoredFile
from servicedesk.hall.events import as_it_is
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations.recording import record
from servicedesk.hall.operations.sittings import require_here
from servicedesk.words import say

log = logging.getLogger(__name__)

ATTACH, DETACH = "attach_case", "detach_case"


class NotAnApplicant(RuleBroken):
    """Nothing can be begun for that account."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "No application can be begun for this address: it has no account of an applicant"
                " who has confirmed it."
            )
        )


def attach(
    session: Session, ticket: Ticket, sitting: Sitting, case: Case | None, *, now: datetime
) -> None:
    """Tie the visit to ``case``, or to none.

    Raises:
        ActionNotAllowed: it is not at this counter.
    """
    require_here(ticket, sitting)
    before = as_it_is(ticket)
    ticket.case_id = case.id if case else None
    record(session, ticket, sitting, ATTACH if case else DETACH, before, now=now)


def open_case(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    version: ServiceVersion,
    service: Service,
    *,
    person: User | None,
    now: datetime,
) -> Case:
    """Begin an application for ``person``, who fills it in and sends it, and tie the visit to it.

    That the clerk began it is on its record.

    Raises:
        ActionNotAllowed: it is not at this counter.
        NotAnApplicant: there is no such person, or they cannot apply.
        RuleBroken: the service is only done as a part of others.
    """
    require_here(ticket, sitting)
    if person is None or person.is_staff or not person.is_active or person.confirmed_at is None:
        raise NotAnApplicant
    case = drafts.start(
        session, version, service, by=sitting.clerk, applicant=person,
        enterprise_id=acting.enterprise_for(session, person, service, None, now=now), now=now,
    )  # fmt: skip
    attach(session, ticket, sitting, case, now=now)
    return case


def take_papers(
    session: Session,
    ticket: Ticket,
    sitting: Sitting,
    case: Case,
    *,
    service: Service,
    material: str,
    files: Sequence[tuple[StoredFile, str]],
    now: datetime,
) -> None:
    """Take the papers that somebody hands in at the counter; ``case`` is locked.

    Raises:
        ActionNotAllowed: the visit is not at this counter.
        NotPermitted: it is an application of the clerk's own.
        Closed: the application does not take this paper now.
        TooManyFiles: there are enough for it.
    """
    require_here(ticket, sitting)
    if policy.is_own_case(sitting.clerk, case):
        raise NotPermitted(policy.BAR_WORDS[policy.Bar.OWN_CASE])
    if policy.may_edit(case):
        for stored, name in files:
            documents.add_document(
                session, case, service, material, stored, name=name, by=sitting.clerk, now=now
            )
    else:
        wanted = [one for one in commitments_of(session, case) if one.material == material]
        awaited = next((one for one in wanted if policy.may_give(case, one)), None)
        if awaited is None:
            raise drafts.Closed
        keeping.give(session, case, service, awaited, files, by=sitting.clerk, now=now)
    log.info("papers taken", extra={"ticket": ticket.id, "case": case.reference})

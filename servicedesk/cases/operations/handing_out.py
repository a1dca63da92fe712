"""Results handed over after the decision (行政许可法 art. 44): the duty opened, and done."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import handovers, policy
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations import clock_ledger, correspondence
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.proceedings import HandOut
from servicedesk.catalogue.definition import LetterKind, Service
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.words import words_as_json

log = logging.getLogger(__name__)


def make_ready(
    session: Session, case: Case, service: Service, *, now: datetime
) -> dict[str, object]:
    """Open the duty to hand the result out; return what the letter of the decision says of it.

    Nothing is opened where the result is online: it is delivered with the decision.
    """
    if not handovers.is_handed_out(service):
        return {}
    limit, due = handovers.limit_of(service), None
    if limit is not None:
        due = clock_ledger.due_of(limit, now, load_calendar(session))
    duty = HandOut(
        case=case,
        department=handovers.department_of(service),
        way=service.result.handover,
        ready_at=now,
        due_at=due,
    )
    session.add(duty)
    session.flush()
    tell_inbox(session, duty.department)
    record(session, case, EventKind.RESULT_READY, by=None, at=now, way=duty.way, of=[duty])
    return {"handover": duty.way, "hand_over_by": due.isoformat() if due else None}


def hand_out(
    session: Session,
    case: Case,
    service: Service,
    duty: HandOut,
    *,
    way: str,
    to: str,
    by: User,
    now: datetime,
) -> None:
    """Write down that the result was handed over, how and to whom, and confirm it by a letter.

    Raises:
        Overtaken: it was handed over before.
        NotPermitted: ``by`` has no post in the department, or it is their own case.
    """
    if duty.given_at is not None:
        raise Overtaken
    require_may_hand_out(case, duty, by)
    duty.given_at, duty.given_by_id, duty.given_way, duty.given_to = now, by.id, way, to
    tell_inbox(session, duty.department)
    record(session, case, EventKind.DELIVERED, by=by, at=now, way=way, of=[duty])
    facts = {"how": words_as_json(handovers.WAYS[way]), "to": to}
    correspondence.issue(
        session, case, service, LetterKind.DELIVERED, now=now, facts=facts,
        department=duty.department,
    )  # fmt: skip
    log.info("result handed out", extra={"case": case.reference, "way": way})


def require_may_hand_out(case: Case, duty: HandOut, by: User) -> None:
    """Make sure that ``by`` may hand the result out.

    Raises:
        NotPermitted: they may not.
    """
    bar = policy.bar_to_hand_out(by, case, duty.department)
    if bar is not None:
        raise NotPermitted(policy.BAR_WORDS[bar])

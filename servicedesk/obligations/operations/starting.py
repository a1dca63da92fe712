"""Beginning the application that fulfils an obligation, with what is known filled in."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.operations import drafts
from servicedesk.catalogue.queries import get_service
from servicedesk.enterprises.queries import register
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.obligations import queries
from servicedesk.obligations.duties import prefill
from servicedesk.obligations.models import ObligationStart
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

ORIGIN = "obligations"  # where the answers that are brought along are from


class NotDue(RuleBroken):
    """The obligation is fulfilled meanwhile, or there never was one."""

    def __init__(self) -> None:
        super().__init__(say("This is not due any more. Look at the calendar again."))


class TooEarly(RuleBroken):
    """It cannot be fulfilled yet."""

    def __init__(self) -> None:
        super().__init__(say("It is too early for this. The calendar says when it begins."))


class TooLate(RuleBroken):
    """It cannot be fulfilled any more."""

    def __init__(self) -> None:
        super().__init__(say("It is too late for this: it has ended. Ask the desk what to do."))


def start(
    session: Session, enterprise_id: int, kind: str, subject: str, *, by: User, now: datetime
) -> str:
    """Begin the application for an enterprise; return its reference.

    Where one is open already, by whomever, it is that one: the enterprise is locked, so that two
    who press at once get the same.

    Raises:
        NotFound: this person does not act for the enterprise.
        NotDue: nothing like it is due, or they may not see it.
        TooEarly: it can be done later only.
        TooLate: it could be done before only.
        NotPermitted: they may see it, and not begin this service for the enterprise.
    """
    today = local_day(now)
    enterprise = register.get_enterprise(session, enterprise_id, visible_to=by, today=today)
    lock_enterprise(session, enterprise_id)
    rights = queries.rights_of(session, by, enterprise_id, today=today)
    owed = queries.owed_by(session, [enterprise], today=today)[enterprise_id]
    shown = queries.visible(owed, rights)
    found = next((one for one in shown if one.key == (kind, subject)), None)
    if found is None:
        raise NotDue
    if found.service not in rights.begins:
        raise NotPermitted(say("You may not begin this service for this enterprise."))
    if running := queries.applications_for(session, enterprise_id, [found]).get(found.key):
        return running
    if found.opens_on is not None:
        raise TooEarly
    if found.is_closed(today):
        raise TooLate
    entry, service = get_service(session, found.service)
    case = drafts.start(
        session, entry.current, service, by=by, enterprise_id=enterprise_id, now=now
    )
    drafts.bring_along(session, case, service, ORIGIN, prefill(found), now=now)
    session.add(
        ObligationStart(
            case_id=case.id, enterprise_id=enterprise_id, kind=found.kind, subject=found.subject
        )
    )
    log.info("obligation taken up", extra={"case": case.reference, "kind": found.kind})
    return case.reference

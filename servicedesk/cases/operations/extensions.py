"""The legal limit made longer: asked by who examines, signed by a supervisor, once a round.

行政许可法 art. 42 (20 working days and 10 more) and 登记管理条例 art. 19 (3 and 3 more): by how
much, and in whose name, the definition says (``clock.legal.extend``, ``extend_by``).
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import policy, time_limits
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.letters import OwnKind
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import clock_ledger, correspondence, housekeeping
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.operations.tasks import ReasonMissing, require_workable
from servicedesk.cases.proceedings import ClockExtension, ExtensionState
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.guide_times import extra_time
from servicedesk.catalogue.limits import Limit
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.words import say, words_as_json

log = logging.getLogger(__name__)

_WITH_US = frozenset({CaseStatus.SUBMITTED, CaseStatus.IN_PROGRESS})


class NotExtendable(RuleBroken):
    """The limit cannot be made longer, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            say("The legal limit of this case can be extended once, while it runs and is not over.")
        )


def ask(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    *,
    reason: str,
    by: User,
    now: datetime,
) -> ClockExtension:
    """Ask for an extension of the legal limit; a supervisor who did not ask grants it or not.

    Raises:
        NotExtendable: the definition has no extension, it was asked for before, or the limit
            does not run or is over.
        ReasonMissing: there is no reason.
        RuleBroken, NotPermitted: as ``tasks.require_workable`` and ``require_in_time`` do.
    """
    require_workable(case, service, task, by)
    housekeeping.require_in_time(session, case, service, now=now)
    limit = extendable(session, case, service, now=now)
    if limit is None or find_asked(case) is not None:
        raise NotExtendable
    if not reason:
        raise ReasonMissing
    asked = ClockExtension(
        case=case,
        task=task,
        round=clock_ledger.round_of(case),
        days=limit.extend,
        state=ExtensionState.ASKED,
        reason=reason,
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    tell_inbox(session, task.department)
    record(session, case, EventKind.EXTENSION_ASKED, by=by, at=now, reason=reason, of=[asked])
    return asked


def grant(
    session: Session,
    case: Case,
    service: Service,
    asked: ClockExtension,
    *,
    by: User,
    now: datetime,
) -> None:
    """Make the legal limit longer and tell the applicant why, and until when.

    Raises:
        NotPermitted: ``by`` is no supervisor of the department, or asked, or it is their own case.
        Overtaken: it was granted or refused meanwhile.
        NotExtendable: the limit is over, or the case is not with us.
    """
    _require_may_sign(case, asked, by)
    housekeeping.require_in_time(session, case, service, now=now)
    limit = extendable(session, case, service, now=now)
    if limit is None or asked.round != clock_ledger.round_of(case):
        raise NotExtendable
    _decide(asked, ExtensionState.GRANTED, by=by, now=now)
    session.flush()
    clock_ledger.recount(session, case, service)
    tell_inbox(session, asked.task.department)
    record(
        session, case, EventKind.EXTENDED, by=by, at=now, days=asked.days, reason=asked.reason,
        of=[asked],
    )  # fmt: skip
    who = limit.extend_by.plain() if limit.extend_by else None
    facts = {
        "reason": asked.reason,
        "time": words_as_json(extra_time(limit)),
        "who": {"en": who.en, "zh": who.zh} if who else None,
    }
    correspondence.issue(
        session, case, service, OwnKind.EXTENDED, now=now, facts=facts,
        department=asked.task.department,
    )  # fmt: skip
    log.info("limit extended", extra={"case": case.reference, "days": asked.days})


def refuse(
    session: Session, case: Case, asked: ClockExtension, *, by: User, reason: str, now: datetime
) -> None:
    """Do not make the limit longer, and tell the one who asked why.

    Raises:
        NotPermitted, Overtaken: as ``grant``.
        ReasonMissing: there is no reason.
    """
    _require_may_sign(case, asked, by)
    if not reason:
        raise ReasonMissing
    _decide(asked, ExtensionState.REFUSED, by=by, now=now)
    asked.answer = reason
    tell_inbox(session, asked.task.department)
    record(session, case, EventKind.EXTENSION_REFUSED, by=by, at=now, reason=reason, of=[asked])


def extendable(session: Session, case: Case, service: Service, *, now: datetime) -> Limit | None:
    """Return the legal limit if it may be made longer now: it runs, is not over, not extended."""
    limit = service.clock.legal if service.clock else None
    terms, _ = clock_ledger.terms(case, service)
    if limit is None or terms is None or not limit.extend or terms.extension:
        return None
    due = time_limits.due_moment(case.intervals, terms, load_calendar(session))
    is_in_time = due is not None and now <= due
    return limit if case.status in _WITH_US and is_in_time else None


def find_asked(case: Case) -> ClockExtension | None:
    """Return the extension of the present round that waits for a signature."""
    present = clock_ledger.round_of(case)
    waiting = (one for one in case.extensions if one.state is ExtensionState.ASKED)
    return next((one for one in waiting if one.round == present), None)


def bar_to_sign(user: User, case: Case, asked: ClockExtension) -> policy.Bar | None:
    """Return what keeps this person from granting or refusing the extension."""
    return policy.bar_to_sign(
        user, case, department=asked.task.department, asked_by_id=asked.asked_by_id
    )


def _require_may_sign(case: Case, asked: ClockExtension, by: User) -> None:
    if asked.state is not ExtensionState.ASKED or case.is_closed:
        raise Overtaken
    bar = bar_to_sign(by, case, asked)
    if bar is not None:
        raise NotPermitted(policy.SIGNING_BAR_WORDS[bar])


def _decide(asked: ClockExtension, state: ExtensionState, *, by: User, now: datetime) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state, by.id, now

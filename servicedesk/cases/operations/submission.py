"""Applications sent, and sent again after a correction: once, whole, or not at all (R5)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import acting, gates, mending, queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.letters import Variant
from servicedesk.cases.lifecycle import CaseAction, CaseStatus, TransitionNotAllowed
from servicedesk.cases.models import Case
from servicedesk.cases.operations import (
    advancing,
    attaching,
    clock_ledger,
    corrections,
    correspondence,
    parts,
    pledging,
    snapshots,
    versions,
)
from servicedesk.cases.operations.records import record
from servicedesk.cases.readiness import Readiness, wrong
from servicedesk.catalogue.definition import LetterKind, Service
from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import effects
from servicedesk.enterprises.member_roles import Act
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


class NotReady(RuleBroken):
    """Something is still missing or wrong: what a rule found, or the task list says what.

    What was in order when the page was saved may be wrong now: somebody else has the name.
    """

    def __init__(self, found: Sequence[Finding] = ()) -> None:
        incomplete = say(
            "The application is not complete yet. The list of sections shows what is missing."
        )
        super().__init__(found[0].words if found else incomplete)


def submit(
    session: Session,
    case: Case,
    service: Service,
    readiness: Readiness,
    *,
    by: User,
    now: datetime,
) -> None:
    """Send the application: hold what is scarce, enter the first stage, give a receipt.

    Raises:
        NotPermitted: ``by`` may only prepare it.
        TransitionNotAllowed: it was sent already, or is closed.
        VersionPassed: its version of the service was replaced too long ago.
        NotReady: something is missing or wrong.
        GateShut: somebody has not confirmed what is sent.
        RuleBroken: what it needs (name, address unit) was taken by somebody else meanwhile.
    """
    acting.require(session, by, case, Act.SEND, now=now)
    if case.status is not CaseStatus.DRAFT:
        raise TransitionNotAllowed(case.status, CaseAction.SUBMIT)
    versions.require_sendable(session, case, now=now)
    _require_ready(readiness)
    case.answers = dict(readiness.answers)
    gates.require_open(session, case, service)
    attaching.settle(session, case, service, now=now)
    parts.hold(session, case, service, sender_id=by.id, now=now)
    case.advance(CaseAction.SUBMIT, at=now)
    case.submitted_at = now
    documents = snapshots.keep(session, case, readiness, by=by, now=now)
    clock_ledger.received(session, case, service, now=now)
    record(
        session, case, EventKind.SUBMITTED, by=by, at=now, number=1, documents=documents,
        of=queries.sent_last(session, case),
    )  # fmt: skip
    correspondence.issue(
        session, case, service, LetterKind.RECEIPT, now=now, facts={"documents": documents}
    )
    advancing.begin(session, case, service, now=now)
    log.info("case submitted", extra={"case": case.reference, "documents": documents})


def resubmit(
    session: Session,
    case: Case,
    service: Service,
    readiness: Readiness,
    *,
    by: User,
    now: datetime,
) -> None:
    """Send the mended application again: the clock goes on, or anew, as the rule says.

    Raises:
        NotPermitted: ``by`` may only prepare it.
        NotReady: something is missing or wrong.
        GateShut: somebody has not confirmed what is sent.
        RuleBroken: places of the list are still to be mended, or something scarce is gone.
    """
    acting.require(session, by, case, Act.SEND, now=now)
    _require_ready(readiness)
    corrections.require_mended(session, case, service)
    before = queries.submissions_of(session, case)[-1].answers
    case.answers = dict(readiness.answers)
    gates.require_open(session, case, service)
    attaching.settle(session, case, service, now=now)
    parts.hold(session, case, service, sender_id=by.id, now=now)
    documents = snapshots.keep(session, case, readiness, by=by, now=now)
    corrections.answer(session, case, service, by=by, now=now)
    if case.accepted_at is not None:
        pledging.settle_papers(session, case, service, now=now)
    correspondence.issue(
        session, case, service, LetterKind.RECEIPT, now=now,
        facts={"variant": Variant.AGAIN, "documents": documents},
    )  # fmt: skip
    changed = mending.changed_keys(before, case.answers)
    advancing.mend_stage(session, case, service, changed=changed, now=now)
    log.info("case resubmitted", extra={"case": case.reference, "changed": len(changed)})


def withdraw(
    session: Session, case: Case, service: Service, *, by: User, reason: str, now: datetime
) -> None:
    """Take the application back at its applicant's wish; what it held is free again.

    Raises:
        NotPermitted: ``by`` helps with it, or prepares it: see ``acting``.
        RuleBroken: it is a part of another application.
        TransitionNotAllowed: it is closed already.
    """
    acting.require(session, by, case, Act.WITHDRAW, now=now)
    parts.require_whole(case)
    was_sent = case.submitted_at is not None
    case.advance(CaseAction.WITHDRAW, at=now)
    case.message_since = None
    advancing.cancel_open_tasks(session, case, now=now)
    clock_ledger.ended(session, case, now=now)
    pledging.drop(session, case, now=now)
    effects.release(session, service.result.effect, case.id, now)
    record(
        session, case, EventKind.WITHDRAWN, by=by, at=now, reason=reason,
        of=queries.intervals_of(session, case),
    )  # fmt: skip
    if was_sent:
        correspondence.issue(session, case, service, LetterKind.WITHDRAWN, now=now)
    log.info("case withdrawn", extra={"case": case.reference})


def _require_ready(readiness: Readiness) -> None:
    if not readiness.is_ready:
        raise NotReady(wrong(readiness.findings))

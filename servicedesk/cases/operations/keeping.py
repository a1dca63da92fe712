"""Papers given after the acceptance or to keep a promise; judged by the desk; reminded of.

By the rule that ``park.yaml`` names (clock_rules.yaml, beijing_hall.promise), a promise that is
not kept is put right in time or the approval is revoked; a false one is revoked and recorded.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import commitments, policy, queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.commitment_queries import live_commitments
from servicedesk.cases.commitments import CommitmentKind, CommitmentState
from servicedesk.cases.letters import OwnKind
from servicedesk.cases.models import Case, Document
from servicedesk.cases.operations import correspondence, documents, pledging
from servicedesk.cases.operations.records import record
from servicedesk.cases.operations.tasks import ReasonMissing
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.time_limits import due_after
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.files.models import StoredFile
from servicedesk.park import park
from servicedesk.words import say

log = logging.getLogger(__name__)

_K, _S = CommitmentKind, CommitmentState
_FOUND: Final = {
    (_K.PAPER, _S.NOT_KEPT): (EventKind.PAPER_NOT_KEPT, OwnKind.PAPER_AGAIN),
    (_K.PROMISE, _S.NOT_KEPT): (EventKind.PROMISE_NOT_KEPT, OwnKind.PROMISE_NOT_KEPT),
    (_K.PROMISE, _S.FALSE): (EventKind.PROMISE_FALSE, OwnKind.PROMISE_FALSE),
}


class NotAwaited(RuleBroken):
    """Nobody waits for the paper, or not any more."""

    def __init__(self) -> None:
        super().__init__(say("We do not wait for this paper any more. Nothing was changed."))


def give(
    session: Session,
    case: Case,
    service: Service,
    commitment: Commitment,
    files: Sequence[tuple[StoredFile, str]],
    *,
    by: User,
    now: datetime,
) -> None:
    """Take a paper that was to follow, or that puts a promise right; the desk looks at it.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        commitment: what it is given for.
        files: stored files with their names; what was not in order before is replaced by them.
        by: the applicant, or who helps.
        now: the moment.

    Raises:
        NotAwaited: it is in order already, or the case does not want it any more.
        TooManyFiles: there are enough.
    """
    plan = service.material(commitment.material)
    if plan is None or not policy.may_give(case, commitment):
        raise NotAwaited
    if commitment.state is not _S.GIVEN:
        _replace(session, case, commitment, now=now)
        session.flush()
    given = [
        documents.put(session, case, plan, file, name=name, by=by, now=now) for file, name in files
    ]
    commitment.state, commitment.given_at = _S.GIVEN, commitment.given_at or now
    record(
        session, case, EventKind.PAPER_GIVEN, by=by, at=now, material=commitment.material,
        of=[commitment, *given],
    )  # fmt: skip
    log.info("paper given later", extra={"case": case.reference, "kind": commitment.kind})


def judge(
    session: Session,
    case: Case,
    service: Service,
    commitment: Commitment,
    found: CommitmentState,
    *,
    by: User,
    reason: str = "",
    working_days: int = 0,
    now: datetime,
) -> None:
    """Write down what the desk found of a promise or a paper that followed, and tell it.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        commitment: what was looked at.
        found: ``KEPT``, ``NOT_KEPT`` or ``FALSE``.
        by: whose post the commitment names; who examined or decided may.
        reason: why it is not kept, or false; told to the applicant.
        working_days: until when what is not kept has to be put right.
        now: the moment.

    Raises:
        Overtaken: it has been judged, or is with the applicant.
        NotPermitted: ``by`` has no such post, or it is their own case.
        ReasonMissing: there is no reason, or no time to put it right.
    """
    require_may_judge(case, commitment, found, by)
    if found is _S.KEPT:
        pledging.keep(session, case, commitment, by=by, now=now)
        return
    has_time = found is not _S.NOT_KEPT or working_days > 0
    if not reason or not has_time:
        raise ReasonMissing
    commitment.state, commitment.reason = found, reason
    commitment.checked_at, commitment.checked_by_id = now, by.id
    if found is _S.NOT_KEPT:
        commitment.due_at = due_after(now, working_days, load_calendar(session))
        commitment.given_at = commitment.reminded_at = None
    kind, letter = _FOUND[commitment.kind, found]
    record(
        session, case, kind, by=by, at=now, material=commitment.material, reason=reason,
        of=[commitment],
    )  # fmt: skip
    name, basis = pledging.name_of(service, commitment.material), park().promises_by
    facts = {
        "paper": {"en": name.en, "zh": name.zh},
        "until": commitment.due_at.isoformat(),
        "basis": {"en": basis.en, "zh": basis.zh},
        "reason": reason,
    }
    correspondence.issue(
        session, case, service, letter, now=now, facts=facts, department=commitment.department
    )
    log.info("commitment judged", extra={"case": case.reference, "found": found})


def require_may_judge(case: Case, commitment: Commitment, found: CommitmentState, by: User) -> None:
    """Make sure that ``by`` may find this of the commitment now; see ``judge``."""
    bar = policy.bar_to_check(by, case, commitment)
    if bar is not None:
        raise NotPermitted(policy.BAR_WORDS[bar])
    is_over = commitment.ended_at is not None
    if is_over or found not in commitments.findings(commitment.kind, commitment.state):
        raise Overtaken


def remind(session: Session, case_id: int, *, now: datetime) -> bool:
    """Remind the applicant of papers that are due today or were; once for each due day.

    Returns whether there was one.
    """
    locked = sa.select(Case).where(Case.id == case_id).with_for_update()
    case = session.scalar(locked.execution_options(populate_existing=True))
    if case is None:
        return False
    due = [one for one in live_commitments(session, case) if _is_to_remind(one, now)]
    service = service_of(case.service_version)
    for one in due:
        one.reminded_at = now
        paper = pledging.name_of(service, one.material)
        correspondence.remind(session, case, service, paper=paper, due=one.due_at, now=now)
    if due:
        log.info("applicant reminded", extra={"case": case.reference, "papers": len(due)})
    return bool(due)


def _is_to_remind(one: Commitment, now: datetime) -> bool:
    is_with_applicant = (one.kind, one.state) in commitments.WITH_APPLICANT
    return is_with_applicant and not one.reminded_at and one.due_at < commitments.tomorrow(now)


def _replace(session: Session, case: Case, commitment: Commitment, *, now: datetime) -> None:
    """Take out of force what was given before and found not to be in order."""
    present: Sequence[Document] = queries.documents_in_force(session, case)
    for document in present:
        if document.material == commitment.material:
            document.removed_at = now

"""A case that was turned down, taken up again after a hearing, a reconsideration or a ruling."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import grounds, policy, queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.for_register import application_of, last_sender_id
from servicedesk.cases.grounds import GROUND_BASES, GROUND_WORDS, Ground
from servicedesk.cases.letters import OwnKind
from servicedesk.cases.lifecycle import CaseAction, next_status
from servicedesk.cases.models import Case
from servicedesk.cases.operations import advancing, clock_ledger, correspondence, parts, pledging
from servicedesk.cases.operations.records import record
from servicedesk.cases.operations.tasks import ReasonMissing
from servicedesk.cases.workflow import Enter
from servicedesk.catalogue.definition import Service, StagePlan
from servicedesk.enterprises import effects
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.words import say, words_as_json

log = logging.getLogger(__name__)


def reopen(
    session: Session,
    case: Case,
    service: Service,
    stage: str,
    ground: Ground,
    *,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    """Take the case up again at ``stage``; its clock begins a new round.

    What the application held is held again, as it was let go when it was turned down.

    Args:
        session: the database.
        case: locked; refused or not accepted.
        service: the definition the case is pinned to.
        stage: where it goes on: one of ``grounds.stages_for``.
        ground: what made the desk look again.
        reason: told to the applicant.
        by: a supervisor of the department that decided, not the one who decided.
        now: the moment.

    Raises:
        TransitionNotAllowed: it was not turned down, or is open already.
        NotPermitted: ``by`` may not (no duty, four eyes, own case).
        ReasonMissing: there is no reason.
        RuleBroken: the case cannot go on at ``stage``, or what it held is somebody else's now.
    """
    before = case.status
    next_status(before, CaseAction.REOPEN)
    require_may_reopen(case, by)
    if not reason:
        raise ReasonMissing
    entered = next((one for one in stages_of(case, service) if one.key == stage), None)
    if entered is None:
        raise RuleBroken(say("The case cannot go on at this stage."))
    sender_id = last_sender_id(session, case)
    application = application_of(case, service, sender_id=sender_id)
    parts.hold(session, case, service, sender_id=sender_id, now=now)
    if case.accepted_at is not None:
        effects.accepted(session, service.result.effect, application, now)
    case.advance(CaseAction.REOPEN, at=now)
    clock_ledger.begun_anew(session, case, service, basis=GROUND_BASES[ground], now=now)
    record(
        session, case, EventKind.REOPENED, by=by, at=now, status=case.status, ground=ground,
        reason=reason, of=queries.intervals_of(session, case),
    )  # fmt: skip
    pledging.wait_again(session, case, service, now=now)
    advancing.carry_out(session, case, service, Enter(entered), now=now)
    facts = {"ground": words_as_json(GROUND_WORDS[ground]), "reason": reason}
    correspondence.issue(session, case, service, OwnKind.REOPENED, now=now, facts=facts)
    log.info("case reopened", extra={"case": case.reference, "was": before, "ground": ground})


def stages_of(case: Case, service: Service) -> list[StagePlan]:
    """Return the stages at which the case may go on, the usual one first."""
    stages = list(grounds.stages_for(service, case.status, case.answers))
    if not stages:
        return []
    decided = case.last_done.stage if case.last_done else None
    usual = grounds.usual_stage(stages, decided)
    return [usual, *(stage for stage in stages if stage is not usual)]


def require_may_reopen(case: Case, by: User) -> None:
    """Make sure that ``by`` may take the case up again; see ``reopen``."""
    bar = policy.bar_to_reopen(by, case)
    if bar is not None:
        raise NotPermitted(policy.REOPENING_BAR_WORDS[bar])

"""Promises and papers that may follow: opened, waited for, found in order, dropped.

What is opened when: papers at the acceptance (容缺), promises at the approval (告知承诺), or
where the authority that checks them granted what is its own, whatever another decided.  The
rules are ``cases.commitments``'s; ``keeping`` is what applicant and desk do with them.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import commitments, queries, rulings, versions
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.commitment_queries import commitments_of, live_commitments
from servicedesk.cases.commitments import CommitmentKind, CommitmentState
from servicedesk.cases.mending import FOLLOWS, MATERIAL, PROMISES
from servicedesk.cases.models import Case, Document
from servicedesk.cases.operations.records import record
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.readiness import MaterialStanding, material_standings
from servicedesk.cases.time_limits import due_after
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Outcome, Service
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import RuleBroken
from servicedesk.words import Text, say

log = logging.getLogger(__name__)

IN_ORDER = "in_order"  # a document's verdict
_KEPT = {
    CommitmentKind.PAPER: EventKind.PAPER_KEPT,
    CommitmentKind.PROMISE: EventKind.PROMISE_KEPT,
}


class PapersMissing(RuleBroken):
    """Papers that may follow are not there yet, or not in order."""

    def __init__(self, papers: Text) -> None:
        super().__init__(
            say(
                "This cannot be approved before these papers are given and found in order:"
                " %(papers)s.",
                papers=papers,
            )
        )


class PaperAwaited(RuleBroken):
    """A correction list names a paper that may still follow, and is judged by itself."""

    def __init__(self) -> None:
        super().__init__(
            say("A paper on this list may still follow. Say at the paper itself what is wrong.")
        )


def settle_papers(
    session: Session, case: Case, service: Service, *, now: datetime
) -> dict[str, object]:
    """Open, mark as given or drop papers that may follow, as the accepted application has it now.

    Called at the acceptance, and when corrections come after it.  The time to follow is counted
    from that moment: an acceptance that is dated back, or a paper that a correction asks for,
    takes nobody's days away.  Returns what the letter says of those that were opened.
    """
    live = {one.material: one for one in live_commitments(session, case, CommitmentKind.PAPER)}
    if not live and not case.answers.get(FOLLOWS):
        return {}
    standings = {one.material.key: one for one in _standings(session, case, service)}
    opened = [
        _paper(session, case, service, one, now=now)
        for key, one in standings.items()
        if one.follows and key not in live and not _is_there(one)
    ]
    changed = {EventKind.PAPERS_FOLLOW: list(opened)}
    for one in live.values():
        kind = _settled(one, standings.get(one.material), now=now)
        if kind is not None:
            changed.setdefault(kind, []).append(one)
    for kind, them in changed.items():
        if them:
            record(session, case, kind, by=None, at=now, of=them)
    return {"follow": _as_facts(service, opened)} if opened else {}


def after_decision(
    session: Session, case: Case, service: Service, outcome: Outcome, *, now: datetime
) -> dict[str, object]:
    """Wait for no paper any more; have what was promised checked, once it is relied on.

    Returns what the letter of the decision says of it.
    """
    drop(session, case, now=now)
    plan = service.promise_check
    if plan is None or not case.answers.get(PROMISES):
        return {}
    granted = rulings.granted(service, queries.tasks_of(session, case))
    if outcome is not Outcome.APPROVED and plan.department not in {
        one.department for one in granted
    }:
        return {}
    due = commitments.due_of(plan.limit, now, load_calendar(session))
    opened = [
        Commitment(
            case=case,
            kind=CommitmentKind.PROMISE,
            material=one.material.key,
            department=plan.department,
            duty=plan.duty,
            opened_at=now,
            due_at=due,
        )
        for one in _standings(session, case, service)
        if one.is_promised and not one.documents
    ]
    if not opened:
        return {}
    session.add_all(opened)
    record(session, case, EventKind.PROMISES_MADE, by=None, at=now, of=opened)
    log.info("promises to be checked", extra={"case": case.reference, "count": len(opened)})
    return {"promised": _as_facts(service, opened)}


def require_papers(session: Session, case: Case, service: Service, outcome: Outcome) -> None:
    """Make sure that nothing is approved while a paper is to follow.

    Raises:
        PapersMissing: one is, or it is not found in order yet.
    """
    if outcome is Outcome.APPROVED:
        missing = live_commitments(session, case, CommitmentKind.PAPER)
        if missing:
            raise PapersMissing(names_of(service, missing))


def wait_again(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Wait for papers again that a refusal had dropped, as the case is taken up again.

    What was given and not looked at yet is looked at; what was not in order is given again.
    A promise is waited for no more: the decision that is to come relies on it, or does not.
    """
    drop(session, case, now=now)
    if case.accepted_at is None:
        return
    standings = {one.material.key: one for one in _standings(session, case, service)}
    last = {one.material: one for one in commitments_of(session, case) if _is_dropped(one)}
    again = [one for one in last.values() if one.material in standings]
    for one in again:
        one.state = CommitmentState.GIVEN if one.given_at else CommitmentState.OPEN
        one.due_at = _due(session, standings[one.material], now)
        one.ended_at = one.reminded_at = None
    if again:
        record(session, case, EventKind.PAPERS_FOLLOW, by=None, at=now, of=again)


def awaited(session: Session, case: Case) -> frozenset[str]:
    """Return the places of papers that may still follow, as correction lists name them."""
    live = live_commitments(session, case, CommitmentKind.PAPER)
    return frozenset(f"{MATERIAL}:{one.material}" for one in live)


def require_not_awaited(session: Session, case: Case, places: Iterable[str]) -> None:
    """Make sure that no correction list asks for what has its own day to come.

    Raises:
        PaperAwaited: one does.
    """
    if not awaited(session, case).isdisjoint(places):
        raise PaperAwaited


def drop(session: Session, case: Case, *, now: datetime) -> None:
    """Wait for nothing any more: the case has ended, or what it brought is revoked.

    A promise that was found false stays so.
    """
    them = live_commitments(session, case)
    for one in them:
        if one.state is not CommitmentState.FALSE:
            one.state = CommitmentState.DROPPED
        one.ended_at = now
    if them:
        record(session, case, EventKind.COMMITMENTS_DROPPED, by=None, at=now, of=them)


def keep(session: Session, case: Case, commitment: Commitment, *, by: User, now: datetime) -> None:
    """Write down that the promise is kept, or the paper in order, and with it its documents."""
    for document in _documents(session, case, commitment.material):
        document.verdict, document.verdict_by_id = IN_ORDER, by.id
    commitment.state = CommitmentState.KEPT
    commitment.checked_at = commitment.ended_at = now
    commitment.checked_by_id = by.id
    record(
        session, case, _KEPT[commitment.kind], by=by, at=now, material=commitment.material,
        of=[commitment],
    )  # fmt: skip
    log.info("commitment kept", extra={"case": case.reference, "kind": commitment.kind})


def find_given(session: Session, case: Case, material: str) -> Commitment | None:
    """Return the commitment whose paper was given and waits to be looked at."""
    live = live_commitments(session, case)
    given = (one for one in live if one.state is CommitmentState.GIVEN)
    return next((one for one in given if one.material == material), None)


def paper_in_order(session: Session, case: Case, material: str, *, by: User, now: datetime) -> None:
    """Keep a commitment when the last of its documents was found in order."""
    given = find_given(session, case, material)
    documents = _documents(session, case, material)
    if given is not None and all(one.verdict == IN_ORDER for one in documents):
        keep(session, case, given, by=by, now=now)


def name_of(service: Service, material: str) -> Text:
    """Return what a material is called."""
    plan = service.material(material)
    return plan.name.plain() if plan else Text(material, material)


def names_of(service: Service, them: Iterable[Commitment]) -> Text:
    """Return the names of their papers, joined as each language joins them."""
    names = [name_of(service, one.material) for one in them]
    return Text(", ".join(one.en for one in names), "、".join(one.zh for one in names))


def _paper(
    session: Session, case: Case, service: Service, standing: MaterialStanding, *, now: datetime
) -> Commitment:
    department, duty = commitments.desk_for_papers(service)
    opened = Commitment(
        case=case,
        kind=CommitmentKind.PAPER,
        material=standing.material.key,
        department=department,
        duty=duty,
        opened_at=now,
        due_at=_due(session, standing, now),
    )
    session.add(opened)
    return opened


def _due(session: Session, standing: MaterialStanding, now: datetime) -> datetime:
    plan = standing.needed.may_follow
    return due_after(now, plan.working_days if plan else 0, load_calendar(session))


def _is_dropped(one: Commitment) -> bool:
    return one.kind is CommitmentKind.PAPER and one.state is CommitmentState.DROPPED


def _standings(session: Session, case: Case, service: Service) -> Sequence[MaterialStanding]:
    """Return what the case waits for itself: not what its parts ask for, as they wait for it."""
    plans = bundles.part_tasks(service, case.answers)
    parts = [service_of(versions.of_part(session, case, plan.service or "")) for plan in plans]
    theirs = {material.key for part in parts for material in part.materials}
    standings = material_standings(session, case, service, case.answers)
    return [one for one in standings if one.material.key not in theirs]


def _settled(
    paper: Commitment, standing: MaterialStanding | None, *, now: datetime
) -> EventKind | None:
    """Take over what a correction changed for a paper; return what happened to it."""
    if standing is None or (standing.is_promised and not standing.documents):
        paper.state, paper.ended_at = CommitmentState.DROPPED, now
        return EventKind.COMMITMENTS_DROPPED
    is_given = paper.state is CommitmentState.GIVEN
    if not is_given and _has_new(paper, standing.documents):
        paper.state, paper.given_at = CommitmentState.GIVEN, now
        return EventKind.PAPER_GIVEN
    if is_given and not standing.documents:  # taken out again
        paper.state, paper.given_at = CommitmentState.OPEN, None
        return EventKind.PAPERS_FOLLOW
    return None


def _has_new(commitment: Commitment, documents: Sequence[Document]) -> bool:
    """Whether a document came since the paper was looked at last."""
    seen = commitment.checked_at
    return any(seen is None or one.given_at > seen for one in documents)


def _is_there(standing: MaterialStanding) -> bool:
    return bool(standing.documents) or standing.is_promised


def _documents(session: Session, case: Case, material: str) -> list[Document]:
    return [one for one in queries.documents_in_force(session, case) if one.material == material]


def _as_facts(service: Service, them: Iterable[Commitment]) -> list[dict[str, object]]:
    """Return for a letter which papers they are, and by when."""
    named = ((name_of(service, one.material), one.due_at) for one in them)
    return [
        {"paper": {"en": name.en, "zh": name.zh}, "due": due.isoformat()} for name, due in named
    ]

"""The parts of an application: opened on its answers, and told back to it.

A part is an application of its own, with its number, clock and letters.  Whoever changes one
has locked the whole before it (``queries.get_..._case(lock=True)`` does), so that two parts
that end at once go on with the whole one after the other.  When parts are begun and what
follows when they end is ``advancing``'s.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.cases import known, mending, part_queries, queries, readiness, versions
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.for_register import application_of, last_sender_id
from servicedesk.cases.lifecycle import CaseAction, CaseStatus
from servicedesk.cases.mending import FOLLOWS, PROMISES
from servicedesk.cases.models import Case, CasePart, Document, Submission, Task, TaskState
from servicedesk.cases.operations import attaching, clock_ledger, pledging, snapshots
from servicedesk.cases.operations.records import record
from servicedesk.cases.workflow import plan_of
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Service, TaskPlan
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises import effects
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

_MARKS = (PROMISES, FOLLOWS)


def hold(session: Session, case: Case, service: Service, *, sender_id: int, now: datetime) -> None:
    """Hold what an application needs from its sending on; a bundle, also what a part will need.

    Raises:
        RuleBroken: somebody else has it, or the enterprise cannot have this now.
    """
    application = application_of(case, service, sender_id=sender_id)
    effects.hold(session, service.result.effect, application, now)
    changing = part_queries.change_by_part(session, case, service)
    effects.run_for_part(session, changing, application, now)


def open_part(
    session: Session, whole: Case, service: Service, task: Task, plan: TaskPlan, *, now: datetime
) -> Case:
    """Open the application that ``task`` of ``whole`` stands for, and send it in.

    It has the answers, papers and people of the whole, and gives no receipt of its own.  What
    the machine finds wrong keeps nobody: staff see it, and ask for corrections in the part.

    Raises:
        RuleBroken: what it needs (name, address unit) was taken by somebody else meanwhile.
    """
    version = versions.of_part(session, whole, plan.service or "")
    own = service_of(version)
    child = Case(
        reference=f"{whole.reference}-{1 + part_queries.count_parts(session, whole)}",
        service_code=own.code,
        service_version=version,
        applicant=whole.applicant,
        enterprise_id=whole.enterprise_id,
        for_enterprise=whole.for_enterprise,
        title=whole.title,
        title_grams=list(whole.title_grams),
        answers=_answers(session, whole, service, plan, own),
        typed={},
        created_at=now,
        changed_at=now,
    )
    part = CasePart(whole=whole, task=task, child=child, opened_at=now)
    whole.changed_at = now
    session.add_all([child, part])
    session.flush()
    record(
        session, whole, EventKind.PART_OPENED, by=None, at=now,
        task=task.key, part=child.reference, service=own.code, number=version.number, of=[part],
    )  # fmt: skip
    record(
        session, child, EventKind.STARTED, by=None, at=now, service=own.code, whole=whole.reference
    )
    effects.hand_to_part(session, own.result.effect, whole_id=whole.id, part_id=child.id)
    _copy_papers(session, whole, child, {one.key for one in own.materials}, now=now)
    attaching.settle(session, child, own, now=now, source=whole)
    _send(session, child, own, now=now)
    log.info("part opened", extra={"case": whole.reference, "part": child.reference})
    return child


def settle(session: Session, part: CasePart, *, now: datetime) -> None:
    """Let what was mended in a part that is approved count for the parts after it.

    Only that: another part may have mended meanwhile what this one was told when it was opened.
    """
    whole, child = part.whole, part.child
    service, own = service_of(whole.service_version), service_of(child.service_version)
    told = bundles.sources(plan_of(service, part.task.stage, part.task.key), own, service)
    asked_here = bundles.question_keys(service)
    first = queries.submissions_of(session, child)[0]
    mended = mending.changed_keys(first.answers, child.answers)
    said = {
        source: child.answers[key]
        for key, source in told.items()
        if key in mended and source in asked_here and key in child.answers
    }
    whole.answers = {**whole.answers, **said}
    attaching.settle(session, whole, service, now=now, source=child)
    whole.enterprise_id = child.enterprise_id or whole.enterprise_id
    if not mended.isdisjoint(own.title_from):
        whole.title, whole.title_grams = child.title, list(child.title_grams)
    shared = {one.key for one in service.materials}
    _copy_papers(session, child, whole, shared & _changed_papers(session, child, first), now=now)


def wait_for_applicant(session: Session, child: Case, *, now: datetime) -> None:
    """Tell the whole that a part has sent its correction list: its clock stands meanwhile.

    Not of a part that was decided and is taken up again: the whole waits for it no more.
    """
    part = child.part_of
    if part is None or part.task.state is not TaskState.WAITING:
        return
    whole, is_first = part.whole, not _waits(session, part.whole)
    part.task.with_applicant = True
    if is_first:
        clock_ledger.stopped(session, whole, service_of(whole.service_version), now=now)
    _tell(session, part, EventKind.PART_WAITS, now=now)


def go_on(session: Session, child: Case, *, now: datetime) -> None:
    """Tell the whole that a part waits no more; its clock goes on if no other does."""
    part = child.part_of
    if part is None or not part.task.with_applicant:
        return
    _waits_no_more(session, part, now=now)
    _tell(session, part, EventKind.PART_MENDED, now=now)


def end_with_whole(session: Session, part: CasePart, *, now: datetime) -> None:
    """Close a part that is not decided, as the whole has ended or goes on without it."""
    child = part.child
    own = service_of(child.service_version)
    if part.task.with_applicant:
        _waits_no_more(session, part, now=now)
    _tell(session, part, EventKind.PART_ENDED, now=now, outcome=CaseStatus.ENDED)
    child.advance(CaseAction.END_WITH_WHOLE, at=now)
    child.message_since = None
    clock_ledger.ended(session, child, now=now)
    pledging.drop(session, child, now=now)
    effects.release(session, own.result.effect, child.id, now)
    record(
        session, child, EventKind.ENDED, by=None, at=now, whole=part.whole.reference,
        of=queries.intervals_of(session, child),
    )  # fmt: skip
    log.info("part ended with the whole", extra={"case": child.reference})


def require_whole(case: Case) -> None:
    """Make sure that ``case`` is not a part of another, which alone can be withdrawn.

    Raises:
        RuleBroken: it is one.
    """
    if case.part_of is not None:
        raise RuleBroken(
            say(
                "This is a part of %(whole)s and cannot be withdrawn alone. Withdraw %(whole)s.",
                whole=case.part_of.whole.reference,
            )
        )


def _answers(
    session: Session, whole: Case, service: Service, plan: TaskPlan, own: Service
) -> dict[str, object]:
    enterprise = queries.find_enterprise(session, whole.enterprise_id)
    facts = known.facts(session, whole.applicant, enterprise)
    answers = bundles.answers_for(plan, own, service, whole.answers, facts)
    papers = {material.key for material in own.materials}
    marks = {mark: sorted(papers & set(whole.answers.get(mark, ()))) for mark in _MARKS}
    return answers | {mark: keys for mark, keys in marks.items() if keys}


def _send(session: Session, child: Case, own: Service, *, now: datetime) -> None:
    session.flush()
    sender_id = last_sender_id(session, child)
    ready = readiness.readiness(session, child, own, now=now, sender_id=sender_id)
    child.answers = dict(ready.answers)
    application = application_of(child, own, sender_id=sender_id)
    effects.hold(session, own.result.effect, application, now)
    child.advance(CaseAction.SUBMIT, at=now)
    child.submitted_at = now
    documents = snapshots.keep(session, child, ready, by=child.applicant, now=now)
    clock_ledger.received(session, child, own, now=now)
    record(
        session, child, EventKind.SUBMITTED, by=None, at=now, number=1, documents=documents,
        of=queries.sent_last(session, child),
    )  # fmt: skip


def _copy_papers(
    session: Session, source: Case, target: Case, materials: Collection[str], *, now: datetime
) -> None:
    """Let the papers of ``source`` stand for the same materials of ``target``, files unmoved."""
    given = [
        one for one in queries.documents_in_force(session, source) if one.material in materials
    ]
    there = queries.documents_in_force(session, target)
    for old in there:
        if old.material in materials and not any(_is_same(old, one) for one in given):
            old.removed_at = now
    for one in given:
        if not any(_is_same(old, one) for old in there):
            session.add(
                Document(
                    case=target, material=one.material, file=one.file, name=one.name,
                    given_by_id=one.given_by_id, given_at=one.given_at,
                )
            )  # fmt: skip
    session.flush()


def _changed_papers(session: Session, child: Case, first: Submission) -> set[str]:
    """Return the materials that have other papers than when the part was opened."""
    given = [one for one in child.documents if one.id in first.document_ids]
    before, now = (
        {(one.material, one.sha256) for one in documents}
        for documents in (given, queries.documents_in_force(session, child))
    )
    return {material for material, _ in before ^ now}


def _is_same(one: Document, other: Document) -> bool:
    return (one.material, one.sha256) == (other.material, other.sha256)


def _waits_no_more(session: Session, part: CasePart, *, now: datetime) -> None:
    whole = part.whole
    part.task.with_applicant = False
    session.flush()
    if not _waits(session, whole):
        clock_ledger.resumed(session, whole, service_of(whole.service_version), now=now)


def _waits(session: Session, whole: Case) -> bool:
    """Whether a part of ``whole`` is with the applicant."""
    tasks = queries.standing_tasks(session, whole)
    return any(one.state is TaskState.WAITING and one.with_applicant for one in tasks)


def _tell(
    session: Session, part: CasePart, kind: EventKind, *, now: datetime, **details: object
) -> None:
    part.whole.changed_at = now
    record(
        session, part.whole, kind, by=None, at=now, task=part.task.key, part=part.child.reference,
        of=queries.intervals_of(session, part.whole), **details,
    )  # fmt: skip

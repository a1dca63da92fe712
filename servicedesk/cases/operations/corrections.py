"""The one list of what the applicant must mend (一次性告知); a second one, by permission."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import mended, mending, policy, queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import CaseAction
from servicedesk.cases.models import (
    Case,
    CorrectionItem,
    CorrectionList,
    ListState,
    Task,
    TaskState,
)
from servicedesk.cases.operations import (
    clock_ledger,
    correspondence,
    housekeeping,
    parts,
    pledging,
)
from servicedesk.cases.operations.records import record
from servicedesk.cases.operations.tasks import ReasonMissing, require_workable
from servicedesk.cases.workflow import ActionNotOffered, plan_of
from servicedesk.catalogue.definition import Action, LetterKind, Service
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


class ListEmpty(RuleBroken):
    """A correction list says nothing, or names a place that is not there."""

    def __init__(self) -> None:
        super().__init__(say("Mark at least one place and say what has to be mended there."))


class ListRunning(RuleBroken):
    """The case has a list already that is not answered."""

    def __init__(self) -> None:
        super().__init__(say("There is a correction list already. It has to be answered first."))


def ask(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    items: Sequence[tuple[str, str]],
    *,
    by: User,
    reason: str | None,
    now: datetime,
) -> CorrectionList:
    """Send the correction list, or propose a second one to a supervisor.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        task: the one that asks; it stays open and waits.
        items: (place, what is wrong there and what to do), all of it at one time.
        by: who asks.
        reason: why a second list is needed; the first needs none.
        now: the moment.

    Raises:
        ListEmpty, ListRunning, ReasonMissing, and what ``tasks.do`` raises.
        ClockStands: the desk has stopped the clock.
        PaperAwaited: a paper on it may still follow.

    Whoever asks for a second list, a supervisor too, waits for another person to allow it.
    """
    require_workable(case, service, task, by)
    housekeeping.require_in_time(session, case, service, now=now)
    if Action.CORRECT not in plan_of(service, task.stage, task.key).actions:
        raise ActionNotOffered
    if not items or not all(
        mending.is_asked(service, case.answers, place) and words for place, words in items
    ):
        raise ListEmpty
    pledging.require_not_awaited(session, case, (place for place, _ in items))
    if queries.find_open_list(session, case):
        raise ListRunning
    number = 1 + len(queries.lists_of(session, case))
    is_another = needs_permission(session, case)
    if is_another and not reason:
        raise ReasonMissing
    asked = CorrectionList(
        case=case,
        number=number,
        task=task,
        state=ListState.PROPOSED,
        asked_by_id=by.id,
        asked_at=now,
        reason=reason or None,
        items=[CorrectionItem(place=place, words=words) for place, words in items],
    )
    session.add(asked)
    task.holder_id, task.held_since = by.id, task.held_since or now
    if is_another:
        record(session, case, EventKind.CORRECTION_PROPOSED, by=by, at=now, number=number)
        session.flush()
        return asked
    _send(session, case, service, asked, by=by, now=now)
    return asked


def allow(
    session: Session,
    case: Case,
    service: Service,
    asked: CorrectionList,
    *,
    by: User,
    now: datetime,
) -> None:
    """Let a proposed second list go out.

    Raises:
        NotPermitted: ``by`` is no supervisor, or proposed it, or it is their own case.
        Overtaken: it is not waiting for permission any more.
    """
    _require_supervisor(asked, by)
    if asked.task.state is not TaskState.OPEN:
        raise Overtaken
    asked.allowed_by_id = by.id
    _send(session, case, service, asked, by=by, now=now)


def decline(
    session: Session, case: Case, asked: CorrectionList, *, by: User, now: datetime
) -> None:
    """Do not let a second list go out; the task goes on.

    Raises: as ``allow``.
    """
    _require_supervisor(asked, by)
    asked.state, asked.allowed_by_id = ListState.DECLINED, by.id
    record(session, case, EventKind.CORRECTION_DECLINED, by=by, at=now, number=asked.number)


def require_mended(session: Session, case: Case, service: Service) -> None:
    """Make sure that nothing of the sent list is still to be mended.

    Ask before the new submission is kept: mended is what differs from the last one.

    Raises:
        RuleBroken: places are still to be mended.
        Overtaken: there is no list to answer.
    """
    if open_places(session, case, service, _sent_list(session, case)):
        raise RuleBroken(say("Some places are still to be mended. Mend them, then send again."))


def answer(session: Session, case: Case, service: Service, *, by: User, now: datetime) -> Task:
    """Close the sent list and give the task back to whom it belongs; return the task.

    Its event bears witness to the new submission, which is kept by now.

    Raises:
        Overtaken: there is no list to answer.
    """
    asked = _sent_list(session, case)
    asked.state, asked.answered_at = ListState.ANSWERED, now
    asked.task.with_applicant, asked.task.is_again = False, True
    case.advance(CaseAction.RESUME if case.accepted_at else CaseAction.RESUBMIT, at=now)
    clock_ledger.resumed(session, case, service, now=now)
    record(
        session, case, EventKind.RESUBMITTED, by=by, at=now, number=asked.number,
        of=queries.sent_last(session, case),
    )  # fmt: skip
    parts.go_on(session, case, now=now)
    return asked.task


def _sent_list(session: Session, case: Case) -> CorrectionList:
    asked = queries.find_open_list(session, case)
    if asked is None or asked.state is not ListState.SENT:
        raise Overtaken
    return asked


def open_places(
    session: Session, case: Case, service: Service, asked: CorrectionList
) -> list[CorrectionItem]:
    """Return the places of the list that are still to be mended.

    Mended is what says something else than was sent, however often it was changed in
    between.  A place that is no longer asked, as another answer was mended, is settled.
    """
    sent, now = queries.as_sent(session, case), queries.as_it_stands(session, case)
    return [
        item
        for item in asked.items
        if item.left_at is None
        and mending.is_asked(service, case.answers, item.place)
        and not mended.is_mended(item.place, sent, now)
    ]


def leave(
    session: Session,
    case: Case,
    service: Service,
    item_id: int,
    *,
    by: User,
    reason: str,
    now: datetime,
) -> None:
    """Leave a place of the sent list as it is, and tell the desk why.

    Raises:
        ReasonMissing: no reason is given.
        Overtaken: there is no such place to mend now.
    """
    if not reason:
        raise ReasonMissing
    asked = queries.find_open_list(session, case)
    if asked is None or asked.state is not ListState.SENT:
        raise Overtaken
    item = next((one for one in asked.items if one.id == item_id), None)
    if item is None:
        raise Overtaken
    item.left_at = now
    name = _name(service, item.place)["zh" if by.language == "zh" else "en"]
    correspondence.write_message(session, case, service, by=by, body=f"{name}: {reason}", now=now)


def needs_permission(session: Session, case: Case) -> bool:
    """Whether a list was sent before: everything has to be told at one time (art. 32)."""
    return any(
        one.state in {ListState.SENT, ListState.ANSWERED} for one in queries.lists_of(session, case)
    )


def _send(
    session: Session,
    case: Case,
    service: Service,
    asked: CorrectionList,
    *,
    by: User,
    now: datetime,
) -> None:
    clock_ledger.require_runs(session, case)
    asked.state, asked.sent_at = ListState.SENT, now
    asked.task.with_applicant = asked.task.state is TaskState.OPEN
    case.advance(CaseAction.ASK_CORRECTION, at=now)
    clock_ledger.stopped(session, case, service, now=now)
    record(
        session, case, EventKind.CORRECTION_SENT, by=by, at=now, number=asked.number,
        of=queries.intervals_of(session, case),
    )  # fmt: skip
    facts = {
        "items": [
            {"place": _name(service, item.place), "words": item.words} for item in asked.items
        ]
    }
    correspondence.issue(
        session, case, service, LetterKind.CORRECTION, now=now, facts=facts,
        department=asked.task.department,
    )  # fmt: skip
    parts.wait_for_applicant(session, case, now=now)
    log.info("correction list sent", extra={"case": case.reference, "number": asked.number})


def _name(service: Service, place: str) -> dict[str, str]:
    name = mending.place_name(service, place)
    return {"en": name.en, "zh": name.zh} if name else {"en": place, "zh": place}


def _require_supervisor(asked: CorrectionList, by: User) -> None:
    if asked.state is not ListState.PROPOSED:
        raise Overtaken
    bar = policy.bar_to_judge(by, asked)
    if bar is policy.Bar.OWN_CASE:
        raise NotPermitted(policy.BAR_WORDS[bar])
    if bar is not None:
        raise NotPermitted(
            say("A second correction list needs a supervisor of the department who did not ask.")
        )

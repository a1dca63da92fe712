"""Staff ask each other about a case: what a colleague knows, what a supervisor decides.

The task stays with its holder and the clock runs on.  The applicant sees none of it.
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import policy
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations import correspondence
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.cases.operations.tasks import ReasonMissing, require_in_hand
from servicedesk.cases.proceedings import Question, QuestionKind
from servicedesk.catalogue.definition import Service
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

_VERDICTS = {True: "是 Yes", False: "否 No"}  # in a note, which everybody reads as it is kept


def ask_person(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    *,
    to: User,
    body: str,
    by: User,
    now: datetime,
) -> Question:
    """Ask a colleague, of whatever department, what they know about the case.

    Raises:
        RuleBroken: it is no colleague who could answer: oneself, or one whose own case it is.
        RuleBroken, NotPermitted: as ``tasks.require_in_hand`` does.
    """
    require_in_hand(case, service, task, by)
    if to.id == by.id or not to.is_active or not to.posts or policy.is_own_case(to, case):
        raise RuleBroken(say("Choose a colleague who may look at this case."))
    asked = Question(kind=QuestionKind.COLLEAGUE, to=to, body=body)
    for department in to.departments:
        tell_inbox(session, department)
    return _ask(session, case, task, asked, by=by, now=now)


def ask_department(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    *,
    department: str,
    body: str,
    by: User,
    now: datetime,
) -> Question:
    """Ask whoever of a department knows.

    Raises: as ``tasks.require_in_hand``.
    """
    require_in_hand(case, service, task, by)
    asked = Question(kind=QuestionKind.COLLEAGUE, department=department, body=body)
    tell_inbox(session, department)
    return _ask(session, case, task, asked, by=by, now=now)


def ask_decision(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    *,
    body: str,
    by: User,
    now: datetime,
) -> Question:
    """Put a question to the supervisors of the task's department: yes or no, with a reason.

    Raises: as ``tasks.require_in_hand``.
    """
    require_in_hand(case, service, task, by)
    asked = Question(kind=QuestionKind.DECISION, department=task.department, body=body)
    tell_inbox(session, task.department)
    return _ask(session, case, task, asked, by=by, now=now)


def answer(
    session: Session,
    case: Case,
    question: Question,
    *,
    words: str,
    verdict: bool | None,
    by: User,
    now: datetime,
) -> None:
    """Answer a question; the answer comes back as an internal note.

    Raises:
        Overtaken: it was answered before, or its task is over.
        NotPermitted: it was not put to ``by``.
        ReasonMissing: a decision without yes or no, or without its reason.
    """
    if question.answered_at is not None or question.task.state is not TaskState.OPEN:
        raise Overtaken
    if not policy.may_answer(by, question):
        raise NotPermitted(say("This question was put to somebody else."))
    is_decision = question.kind is QuestionKind.DECISION
    if not words or (is_decision and verdict is None):
        raise ReasonMissing
    question.answered_by_id, question.answered_at, question.answer = by.id, now, words
    question.verdict = verdict if is_decision else None
    record(
        session, case, EventKind.QUESTION_ANSWERED, by=by, at=now,
        task=question.task.key, of=[question],
    )  # fmt: skip
    verdict_words = f"{_VERDICTS[verdict]}: " if verdict is not None and is_decision else ""
    body = f"{question.asked_by.name}: {question.body}\n→ {verdict_words}{words}"
    correspondence.write_note(session, case, by=by, body=body, now=now)
    tell_inbox(session, question.task.department)
    log.info("question answered", extra={"case": case.reference, "kind": question.kind})


def _ask(
    session: Session, case: Case, task: Task, asked: Question, *, by: User, now: datetime
) -> Question:
    if not asked.body:
        raise ReasonMissing
    asked.case, asked.task, asked.asked_by_id, asked.asked_at = case, task, by.id, now
    session.add(asked)
    kind = EventKind.QUESTION_ASKED
    if asked.kind is QuestionKind.DECISION:
        kind = EventKind.DECISION_ASKED
    session.flush()
    record(session, case, kind, by=by, at=now, task=task.key, of=[asked])
    log.info("question asked", extra={"case": case.reference, "kind": asked.kind})
    return asked

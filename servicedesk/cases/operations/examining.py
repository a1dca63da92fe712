"""What officers find and confirm when they do a task: kept, required, told to the applicant."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import examination_queries, readiness, workflow
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations.records import record
from servicedesk.cases.proceedings import Examination
from servicedesk.catalogue import examining, wording
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.catalogue.fields import AnyField, DeclarationQuestion, PickQuestion
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.wording import Choices
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

Found = Mapping[str, Any]


class NotExamined(RuleBroken):
    """Something has to be found or confirmed before an action in favour; ``lacks`` says what."""

    def __init__(self, lacks: AnyField) -> None:
        super().__init__(_words(lacks))
        self.lacks = lacks


class BeyondRule(RuleBroken):
    """What was found is not what a rule of the task allows; the words say which and what to do."""


def require_whole(
    plan: TaskPlan, action: Action, found: Found, case: Case, *, now: datetime
) -> None:
    """Make sure that all that ``action`` needs is found and confirmed; against needs nothing.

    Raises:
        NotExamined: something is not; the first of it is named.
        BeyondRule: something was found that a rule does not allow.
    """
    if not examining.needs_examining(plan, action):
        return
    for lacks in examining.lacking(plan, found, case.answers):
        raise NotExamined(lacks)
    today = local_day(now)
    for _, words in examining.beyond(plan, found, case.answers, today):
        raise BeyondRule(words)


def keep(
    session: Session,
    case: Case,
    service: Service,
    task: Task,
    found: Found,
    *,
    by: User,
    now: datetime,
) -> Examination | None:
    """Keep what ``by`` found, if it is nothing too; return it, or None where nothing is asked.

    What the definition does not ask with these answers is not kept.
    """
    plan = workflow.plan_of(service, task.stage, task.key)
    if not plan.is_filled_in:
        return None
    query = sa.select(sa.func.max(Examination.number)).where(Examination.task_id == task.id)
    kept = Examination(
        case_id=case.id,
        task=task,
        number=1 + (session.scalar(query) or 0),
        by_id=by.id,
        at=now,
        found=examining.settled(plan, found, case.answers),
    )
    session.add(kept)
    record(session, case, EventKind.EXAMINED, by=by, at=now, task=task.key, of=[kept])
    log.info("findings kept", extra={"case": case.reference, "task": task.key})
    return kept


def told(session: Session, case: Case, service: Service, *, now: datetime) -> dict[str, object]:
    """Return as facts of a letter what the decision tells of what was found, if anything."""
    telling = [task for _, task in service.all_tasks() if task.tells]
    if not telling:
        return {}
    kept = examination_queries.standing(examination_queries.examinations_of(session, case, service))
    rows = [
        (field, kept[task.key].found.get(field.key))
        for task in telling
        if task.key in kept
        for field in task.fields
        if field.key in task.tells
    ]
    choices: Choices = {}
    if any(isinstance(field, PickQuestion) for field, _ in rows):
        choices = choices_of(service, readiness.matter_of(session, case, service, now=now))
    facts = [_fact(field, answer, choices) for field, answer in rows if answer is not None]
    return {"found": facts} if facts else {}


def _fact(field: AnyField, answer: object, choices: Choices) -> dict[str, object]:
    """Return one line in both languages; of what is sensitive no more than its end."""
    value = {
        language: wording.show(field, answer, language, choices, masked=True)
        for language in ("en", "zh")
    }
    return {"label": {"en": field.label.en, "zh": field.label.zh}, "value": value}


def _words(lacks: AnyField) -> Words:
    if isinstance(lacks, DeclarationQuestion):
        return say("Confirm this point first: “%(point)s”.", point=lacks.label.plain())
    return say("Say first what you found: “%(label)s”.", label=lacks.label.plain())

"""The tasks that are done, as later officers read them: how, by whom, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.cases import examination_queries, workflow
from servicedesk.cases.actions import ACTIONS, ActionWords
from servicedesk.cases.models import Task, TaskState
from servicedesk.cases.proceedings import Examination
from servicedesk.catalogue import wording
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.catalogue.wording import Choices
from servicedesk.park import park
from servicedesk.words import Text


@dataclass(frozen=True)
class Finished:
    """A task that is done: how, by whom and why, and what was found."""

    name: Text
    department: Text
    words: ActionWords
    who: str | None  # None: the machine
    at: datetime | None
    reason: str | None
    found: tuple[tuple[str, str], ...]  # question and answer
    confirmed: tuple[str, ...]  # the points


def finished(
    tasks: Sequence[Task],
    kept: Sequence[Examination],
    service: Service,
    language: str,
    choices: Choices,
) -> tuple[Finished, ...]:
    """Return those of ``tasks`` that are done, each with what was ``kept`` of it."""
    return tuple(
        _finished(task, examination_queries.last_of(kept, task), service, language, choices)
        for task in tasks
        if task.state is TaskState.DONE
    )


def _finished(
    task: Task, kept: Examination | None, service: Service, language: str, choices: Choices
) -> Finished:
    plan = workflow.plan_of(service, task.stage, task.key)
    return Finished(
        name=plan.name.plain(),
        department=park().departments[task.department].name,
        words=ACTIONS[Action(task.action or "")],
        who=task.done_by.name if task.done_by else None,
        at=task.done_at,
        reason=task.reason,
        found=_found(plan, kept, language, choices) if kept else (),
        confirmed=tuple(
            check.label.in_language(language)
            for check in plan.checks
            if kept and check.key in kept.found
        ),
    )


def _found(
    plan: TaskPlan, kept: Examination, language: str, choices: Choices
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            field.label.in_language(language),
            wording.show(field, kept.found[field.key], language, choices),
        )
        for field in plan.fields
        if field.key in kept.found
    )

"""The way of an application as stations on a line; offices at work together on parallel lines.

Pure rules: what was passed, where it is, what is to come.  How it is drawn is
``web.route_diagram``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from servicedesk.cases.actions import ACTIONS, OPINIONS, is_against
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.workflow import applicable
from servicedesk.catalogue.bundles import waves
from servicedesk.catalogue.definition import Action, Service, StagePlan, TaskPlan
from servicedesk.park import park
from servicedesk.words import Text, Words, say


class Passing(StrEnum):
    """Whether a station was passed."""

    DONE = "done"
    HERE = "here"
    NEXT = "next"


@dataclass(frozen=True)
class Station:
    """One station: its name, a short line below, and whether it was passed."""

    name: Text | Words
    note: Words | Text | datetime | None
    passing: Passing
    waits_for_reader: bool = False
    key: str = ""
    after: tuple[str, ...] = ()  # the keys of those it waits for; none: all before it


@dataclass(frozen=True)
class Route:
    """The stations in columns, by when they can begin; several of one may be at work together."""

    columns: tuple[tuple[Station, ...], ...]


def route_of(
    case: Case, service: Service, tasks: Sequence[Task], *, for_desk: bool = False
) -> Route:
    """Return the way of ``case``, with the present station marked.

    What waits for the applicant waits for the reader, except on pages ``for_desk``.
    """
    sent = Station(
        say("Sent"), case.submitted_at, Passing.DONE if case.submitted_at else Passing.HERE
    )
    columns: list[tuple[Station, ...]] = [(sent,)]
    reached = [stage.key for stage in service.stages]
    here = reached.index(case.stage) if case.stage in reached else -1
    for index, stage in enumerate(service.stages):
        latest = _latest(stage, tasks)
        columns += [
            tuple(
                _station(
                    case,
                    plan,
                    stage,
                    latest.get(plan.key),
                    is_behind=index < here,
                    for_desk=for_desk,
                )
                for plan in plans
            )
            for plans in waves(applicable(stage, case.answers))
        ]
    return Route((*columns, (_last(case, service),)))


def _latest(stage: StagePlan, tasks: Iterable[Task]) -> dict[str, Task]:
    return {task.key: task for task in tasks if task.stage == stage.key}


def _station(
    case: Case,
    plan: TaskPlan,
    stage: StagePlan,
    task: Task | None,
    *,
    is_behind: bool,
    for_desk: bool,
) -> Station:
    name = _name(stage, plan, len(applicable(stage, case.answers)))
    place = partial(Station, name, key=plan.key, after=plan.after)
    if task is None or task.state is TaskState.CANCELLED:
        return place(None, Passing.DONE if is_behind and not case.is_closed else Passing.NEXT)
    if task.state in {TaskState.OPEN, TaskState.WAITING}:
        waits_for = say("waits for the applicant") if for_desk else say("waits for you")
        note = waits_for if task.with_applicant else say("at work on it")
        return place(note, Passing.HERE, waits_for_reader=task.with_applicant and not for_desk)
    return place(_done(case, plan, task, for_desk=for_desk), Passing.DONE)


def _done(case: Case, plan: TaskPlan, task: Task, *, for_desk: bool) -> Words | None:
    """Return how a task was done; of a part, or by one of several authorities, how it was decided.

    Outside the desk an opinion, or one of several rulings, is not told before the decision.
    """
    if task.action is None:
        return None
    action = Action(task.action)
    if plan.ruling is not None and case.status in {CaseStatus.APPROVED, CaseStatus.REFUSED}:
        return say("refused") if is_against(action) else say("granted")
    if plan.service is not None:
        action = Action.APPROVE if action is Action.CONFIRM else Action.REFUSE
    is_told_later = plan.ruling is not None or action in OPINIONS | {Action.OBJECT}
    if is_told_later and not for_desk:
        return say("Examined")
    return ACTIONS[action].done


def _name(stage: StagePlan, plan: TaskPlan, together: int) -> Text:
    """Return the stage's name, the part's, or the office's where several work at the same time."""
    if plan.service is not None:
        return plan.name.plain()
    if together > 1 and plan.department in park().departments:
        return park().departments[plan.department].name
    return stage.name.plain()


def _last(case: Case, service: Service) -> Station:
    ends: dict[CaseStatus, tuple[Text | Words, Words | None]] = {
        CaseStatus.APPROVED: (service.result.name.plain(), say("issued")),
        CaseStatus.REFUSED: (say("Refused"), None),
        CaseStatus.NOT_ACCEPTED: (say("Not accepted"), None),
        CaseStatus.WITHDRAWN: (say("Withdrawn"), None),
        CaseStatus.ENDED: (say("Ended with the whole"), None),
    }
    if case.status in ends:
        name, note = ends[case.status]
        return Station(name, note, Passing.DONE)
    return Station(service.result.name.plain(), None, Passing.NEXT)

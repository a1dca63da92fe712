"""Where a case goes next: the stages of its definition, entered, joined and left.

Pure rules over a definition and the state of the present stage's tasks; no database.
``operations.advancing`` carries out what these functions say; who may do a task is ``policy``.

A stage is *entered*: each of its tasks whose condition holds is opened, at once or when
those it waits for are done in favour; where they are not, it is left out.  A stage none
of whose tasks apply is passed over; after the last stage comes approval.  A task is
*done* by an action, whose target is another stage, the end, the applicant, or ``next``:
then the stage's join decides whether the case moves on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.cases.actions import is_against
from servicedesk.catalogue import bundles
from servicedesk.catalogue.conditions import holds, variables
from servicedesk.catalogue.definition import Action, Duty, Outcome, Service, StagePlan, TaskPlan
from servicedesk.errors import RuleBroken
from servicedesk.words import say

NEXT: Final = "next"
APPLICANT: Final = "applicant"
_END: Final = "end."


@dataclass(frozen=True)
class Stay:
    """The stage waits for its other tasks."""


@dataclass(frozen=True)
class Enter:
    """Another stage begins, or the same one again."""

    stage: StagePlan


@dataclass(frozen=True)
class Ask:
    """The applicant gets a correction list; the task stays open."""


@dataclass(frozen=True)
class End:
    """The case is decided."""

    outcome: Outcome


Move = Stay | Enter | Ask | End


@dataclass(frozen=True)
class TaskProgress:
    """One task of the present entry into a stage."""

    key: str
    is_open: bool
    action: Action | None = None  # how it was done


class ActionNotOffered(RuleBroken):
    """The definition gives this task no such action."""

    def __init__(self) -> None:
        super().__init__(say("This task offers no such action. Look at the page again."))


def applicable(stage: StagePlan, answers: Mapping[str, Any]) -> list[TaskPlan]:
    """Return the tasks of ``stage`` that these answers call for."""
    return [task for task in stage.tasks if task.when is None or holds(task.when, answers)]


def ready(
    stage: StagePlan, tasks: Iterable[TaskProgress], answers: Mapping[str, Any]
) -> list[TaskPlan]:
    """Return the tasks of ``stage`` to be opened now, given those that are there."""
    present = {one.key: one for one in tasks}
    to_come = _to_come(stage, present.values(), answers)
    waiting = {plan.key for plan in to_come}
    return [
        plan
        for plan in to_come
        if not any(
            key in waiting or (key in present and present[key].is_open) for key in plan.after
        )
    ]


def first_from(service: Service, index: int, answers: Mapping[str, Any]) -> Move:
    """Return the entry into the first stage from ``index`` on that has something to do.

    Past the last stage lies approval.
    """
    for stage in service.stages[index:]:
        if applicable(stage, answers):
            return Enter(stage)
    return End(Outcome.APPROVED)


def deciding_department(service: Service, answers: Mapping[str, Any]) -> str:
    """Return whose task approves the case, or is its last: who decides, had they decided."""
    tasks = [task for stage in service.stages for task in applicable(stage, answers)]
    approving = [one for one in tasks if f"{_END}{Outcome.APPROVED}" in one.actions.values()]
    return (approving or tasks)[-1].department


def is_accepted_at_receipt(service: Service) -> bool:
    """Whether nobody decides on acceptance: no task has the action ``accept``."""
    return not any(
        Action.ACCEPT in task.actions for stage in service.stages for task in stage.tasks
    )


def after(
    service: Service,
    stage: StagePlan,
    tasks: Sequence[TaskProgress],
    *,
    task: str,
    action: Action,
    answers: Mapping[str, Any],
) -> Move:
    """Return what follows when ``task`` of ``stage`` is done by ``action``.

    Args:
        service: the definition the case is pinned to.
        stage: the present stage.
        tasks: the tasks of this entry into the stage, ``task`` still open among them.
        task: the key of the task.
        action: what its holder does.
        answers: the application's, for conditions of later stages.

    Raises:
        ActionNotOffered: the definition gives this task no such action.
    """
    target = _target(stage, task, action)
    if target == APPLICANT:
        return Ask()
    waits_for_others = stage.join == "each" and target.startswith(_END)
    if target.startswith(_END) and not waits_for_others:
        return End(Outcome(target.removeprefix(_END)))
    if target != NEXT and not waits_for_others:
        return first_from(service, _index(service, target), answers)
    others = [one for one in tasks if one.key != task]
    standing = [TaskProgress(task, is_open=False, action=action), *others]
    done = [one for one in standing if not one.is_open]
    total = len(standing) + _waiting(stage, standing, answers)
    if _is_joined(stage, done, total=total):
        return _onward(service, stage, done, answers)
    return Stay()


def stage_of(service: Service, key: str) -> StagePlan:
    """Return the stage ``key``, which the pinned definition has."""
    return service.stages[_index(service, key)]


def plan_of(service: Service, stage: str, task: str) -> TaskPlan:
    """Return the plan of ``task`` in ``stage``, which the pinned definition has."""
    return next(plan for plan in stage_of(service, stage).tasks if plan.key == task)


def machine_action(plan: TaskPlan) -> Action | None:
    """Return what the machine does with a task of its own, at once; None for people's tasks."""
    return next(iter(plan.actions)) if plan.duty is Duty.MACHINE else None


@dataclass(frozen=True)
class Mended:
    """What a resubmission does to the tasks of the present stage."""

    opened: tuple[TaskPlan, ...]  # newly called for, or voided: what they judged has changed
    cancelled: tuple[str, ...]  # no longer called for


def after_mending(
    stage: StagePlan,
    tasks: Iterable[TaskProgress],
    *,
    answers: Mapping[str, Any],
    changed: Collection[str],
) -> Mended:
    """Return which tasks of ``stage`` a resubmission opens and cancels.

    A task done before stays done, unless an answer it judges (``concerns``) or that
    calls for it (``when``) has changed.
    """
    present = {one.key: one for one in tasks}
    wanted = {plan.key: plan for plan in applicable(stage, answers)}
    new = {plan.key for plan in ready(stage, present.values(), answers)}
    opened = [
        plan
        for key, plan in wanted.items()
        if key in new or (key in present and not present[key].is_open and _judges(plan, changed))
    ]
    cancelled = [key for key, one in present.items() if one.is_open and key not in wanted]
    return Mended(tuple(opened), tuple(cancelled))


def rejoined(
    service: Service,
    stage: StagePlan,
    tasks: Sequence[TaskProgress],
    *,
    answers: Mapping[str, Any],
) -> Move:
    """Return what follows a resubmission, once its tasks are opened and cancelled.

    Where the new answers call for nothing that is not done already, the case goes on.
    """
    done = [one for one in tasks if not one.is_open]
    total = len(tasks) + _waiting(stage, tasks, answers)
    if len(done) == total or (done and _is_joined(stage, done, total=total)):
        return _onward(service, stage, done, answers)
    return Stay()


def _onward(
    service: Service, stage: StagePlan, done: Iterable[TaskProgress], answers: Mapping[str, Any]
) -> Move:
    """Return what follows a stage that is joined: the end, where one of ``each`` brings it."""
    if stage.join == "each":
        for one in done:
            target = _target(stage, one.key, one.action) if one.action else NEXT
            if target.startswith(_END):
                return End(Outcome(target.removeprefix(_END)))
    return first_from(service, _index(service, stage.key) + 1, answers)


def _waiting(stage: StagePlan, tasks: Iterable[TaskProgress], answers: Mapping[str, Any]) -> int:
    """Return how many tasks still wait for others; the rest of a stage is there from the start."""
    return sum(1 for plan in _to_come(stage, tasks, answers) if plan.after)


def _to_come(
    stage: StagePlan, tasks: Iterable[TaskProgress], answers: Mapping[str, Any]
) -> list[TaskPlan]:
    """Return the tasks that are not there yet and may still come.

    Not one that waits for what came out against, or for what will not come itself.
    """
    plans = applicable(stage, answers)
    present = {one.key: one for one in tasks}
    barred = {key for key, one in present.items() if one.action and is_against(one.action)}
    for wave in bundles.waves(plans):
        barred |= {
            plan.key
            for plan in wave
            if plan.key not in present and not barred.isdisjoint(plan.after)
        }
    return [plan for plan in plans if plan.key not in present and plan.key not in barred]


def _judges(plan: TaskPlan, changed: Collection[str]) -> bool:
    called_by = variables(plan.when) if plan.when else frozenset[str]()
    return not {*plan.concerns, *called_by}.isdisjoint(changed)


def _target(stage: StagePlan, task: str, action: Action) -> str:
    plan = next((plan for plan in stage.tasks if plan.key == task), None)
    if plan is None or action not in plan.actions:
        raise ActionNotOffered
    return plan.actions[action]


def _index(service: Service, stage_key: str) -> int:
    return next(at for at, stage in enumerate(service.stages) if stage.key == stage_key)


def _is_joined(stage: StagePlan, done: Sequence[TaskProgress], *, total: int) -> bool:
    """Whether ``done`` tasks out of ``total`` are enough for the case to move on."""
    match stage.join:
        case "any":
            return True
        case "n_of_m":
            return len(done) >= min(stage.n or total, total)
        case "first_reject":
            rejected = any(one.action and is_against(one.action) for one in done)
            return rejected or len(done) == total
        case _:
            return len(done) == total

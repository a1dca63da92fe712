"""A bundle and its parts: which there are, and what a part takes over from the whole.

Pure.  A part is a service of its own that a task of the bundle stands for.  It is given the
answers to the questions that both ask, and those that the task maps to its questions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.definition import Action, Outcome, Service, TaskPlan

# What a task of the bundle comes to when its part ends.
SETTLED_BY: Final = {
    Outcome.APPROVED: Action.CONFIRM,
    Outcome.REFUSED: Action.OBJECT,
    Outcome.NOT_ACCEPTED: Action.OBJECT,
}


def is_bundle(service: Service) -> bool:
    """Whether ``service`` has parts."""
    return any(task.service for _, task in service.all_tasks())


def parts(service: Service) -> list[str]:
    """Return the codes of the services that are parts of ``service``, sorted."""
    return sorted({task.service for _, task in service.all_tasks() if task.service})


def part_tasks(service: Service, answers: Mapping[str, Any]) -> list[TaskPlan]:
    """Return the tasks that stand for the parts which these answers call for, in their order."""
    return [
        task
        for _, task in service.all_tasks()
        if task.service and (task.when is None or holds(task.when, answers))
    ]


def waves(plans: Sequence[TaskPlan]) -> list[list[TaskPlan]]:
    """Return tasks of a stage in the order in which they can begin, those together that can."""
    found: list[list[TaskPlan]] = []
    left = list(plans)
    while left:
        keys = {plan.key for plan in left}
        wave = [plan for plan in left if keys.isdisjoint(plan.after)] or left
        found.append(wave)
        left = [plan for plan in left if plan not in wave]
    return found


def sources(task: TaskPlan, part: Service, bundle: Service) -> dict[str, str]:
    """Return where the answer to each question of ``part`` comes from, of those that have one."""
    shared = {key: key for key in question_keys(part) & question_keys(bundle)}
    return shared | dict(task.answers)


def answers_for(
    task: TaskPlan,
    part: Service,
    bundle: Service,
    answers: Mapping[str, Any],
    known: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the answers with which ``part`` is opened.

    Args:
        task: the one that stands for it.
        part: its definition.
        bundle: the definition of the whole.
        answers: what the whole was told.
        known: what the desk knows besides ("enterprise.name").
    """
    there = {**known, **answers}
    taken = {
        key: there[source] for key, source in sources(task, part, bundle).items() if source in there
    }
    return asked(part, taken).answers


def question_keys(service: Service) -> set[str]:
    """Return the keys of the questions of ``service``; those inside groups go with the group."""
    return {field.key for page in service.pages for field in page.fields}

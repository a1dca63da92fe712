"""What is asked of the officer who does a task, and what counts of the answers.

Pure rules over ``fragments``.  Everything asked is needed before an action in favour: each
point that applies is confirmed, each question that needs an answer has one, and what was
found keeps to the rules of the task.  The other actions need none of it and keep what is there.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from servicedesk.catalogue import asking, bounds
from servicedesk.catalogue.definition import Action, TaskPlan
from servicedesk.catalogue.fields import AnyField, DeclarationQuestion
from servicedesk.catalogue.fragments import FilledIn, Fragment, said_in
from servicedesk.words import Words

IN_FAVOUR: Final = frozenset({Action.ACCEPT, Action.RECOMMEND, Action.CONFIRM, Action.APPROVE})

Answers = Mapping[str, Any]


def needs_examining(plan: FilledIn, action: Action) -> bool:
    """Whether ``action`` needs everything that the task asks of the officer."""
    return plan.is_filled_in and action in IN_FAVOUR


def questions(plan: FilledIn) -> tuple[AnyField, ...]:
    """Return what the task asks of the officer: its questions, then its points as ticks."""
    ticks = (
        DeclarationQuestion(kind="declaration", key=one.key, label=one.label, when=one.when)
        for one in plan.checks
    )
    return (*plan.fields, *ticks)


def asks(plan: FilledIn, application: Answers) -> bool:
    """Whether the task asks the officer anything, given the answers of the application."""
    return any(asking.applies(one, application) for one in questions(plan))


def fragment(plan: TaskPlan, *, needed: bool) -> Fragment:
    """Return the piece of form that is filled in; all of it is optional unless ``needed``."""
    asked = questions(plan)
    if needed:
        return Fragment(f"{plan.key} in favour", asked)
    free = tuple(one.model_copy(update={"required": False}) for one in asked)
    return Fragment(f"{plan.key} otherwise", free)


def settled(plan: FilledIn, given: Answers, application: Answers) -> dict[str, Any]:
    """Return what counts of ``given``, and what is worked out from it; what is not asked goes."""
    counting = asking.answered(questions(plan), given, _around(plan, application))
    return {key: one for key, one in counting.items() if not asking.is_empty(one)}


def lacking(plan: FilledIn, kept: Answers, application: Answers) -> list[AnyField]:
    """Return what an action in favour still needs, in the order of the page."""
    seen = {**_around(plan, application), **kept}
    asked = [one for one in questions(plan) if asking.applies(one, seen)]
    missing = set(asking.missing(asked, seen))
    return [one for one in asked if one.key in missing]


def beyond(
    plan: FilledIn, kept: Answers, application: Answers, today: date
) -> Iterator[tuple[str, Words]]:
    """Yield which questions have an answer that no rule of the task allows, and what to do."""
    return bounds.faults(plan.bounds, kept, _around(plan, application), today)


def begun(plan: FilledIn, application: Answers) -> dict[str, Any]:
    """Return what the officer's questions begin with: what the applicant said."""
    found: dict[str, Any] = {}
    for field in plan.fields:
        said = (application.get(key) for key in field.prefill)
        answer = next((one for one in said if one is not None), None)
        if answer is not None:
            found[field.key] = answer
    return found


def agreed(plan: FilledIn, action: Action, application: Answers, what: object = None) -> Answers:
    """Return what an officer fills in who finds all as the application says.

    In examples: every point is confirmed with an action in favour, and ``what`` may say of a
    step what was found otherwise, ``{do: recommend, finds: {points_found: 90}}``.
    """
    ticks = {one.key: True for one in plan.checks} if action in IN_FAVOUR else {}
    given = {**begun(plan, application), **ticks, **said_in(what)}
    return settled(plan, given, application)


def action_of(what: object) -> Action:
    """Return what a step of an example does: ``recommend``, ``{correct: ...}``, ``{do: ...}``.

    Raises:
        ValueError: it is no action.
    """
    if isinstance(what, Mapping):
        return Action.CORRECT if "correct" in what else Action(str(what.get("do")))
    return Action(str(what))


def _around(plan: FilledIn, application: Answers) -> dict[str, Any]:
    own = {one.key for one in questions(plan)}
    return {key: one for key, one in application.items() if key not in own}

"""Whether the way through the offices leads somewhere, from every station to an end.

Rules for ``catalogue.checking``.  They read a definition as ``cases.workflow`` walks it:
a stage without a task that applies is passed over, and past the last stage lies approval.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from servicedesk.catalogue.definition import (
    Action,
    Duty,
    LetterKind,
    Outcome,
    Service,
    StagePlan,
    Standing,
    TaskPlan,
)
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.guide_text import Times
from servicedesk.catalogue.suggesting import closest, instead

NEXT: Final = "next"
APPLICANT: Final = "applicant"
_ENDS: Final = {f"end.{outcome}": outcome for outcome in Outcome}
_AGAINST: Final = frozenset(
    {Action.REFUSE_ACCEPTANCE, Action.ADVISE_REFUSAL, Action.OBJECT, Action.REFUSE}
)
_EXAMINING: Final = frozenset({Action.RECOMMEND, Action.ADVISE_REFUSAL})
_DECIDING: Final = frozenset({Action.APPROVE, Action.REFUSE})
_ACTIONS: Final = "actions: {approve: end.approved, refuse: end.refused}, for example"
_ANOTHER: Final = "write another, as the end of docs/catalogue/PARK_BIKE.yaml has them"
_CLOCK: Final = (
    "clock: {starts: receipt, legal: null, committed: {working_days: 5, source: OWN},"
    ' correction: {working_days: null, basis: {en: "...", zh: "..."}, source: OWN}}'
)
_RULING: Final = 'write ruling: {name: {en: "...", zh: "..."}, remedies: [reconsideration]}'
_REFERRALS: Final = 'referrals: [{name: {en: "...", zh: "..."}, source: OWN}]'
_LETTERS: Final = {
    Outcome.APPROVED: LetterKind.APPROVED,
    Outcome.REFUSED: LetterKind.REFUSED,
    Outcome.NOT_ACCEPTED: LetterKind.NOT_ACCEPTED,
}


def _targets(service: Service) -> Iterator[Problem]:
    """Every action leads to a place that exists, and fits what it is called."""
    for where, stage, task in _tasks(service):
        if not task.actions:
            yield Problem(
                f"{where}.actions", f"offers no action, so that it is never done; write {_ACTIONS}"
            )
        for action, target in task.actions.items():
            at = f"{where}.actions.{action}"
            if target not in {NEXT, APPLICANT, *_ENDS} and service.stage(target) is None:
                there = instead(target, [NEXT, APPLICANT, *(s.key for s in service.stages), *_ENDS])
                yield Problem(at, f"leads to {target!r}, which does not exist{there}")
            elif (action is Action.CORRECT) != (target == APPLICANT):
                fault = "corrections, and only they, lead to the applicant"
                yield Problem(at, f"{fault}; write correct: applicant, else next or an end")
            elif action is Action.SEND_BACK and _is_later(service, stage, target):
                yield Problem(at, "sends back to a later stage; write the key of an earlier one")
        if task.actions and set(task.actions.values()) == {APPLICANT}:
            fault = "leads only to the applicant and never on"
            yield Problem(f"{where}.actions", f"{fault}; write accept: next, for example")


def _joins(service: Service) -> Iterator[Problem]:
    for stage in service.stages:
        where = f"stages[{stage.key}]"
        if stage.join == "n_of_m":
            certain = sum(1 for task in stage.tasks if task.when is None)
            if stage.n is None or not 1 <= stage.n <= len(stage.tasks):
                most = len(stage.tasks)
                fault = f"must be 1 to {most}, the tasks there are; write n: {most}, for example"
                yield Problem(f"{where}.n", fault)
            elif stage.n > certain:
                fault = f"asks for {stage.n} tasks, but only {certain} always apply"
                yield Problem(f"{where}.n", f"{fault}; ask for fewer, or take when out of a task")
        elif stage.n is not None:
            fault = f"means nothing with the join {stage.join!r}; take it out"
            yield Problem(f"{where}.n", fault)
        yield from _rulings(service, stage)
        actions = {action for task in stage.tasks for action in task.actions}
        if stage.join == "first_reject" and not actions & _AGAINST:
            yield Problem(
                f"{where}.join", "waits for a rejection, but no task can reject; write join: all"
            )


def _rulings(service: Service, stage: StagePlan) -> Iterator[Problem]:
    """Where several authorities decide, the letter tells of each, with remedies of its own."""
    for task in stage.tasks:
        at = f"stages[{stage.key}].tasks[{task.key}]"
        if stage.join == "each" and task.ruling is None:
            yield Problem(
                f"{at}.ruling",
                f"is missing: each task of the stage decides on what is its own; {_RULING}",
            )
        if stage.join == "each":
            for key in sorted({one.key for one in stage.tasks} - {task.key, *task.not_who_did}):
                yield Problem(
                    f"{at}.not_who_did", f"lacks {key!r}, who must not decide both; add it"
                )
        elif task.ruling is not None:
            yield Problem(
                f"{at}.ruling", "means nothing but in a stage with the join 'each'; take it out"
            )
    refused = service.letters.get(LetterKind.REFUSED)
    if stage.join == "each" and refused is not None and refused.remedies:
        yield Problem(
            "letters.refused.remedies",
            "belong to the ruling that they are against; write remedies there",
        )


def _deemed_ruling(service: Service) -> Iterator[Problem]:
    """Where several authorities decide, silence that renews takes the decision of one."""
    plan = service.clock.deemed_granted if service.clock else None
    ruling = [one.key for _, one in service.all_tasks() if one.ruling]
    if plan is None or plan.ruling in ruling or not (plan.ruling or ruling):
        return
    fault = "is missing: silence takes one of several decisions"
    if plan.ruling is not None:
        fault = f"names no task that has a ruling: {plan.ruling!r}"
    yield Problem("clock.deemed_granted.ruling", f"{fault}{instead(plan.ruling or '', ruling)}")


def _begins(service: Service) -> Iterator[Problem]:
    """What is applied for is decided by somebody; what is not says where to go instead."""
    if not service.pages and not service.stages:
        if not service.guide.referrals:
            fault = "is missing: nobody applies here, so say who does it and where"
            yield Problem("guide.referrals", f"{fault}; write {_REFERRALS}")
        if service.clock is not None or service.letters or service.examples:
            fault = "has none, so that clock, letters and examples mean nothing; take them out"
            yield Problem("pages", fault)
        return
    if service.guide.times != Times():
        yield Problem("guide.times", "are for what others do; here the clock says the time")
    if service.standing is not Standing.OPEN:
        yield Problem(
            "standing", f"is {service.standing}, so that nobody applies; leave out pages and stages"
        )
    if not service.stages:
        yield Problem("stages", "has none: an application would be approved unseen; write one")
    if not service.pages:
        yield Problem("pages", "has none, so that nobody can apply; write one, or take stages out")


def _reachable(service: Service) -> Iterator[Problem]:
    """Every stage can be come to, and an end can be come to from every stage."""
    if not service.stages:
        return
    ways = {stage.key: _ways_on(service, stage) for stage in service.stages}
    seen = _closure(service.stages[0].key, ways)
    for stage in service.stages:
        where = f"stages[{stage.key}]"
        if stage.key not in seen:
            yield Problem(where, f"is never reached; lead an action to {stage.key}, or next to it")
        elif not _closure(stage.key, ways) & set(_ENDS):
            yield Problem(where, "never comes to an end; lead an action to end.approved or on")
    if f"end.{Outcome.APPROVED}" not in seen:
        yield Problem("stages", "no way leads to an approval; write approve: end.approved")


def _acceptance(service: Service) -> Iterator[Problem]:
    """Nothing is decided before it is accepted, nor turned away at the door afterwards."""
    accepting = [
        at
        for at, stage in enumerate(service.stages)
        if any(Action.ACCEPT in task.actions for task in stage.tasks)
    ]
    door = accepting[0] if accepting else -1
    for where, stage, task in _tasks(service):
        at = service.stages.index(stage)
        for action, target in task.actions.items():
            if target == f"end.{Outcome.NOT_ACCEPTED}" and at > door:
                fault = "comes after the acceptance; write refuse: end.refused"
                yield Problem(f"{where}.actions.{action}", fault)
            if target in {f"end.{Outcome.APPROVED}", f"end.{Outcome.REFUSED}"} and at < door:
                fault = "comes before the acceptance; put the stage that accepts first"
                yield Problem(f"{where}.actions.{action}", fault)
    if accepting and all(task.when for task in service.stages[door].tasks):
        fault = "may be passed over, unaccepted; give it a task without when"
        yield Problem(f"stages[{service.stages[door].key}]", fault)


def _letters(service: Service) -> Iterator[Problem]:
    """Whatever the applicant must be told has its letter.

    A receipt is owed, and a withdrawal possible, where the desk does not answer on the spot.
    """
    actions = {action for _, task in service.all_tasks() for action in task.actions}
    needed = {_LETTERS[_ENDS[end]] for end in _ends_reached(service)}
    if any(task.duty is not Duty.MACHINE for _, task in service.all_tasks()):
        needed |= {LetterKind.RECEIPT, LetterKind.WITHDRAWN}
    if Action.CORRECT in actions:
        needed.add(LetterKind.CORRECTION)
    if Action.ACCEPT in actions:
        needed.add(LetterKind.ACCEPTED)
    if service.result.handover != "online":
        needed.add(LetterKind.DELIVERED)
    for kind in sorted(needed - set(service.letters)):
        yield Problem("letters", f"lacks the letter {kind.value!r}; write {kind.value}: {{}}")


def _four_eyes(service: Service) -> Iterator[Problem]:
    """Who decides is not who examined."""
    for where, stage, task in _tasks(service):
        at = service.stages.index(stage)
        before = [one.key for earlier in service.stages[: at + 1] for one in earlier.tasks]
        known = [key for key in before if key != task.key]
        for other in task.not_who_did:
            if other == task.key:
                yield Problem(f"{where}.not_who_did", "names the task itself; take it out")
            elif other not in known:
                fault = f"names no task up to here: {other!r}{instead(other, known)}"
                yield Problem(f"{where}.not_who_did", fault)
        if task.duty is not Duty.MACHINE and not _DECIDING.isdisjoint(task.actions):
            meant = [one if one in known else closest(one, known) for one in task.not_who_did]
            for key in sorted(_examined(service.stages[:at]) - set(meant)):
                all_of_them = ", ".join([*(one for one in meant if one), key])
                fault = f"lacks {key!r}, who must not decide; write not_who_did: [{all_of_them}]"
                yield Problem(f"{where}.not_who_did", fault)


def _examined(stages: Sequence[StagePlan]) -> set[str]:
    """Return the tasks in which people examined; where nobody did, those of the acceptance."""
    tasks = [task for stage in stages for task in stage.tasks if task.duty is not Duty.MACHINE]
    for actions in (_EXAMINING, {Action.ACCEPT}):
        if found := {task.key for task in tasks if not actions.isdisjoint(task.actions)}:
            return found
    return set()


def _covered(service: Service) -> Iterator[Problem]:
    """The examples show an approval, and a refusal and a correction where there can be one."""
    outcomes = {example.expect.outcome for example in service.examples}
    for outcome in (Outcome.APPROVED, Outcome.REFUSED):
        if f"end.{outcome}" in _ends_reached(service) and outcome not in outcomes:
            yield Problem("examples", f"lacks one that ends {outcome.value!r}; {_ANOTHER}")
    can_correct = any(Action.CORRECT in task.actions for _, task in service.all_tasks())
    corrected = any(
        isinstance(done, Mapping) and "correct" in done
        for example in service.examples
        for _, _, done in example.steps
    )
    if can_correct and not corrected:
        yield Problem("examples", f"lacks one with a correction; {_ANOTHER}")


def _ends_reached(service: Service) -> set[str]:
    if not service.stages:
        return set()
    ways = {stage.key: _ways_on(service, stage) for stage in service.stages}
    return _closure(service.stages[0].key, ways) & set(_ENDS)


def _clock(service: Service) -> Iterator[Problem]:
    """A limit for telling what to correct goes with a way to tell it, and the reverse."""
    can_correct = any(Action.CORRECT in task.actions for _, _, task in _tasks(service))
    has_limit = service.clock is not None and service.clock.correction.working_days is not None
    if has_limit and not can_correct:
        fault = "sets a limit, but no task can ask for corrections; write working_days: null"
        yield Problem("clock.correction", fault)
    if can_correct and service.clock is None:
        yield Problem("clock", f"is missing, though corrections stop it; write {_CLOCK}")


def _tasks(service: Service) -> Iterator[tuple[str, StagePlan, TaskPlan]]:
    for stage, task in service.all_tasks():
        yield f"stages[{stage.key}].tasks[{task.key}]", stage, task


def _is_later(service: Service, stage: StagePlan, target: str) -> bool:
    other = service.stage(target)
    return other is not None and service.stages.index(other) > service.stages.index(stage)


def _ways_on(service: Service, stage: StagePlan) -> set[str]:
    """Return where one may come from ``stage``: keys of stages, and ends."""
    at = service.stages.index(stage)
    after = service.stages[at + 1].key if at + 1 < len(service.stages) else "end.approved"
    targets = {target for task in stage.tasks for target in task.actions.values()}
    ways = {after if target == NEXT else target for target in targets - {APPLICANT}}
    if all(task.when for task in stage.tasks):
        ways.add(after)  # none of its tasks may apply
    return ways


def _closure(start: str, ways: dict[str, set[str]]) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        new = ways.get(ahead.pop(), set()) - seen
        seen |= new
        ahead += new
    return seen


RULES: Final = (
    _begins,
    _targets,
    _joins,
    _reachable,
    _acceptance,
    _letters,
    _four_eyes,
    _clock,
    _deemed_ruling,
    _covered,
)

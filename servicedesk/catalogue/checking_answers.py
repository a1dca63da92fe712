"""Whether conditions and examples speak of questions, answers and tasks that there are.

Rules for ``catalogue.checking``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.catalogue import conditions
from servicedesk.catalogue.definition import (
    NO_PERSON,
    Action,
    Duty,
    Example,
    Page,
    Service,
    TaskPlan,
)
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    Condition,
    DeclarationQuestion,
    GroupQuestion,
    YesNoQuestion,
)
from servicedesk.catalogue.suggesting import WHEN_WORDS, instead

_APPLICANT: Final = "applicant"
_WHEN: Final = 'when: {"==": [{var: kind}, rented]}, for example'
_PROMISE_CHECK: Final = (
    "promise_check: {department: park, duty: clerk, limit: {working_days: 30, source: OWN}},"
    " for example"
)
_COMPARING: Final = frozenset({"==", "!=", "in", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class _Stated:
    """A condition, where it stands, and the questions it may look at."""

    where: str
    condition: Condition
    known: Mapping[str, AnyField]


def _conditions(service: Service) -> Iterator[Problem]:
    """Each condition is well formed and looks only at what was asked by then."""
    for stated in _all_conditions(service):
        for fault in conditions.faults(stated.condition):
            yield Problem(stated.where, fault)
        for path, of in conditions.paths(stated.condition):
            if unknown := _unknown(path, of, stated.known):
                yield Problem(stated.where, unknown)
        yield from _impossible(stated)


def _circles(service: Service) -> Iterator[Problem]:
    """No two questions of a page wait for each other."""
    for where, fields in service.sheets():
        waits = {field.key: conditions.variables(field.when) for field in fields if field.when}
        for key in waits:
            seen, ahead = set[str](), [key]
            while ahead:
                new = waits.get(ahead.pop(), frozenset()) - seen
                seen |= new
                ahead += new
            if key in seen:
                fault = "waits for its own answer; ask one of the circle without when"
                yield Problem(f"{where}.fields[{key}].when", fault)


def _material_needs(service: Service) -> Iterator[Problem]:
    for material in service.materials:
        where = f"materials[{material.key}].when"
        if material.need == "conditional" and material.when is None:
            yield Problem(where, f"is missing: when is it needed?; write {_WHEN}")
        if material.when is not None and material.when_words is None:
            fault = f"is missing: tell readers of the guide when that is; write {WHEN_WORDS}"
            yield Problem(f"materials[{material.key}].when_words", fault)
        follow = material.may_follow
        if follow is not None and follow.when is not None and follow.when_words is None:
            fault = (
                f"is missing: tell readers of the guide who may let it follow; write {WHEN_WORDS}"
            )
            yield Problem(f"materials[{material.key}].may_follow.when_words", fault)
        if material.need == "required" and material.when is not None:
            yield Problem(
                where, "makes it conditional, but need says required; write need: conditional"
            )
        if material.need != "by_promise" and material.asked_when is not None:
            at = f"materials[{material.key}].asked_when"
            yield Problem(
                at, "is for papers by promise; the others say when they are needed, by when"
            )


def _promises(service: Service) -> Iterator[Problem]:
    """Somebody looks at what is promised, and at papers that follow."""
    if not service.stages:
        return
    plan = service.promise_check
    if plan is None and any(one.need == "by_promise" for one in service.materials):
        fault = f"is missing: promises are checked by nobody; write {_PROMISE_CHECK}"
        yield Problem("promise_check", fault)
    if plan is not None and plan.duty in NO_PERSON:
        fault = "is no person's: promises are checked by nobody; write clerk or reviewer"
        yield Problem("promise_check.duty", fault)
    if all(task.duty is Duty.MACHINE for _, task in service.all_tasks()):
        for material in service.materials:
            if material.may_follow is not None:
                where = f"materials[{material.key}].may_follow"
                fault = "is looked at by nobody: the machine decides at once; leave it out"
                yield Problem(where, fault)


def _concerns(service: Service) -> Iterator[Problem]:
    """A task judges questions and materials that there are."""
    known = {*_fields(service), *(material.key for material in service.materials)}
    for stage, task in service.all_tasks():
        where = f"stages[{stage.key}].tasks[{task.key}].concerns"
        for key in sorted(set(task.concerns) - known):
            there = instead(key, sorted(known))
            yield Problem(where, f"names no question or material: {key!r}{there}")


def _examples(service: Service) -> Iterator[Problem]:
    fields = _fields(service)
    for example in service.examples:
        where = f"examples[{example.name}]"
        yield from _answers(f"{where}.answers", example.answers, fields)
        yield from _materials(service, f"{where}.materials", example.materials)
        yield from _materials(service, f"{where}.promises", example.promises)
        yield from _steps(service, example, where)


def _answers(
    where: str, answers: Mapping[str, Any], fields: Mapping[str, AnyField]
) -> Iterator[Problem]:
    for key, answer in answers.items():
        field = fields.get(key)
        if field is None:
            yield Problem(where, f"answers no question: {key!r}{instead(key, fields)}")
        elif isinstance(field, GroupQuestion) and isinstance(answer, list):
            inner = {one.key: one for one in field.fields}
            entries = [entry for entry in answer if isinstance(entry, Mapping)]
            for at, entry in enumerate(entries):
                yield from _answers(f"{where}.{key}[{at}]", entry, inner)
        elif isinstance(field, ChoiceQuestion) and answer is not None:
            given = answer if isinstance(answer, list) else [answer]
            there = [option.key for option in field.options]
            for one in sorted({str(one) for one in given} - {*there}):
                fault = f"is none of the options: {one!r}{instead(one, there)}"
                yield Problem(f"{where}.{key}", fault)


def _steps(service: Service, example: Example, where: str) -> Iterator[Problem]:
    actions = {task.key: set(task.actions) for _, task in service.all_tasks()}
    for at, (_, actor, done) in enumerate(example.steps):
        place = f"{where}.steps[{at}]"
        if actor == _APPLICANT:
            given = done if isinstance(done, Mapping) else {}
            yield from _answers(f"{place}.answers", given.get("answers", {}), _fields(service))
            papers = [*given.get("gives", ()), *given.get("brings", ())]
            yield from _materials(service, place, papers)
        elif "." in actor:
            continue  # in a part of a bundle: ``checking_parts``
        elif actor not in actions:
            yield Problem(
                place, f"names no task: {actor!r}{instead(actor, [*actions, _APPLICANT])}"
            )
        elif isinstance(done, Mapping) and "do" not in done:
            if Action.CORRECT not in actions[actor]:
                fault = f"{actor!r} cannot ask for corrections{instead('', sorted(actions[actor]))}"
                yield Problem(place, fault)
        elif (action := done["do"] if isinstance(done, Mapping) else done) not in actions[actor]:
            there = instead(action, sorted(actions[actor]))
            yield Problem(place, f"{actor!r} offers no action {action!r}{there}")


def _materials(service: Service, where: str, keys: Sequence[str]) -> Iterator[Problem]:
    for key in keys:
        if service.material(key) is None:
            there = instead(key, [material.key for material in service.materials])
            yield Problem(where, f"names no material: {key!r}{there}")


def _all_conditions(service: Service) -> Iterator[_Stated]:
    asked: dict[str, AnyField] = {}
    for page in service.pages:
        if page.when:
            yield _Stated(f"pages[{page.key}].when", page.when, dict(asked))
        asked |= {field.key: field for field in page.fields}
        yield from _page_conditions(page, dict(asked))
    stated = [(f"materials[{one.key}].when", one.when) for one in service.materials]
    stated += [(f"materials[{one.key}].asked_when", one.asked_when) for one in service.materials]
    stated += [
        (f"materials[{one.key}].may_follow.when", one.may_follow.when)
        for one in service.materials
        if one.may_follow
    ]
    stated += [(f"fee.lines[{one.key}].when", one.when) for one in service.fee.lines]
    for stage, task in service.all_tasks():
        where = f"stages[{stage.key}].tasks[{task.key}]"
        stated.append((f"{where}.when", task.when))
        stated += [(f"{where}.limit[{at}].when", one.when) for at, one in enumerate(task.limit)]
        yield from _task_conditions(where, task, asked)
    yield from (_Stated(where, condition, asked) for where, condition in stated if condition)


def _task_conditions(
    where: str, task: TaskPlan, asked: Mapping[str, AnyField]
) -> Iterator[_Stated]:
    """What an officer finds may wait for the application, and for what is found beside it."""
    known = {**asked, **{field.key: field for field in task.fields}}
    stated = [(f"{where}.fields[{one.key}].when", one.when) for one in task.fields]
    stated += [(f"{where}.checks[{one.key}].when", one.when) for one in task.checks]
    stated += [(f"{where}.bounds[{one.key}].when", one.when) for one in task.bounds]
    yield from (_Stated(place, condition, known) for place, condition in stated if condition)


def _page_conditions(page: Page, asked: Mapping[str, AnyField]) -> Iterator[_Stated]:
    for field in page.fields:
        where = f"pages[{page.key}].fields[{field.key}]"
        if field.when:
            yield _Stated(f"{where}.when", field.when, asked)
        if isinstance(field, GroupQuestion):
            yield from _group_conditions(where, field, asked)


def _group_conditions(
    where: str, group: GroupQuestion, asked: Mapping[str, AnyField]
) -> Iterator[_Stated]:
    own: dict[str, AnyField] = {field.key: field for field in group.fields}
    for field in group.fields:
        if field.when:
            yield _Stated(f"{where}.fields[{field.key}].when", field.when, {**asked, **own})


def _unknown(path: str, of: str | None, known: Mapping[str, AnyField]) -> str | None:
    key = path.partition(".")[0]
    if of is None:
        fault = f"looks at {path!r}, which is not asked by then{instead(key, known)}"
        return None if key in known else fault
    group = known.get(of)
    if not isinstance(group, GroupQuestion):
        groups = [one.key for one in known.values() if isinstance(one, GroupQuestion)]
        return f"goes through {of!r}, which is no group{instead(of, groups)}"
    inside = [field.key for field in group.fields]
    if path == "" or key in inside:
        return None
    return f"looks at {path!r}, which is not asked in {of!r}{instead(key, inside)}"


def _impossible(stated: _Stated) -> Iterator[Problem]:
    """What is compared with an answer that nobody can give holds never, or always."""
    for field, literals in _comparisons(stated.condition, stated.known):
        answers = [(type(one), one) for one in _possible(field)]
        there = [str(one).lower() if isinstance(one, bool) else one for _, one in answers]
        for one in literals:
            if one is not None and (type(one), one) not in answers:  # True is not 1
                fault = f"compares {field.key!r} with {one!r}, no answer to it{instead(one, there)}"
                yield Problem(stated.where, fault)


def _possible(field: AnyField) -> list[object]:
    """Return the answers to ``field`` if there are only a few; empty otherwise."""
    if isinstance(field, ChoiceQuestion):
        return [option.key for option in field.options]
    if isinstance(field, DeclarationQuestion):
        return [True]
    return [True, False] if isinstance(field, YesNoQuestion) else []


def _comparisons(
    condition: object, known: Mapping[str, AnyField]
) -> Iterator[tuple[AnyField, list[object]]]:
    """Yield each question of few answers that is compared, with what it is compared with."""
    if isinstance(condition, list):
        for part in condition:
            yield from _comparisons(part, known)
    if not isinstance(condition, Mapping):
        return
    for operator, arguments in condition.items():
        if operator in _COMPARING and isinstance(arguments, list):
            fields = [known.get(_named(one)) for one in arguments if isinstance(one, Mapping)]
            literals = [literal for one in arguments for literal in _literals(one)]
            yield from ((one, literals) for one in fields if one is not None and _possible(one))
        elif operator in {"some", "count"} and isinstance(arguments, list) and len(arguments) > 1:
            group = known.get(_named(arguments[0]))
            inner = group.fields if isinstance(group, GroupQuestion) else ()
            yield from _comparisons(arguments[1], {one.key: one for one in inner})
        else:
            yield from _comparisons(arguments, known)


def _named(part: object) -> str:
    """Return the key of the answer that ``part`` is, as ``{var: key}`` or ``{var: [key]}``."""
    key = part.get("var") if isinstance(part, Mapping) else None
    key = key[0] if isinstance(key, list) and key else key
    return key if isinstance(key, str) else ""


def _literals(value: object) -> list[object]:
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, list | Mapping)]
    return [] if isinstance(value, Mapping) else [value]


def _fields(service: Service) -> dict[str, AnyField]:
    return {field.key: field for page in service.pages for field in page.fields}


RULES: Final = (_conditions, _circles, _material_needs, _promises, _concerns, _examples)

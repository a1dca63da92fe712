"""Whether what a task asks of the officer can be asked, and is needed for something.

Rules for ``catalogue.checking``.  Conditions, bounds and formulas are judged with those of the
form, by the rules there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from servicedesk.catalogue.definition import NO_PERSON, Service, TaskPlan
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.examining import IN_FAVOUR, questions
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    DateQuestion,
    NumberQuestion,
    StatementQuestion,
)
from servicedesk.catalogue.fragments import TODAY, Bound, said_in
from servicedesk.catalogue.suggesting import instead


def _wanted(service: Service) -> Iterator[Problem]:
    """A person fills it in, before an action in favour."""
    for where, task in _filled_in(service):
        at = f"{where}.{'fields' if task.fields else 'checks'}"
        if task.duty in NO_PERSON:
            fault = f"ask nobody: the duty is {task.duty.value}; give the task to people"
            yield Problem(at, fault)
        elif IN_FAVOUR.isdisjoint(task.actions):
            favour = ", ".join(sorted(IN_FAVOUR))
            fault = (
                f"are needed for nothing: the task has no action in favour; give it one: {favour}"
            )
            yield Problem(at, fault)


def _keys(service: Service) -> Iterator[Problem]:
    """No key stands for two things: within the task, and of the officer and the applicant."""
    asked = _asked(service)
    for where, task in _filled_in(service):
        own = Counter(one.key for one in questions(task))
        for key, count in own.items():
            if count > 1:
                fault = f"have the key {key!r} {count} times; fields and checks share their keys"
                yield Problem(where, fault)
            if key in asked:
                fault = f"has the key of a question to the applicant; take another: found_{key}"
                yield Problem(f"{where}.{_list_of(task, key)}[{key}]", fault)


def _prefills(service: Service) -> Iterator[Problem]:
    """The officer begins with an answer of the applicant that can be one here."""
    asked = _asked(service)
    for where, task in _filled_in(service):
        for field, key in ((one, key) for one in task.fields for key in one.prefill):
            fault = _unfit(field, asked.get(key), key)
            if fault:
                yield Problem(f"{where}.fields[{field.key}].prefill", fault)


def _unfit(field: AnyField, other: AnyField | None, key: str) -> str | None:
    """Return why the answer to ``other`` cannot be one to ``field``, or None."""
    if other is None:
        return f"names {key!r}, which no page asks; here it names questions of the form"
    if other.kind != field.kind:
        return f"names {key!r}, which asks for a {other.kind}; this one asks for a {field.kind}"
    if isinstance(field, ChoiceQuestion) and isinstance(other, ChoiceQuestion):
        options = {option.key for option in field.options}
        if strange := sorted({option.key for option in other.options} - options):
            return f"may bring {strange[0]!r}, which is none of the options here"
    return None


def _looks(service: Service) -> Iterator[Problem]:
    """A point looks at questions and materials that there are."""
    known = {*_asked(service), *(material.key for material in service.materials)}
    for where, task in _filled_in(service):
        for check in task.checks:
            for key in sorted(set(check.looks_at) - known):
                fault = (
                    f"names neither a question nor a material: {key!r}{instead(key, sorted(known))}"
                )
                yield Problem(f"{where}.checks[{check.key}].looks_at", fault)


def _bounds(service: Service) -> Iterator[Problem]:
    """A rule bounds something that is found here, by days that there are."""
    asked = _asked(service)
    for stage, task in service.all_tasks():
        where, own = f"stages[{stage.key}].tasks[{task.key}]", {one.key: one for one in task.fields}
        days = {key for key, one in {**asked, **own}.items() if isinstance(one, DateQuestion)}
        for key, count in Counter(one.key for one in task.bounds).items():
            if count > 1:
                fault = f"have the key {key!r} {count} times; give each its own"
                yield Problem(f"{where}.bounds", fault)
        for bound in task.bounds:
            for at, fault in _unbounded(bound, own, days):
                yield Problem(f"{where}.bounds[{bound.key}].{at}", fault)


def _unbounded(
    bound: Bound, own: Mapping[str, AnyField], days: AbstractSet[str]
) -> Iterator[tuple[str, str]]:
    """Yield where ``bound`` bounds nothing, and why."""
    bounds_numbers = (bound.least, bound.most) != (None, None)
    field = own.get(bound.found)
    if field is None:
        there = instead(bound.found, sorted(own))
        yield "found", f"names nothing that the officer finds here: {bound.found!r}{there}"
    elif bound.is_of_days is bounds_numbers:
        yield "found", "bounds neither a number nor a day, or both; write least: 85, for example"
    elif not isinstance(field, DateQuestion if bound.is_of_days else NumberQuestion):
        sample = "least or most" if not bound.is_of_days else "not_after or most_years"
        yield "found", f"names a {field.kind}; {sample} is for another kind, take it out"
    if bound.lasts is not bool(bound.since):
        yield "since", "goes with least_days, within_days or most_years; write since: [today]"
    for at, keys in (
        ("not_before", (bound.not_before,)),
        ("not_after", (bound.not_after,)),
        ("since", bound.since),
    ):
        known = (days | {TODAY} if at == "since" else days) - {bound.found}
        for key in sorted({one for one in keys if one} - known):
            yield at, f"names no day: {key!r}{instead(key, sorted(known))}"


def _tells(service: Service) -> Iterator[Problem]:
    """The applicant is told answers to questions of the task."""
    for stage, task in service.all_tasks():
        found = {one.key for one in task.fields if not isinstance(one, StatementQuestion)}
        for key in sorted(set(task.tells) - found):
            where = f"stages[{stage.key}].tasks[{task.key}].tells"
            there = instead(key, sorted(found))
            yield Problem(where, f"names nothing that the officer finds here: {key!r}{there}")


def _examples(service: Service) -> Iterator[Problem]:
    """What an example finds, the task asks."""
    tasks = {task.key: task for _, task in service.all_tasks()}
    for example in service.examples:
        for at, (_, actor, done) in enumerate(example.steps):
            task = tasks.get(actor)
            where = f"examples[{example.name}].steps[{at}]"
            known = {one.key for one in questions(task)} if task else set[str]()
            for key in sorted(set(said_in(done)) - known if task else ()):
                there = instead(key, sorted(known))
                yield Problem(where, f"finds {key!r}, which {actor!r} does not ask{there}")
            yield from (Problem(where, fault) for fault in _strange_words(done))


def _strange_words(done: Any) -> Iterator[str]:  # noqa: ANN401 - YAML
    if isinstance(done, Mapping) and "do" in done:
        for key in sorted(set(done) - {"do", "finds"}):
            yield f"knows do and finds, not {key!r}"


def _filled_in(service: Service) -> Iterator[tuple[str, TaskPlan]]:
    for stage, task in service.all_tasks():
        if task.is_filled_in:
            yield f"stages[{stage.key}].tasks[{task.key}]", task


def _list_of(task: TaskPlan, key: str) -> str:
    return "fields" if any(one.key == key for one in task.fields) else "checks"


def _asked(service: Service) -> dict[str, AnyField]:
    return {field.key: field for page in service.pages for field in page.fields}


RULES: Final = (_wanted, _keys, _prefills, _looks, _bounds, _tells, _examples)

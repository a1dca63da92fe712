"""Whether a bundle and its parts fit: each part is there and is told what it has to ask.

Rules for ``catalogue.checking``, over a service and how others are found by their code.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from servicedesk.catalogue import bundles
from servicedesk.catalogue.asking import needs_answer
from servicedesk.catalogue.definition import (
    Action,
    Duty,
    Example,
    Page,
    Service,
    StagePlan,
    TaskPlan,
)
from servicedesk.catalogue.definitions import Known, Problem
from servicedesk.catalogue.fields import AnyField, ChoiceQuestion, GroupQuestion
from servicedesk.catalogue.registry import PREFILLS
from servicedesk.catalogue.suggesting import instead

_APPLICANT: Final = "applicant"
_PART: Final = "write service: PARK_BIKE and duty: part, for example"
_SAME: Final = "write the same options"
_SETTLING: Final = frozenset({Action.CONFIRM, Action.OBJECT})


def _parts(service: Service, known: Known) -> Iterator[Problem]:
    """A part is another service that is applied for, has no parts itself, and is joined back."""
    for where, task in _tasks(service):
        if (task.service is not None) != (task.duty is Duty.PART):
            yield Problem(
                f"{where}.duty", f"part and service go together: one is without the other; {_PART}"
            )
        if task.answers and task.service is None:
            yield Problem(f"{where}.answers", "means nothing without a service; take it out")
        if task.service is None:
            continue
        if set(task.actions) != _SETTLING:
            fault = "of a part are confirm (approved) and object (not); write both, and only them"
            yield Problem(f"{where}.actions", fault)
        yield from _one_part(f"{where}.service", service, task, known(task.service))


def _one_part(
    where: str, service: Service, task: TaskPlan, part: Service | None
) -> Iterator[Problem]:
    if part is None:
        yield Problem(
            where, f"names the unknown service {task.service!r}; its file lies beside this one"
        )
    elif part.code == service.code:
        yield Problem(where, "goes in a circle: a service is no part of itself; name another")
    elif bundles.is_bundle(part):
        yield Problem(where, f"names {part.code}, which has parts itself; name a service without")
    elif not part.pages or not part.stages:
        yield Problem(where, f"names {part.code}, which nobody applies for here; give it pages")
    elif part.department != task.department:
        here = f"write department: {part.department}"
        fault = f"is not {part.department!r}, whose service {part.code} is; {here}"
        yield Problem(f"{where.removesuffix('service')}department", fault)


def _order(service: Service, _known: Known) -> Iterator[Problem]:
    """Tasks wait for others of their stage, and not in a circle."""
    for stage in service.stages:
        waits = {task.key: task.after for task in stage.tasks}
        for task in stage.tasks:
            where = f"{_where(stage, task)}.after"
            for key in sorted(set(task.after) - set(waits)):
                yield Problem(
                    where, f"names no task of this stage: {key!r}{instead(key, sorted(waits))}"
                )
            if task.key in _closure(task.key, waits):
                yield Problem(where, "goes in a circle: the task waits for itself; take it out")


def _closure(start: str, waits: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen, ahead = set[str](), [start]
    while ahead:
        new = set(waits.get(ahead.pop(), ())) - seen
        seen |= new
        ahead += new
    return seen


def _corrections(service: Service, _known: Known) -> Iterator[Problem]:
    """Parts ask for corrections themselves; the whole never waits for the applicant beside them."""
    with_parts = [stage for stage in service.stages if any(task.service for task in stage.tasks)]
    for stage in with_parts:
        for task in stage.tasks:
            if Action.CORRECT in task.actions:
                where = f"{_where(stage, task)}.actions.correct"
                yield Problem(
                    where, "stands beside parts; take it out, corrections are asked in the part"
                )


def _taken(service: Service, known: Known) -> Iterator[Problem]:
    for entry in service.pages_of:
        other = known(entry.service)
        there = (
            {page.key for page in other.pages} if other else {page.key for page in service.pages}
        )
        for key in sorted(set(entry.last) - there):
            fault = f"puts the page {key!r} last, which {entry.service} lacks"
            yield Problem("pages_of", f"{fault}{instead(key, sorted(there))}")


def _answers(service: Service, known: Known) -> Iterator[Problem]:
    """Each part is told the answers it cannot do without, of the kind that it asks for."""
    own = _questions(service)
    for where, task, part in _known_parts(service, known):
        asked = _questions(part)
        for key, source in task.answers.items():
            at = f"{where}.answers.{key}"
            if key not in asked:
                yield Problem(at, f"names no question of {part.code}: {key!r}{instead(key, asked)}")
            may_be = instead(source, [*own, *sorted(PREFILLS)])
            if source not in own and not ("." in source and source in PREFILLS):
                yield Problem(
                    at, f"takes {source!r}, which is neither asked here nor known{may_be}"
                )
        told = bundles.sources(task, part, service)
        for key, (page, question) in asked.items():
            if key not in told and _is_needed(question):
                fault = f"lacks {key!r}, which {part.code} has to know and nobody asks here"
                yield Problem(f"{where}.answers", f"{fault}; ask it here")
            elif told.get(key) in own:
                at = f"{where}.answers.{key}" if key in task.answers else f"{where}.service"
                # Where the part is only opened for some, its condition may see to the answer.
                yield from _fits(at, own[told[key]], page, question, may_lack=task.when is not None)


def _fits(
    where: str, given: tuple[Page, AnyField], page: Page, question: AnyField, *, may_lack: bool
) -> Iterator[Problem]:
    """Yield what keeps an answer given to the whole from being an answer to the part."""
    there, answer = given
    if answer == question and (there.when == page.when or page.when):
        return
    name = f"{question.key!r} of the part"
    if answer.kind != question.kind:
        yield Problem(
            where,
            f"{name} asks for a {question.kind}, here it is a {answer.kind}; ask for the same",
        )
    elif isinstance(question, ChoiceQuestion) and isinstance(answer, ChoiceQuestion):
        known = {option.key for option in question.options}
        if strange := sorted({option.key for option in answer.options} - known):
            yield Problem(
                where, f"{name} knows no {strange[0]!r}, which may be answered here; {_SAME}"
            )
    is_sure = may_lack or (_is_needed(answer) and not answer.when and not there.when)
    if _is_needed(question) and not question.when and not page.when and not is_sure:
        yield Problem(
            where,
            f"{name} always needs an answer, here {answer.key!r} may have none; ask it always",
        )


def _papers(service: Service, known: Known) -> Iterator[Problem]:
    """What a part asks for on paper, the whole asks for too."""
    own = {material.key: material for material in service.materials}
    for where, _task, part in _known_parts(service, known):
        for material in part.materials:
            here = own.get(material.key)
            if here is None:
                fault = f"names {part.code}, whose paper {material.key!r} nobody asks for here"
                yield Problem(f"{where}.service", f"{fault}; ask for it")
            elif material.need == "required" and here.need == "conditional":
                fault = f"needs the paper {material.key!r} always, here it may be left out"
                yield Problem(f"{where}.service", f"{fault}; write need: required")


def _examples(service: Service, known: Known) -> Iterator[Problem]:
    """Steps in a part name its tasks; what is expected of parts is about parts."""
    parts = {task.key: part for _, task, part in _known_parts(service, known)}
    for example in service.examples:
        where = f"examples[{example.name}]"
        for key in sorted(set(example.expect.parts) - set(parts)):
            there = instead(key, sorted(parts))
            yield Problem(f"{where}.expect.parts.{key}", f"names no part: {key!r}{there}")
        yield from _steps(where, example, parts)


def _steps(where: str, example: Example, parts: Mapping[str, Service]) -> Iterator[Problem]:
    for at, (_, actor, done) in enumerate(example.steps):
        key, dot, inner = actor.partition(".")
        place = f"{where}.steps[{at}]"
        if not dot:
            if key in parts:
                yield Problem(
                    place, f"names a part; write its task, as in {key}.{_first_task(parts[key])}"
                )
            continue
        if key not in parts:
            yield Problem(place, f"names no part: {key!r}{instead(key, sorted(parts))}")
            continue
        actions = {task.key: set(task.actions) for _, task in parts[key].all_tasks()}
        asks = done.get("do", Action.CORRECT) if isinstance(done, Mapping) else done
        if inner != _APPLICANT and inner not in actions:
            there = instead(inner, [*actions, _APPLICANT])
            yield Problem(place, f"names no task of {parts[key].code}: {inner!r}{there}")
        elif inner != _APPLICANT and asks not in actions[inner]:
            there = instead(str(asks), sorted(actions[inner]))
            yield Problem(place, f"{actor!r} offers no action {str(asks)!r}{there}")


def _tasks(service: Service) -> Iterator[tuple[str, TaskPlan]]:
    for stage, task in service.all_tasks():
        yield _where(stage, task), task


def _known_parts(service: Service, known: Known) -> Iterator[tuple[str, TaskPlan, Service]]:
    for where, task in _tasks(service):
        part = known(task.service) if task.service else None
        if part is not None:
            yield where, task, part


def _where(stage: StagePlan, task: TaskPlan) -> str:
    return f"stages[{stage.key}].tasks[{task.key}]"


def _first_task(service: Service) -> str:
    return next((task.key for _, task in service.all_tasks()), "decide")


def _is_needed(question: AnyField) -> bool:
    if isinstance(question, GroupQuestion):
        return question.required and question.min > 0
    return needs_answer(question)


def _questions(service: Service) -> dict[str, tuple[Page, AnyField]]:
    return {field.key: (page, field) for page in service.pages for field in page.fields}


RULES: Final = (_parts, _order, _corrections, _taken, _answers, _papers, _examples)

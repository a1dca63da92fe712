"""Which questions are asked, given the answers; and which answers therefore count.

Pure rules.  A page or question whose ``when`` does not hold is not asked, and an answer to
it from before counts as none: also for the conditions that look at it.  Pages are settled
in their order; on one page, questions may look at each other, but not in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servicedesk.catalogue import formulas
from servicedesk.catalogue.conditions import holds, within
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import (
    AnyField,
    ComputedQuestion,
    GroupQuestion,
    Question,
    SimpleField,
    StatementQuestion,
)
from servicedesk.catalogue.typed import PERCENT_PLACES, plain

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class AskedPage:
    """A page that applies, and those of its questions that do."""

    page: Page
    questions: tuple[AnyField, ...]
    missing: tuple[str, ...]  # places that need an answer: "capital", "owners[1].pay_by"


@dataclass(frozen=True)
class Asked:
    """What is asked in the end, and what counts of the answers."""

    pages: tuple[AskedPage, ...]
    answers: dict[str, Any]

    def page(self, key: str) -> AskedPage | None:
        """Return the page ``key``, or None if it is not asked."""
        return next((one for one in self.pages if one.page.key == key), None)

    @property
    def is_complete(self) -> bool:
        """Whether every question that needs an answer has one."""
        return not any(one.missing for one in self.pages)


def asked(service: Service, answers: Answers) -> Asked:
    """Return which pages and questions of ``service`` are asked, and the answers that count.

    Keys that no question has, such as an application's marks, are left as they are.
    """
    keys = {field.key for page in service.pages for field in page.fields}
    counting = {key: answer for key, answer in answers.items() if key not in keys}
    pages = []
    for page in service.pages:
        if page.when is not None and not holds(page.when, counting):
            continue
        given = {field.key: answers.get(field.key) for field in page.fields}
        counting |= answered(page.fields, given, counting)
        questions = tuple(field for field in page.fields if applies(field, counting))
        lacks = tuple(missing(questions, counting))
        pages.append(AskedPage(page, questions, lacks))
    return Asked(tuple(pages), {key: one for key, one in counting.items() if one is not None})


def answered(fields: Sequence[AnyField], given: Answers, others: Answers) -> dict[str, Any]:
    """Return what counts of ``given``, and what is worked out from it; see ``settled``."""
    counting = settled(fields, given, others)
    for question in fields:
        if isinstance(question, ComputedQuestion):
            counting[question.key] = computed(question, {**others, **counting})
    return settled(fields, counting, others)


def computed(question: ComputedQuestion, answers: Answers) -> Any:  # noqa: ANN401 - any JSON
    """Return what ``question`` comes to, as it is kept; None if that cannot be said yet."""
    found = formulas.value(question.value, answers)
    if found is None:
        return None
    if question.unit == "money":
        return {"currency": question.currency, "amount": f"{found:.2f}"}
    places = question.places or (PERCENT_PLACES if question.unit == "percent" else 0)
    rounded = round(found, places)
    return plain(rounded) if places else int(rounded)


def settled(fields: Iterable[AnyField], given: Answers, others: Answers) -> dict[str, Any]:
    """Return ``given`` with None for every question of ``fields`` that is not asked.

    Args:
        fields: the questions of one page, or of one entry of a group.
        given: what was answered to them.
        others: the answers to all other questions.
    """
    questions = list(fields)
    counting = whole = {field.key: given.get(field.key) for field in questions}
    for _ in questions:  # as often as one can wait for another
        seen = {**others, **counting}
        new = {field.key: whole[field.key] if applies(field, seen) else None for field in questions}
        if new == counting:
            break
        counting = new
    return {
        field.key: _entries(field, counting[field.key], {**others, **counting})
        if isinstance(field, GroupQuestion)
        else counting[field.key]
        for field in questions
    }


def applies(question: Question, answers: Answers) -> bool:
    """Whether ``question`` is asked, given the answers it may look at."""
    return question.when is None or holds(question.when, answers)


def inside(group: GroupQuestion, entry: Answers, answers: Answers) -> dict[str, Any]:
    """Return what the conditions in one entry of ``group`` look at."""
    return within(answers, entry, frozenset(field.key for field in group.fields))


def is_empty(answer: object) -> bool:
    """Whether ``answer`` is none: nothing, no text, no choice."""
    return answer is None or (isinstance(answer, str | list) and not answer)


def _entries(group: GroupQuestion, entries: object, others: Answers) -> list[dict[str, Any]] | None:
    if not isinstance(entries, list):
        return None
    cleared = []
    for entry in entries:
        given = entry if isinstance(entry, Mapping) else {}
        own = settled(group.fields, given, inside(group, {}, others))
        cleared.append({key: one for key, one in own.items() if one is not None})
    return cleared


def missing(questions: Sequence[AnyField], answers: Answers) -> Iterable[str]:
    """Yield the places of ``questions``, all of which apply, that need an answer and lack it."""
    for question in questions:
        answer = answers.get(question.key)
        if isinstance(question, GroupQuestion):
            yield from _missing_in_group(question, answer or [], answers)
        elif needs_answer(question) and is_empty(answer):
            yield question.key


def _missing_in_group(
    group: GroupQuestion, entries: Sequence[Answers], answers: Answers
) -> Iterable[str]:
    if len(entries) < group.min:
        yield group.key
    for at, entry in enumerate(entries):
        seen = inside(group, entry, answers)
        for field in group.fields:
            if applies(field, seen) and needs_answer(field) and is_empty(entry.get(field.key)):
                yield f"{group.key}[{at}].{field.key}"


def needs_answer(question: SimpleField | ComputedQuestion) -> bool:
    """Whether an answer must be given, if the question is asked at all."""
    return question.required and not isinstance(question, StatementQuestion | ComputedQuestion)

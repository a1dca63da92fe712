"""Which service somebody needs: a decision table, walked question by question.

The table is ``finder.yaml``.  A question is asked where its condition holds for the answers
before it; an answer to one that is not asked does not count.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from servicedesk.advisers import tables
from servicedesk.advisers.tables import Source
from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import ChoiceQuestion, Condition
from servicedesk.words import Text


@dataclass(frozen=True)
class Result:
    """A service that answers, where its condition holds."""

    service: str  # its code
    why: Text
    when: Condition
    source: Source
    advice: str | None  # the page of an adviser that helps to decide


@dataclass(frozen=True)
class Step:
    """A question that was answered."""

    question: ChoiceQuestion
    answer: str

    @property
    def said(self) -> Text:
        """Return the answer in words."""
        return next(one.label for one in self.question.options if one.key == self.answer).plain()


@dataclass(frozen=True)
class Walk:
    """How far the answers lead."""

    steps: tuple[Step, ...]
    question: ChoiceQuestion | None  # what to ask next; None: nothing
    results: tuple[Result, ...]  # once nothing is left to ask

    @property
    def answers(self) -> dict[str, str]:
        """Return the answers that count."""
        return {step.question.key: step.answer for step in self.steps}


@cache
def questions() -> tuple[ChoiceQuestion, ...]:
    """Return all questions in their order."""
    return tuple(
        cast("ChoiceQuestion", tables.question({"kind": "choice", **data}))
        for data in tables.table("finder")["questions"]
    )


@cache
def results() -> tuple[Result, ...]:
    """Return all results in their order."""
    return tuple(
        Result(
            service=data["service"],
            why=tables.text(data["why"]),
            when=data["when"],
            source=tables.source(data["source"]),
            advice=data.get("advice"),
        )
        for data in tables.table("finder")["results"]
    )


def walk(given: Mapping[str, Any], served: Collection[str]) -> Walk:
    """Return the steps that ``given`` leads through, up to a question without a fitting answer.

    Only answers that can still lead to a service are offered; where one alone can, nobody asks.

    Args:
        given: answers by question, good or bad.
        served: codes of the services that there are.
    """
    counting: dict[str, str] = {}
    steps: list[Step] = []
    for question in questions():
        if question.when is not None and not holds(question.when, counting):
            continue
        asked = _leading_on(question, counting, served)
        if len(asked.options) == 1:
            counting[question.key] = asked.options[0].key
            continue
        answer = given.get(question.key)
        if answer not in {one.key for one in asked.options}:
            return Walk(tuple(steps), asked, ())
        counting[question.key] = str(answer)
        steps.append(Step(asked, str(answer)))
    found = tuple(one for one in _found(counting) if one.service in served)
    return Walk(tuple(steps), None, found)


def _leading_on(
    question: ChoiceQuestion, before: Mapping[str, str], served: Collection[str]
) -> ChoiceQuestion:
    """Return ``question`` with the answers alone that can lead to a service after ``before``."""
    options = tuple(
        one for one in question.options if _leads_on({**before, question.key: one.key}, served)
    )
    return question.model_copy(update={"options": options})


def _leads_on(answers: Mapping[str, str], served: Collection[str]) -> bool:
    for question in questions():
        is_asked = question.when is None or holds(question.when, answers)
        if question.key not in answers and is_asked:
            options = (one.key for one in question.options)
            return any(_leads_on({**answers, question.key: key}, served) for key in options)
    return any(one.service in served for one in _found(answers))


def _found(answers: Mapping[str, str]) -> Iterator[Result]:
    return (one for one in results() if holds(one.when, answers))


def page(question: ChoiceQuestion) -> Page:
    """Return a page that asks one question."""
    return tables.page([question.model_copy(update={"when": None})])

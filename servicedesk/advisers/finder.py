"""Which service somebody needs: a decision table, walked question by question.

The table is ``finder.yaml``.  A question is asked where its condition holds for the answers
before it; an answer to one that is not asked does not count.
"""

from collections.abc import Mapping
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


def walk(given: Mapping[str, Any]) -> Walk:
    """Return the steps that ``given`` leads through, up to a question without a fitting answer.

    >>> [one.service for one in walk({"who": "other"}).results]
    ['ADVICE']
    """
    counting: dict[str, str] = {}
    steps: list[Step] = []
    for question in questions():
        if question.when is not None and not holds(question.when, counting):
            continue
        answer = given.get(question.key)
        if answer not in {one.key for one in question.options}:
            return Walk(tuple(steps), question, ())
        counting[question.key] = str(answer)
        steps.append(Step(question, str(answer)))
    found = tuple(one for one in results() if holds(one.when, counting))
    return Walk(tuple(steps), None, found)


def page(question: ChoiceQuestion) -> Page:
    """Return a page that asks one question."""
    return tables.page(question.key, [question.model_copy(update={"when": None})])

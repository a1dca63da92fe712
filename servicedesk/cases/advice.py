"""Answers that somebody brings along to a new application, such as those of an adviser.

They come in one hidden input, so nothing about them is believed: each must be an answer to
a question that the definition has, by that question's own bounds, and is read anew.  What
fits is kept beside the answers under ``ADVICE`` and put into the form where it is asked;
it counts only once the applicant has saved that page.

Pure: no database, no web.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue import judging, typed
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    CodeQuestion,
    DateQuestion,
    DeclarationQuestion,
    GroupQuestion,
    MoneyQuestion,
    NumberQuestion,
    PickQuestion,
    StatementQuestion,
    TextQuestion,
)
from servicedesk.catalogue.numbers import Unfit
from servicedesk.catalogue.wording import Choices
from servicedesk.words import Words, say

ADVICE: Final = "_advice"  # among the answers; no question has such a key
LONGEST: Final = 40_000  # characters of all answers brought along
# Who may have given answers: what is said of each on the form.
ORIGINS: Final = {
    "points": say("the points test"),
    "category": say("the category adviser"),
    "owners": say("the beneficial-owner finder"),
    "investment": say("the foreign-investment check"),
    "obligations": say("the calendar of what is due"),
}
_AMOUNT: Final = re.compile(r"\d{1,15}(\.\d{1,2})?")
_NEVER: Final = (DeclarationQuestion, StatementQuestion)  # a person ticks, or nobody answers


def read(text: str) -> Mapping[str, Any]:
    """Return the answers written in ``text``; none where it is not JSON or no object.

    >>> read('{"points": 80}'), read("[1]"), read("{")
    ({'points': 80}, {}, {})
    """
    if len(text) > LONGEST:
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def fitting(
    service: Service, given: Mapping[str, Any], choices: Choices, today: date
) -> dict[str, Any]:
    """Return those of ``given`` that can be answers to questions of ``service``, read anew.

    Args:
        service: the definition that the application begins with.
        given: by keys of questions; unknown ones are left out.
        choices: the entries of the lists that ``pick`` questions name.
        today: from when the bounds of days are counted.
    """
    questions = [field for page in service.pages for field in page.fields]
    return dict(_fitting(questions, given, choices, today))


def mark(origin: str, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return what is kept among the answers of a new application; nothing for none.

    >>> mark("points", {"points": 80}, date(2026, 11, 26))
    {'_advice': {'from': 'points', 'on': '2026-11-26', 'answers': {'points': 80}}}
    """
    if not answers or origin not in ORIGINS:
        return {}
    return {ADVICE: {"from": origin, "on": today.isoformat(), "answers": dict(answers)}}


def open_answers(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was brought along for ``page``, while nothing of it has been saved."""
    brought = answers.get(ADVICE, {}).get("answers", {})
    keys = {field.key for field in page.fields}
    if not keys.isdisjoint(answers):
        return {}
    return {key: answer for key, answer in brought.items() if key in keys}


def source(answers: Mapping[str, Any]) -> Words:
    """Return where the answers that were brought along are from."""
    advice = answers[ADVICE]
    return say(
        "From %(origin)s of %(day)s",
        origin=ORIGINS[advice["from"]],
        day=date.fromisoformat(advice["on"]),
    )


def without(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the applicant's own answers."""
    return {key: answer for key, answer in answers.items() if key != ADVICE}


def _fitting(
    questions: Sequence[AnyField], given: Mapping[str, Any], choices: Choices, today: date
) -> Iterator[tuple[str, Any]]:
    for question in questions:
        if question.key not in given or isinstance(question, _NEVER):
            continue
        try:
            answer = _answer(question, given[question.key], choices, today)
        except (Unfit, ValueError, TypeError, KeyError, ArithmeticError):
            continue
        if answer is not None:
            yield question.key, answer


def _answer(question: AnyField, given: Any, choices: Choices, today: date) -> Any:  # noqa: ANN401
    """Return ``given`` as forms keep it; None where it cannot be the answer.

    Raises:
        Unfit, ValueError, TypeError, KeyError: as well.
    """
    if isinstance(question, GroupQuestion):
        return _entries(question, given, choices, today)
    answer = _read(question, given, choices, today)
    return None if any(judging.faults([question], {question.key: answer}, today)) else answer


def _read(question: AnyField, given: Any, choices: Choices, today: date) -> Any:  # noqa: ANN401
    if isinstance(question, TextQuestion | NumberQuestion | CodeQuestion):
        return _typed(question, given, today)
    if isinstance(question, MoneyQuestion):
        return _money(given)
    if isinstance(question, DateQuestion):
        return date.fromisoformat(given).isoformat()
    if isinstance(question, ChoiceQuestion):
        return _chosen([one.key for one in question.options], given, many=question.kind == "many")
    if isinstance(question, PickQuestion):
        known = [one.key for one in choices.get(question.source, ()) if not one.taken]
        return _chosen(known, given, many=question.many)
    return given if isinstance(given, bool) else None


def _typed(question: typed.TypedQuestion, given: Any, today: date) -> int | str | None:  # noqa: ANN401
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    text = str(given)
    return typed.read(question, text, today) if typed.cleaned(text) else None


def _money(given: Any) -> dict[str, str] | None:  # noqa: ANN401
    amount = given["amount"]
    if not isinstance(amount, str) or not amount.isascii() or not _AMOUNT.fullmatch(amount):
        return None
    return {"currency": str(given["currency"]), "amount": f"{Decimal(amount):.2f}"}


def _chosen(known: Sequence[str], given: Any, *, many: bool) -> str | list[str] | None:  # noqa: ANN401
    if many:
        return [key for key in known if key in given] or None if isinstance(given, list) else None
    return given if isinstance(given, str) and given in known else None


def _entries(
    group: GroupQuestion,
    given: Any,  # noqa: ANN401 - any JSON
    choices: Choices,
    today: date,
) -> list[dict[str, Any]] | None:
    if not isinstance(given, list) or len(given) > group.max:
        return None
    entries = [
        dict(_fitting(group.fields, one, choices, today))
        for one in given
        if isinstance(one, Mapping)
    ]
    return [one for one in entries if one] or None

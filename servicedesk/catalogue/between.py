"""What answers on one page say about each other, whatever the service.

A day that must not come before another (``not_before``), and a signature that is the name it
stands for (``of``).  Pure; pages judge by it, and so do the examples of definitions.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from servicedesk.catalogue.fields import (
    AnyField,
    DateQuestion,
    GroupQuestion,
    SignatureQuestion,
)
from servicedesk.words import Words, say


def faults(
    questions: Sequence[AnyField], answers: Mapping[str, Any], place: str = ""
) -> Iterator[tuple[str, Words]]:
    """Yield the place of each answer that another one on its page contradicts, and why."""
    known = {question.key: question for question in questions}
    for question in questions:
        given = answers.get(question.key)
        if isinstance(question, GroupQuestion):
            for at, entry in enumerate(given if isinstance(given, list) else ()):
                yield from faults(question.fields, entry, f"{question.key}[{at}].")
            continue
        other = _looks_at(question)
        if other is None or other not in known or given is None or answers.get(other) is None:
            continue
        if words := _contradiction(question, known[other], str(given), str(answers[other])):
            yield f"{place}{question.key}", words


def _looks_at(question: AnyField) -> str | None:
    if isinstance(question, DateQuestion):
        return question.not_before
    return question.of if isinstance(question, SignatureQuestion) else None


def _contradiction(question: AnyField, other: AnyField, given: str, said: str) -> Words | None:
    label = other.label.plain()
    if isinstance(question, DateQuestion):
        if given < said:
            return say("This day comes before “%(label)s”.", label=label)
    elif _same_name(given) != _same_name(said):
        return say("Sign with the name as it stands under “%(label)s”.", label=label)
    return None


def _same_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()

"""Whether the questions of a definition that look at each other look at what there is.

Rules for ``catalogue.checking``: days that follow days, signatures, and what is worked out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from babel.numbers import is_currency

from servicedesk.catalogue import formulas
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import (
    AnyField,
    ComputedQuestion,
    DateQuestion,
    GroupQuestion,
    SignatureQuestion,
)


def _links(service: Service) -> Iterator[Problem]:
    """A day follows a day, and a signature is a name, that is asked for beside it."""
    for where, fields in service.sheets():
        yield from _beside(where, fields)


def _beside(where: str, questions: Sequence[AnyField]) -> Iterator[Problem]:
    days = {one.key for one in questions if isinstance(one, DateQuestion)}
    texts = {one.key for one in questions if one.kind == "text"}
    for one in questions:
        at = f"{where}.fields[{one.key}]"
        if isinstance(one, GroupQuestion):
            yield from _beside(at, one.fields)
        elif isinstance(one, DateQuestion) and one.not_before not in {None, *(days - {one.key})}:
            yield Problem(f"{at}.not_before", f"names no other day here: {one.not_before!r}")
        elif isinstance(one, SignatureQuestion) and one.of not in {None, *texts}:
            yield Problem(f"{at}.of", f"names no text that is asked for here: {one.of!r}")


def _computed(service: Service) -> Iterator[Problem]:
    """What is worked out is a formula over questions that are asked by then."""
    asked: dict[str, AnyField] = {}
    for where, fields in service.sheets():
        for field in fields:
            if isinstance(field, ComputedQuestion):
                yield from _formula(f"{where}.fields[{field.key}]", field, asked, fields)
        if where.startswith("pages"):  # what officers find, only their own task looks at
            asked |= {field.key: field for field in fields}


def _formula(
    where: str,
    field: ComputedQuestion,
    asked: Mapping[str, AnyField],
    beside: Sequence[AnyField],
) -> Iterator[Problem]:
    if field.required:
        yield Problem(f"{where}.required", "means nothing: nobody is asked")
    if not is_currency(field.currency):
        yield Problem(f"{where}.currency", f"names no currency of ISO 4217: {field.currency!r}")
    yield from (Problem(f"{where}.value", fault) for fault in formulas.faults(field.value))
    known = {*asked, *(one.key for one in beside)} - {field.key}
    for key in sorted(formulas.looks_at(field.value) - known):
        yield Problem(f"{where}.value", f"looks at {key!r}, which is not asked by then")


RULES: Final = (_links, _computed)

"""Whether the questions of a definition that look at each other look at what there is.

Rules for ``catalogue.checking``: days that follow days, signatures, and what is worked out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from babel.numbers import is_currency

from servicedesk.catalogue import checking_formulas, formulas
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import (
    AnyField,
    ComputedQuestion,
    DateQuestion,
    GroupQuestion,
    SignatureQuestion,
)
from servicedesk.catalogue.suggesting import instead


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
            there = instead(one.not_before, sorted(days - {one.key}))
            fault = f"names no other day here: {one.not_before!r}{there}"
            yield Problem(f"{at}.not_before", fault)
        elif isinstance(one, SignatureQuestion) and one.of not in {None, *texts}:
            fault = f"names no text that is asked for here: {one.of!r}"
            yield Problem(f"{at}.of", f"{fault}{instead(one.of, sorted(texts))}")


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
        yield Problem(f"{where}.required", "means nothing: nobody is asked; leave it out")
    if not is_currency(field.currency):
        fault = f"names no currency of ISO 4217: {field.currency!r}; write three letters, like CNY"
        yield Problem(f"{where}.currency", fault)
    faults = list(formulas.faults(field.value))
    yield from (Problem(f"{where}.value", fault) for fault in faults)
    known = {**asked, **{one.key: one for one in beside if one is not field}}
    if not faults:
        yield from checking_formulas.kinds(f"{where}.value", field.value, known)
    for key in sorted(formulas.looks_at(field.value) - {*known}):
        fault = f"looks at {key!r}, which is not asked by then{instead(key, sorted(known))}"
        yield Problem(f"{where}.value", fault)


RULES: Final = (_links, _computed)

"""Whether what is worked out can be: numbers are reckoned with, days counted, groups added up.

Rules for ``catalogue.checking``: ``formulas`` finds the shape of a formula in order, this asks
what kinds of questions it looks at.  Of other kinds it would come to nothing, whatever is answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from servicedesk.catalogue import formulas
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import AnyField, ComputedQuestion, GroupQuestion
from servicedesk.catalogue.suggesting import instead

_NUMBERS: Final = frozenset({"number", "percent"})


def kinds(where: str, formula: object, known: Mapping[str, AnyField]) -> Iterator[Problem]:
    """Yield what ``formula`` does with questions that are of another kind.

    Args:
        where: its place.
        formula: well formed.
        known: the questions it may look at, by key; of others nothing is said here.
    """
    if not isinstance(formula, Mapping):
        if formulas.value(formula, {}) is None:
            fault = f"reckons with {formula!r}, which is no number; write 5, or {{var: capital}}"
            yield Problem(where, fault)
        return
    operator, arguments = next(iter(formula.items()))
    arguments = arguments if isinstance(arguments, list) else [arguments]
    if operator == "days":
        yield from _days(where, arguments, known)
    elif operator == "sum":
        yield from _sum(where, arguments, known)
    elif operator != "var":
        for one in arguments:
            yield from kinds(where, one, known)
    else:
        path, numbers = _path(formula), _numbers(known.values())
        if path not in numbers and _is_known(path, known):
            fault = f"reckons with {path!r}, which is no number"
            yield Problem(where, f"{fault}{instead(path, numbers)}")


def _days(where: str, arguments: Sequence[Any], known: Mapping[str, AnyField]) -> Iterator[Problem]:
    days = [key for key, one in known.items() if one.kind == "date"]
    for path in map(_path, arguments):
        if path not in days and _is_known(path, known):
            fault = f"counts days from or to {path!r}, which is no day"
            yield Problem(where, f"{fault}{instead(path, days)}")


def _sum(where: str, arguments: Sequence[Any], known: Mapping[str, AnyField]) -> Iterator[Problem]:
    groups = {key: one for key, one in known.items() if isinstance(one, GroupQuestion)}
    path, inner = _path(arguments[0]), arguments[1]
    if path not in groups and _is_known(path, known):
        yield Problem(where, f"adds up {path!r}, which is no group{instead(path, groups)}")
    elif path and path in groups and inner not in (numbers := _numbers(groups[path].fields)):
        fault = f"adds up {inner!r}, which is no number in {path!r}"
        yield Problem(where, f"{fault}{instead(inner, numbers)}")


def _path(argument: object) -> str | None:
    """Return what ``{var: path}`` looks at; None: it is something else."""
    path = argument.get("var") if isinstance(argument, Mapping) else None
    path = path[0] if isinstance(path, list) and path else path
    return path if isinstance(path, str) else None


def _is_known(path: str | None, known: Mapping[str, AnyField]) -> bool:
    """Whether ``path`` leads to a question, or is no path at all: what is not asked is told."""
    return path is None or path.partition(".")[0] in known


def _numbers(questions: Iterable[AnyField]) -> list[str]:
    """Return where numbers are: what is answered with one, and the amounts of money."""
    return [
        f"{one.key}.amount" if _kind(one) == "money" else one.key
        for one in questions
        if _kind(one) in {*_NUMBERS, "money"}
    ]


def _kind(question: AnyField) -> str:
    return question.unit if isinstance(question, ComputedQuestion) else question.kind

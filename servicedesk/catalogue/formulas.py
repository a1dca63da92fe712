"""What is worked out from answers: sums, differences, shares, days between.

A formula is data like a condition (``catalogue.conditions``), ``{operator: [arguments]}``:

    var            an answer: {"var": "capital.amount"}
    + - * /        of two or more (``-`` and ``/``: of two)
    sum            {"sum": [{"var": "shareholders"}, "contribution.amount"]}, over a group
    days           {"days": [{"var": "stay_from"}, {"var": "stay_to"}]}, first and last counted

Total: what cannot be worked out, or lacks an answer, is None.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from servicedesk.catalogue.conditions import variables
from servicedesk.catalogue.suggesting import how_many, instead

Formula = Mapping[str, Any]

_DEEPEST: Final = 10
_MOST: Final = Decimal(10) ** 15


def value(formula: object, answers: Mapping[str, Any]) -> Decimal | None:
    """Return what ``formula`` comes to with ``answers``; None if that cannot be said.

    >>> value({"-": [{"var": "capital.amount"}, 1]}, {"capital": {"amount": "5.50"}})
    Decimal('4.50')
    >>> value({"/": [1, {"var": "none"}]}, {}) is None
    True
    """
    try:
        found = _value(formula, answers, _DEEPEST)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return found if isinstance(found, Decimal) and abs(found) < _MOST else None


def faults(formula: object) -> Iterator[str]:
    """Yield what is wrong with the shape of ``formula``, in English, for its author."""
    if not isinstance(formula, Mapping):
        return
    operator, arguments = _split(formula)
    if operator == "var":
        return
    if operator not in _ARITIES:
        yield f"uses the unknown operator {operator!r}{instead(operator, ['var', *_ARITIES])}"
        return
    fewest, most = _ARITIES[operator]
    if not fewest <= len(arguments) <= most:
        yield f"gives {operator!r} {len(arguments)} arguments; it takes {how_many(fewest, most)}"
    for one in arguments:
        yield from faults(one)


def looks_at(formula: object) -> frozenset[str]:
    """Return the keys of the answers that ``formula`` is worked out from."""
    return variables(formula)


def _value(part: object, answers: Mapping[str, Any], depth: int) -> Decimal | None:
    if isinstance(part, bool) or depth == 0:
        return None
    if not isinstance(part, Mapping):
        return _number(part)
    operator, arguments = _split(part)
    if operator in _LOOKING:
        return _LOOKING[operator](arguments, answers)
    values = [_value(one, answers, depth - 1) for one in arguments]
    numbers = [one for one in values if one is not None]
    return _OPERATORS[operator](numbers) if len(numbers) == len(values) else None


def _sum(arguments: Sequence[Any], answers: Mapping[str, Any]) -> Decimal | None:
    entries = _at(answers, str(arguments[0]["var"]))
    if not isinstance(entries, list) or not entries:
        return None
    numbers = [_number(_at(entry, str(arguments[1]))) for entry in entries]
    return sum((one for one in numbers if one is not None), Decimal(0))


def _days(arguments: Sequence[Any], answers: Mapping[str, Any]) -> Decimal | None:
    first, last = (_at(answers, str(one["var"])) for one in arguments)
    if not isinstance(first, str) or not isinstance(last, str):
        return None
    return Decimal((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)


def _at(data: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    for step in path.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _number(given: object) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        return None
    try:
        return Decimal(str(given))
    except InvalidOperation:
        return None


def _split(part: Mapping[str, Any]) -> tuple[str, list[Any]]:
    if len(part) != 1:
        return "", []
    operator, raw = next(iter(part.items()))
    return str(operator), raw if isinstance(raw, list) else [raw]


def _product(numbers: Sequence[Decimal]) -> Decimal:
    result = Decimal(1)
    for one in numbers:
        result *= one
    return result


_LOOKING: Final[dict[str, Callable[[Sequence[Any], Mapping[str, Any]], Decimal | None]]] = {
    "var": lambda arguments, answers: _number(_at(answers, str(arguments[0]))),
    "sum": _sum,
    "days": _days,
}
_OPERATORS: Final[dict[str, Callable[[Sequence[Decimal]], Decimal]]] = {
    "+": lambda numbers: sum(numbers, Decimal(0)),
    "-": lambda numbers: numbers[0] - numbers[1],
    "*": _product,
    "/": lambda numbers: numbers[0] / numbers[1],
}
_MANY: Final = 20
_ARITIES: Final[dict[str, tuple[int, int]]] = {
    "+": (2, _MANY),
    "-": (2, 2),
    "*": (2, _MANY),
    "/": (2, 2),
    "sum": (2, 2),
    "days": (2, 2),
}

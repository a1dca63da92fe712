"""When something applies: a small, whitelisted subset of JsonLogic.

A condition is data, ``{operator: [arguments]}``; it is walked, never executed.

    var                       an answer: {"var": "capital.amount"}; unknown is null
    ==  !=                    the same or not; a number and its digits are the same
    <  <=  >  >=              numbers by size, texts (ISO dates too) by order; null: never
    in                        a member of a list, or a part of a text
    and  or  !  !!            as said; "", 0, [] and null count as no
    some                      {"some": [{"var": "owners"}, condition on one of them]}
    count                     {"count": [{"var": "owners"}, condition]}, or of all without one

Total: whatever the answers are, every condition has a value; what cannot be compared does
not hold.  ``static/js/conditions.js`` says the same in the browser, for comfort.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.suggesting import how_many, instead

DEEPEST = 20  # levels of nesting a condition may have

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?")

Condition = Mapping[str, Any]
_Value = Any
_Two = Callable[[_Value, _Value], bool]


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Return whether ``condition`` holds for ``answers``.

    >>> holds({"==": [{"var": "kind"}, "own"]}, {"kind": "own"})
    True
    >>> holds({">": [{"count": [{"var": "owners"}]}, 1]}, {})
    False
    """
    return _truth(_value(condition, answers, DEEPEST))


def variables(condition: object) -> frozenset[str]:
    """Return the keys of the answers that ``condition`` looks at.

    >>> sorted(variables({"and": [{"var": "a"}, {"some": [{"var": "b"}, {"var": "c"}]}]}))
    ['a', 'b']
    """
    return frozenset(path.partition(".")[0] for path, of in paths(condition) if of is None and path)


def paths(condition: object, inside: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Yield each path that ``condition`` names, with the list it is looked up in.

    That is None for an answer, and the list's own path inside ``some`` and ``count``,
    whose conditions are about one entry.
    """
    if isinstance(condition, list):
        for part in condition:
            yield from paths(part, inside)
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return
    operator, raw = next(iter(condition.items()))
    arguments = _arguments(raw)
    if operator == "var":
        yield from ((one, inside) for one in arguments if isinstance(one, str))
    elif operator in _OVER_LISTS and arguments:
        yield from paths(arguments[0], inside)
        entries = next((path for path, _ in paths(arguments[0])), "")
        yield from paths(arguments[1:], entries)
    else:
        yield from paths(arguments, inside)


def faults(condition: object, depth: int = DEEPEST) -> Iterator[str]:
    """Yield what is wrong with the shape of ``condition``, in English, for its author."""
    if isinstance(condition, list):
        for part in condition:
            yield from faults(part, depth)
    elif isinstance(condition, Mapping):
        fault = _fault(condition, depth)
        if fault:
            yield fault
            return
        for one in _arguments(next(iter(condition.values()))):
            yield from faults(one, depth - 1)


def _fault(condition: Mapping[str, Any], depth: int) -> str | None:
    if depth == 0:
        return f"is nested more than {DEEPEST} levels deep; say it with fewer and and or"
    if len(condition) != 1:
        return f"must have exactly one operator, not {len(condition)}; join several by and: [...]"
    operator, raw = next(iter(condition.items()))
    if operator not in ARITIES:
        return f"uses the unknown operator {operator!r}{instead(operator, ARITIES)}"
    arguments = _arguments(raw)
    fewest, most = ARITIES[operator]
    if not fewest <= len(arguments) <= most:
        return f"gives {operator!r} {len(arguments)} arguments; it takes {how_many(fewest, most)}"
    if operator == "var" and not isinstance(arguments[0], str):
        return "names an answer by something that is not a text; write {var: full_name}"
    return None


def within(
    answers: Mapping[str, Any], entry: Mapping[str, Any], keys: frozenset[str]
) -> dict[str, Any]:
    """Return what a condition inside a group sees: the entry's own answers before all others.

    Args:
        answers: of the whole application.
        entry: one entry of the group.
        keys: all questions of the group; those without an answer are null, whatever
            question of the same key there is outside.
    """
    return {**answers, **dict.fromkeys(keys), **entry}


def _value(rule: object, data: object, depth: int) -> _Value:
    """Return what ``rule`` comes to; null where it makes no sense or goes too deep."""
    if isinstance(rule, list):
        return [_value(part, data, depth) for part in rule] if depth else None
    if not isinstance(rule, Mapping):
        return rule
    if len(rule) != 1 or depth == 0:
        return None
    operator, raw = next(iter(rule.items()))
    arguments = _arguments(raw)
    if operator == "var":
        return _look_up(data, arguments[0] if arguments else None)
    if operator in _OVER_LISTS:
        return _over_list(operator, arguments, data, depth - 1)
    values = [_value(one, data, depth - 1) for one in arguments]
    return _apply(operator, values)


def _apply(operator: str, values: list[_Value]) -> _Value:
    if operator == "and":
        return all(map(_truth, values))
    if operator == "or":
        return any(map(_truth, values))
    if operator in {"!", "!!"} and values:
        return _truth(values[0]) is (operator == "!!")
    compare = _COMPARISONS.get(operator)
    return compare(*values) if compare and len(values) == 2 else None  # noqa: PLR2004 - two sides


def _over_list(operator: str, arguments: list[object], data: object, depth: int) -> _Value:
    entries = _value(arguments[0], data, depth) if arguments else None
    if not isinstance(entries, list):
        entries = []
    if len(arguments) > 1:
        entries = [one for one in entries if _truth(_value(arguments[1], one, depth))]
    return len(entries) if operator == "count" else bool(entries)


def _look_up(data: object, path: object) -> _Value:
    if not isinstance(path, str):
        return None
    if path == "":
        return data
    for step in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isascii() and step.isdecimal():
            data = data[int(step)] if len(step) < 5 and int(step) < len(data) else None  # noqa: PLR2004
        else:
            return None
    return data


def _arguments(raw: object) -> list[object]:
    """Return the arguments; a single one may stand without a list."""
    return raw if isinstance(raw, list) else [raw]


def _truth(value: _Value) -> bool:
    return bool(value)


def _number(value: _Value) -> Decimal | None:
    """Return ``value`` as a number if it is one, or the digits of one."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    digits = value if isinstance(value, str) else str(value)
    return Decimal(digits) if _NUMBER.fullmatch(digits) and digits.isascii() else None


def _same(one: _Value, other: _Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other  # "0110" is not "110"
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    numbers = _number(one), _number(other)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return bool(one == other)


def _ordered(compare: Callable[[Any, Any], bool]) -> _Two:
    def both(one: _Value, other: _Value) -> bool:
        numbers = _number(one), _number(other)
        if None not in numbers:
            return compare(*numbers)
        if isinstance(one, str) and isinstance(other, str):
            return compare(one, other)
        return False

    return both


def _is_in(one: _Value, other: _Value) -> bool:
    if isinstance(other, list):
        return any(_same(one, entry) for entry in other)
    return isinstance(one, str) and isinstance(other, str) and one in other


_OVER_LISTS: Final = frozenset({"some", "count"})
_COMPARISONS: Final[dict[str, _Two]] = {
    "==": _same,
    "!=": lambda one, other: not _same(one, other),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "in": _is_in,
}
_MANY = 1_000
ARITIES: Final[dict[str, tuple[int, int]]] = {  # operator -> fewest, most arguments
    **dict.fromkeys(_COMPARISONS, (2, 2)),
    **dict.fromkeys(("and", "or"), (1, _MANY)),
    **dict.fromkeys(("!", "!!", "var"), (1, 1)),
    "some": (2, 2),
    "count": (1, 2),
}

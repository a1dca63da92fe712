"""What is wrong with the shape of a definition, and what to write instead.

Pure.  pydantic finds the faults; ``fault`` says each to the officer who wrote the file, by the
JSON Schema of a definition: which keys there are at this place, and what one looks like.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from servicedesk.catalogue.blocks import BLOCKS
from servicedesk.catalogue.suggesting import closest, meant

Step = str | int
Node = Mapping[str, Any]  # of the JSON Schema
Found = tuple[Mapping[str, Any], Sequence[Step]]  # an error of pydantic's, and where

_BEGINNING: Final = "schema: 1 and code: PARK_BIKE"
_LONGEST: Final = 60  # characters of what is repeated
_DEEPEST: Final = 3  # parts of a shape shown inside each other


def fault(error: Mapping[str, Any], place: Sequence[Step], data: object, schema: Node) -> str:
    """Return one of pydantic's errors in words.

    Args:
        error: as ``ValidationError.errors()`` has it.
        place: the steps to the place in ``data``, entries by their number.
        data: the whole file as read.
        schema: the JSON Schema of a definition.
    """
    there = _Place(place, data, schema)
    say = _WORDS.get(str(error["type"]))
    return say(error, there) if say is not None else _other(error, there)


def no_definition(data: object) -> str:
    """Return what is wrong with a file that holds no keys at all."""
    said = "is empty" if data is None else f"says only {_short(data)}, not keys with their values"
    return f"{said}; begin with the lines {_BEGINNING}"


def to_be_told(errors: Iterable[Found], data: object, schema: Node) -> Iterator[Found]:
    """Yield those of pydantic's errors that no other one says already.

    All entries of a list had faults of their own, so that none is left; a key is missing as it
    is misspelt.

    Args:
        errors: each with the steps to its place in ``data``.
        data: the whole file as read.
        schema: the JSON Schema of a definition.
    """
    found = list(errors)
    strange = [steps for error, steps in found if error["type"] == "extra_forbidden"]
    meant = [
        [*steps[:-1], closest(str(steps[-1]), _Place(steps, data, schema).keys())]
        for steps in strange
    ]
    for error, steps in found:
        given = reduce(_inside, steps, data)
        is_left_empty = error["type"] == "too_short" and isinstance(given, list) and bool(given)
        is_misspelt = error["type"] == "missing" and list(steps) in meant
        if not is_left_empty and not is_misspelt:
            yield error, steps


class _Place:
    """A place in a file, and what the schema says of it."""

    def __init__(self, steps: Sequence[Step], data: object, schema: Node) -> None:
        self.steps, self._data, self._schema = steps, data, schema

    @property
    def last(self) -> str:
        return str(self.steps[-1]) if self.steps else ""

    def keys(self) -> list[str]:
        """Return the keys that the part around this place may have."""
        return list(self.node(self.steps[:-1]).get("properties", {}))

    def shape(self) -> str:
        """Return what one writes here, as a sample."""
        return self._sample(self.node(self.steps), _DEEPEST)

    def node(self, steps: Sequence[Step]) -> Node:
        node, here = self._followed(self._schema, self._data), self._data
        for step in steps:
            here = _inside(here, step)
            properties = node.get("properties", {})
            if isinstance(step, int):
                following = node.get("items", {})
            else:
                following = properties.get(step) or node.get("additionalProperties") or {}
            node = self._followed(following if isinstance(following, Mapping) else {}, here)
        return node

    def _followed(self, node: Node, here: object) -> Node:
        """Return ``node`` itself, what it refers to, or the alternative that ``here`` is."""
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            return self._followed(self._schema["$defs"][name], here)
        if "discriminator" in node:
            kind = here.get("kind") if isinstance(here, Mapping) else None
            found = node["discriminator"]["mapping"].get(kind)
            return self._followed({"$ref": found}, here) if found else node
        for alternative in node.get("anyOf", ()):
            if alternative.get("type") != "null":
                return self._followed(alternative, here)
        return node

    def _sample(self, node: Node, depth: int) -> str:
        node = self._followed(node, None)
        if "enum" in node or "const" in node:
            return " or ".join(map(str, node.get("enum", [node.get("const")])))
        if node.get("type") == "array":
            inner: Node = node.get("items") or next(iter(node.get("prefixItems", ())), {})
            return f"[{self._sample(inner, depth - 1)}]" if depth else "[...]"
        if node.get("type") == "object" or "properties" in node:
            return self._object(node, depth)
        return _SAMPLES.get(str(node.get("type")), "...")

    def _object(self, node: Node, depth: int) -> str:
        properties = node.get("properties", {})
        wanted = node.get("required", ())
        if not depth or not wanted:
            return "{...}"
        parts = [f"{key}: {self._sample(properties[key], depth - 1)}" for key in wanted]
        return "{" + ", ".join(parts) + "}"


def _inside(data: object, step: Step) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _unknown(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001 - one shape for all
    keys = place.keys()
    return f"is no key here{meant(place.last, keys)}; there are: {', '.join(keys)}"


def _missing(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"is missing; write {place.last}: {place.shape()}"


def _shape(error: Mapping[str, Any], place: _Place) -> str:
    if error["type"] in {"tuple_type", "list_type"} and isinstance(error["input"], Mapping):
        return "should be a list of entries; begin each with '- ', or write [...] around them"
    return f"should be {place.shape()}, not {_short(error['input'])}"


def _one_of(error: Mapping[str, Any], place: _Place) -> str:
    listed = str(error["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
    given = str(error["input"])
    if place.last == "[key]":
        return f"{given!r} is no key here{meant(given, listed)}; there are: {', '.join(listed)}"
    return f"should be one of {', '.join(listed)}{meant(given, listed)}; it says {given!r}"


def _kind(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    known = str(error["ctx"]["expected_tags"]).replace("'", "").split(", ") + list(BLOCKS)
    given = str(error["ctx"]["tag"])
    return f"has the unknown kind {given!r}{meant(given, known)}; there are: {', '.join(known)}"


def _pattern(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    said = _PATTERNS.get(str(error["ctx"]["pattern"]), f"fit {error['ctx']['pattern']}")
    return f"must {said}; it says {_short(error['input'])}"


def _number(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"should be a whole number in figures, like 20; it says {_short(error['input'])}"


def _amount(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"should be a number in figures, like 20; it says {_short(error['input'])}"


def _bound(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    facts = error["ctx"]
    limit = f"{facts['ge']} or more" if "ge" in facts else f"{facts['le']} or less"
    return f"is {error['input']}; write {limit}"


def _too_few(error: Mapping[str, Any], place: _Place) -> str:
    facts = error["ctx"]
    least, there = facts["min_length"], facts["actual_length"]
    return f"has {there} entries; write {least} or more: {place.shape()}"


def _too_many(error: Mapping[str, Any], place: _Place) -> str:
    facts = error["ctx"]
    most, there = facts["max_length"], facts["actual_length"]
    further = ", and the others on another page" if place.last == "fields" else ""
    return f"has {there} entries; write {most} at most{further}"


def _parts(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return (
        f"has {_short(error['input'])} for an entry; write its key and what it says: {{key: ...}}"
    )


def _day(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"is no day: {error['input']!r}; write year, month and day, like 2026-03-02"


def _own(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return str(error["msg"]).removeprefix("Value error, ")


def _other(error: Mapping[str, Any], place: _Place) -> str:
    """Return what no words are found for above, with what belongs here."""
    message = str(error["msg"])
    return f"{message[:1].lower()}{message[1:]}; write {place.shape()}"


def _empty(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return "is empty; write a text, or leave the key out if it may be"


def _short(given: object) -> str:
    said = repr(given)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


_SAMPLES: Final = {
    "string": '"..."',
    "integer": "1",
    "number": "1",
    "boolean": "true",
    "null": "null",
}
_PATTERNS: Final = {  # as in fields.py and definition.py
    r"^[A-Z][A-Z0-9_]{1,30}$": "be capitals, figures and underscores, like PARK_BIKE",
    r"^[a-z][a-z0-9_]{0,40}$": "be small letters, figures and underscores, like full_name",
    r"^[A-Z]$": "be one capital letter, like R",
    r"^[A-Za-z0-9_.-]{1,40}$": "be letters, figures, dots, hyphens and underscores, at most 40",
}
_WORDS: Final[dict[str, Callable[[Mapping[str, Any], _Place], str]]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "model_type": _shape,
    "dict_type": _shape,
    "tuple_type": _shape,
    "string_type": _shape,
    "bool_type": _shape,
    "bool_parsing": _shape,
    "enum": _one_of,
    "literal_error": _one_of,
    "union_tag_invalid": _kind,
    "union_tag_not_found": lambda _error, _place: "says no kind; write kind: text, for example",
    "string_pattern_mismatch": _pattern,
    "list_type": _shape,
    "model_attributes_type": _parts,
    "decimal_parsing": _amount,
    "decimal_type": _amount,
    "int_parsing": _number,
    "int_type": _number,
    "int_from_float": _number,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "too_short": _too_few,
    "too_long": _too_many,
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "string_too_short": _empty,
    "value_error": _own,
}

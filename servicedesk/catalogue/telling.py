"""What is wrong with the shape of a definition, and what to write instead.

Pure.  pydantic finds the faults; ``fault`` says each to the officer who wrote the file, by the
JSON Schema of a definition: which keys there are at this place, and what one looks like.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from servicedesk.catalogue.blocks import BLOCKS

Step = str | int
Node = Mapping[str, Any]  # of the JSON Schema

_DEEPEST: Final = 3  # parts of a shape shown inside each other


def fault(error: Mapping[str, Any], place: Sequence[Step], data: object, schema: Node) -> str:
    """Return one of pydantic's errors in words.

    Args:
        error: as ``ValidationError.errors()`` has it.
        place: the steps to the place in ``data``, entries by their number.
        data: the whole file as read.
        schema: the JSON Schema of a definition.
    """
    say = _WORDS.get(str(error["type"]))
    if say is None:
        message = str(error["msg"])
        return (
            message.removeprefix("Value error, ")[:1].lower()
            + message.removeprefix("Value error, ")[1:]
        )
    return say(error, _Place(place, data, schema))


def is_consequence(error: Mapping[str, Any], given: object) -> bool:
    """Whether an error only says that all entries of a list had faults of their own."""
    return error["type"] == "too_short" and isinstance(given, list) and bool(given)


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
    return f"is no key here{_meant(place.last, keys)}; there are: {', '.join(keys)}"


def _missing(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"is missing; write {place.last}: {place.shape()}"


def _shape(error: Mapping[str, Any], place: _Place) -> str:
    return f"should be {place.shape()}, not {error['input']!r}"


def _one_of(error: Mapping[str, Any], place: _Place) -> str:
    listed = str(error["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
    given = str(error["input"])
    if place.last == "[key]":
        return f"{given!r} is no key here{_meant(given, listed)}; there are: {', '.join(listed)}"
    return f"should be one of {', '.join(listed)}{_meant(given, listed)}; it says {given!r}"


def _kind(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    known = str(error["ctx"]["expected_tags"]).replace("'", "").split(", ") + list(BLOCKS)
    given = str(error["ctx"]["tag"])
    return f"has the unknown kind {given!r}{_meant(given, known)}; there are: {', '.join(known)}"


def _pattern(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    said = _PATTERNS.get(str(error["ctx"]["pattern"]), f"fit {error['ctx']['pattern']}")
    return f"must {said}; it says {error['input']!r}"


def _number(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return f"should be a number in figures, like 20; it says {error['input']!r}"


def _empty(error: Mapping[str, Any], place: _Place) -> str:  # noqa: ARG001
    return "is empty; write a text, or leave the key out if it may be"


def _meant(given: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(given, known, 1)
    return f" (did you mean {close[0]}?)" if close else ""


_SAMPLES: Final = {
    "string": '"..."',
    "integer": "1",
    "number": "1",
    "boolean": "true",
    "null": "null",
}
_PATTERNS: Final = {  # as in fields.py and definition.py
    r"^[A-Z][A-Z0-9_]{1,30}$": "be capitals, figures and underscores, like E_NAME",
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
    "decimal_parsing": _number,
    "decimal_type": _number,
    "int_parsing": _number,
    "int_type": _number,
    "string_too_short": _empty,
}

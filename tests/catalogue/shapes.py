"""As much of JSON Schema as the schema of definitions uses, read as an editor reads it.

A validator of our own, as the project has none among its packages and one test needs it; a
word that it does not know is a fault, so that nothing of a schema is passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Shape = Mapping[str, Any]

_WORDS_TO_READ = {"title", "description", "default", "$defs", "$schema", "discriminator", "format"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (Mapping,), "array": (list,), "string": (str,), "null": (type(None),),
    "integer": (int,), "number": (int, float), "boolean": (bool,),
}  # fmt: skip


def faults(whole: Shape, data: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return what in ``data`` the schema does not accept: where, and by which word."""
    return list(_faults(whole, whole, data, "$"))


def _faults(whole: Shape, shape: Any, data: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    for word, said in shape.items() if isinstance(shape, Mapping) else ():
        if word in _OF_SEVERAL:
            yield from _OF_SEVERAL[word](whole, shape, word, data, at)
        elif word not in _WORDS_TO_READ and not _SIMPLE[word](said, data):
            yield f"{at}: {word} {said}: {str(data)[:80]}"


def _other(whole: Shape, shape: Shape, word: str, data: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    yield from _faults(whole, whole["$defs"][shape[word].rpartition("/")[2]], data, at)


def _choices(whole: Shape, shape: Shape, word: str, data: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    fitting = sum(not any(_faults(whole, one, data, at)) for one in shape[word])
    if fitting == 0 or (word == "oneOf" and fitting > 1):
        yield f"{at}: {word}, {fitting} fit: {str(data)[:80]}"


def _members(whole: Shape, shape: Shape, word: str, data: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    for key, value in data.items() if isinstance(data, Mapping) else ():
        there = f"{at}.{key}"
        if word == "propertyNames":
            yield from _faults(whole, shape[word], key, there)
            continue
        named = [shape["properties"][key]] if key in shape.get("properties", {}) else []
        patterns = shape.get("patternProperties", {}).items()
        matched = [one for pattern, one in patterns if re.search(pattern, key)]
        if word == "additionalProperties" and not named and not matched:
            if shape[word] is False:
                yield f"{there}: is no key here"
            yield from _faults(whole, shape[word], value, there)
        for one in {"properties": named, "patternProperties": matched}.get(word, []):
            yield from _faults(whole, one, value, there)


def _entries(whole: Shape, shape: Shape, word: str, data: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    for number, one in enumerate(data if isinstance(data, list) else ()):
        if word == "items":
            yield from _faults(whole, shape[word], one, f"{at}[{number}]")
        elif number < len(shape[word]):
            yield from _faults(whole, shape[word][number], one, f"{at}[{number}]")


def _is_a(said: str, data: Any) -> bool:  # noqa: ANN401
    is_bool = isinstance(data, bool)
    return isinstance(data, _TYPES[said]) and (not is_bool or said == "boolean")


def _if(kind: Any, rule: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:  # noqa: ANN401
    return lambda said, data: not isinstance(data, kind) or rule(said, data)


_SIMPLE: dict[str, Callable[[Any, Any], bool]] = {
    "type": _is_a,
    "const": lambda said, data: bool(said == data),
    "enum": lambda said, data: data in said,
    "pattern": _if(str, lambda said, data: re.search(said, data) is not None),
    "minLength": _if(str, lambda said, data: len(data) >= said),
    "minItems": _if(list, lambda said, data: len(data) >= said),
    "maxItems": _if(list, lambda said, data: len(data) <= said),
    "uniqueItems": _if(list, lambda _, data: len({str(one) for one in data}) == len(data)),
    "minimum": _if(int | float, lambda said, data: bool(data >= said)),
    "maximum": _if(int | float, lambda said, data: bool(data <= said)),
    "required": _if(Mapping, lambda said, data: not set(said) - set(data)),
}
_OF_SEVERAL: dict[str, Callable[..., Iterator[str]]] = {
    "$ref": _other,
    "anyOf": _choices,
    "oneOf": _choices,
    "properties": _members,
    "patternProperties": _members,
    "additionalProperties": _members,
    "propertyNames": _members,
    "items": _entries,
    "prefixItems": _entries,
}

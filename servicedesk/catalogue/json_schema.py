"""The JSON Schema of a definition as files have it, for editors that check while one types.

Pure.  The model describes a definition as it is after reading: with the questions that blocks
stand for, and a list where a file may write a single thing.  Here is what a file may write.
"""

from collections.abc import Iterable
from typing import Any, Final

from servicedesk.catalogue import blocks
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.sharing import SHARED

Shape = dict[str, Any]

_REF: Final = "#/$defs/{}"
_KEY: Final[Shape] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,40}$"}
_COUNT: Final[Shape] = {"type": "integer"}
_TEXT: Final[Shape] = {"$ref": _REF.format("Text")}
_OF_ALL: Final[Shape] = {  # what every block may say
    "key": _KEY,
    "label": _TEXT,
    "help": _TEXT,
    "required": {"type": "boolean"},
    "when": {"type": "object"},
}
_OF_ONE: Final[dict[str, Shape]] = {
    "person": {},
    "organisation": {},
    "period": {"earliest_days": _COUNT, "latest_days": _COUNT, "ends_latest_days": _COUNT},
    "schedule": {
        "currencies": {"type": "array", "items": {"type": "string"}},
        "target": _KEY,
        "min": _COUNT,
        "max": _COUNT,
    },
}
_SHARED: Final[tuple[Shape, ...]] = (  # how a setting that services share is named
    {"const": SHARED},
    {
        "type": "object",
        "properties": {SHARED: _KEY, "sets": {"type": "array", "items": {"type": "string"}}},
        "required": [SHARED],
        "additionalProperties": False,
    },
)
_MAKES_A_GROUP: Final = frozenset({"schedule"})  # and a group has no groups


def json_schema() -> Shape:
    """Return the schema of a file in the folder of services."""
    shape = Service.model_json_schema(by_alias=True)
    shape["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    known = shape["$defs"]
    for kind in blocks.BLOCKS:
        known[_name(kind)] = _block(kind)
    _add_blocks(known["Page"], blocks.BLOCKS)
    _add_blocks(known["GroupQuestion"], blocks.BLOCKS.keys() - _MAKES_A_GROUP)
    for one in known.values():
        properties = one.get("properties", {})
        if "prefill" in properties:
            properties["prefill"] = _one_or_several({"type": "string"})
    _add_blocks(known["TaskPlan"], blocks.BLOCKS.keys() - _MAKES_A_GROUP)
    task = known["TaskPlan"]["properties"]
    task["limit"] = _one_or_several({"$ref": _REF.format("Limit")})
    task["tells"] = _one_or_several(_KEY)
    known["Bound"]["properties"]["since"] = _one_or_several(_KEY)
    known["Check"]["properties"]["looks_at"] = _one_or_several(_KEY)
    setting = {"anyOf": [{"$ref": _REF.format("Setting")}, *_SHARED]}
    of_settings = shape["properties"]["settings"]
    of_settings["patternProperties"] = dict.fromkeys(of_settings["patternProperties"], setting)
    return shape


def _name(kind: str) -> str:
    return f"{kind.title()}Block"


def _block(kind: str) -> Shape:
    parts: Shape = {}
    if kind in blocks.PARTS:
        names = {"type": "string", "enum": list(blocks.PARTS[kind])}
        parts = {"parts": {"type": "array", "items": names, "minItems": 1, "uniqueItems": True}}
    return {
        "title": _name(kind),
        "type": "object",
        "properties": {"kind": {"const": kind}, **_OF_ALL, **_OF_ONE[kind], **parts},
        "required": ["key", "kind", "label"],
        "additionalProperties": False,
    }


def _add_blocks(holder: Shape, kinds: Iterable[str]) -> None:
    questions = holder["properties"]["fields"]["items"]
    for kind in sorted(kinds):
        questions["oneOf"].append({"$ref": _REF.format(_name(kind))})
        questions["discriminator"]["mapping"][kind] = _REF.format(_name(kind))


def _one_or_several(one: Shape) -> Shape:
    return {"anyOf": [one, {"type": "array", "items": one}, {"type": "null"}]}

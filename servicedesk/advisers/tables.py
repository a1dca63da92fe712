"""The data files of the advisers, and where their rules are written.

Pure data, read once a process.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import TypeAdapter

from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import AnyField, SimpleField
from servicedesk.catalogue.sources import status
from servicedesk.resources import of_park
from servicedesk.words import Text, Words, say

_KEY: Final = "advice"
_HERE: Final = Path(__file__).parent
_INSERTED: Final = re.compile(r"\{([a-z_]+)\}")
_SIMPLE: Final[TypeAdapter[SimpleField]] = TypeAdapter(SimpleField)
_RELIANCE: Final = {
    "primary-text": say("the text of the law was read"),
    "official-page": say("page of an authority, seen in parts"),
    "secondary": say("read in copies, not in the official text"),
    "own": say("not verified"),
}


@dataclass(frozen=True)
class Source:
    """Where a rule is written, and how far this desk has seen it."""

    key: str
    name: Text
    reliance: Words


@cache
def table(name: str) -> Any:  # noqa: ANN401 - any YAML
    """Return what the file ``<name>.yaml`` says, the park's own where it has one."""
    path = of_park(f"advice/{name}.yaml", _HERE / f"{name}.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def source(key: str) -> Source:
    """Return the source ``key`` of the catalogue under the name that readers know it by.

    >>> source("L_CL").name.zh
    '《公司法》（2023 年）'
    """
    name = table("sources").get(key, {"en": key, "zh": key})
    return Source(key, Text(**name), _RELIANCE[status(key)])


def sources(keys: Sequence[str]) -> list[Source]:
    """Return several of them, each once."""
    return [source(key) for key in dict.fromkeys(keys)]


def text(data: Mapping[str, Any], figures: Mapping[str, object] | None = None) -> Text:
    """Return the two texts of ``data`` with the figures they insert in {braces}.

    >>> text({"en": "{most} years", "zh": "{most} 年"}, {"most": 5}).en
    '5 years'
    """
    known = figures or {}

    def put(words: str) -> str:
        return _INSERTED.sub(lambda found: str(known.get(found[1], found[0])), words)

    return Text(put(data["en"]), put(data["zh"]))


def question(data: Mapping[str, Any]) -> SimpleField:
    """Return a question written as definitions write theirs."""
    return _SIMPLE.validate_python(dict(data))


def page(questions: Sequence[AnyField | Mapping[str, Any]]) -> Page:
    """Return a page that asks ``questions``, written or read; no title of it is ever shown.

    Its key is ours: a key of the tables may be an address that pages of services must not have.
    """
    name = {"en": _KEY, "zh": _KEY}
    return Page.model_validate({"key": _KEY, "section": _KEY, "title": name, "fields": questions})

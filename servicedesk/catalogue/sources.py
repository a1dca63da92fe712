"""Where the facts of definitions are from: ``sources.yaml``, by id."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from servicedesk.resources import of_park
from servicedesk.words import Text, Words, say

RELIABLE: Final = {
    "primary-text": say("text of the law, read in a stored copy"),
    "official-page": say("page of an authority, seen in parts"),
    "secondary": say("copy or report by others"),
    "own": say("own knowledge, verified by nobody"),
}
_ID: Final = re.compile(r"^([A-Z][A-Z0-9_]*)\b[:, ]*(.*)$", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """Where a fact is from, as it is cited."""

    key: str
    name: Text
    status: Words  # how far it can be relied on
    ref: str  # where exactly it was seen


@cache
def sources() -> dict[str, str]:
    """Return what each id stands for, with how far it can be relied on; read once a process."""
    return {key: f"{one['ref']} ({one['status']})" for key, one in _register().items()}


def status(key: str) -> str:
    """Return how far the source ``key`` can be relied on; one that is not in the register: own.

    >>> status("L_CL"), status("HEARSAY")
    ('primary-text', 'own')
    """
    return _register().get(key, {}).get("status", "own")


def named(key: str) -> Text | None:
    """Return what people call the source ``key``; None where the register has no name.

    >>> str(named("L_ALL"))
    'Administrative Licensing Law'
    """
    one = _register().get(key, {})
    return Text(one["en"], one["zh"]) if "en" in one and "zh" in one else None


def cited(keys: Sequence[str]) -> list[Source]:
    """Return the sources ``keys``, each once, in the order in which they are first named."""
    return [
        Source(key, named(key) or Text(key, key), RELIABLE[status(key)], _register()[key]["ref"])
        for key in dict.fromkeys(keys)
        if key in _register()
    ]


def said_by(words: str) -> tuple[Text | None, str]:
    """Return whose words of a ``differs`` these are, if a source's, and the rest of them.

    >>> name, rest = said_by("G_TJ, as in the guide of 2017")
    >>> str(name), rest
    ('Tianjin guide to the work permit', 'as in the guide of 2017')
    """
    found = _ID.match(words)
    name = named(found[1]) if found else None
    return (name, found[2]) if found and name else (None, words)


@cache
def _register() -> dict[str, dict[str, str]]:
    path = of_park("sources.yaml", Path(__file__).parent / "sources.yaml")
    register: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return register

"""What services are about, as ``topics.yaml`` lists it, in its order."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from servicedesk.resources import of_park
from servicedesk.words import Text


@dataclass(frozen=True)
class Topic:
    """A heading of the catalogue."""

    key: str
    name: Text
    audience: str  # enterprise, person or both


@cache
def topics() -> dict[str, Topic]:
    """Return the topics by key, in the order in which they are shown; read once a process."""
    path = of_park("topics.yaml", Path(__file__).parent / "topics.yaml")
    text = path.read_text(encoding="utf-8")
    return {
        one["key"]: Topic(one["key"], Text(one["en"], one["zh"]), one["audience"])
        for one in yaml.safe_load(text)
    }

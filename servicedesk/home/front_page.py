"""What ``front_page.yaml`` says the front page offers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from servicedesk.resources import of_park
from servicedesk.words import Text


@dataclass(frozen=True)
class Door:
    """One way in."""

    icon: str
    href: str
    name: Text
    text: Text
    minutes_of: str | None  # the service that says how long it takes to fill in
    note: Text | None


@dataclass(frozen=True)
class Shortcut:
    """A service that is often looked for, in the words people use."""

    service: str
    words: Text


@dataclass(frozen=True)
class Matter:
    """A whole matter, from start to finish."""

    service: str
    name: Text
    text: Text
    steps: tuple[Text, ...]


@dataclass(frozen=True)
class FrontPage:
    """All of it."""

    doors: tuple[Door, ...]
    often: tuple[Shortcut, ...]
    matters: tuple[Matter, ...]

    @property
    def services(self) -> frozenset[str]:
        """The codes of the services it speaks of."""
        named = {door.minutes_of for door in self.doors if door.minutes_of}
        often = {one.service for one in self.often}
        return frozenset(named | often | {one.service for one in self.matters})


@cache
def front_page() -> FrontPage:
    """Return the front page, read once a process."""
    path = of_park("front_page.yaml", Path(__file__).parent / "front_page.yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return FrontPage(
        doors=tuple(_door(door) for door in data["doors"]),
        often=tuple(Shortcut(one["service"], Text(**one["words"])) for one in data["often"]),
        matters=tuple(_matter(matter) for matter in data["matters"]),
    )


def _door(data: dict[str, Any]) -> Door:
    return Door(
        icon=data["icon"],
        href=data["href"],
        name=Text(**data["name"]),
        text=Text(**data["text"]),
        minutes_of=data.get("minutes_of"),
        note=Text(**data["note"]) if "note" in data else None,
    )


def _matter(data: dict[str, Any]) -> Matter:
    return Matter(
        service=data["service"],
        name=Text(**data["name"]),
        text=Text(**data["text"]),
        steps=tuple(Text(**step) for step in data["steps"]),
    )

"""The park that this desk serves, as ``park.yaml`` tells it.

Pure data: names, the hall, the departments, the registrar's division, the time zone.
"""

from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from servicedesk.resources import PACKAGE, of_park
from servicedesk.words import Text


@dataclass(frozen=True)
class Department:
    """An office that handles tasks: a short name for lists, the full one for letters."""

    key: str
    name: Text
    full: Text
    is_window: bool  # no authority of its own: acts for the one whose service it is


@dataclass(frozen=True)
class Hall:
    """Where people come, and when."""

    name: Text
    address: Text
    hours: Text
    opens: time
    closes: time
    phone: str
    hotline: str


@dataclass(frozen=True)
class Park:
    """Everything local that is not a service."""

    name: Text
    desk: Text
    time_zone: ZoneInfo
    hall: Hall
    division: str  # GB/T 2260, six digits
    division_names: tuple[str, ...]  # how an enterprise name may begin, longest first
    departments: dict[str, Department]


@cache
def park() -> Park:
    """Return the park, read once a process."""
    path = of_park("park.yaml", PACKAGE / "park.yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    hall = data["hall"]
    return Park(
        name=Text(**data["name"]),
        desk=Text(**data["desk"]),
        time_zone=ZoneInfo(data["time_zone"]),
        hall=Hall(
            name=Text(**hall["name"]),
            address=Text(**hall["address"]),
            hours=Text(**hall["hours"]),
            opens=time.fromisoformat(hall["opens"]),
            closes=time.fromisoformat(hall["closes"]),
            phone=hall["phone"],
            hotline=hall["hotline"],
        ),
        division=data["registrar"]["division"],
        division_names=tuple(data["registrar"]["names"]),
        departments={key: _department(key, of) for key, of in data["departments"].items()},
    )


def _department(key: str, data: dict[str, Any]) -> Department:
    name = Text(**data["name"])
    full = Text(**data["full"]) if "full" in data else name
    return Department(key, name, full, data.get("is_window", False))

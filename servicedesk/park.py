"""The park that this desk serves, as ``park.yaml`` tells it.

Pure data: names, the hall, the departments, the registrar's division, the time zone and what
day and hour it is there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from servicedesk.resources import PACKAGE, ParkInvalid, of_park
from servicedesk.words import LANGUAGES, Text

_Read = TypeVar("_Read")


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
    promises_by: Text  # the rule by which a promise that is not kept has its consequences
    standard_addresses_by: Text | None  # the rule by which a standard address needs no paper
    lease_notice_days: tuple[int, ...]  # how long before a lease ends its people hear of it


@cache
def park() -> Park:
    """Return the park, read once a process.

    Raises:
        ParkInvalid: ``park.yaml`` lacks something, or says it in another way than we read it.
    """
    file = _File(of_park("park.yaml", PACKAGE / "park.yaml"))
    return Park(
        name=file.text("name"),
        desk=file.text("desk"),
        time_zone=file.read("time_zone", ZoneInfo),
        hall=Hall(
            name=file.text("hall.name"),
            address=file.text("hall.address"),
            hours=file.text("hall.hours"),
            opens=file.read("hall.opens", time.fromisoformat),
            closes=file.read("hall.closes", time.fromisoformat),
            phone=file.read("hall.phone", str),
            hotline=file.read("hall.hotline", str),
        ),
        division=file.read("registrar.division", _six_figures),
        division_names=tuple(file.entries("registrar.names", list)),
        departments={key: _department(file, key) for key in file.entries("departments", dict)},
        promises_by=file.text("law.promises"),
        standard_addresses_by=file.text(_STANDARD) if file.has(_STANDARD) else None,
        lease_notice_days=_days(file, "addresses.lease_notice_days"),
    )


def local(moment: datetime) -> datetime:
    """Return ``moment`` on the clocks of the park."""
    return moment.astimezone(park().time_zone)


def local_day(moment: datetime) -> date:
    """Return the day of ``moment`` in the park.

    >>> from datetime import UTC
    >>> local_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    datetime.date(2026, 3, 2)
    """
    return local(moment).date()


def midnight(day: date) -> datetime:
    """Return the moment at which ``day`` begins in the park."""
    return datetime.combine(day, time(), tzinfo=park().time_zone)


def _department(file: "_File", key: str) -> Department:
    place = f"departments.{key}"
    name = file.text(f"{place}.name")
    full = file.text(f"{place}.full") if file.has(f"{place}.full") else name
    return Department(key, name, full, bool(file.has(f"{place}.is_window")))


def _days(file: "_File", place: str) -> tuple[int, ...]:
    """Return numbers of days, the most first; a park that says nothing has those we ship."""
    if not file.has("addresses"):
        return _LEASE_NOTICE_DAYS
    return tuple(sorted(map(int, file.entries(place, list)), reverse=True))


def _six_figures(said: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", said):
        raise ValueError(said)
    return said


class _File:
    """``park.yaml`` as read; each place is asked for by its keys, and told with a sample."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f":{mark.line + 1}" if mark else ""
            raise ParkInvalid(
                f"{path}{line}: is not YAML in UTF-8; look at this line and the one above, and at"
                " the park.yaml that is shipped"
            ) from None

    def has(self, place: str) -> Any:  # noqa: ANN401 - any YAML
        """Return what stands at ``place``; None: nothing."""
        here = self._data
        for key in place.split("."):
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def text(self, place: str) -> Text:
        """Return a text in both languages."""
        said = self.has(place)
        if not isinstance(said, dict) or not all(
            isinstance(said.get(language), str) and said[language] for language in LANGUAGES
        ):
            self._refuse(place)
        return Text(**{language: said[language] for language in LANGUAGES})

    def read(self, place: str, reader: Callable[[str], _Read]) -> _Read:
        """Return what ``reader`` makes of the words at ``place``."""
        said = self.has(place)
        if not isinstance(said, str) or not said:
            self._refuse(place)
        try:
            return reader(said)
        except (ValueError, ZoneInfoNotFoundError):
            self._refuse(place)

    def entries(self, place: str, kind: type) -> Any:  # noqa: ANN401 - any YAML
        """Return a list or a mapping that is not empty."""
        said = self.has(place)
        if not isinstance(said, kind) or not said:
            self._refuse(place)
        return said

    def _refuse(self, place: str) -> NoReturn:
        said = self.has(place)
        fault = "is missing" if said is None else f"cannot be {said!r}"
        key = place.rpartition(".")[2]
        sample = _SAMPLES.get(place, _TEXT)
        raise ParkInvalid(f"{self._path}: {place}: {fault}; write {key}: {sample}")


_STANDARD: Final = "law.standard_addresses"
_LEASE_NOTICE_DAYS: Final = (60, 30, 7)  # OWN
_TEXT: Final = '{en: "...", zh: "..."}'
_SAMPLES: Final = {
    "time_zone": "Asia/Shanghai",
    "hall.opens": '"09:00"',
    "hall.closes": '"17:00"',
    "hall.phone": '"12345"',
    "hall.hotline": '"12345"',
    "registrar.division": '"123456", six figures of GB/T 2260 in quotes',
    "registrar.names": "[示例市, 示例], how the name of an enterprise may begin",
    "departments": '{window: {name: {en: "...", zh: "..."}, is_window: true}}',
    "addresses.lease_notice_days": "[60, 30, 7], days before a lease ends",
    "law.promises": f"{_TEXT}, the rule by which a promise that is not kept is revoked",
}

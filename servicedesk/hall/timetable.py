"""All that is set of when a hall serves: hours of the hall, its lines and services, and places.

Pure: no database, no web.  A change makes another timetable, so that what it would do can be
looked at before it holds; ``operations.hours`` keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from servicedesk.calendar.working_days import Calendar
from servicedesk.hall.hall_files import hours_of, kept_hours
from servicedesk.hall.opening import Day, Hours, HoursException, Now, at, day_of, over


class OwnerKind(StrEnum):
    """What may have hours of its own."""

    HALL = "hall"
    LINE = "line"
    SERVICE = "service"


@dataclass(frozen=True)
class Owner:
    """Whose hours: the hall's, those of a line by its key, of a service by its code."""

    kind: OwnerKind
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}-{self.key}" if self.key else str(self.kind)

    @classmethod
    def read(cls, said: str) -> "Owner | None":
        """Return who is written so; None: nobody can be.

        >>> Owner.read(str(Owner(OwnerKind.LINE, "advice"))).key
        'advice'
        """
        kind, _, key = said.partition("-")
        if kind not in set(OwnerKind) or bool(key) == (kind == OwnerKind.HALL):
            return None
        return cls(OwnerKind(kind), key)


THE_HALL: Final = Owner(OwnerKind.HALL)


@dataclass(frozen=True)
class Places:
    """How many can be booked in each slot of a line."""

    public: int = 0
    staff: int = 0


NO_PLACES: Final = Places()


@dataclass(frozen=True)
class Timetable:
    """The hours and places of a hall."""

    hall: Hours
    last_ticket: int  # minutes before closing
    lines: Mapping[str, Hours]  # every line, by its key
    services: Mapping[str, Hours]  # those that have any of their own, by code
    places: Mapping[str, Places]  # of every line

    def on(self, day: date, calendar: Calendar, line: str = "", service: str = "") -> Day:
        """Return the hours of ``day``: of the hall, a line, or a service that a line serves."""
        return day_of(
            day, calendar, self.hall,
            self.lines.get(line, Hours()), self.services.get(service, Hours()),
        )  # fmt: skip

    def hours_of(self, owner: Owner) -> Hours:
        """Return the hours that are ``owner``'s own."""
        if owner.kind is OwnerKind.HALL:
            return self.hall
        owned = self.lines if owner.kind is OwnerKind.LINE else self.services
        return owned.get(owner.key, Hours(every_day=self.hall.every_day))

    def with_hours(self, owner: Owner, hours: Hours) -> "Timetable":
        """Return the timetable with other hours of ``owner``."""
        if owner.kind is OwnerKind.HALL:
            return replace(self, hall=hours)
        if owner.kind is OwnerKind.LINE:
            return replace(self, lines={**self.lines, owner.key: hours})
        services = {key: kept for key, kept in self.services.items() if key != owner.key}
        if hours.week is not None or hours.exceptions:
            services[owner.key] = hours
        return replace(self, services=services)

    def with_exception(
        self, owner: Owner, exception: HoursException | None, instead_of: HoursException | None
    ) -> "Timetable":
        """Return the timetable with an exception more, another or, without one, less."""
        hours = self.hours_of(owner)
        kept = [one for one in hours.exceptions if one != instead_of]
        kept += [exception] if exception else []
        ordered = tuple(sorted(kept, key=lambda one: (one.first, one.last)))
        return self.with_hours(owner, replace(hours, exceptions=ordered))

    def kept(self) -> dict[str, Any]:
        """Return it as JSON, the same for the same timetable."""
        return {
            "hall": kept_hours(self.hall) | {"every_day": self.hall.every_day},
            "last_ticket": self.last_ticket,
            "lines": {key: kept_hours(one) for key, one in sorted(self.lines.items())},
            "services": {key: kept_hours(one) for key, one in sorted(self.services.items())},
            "places": {key: [one.public, one.staff] for key, one in sorted(self.places.items())},
        }


@dataclass(frozen=True)
class Moment:
    """A hall at a moment: which of its lines and services are open, and give out tickets."""

    timetable: Timetable
    calendar: Calendar
    here: datetime  # in the hall's time zone
    closed_early: bool = False  # no more tickets on this day

    def of(self, line: str, service: str = "") -> Now:
        """Return how a line is, or a service that it serves."""
        day = self.timetable.on(self.here.date(), self.calendar, line, service)
        found = at(self.here, day.spans, timedelta(minutes=self.timetable.last_ticket))
        return replace(found, tickets_until=None) if self.closed_early else found

    def of_hall(self) -> Now:
        """Return how the hall is: as its lines are, for they may have hours of their own."""
        return over(self.of(line) for line in self.timetable.lines or ("",))


def kept_for_hall(timetable: Timetable) -> dict[str, Any]:
    """Return what ``halls.hours`` keeps of it."""
    kept = kept_hours(timetable.hall)
    kept |= {"every_day": timetable.hall.every_day, "last_ticket": timetable.last_ticket}
    services = {key: kept_hours(one) for key, one in timetable.services.items()}
    return kept | ({"services": services} if services else {})


def read(
    hall: dict[str, Any],
    lines: Mapping[str, dict[str, Any] | None],
    places: Mapping[str, Places],
) -> Timetable:
    """Return the timetable that the rows of a hall and its lines keep."""
    every_day = bool(hall.get("every_day"))
    return Timetable(
        hours_of(hall),
        hall.get("last_ticket", 0),
        {key: hours_of(kept, every_day=every_day) for key, kept in lines.items()},
        {
            code: hours_of(kept, every_day=every_day)
            for code, kept in hall.get("services", {}).items()
        },
        places,
    )

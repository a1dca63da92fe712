"""What people come to a hall for: services of the catalogue, or just one of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.hall.booking import Leg, slots_needed
from servicedesk.hall.models import Hall, Queue
from servicedesk.words import Text

ADVICE = "advice"  # the line that comes first in a visit for several things
_SOME_MINUTES = 15  # of a service that does not say


@dataclass(frozen=True)
class Offered:
    """A service that is served in a line of the hall."""

    code: str
    name: Text
    minutes: int
    queue: Queue


@dataclass(frozen=True)
class Wish:
    """What somebody wants in one line."""

    queue: Queue
    services: tuple[str, ...]  # codes; none: something else of that line
    minutes: int  # for one person

    def leg(self, persons: int, every: timedelta) -> Leg:
        """Return how long it takes, in slots, for so many persons."""
        return Leg(self.queue.id, slots_needed(self.minutes, persons, every), self.services)


def services_of(session: Session, hall: Hall) -> list[Offered]:
    """Return the services that can be booked in the hall, by line and name; one statement."""
    queues = {one.key: one for one in bookable(hall)}
    settings = ServiceVersion.definition["appointment"]
    query = (
        sa.select(
            CatalogueEntry.code,
            CatalogueEntry.name_en,
            CatalogueEntry.name_zh,
            settings["queue"].astext.label("queue"),
            settings["minutes"].as_integer().label("minutes"),
        )
        .join(CatalogueEntry.current)
        .where(CatalogueEntry.listed, settings["queue"].astext.in_(sorted(queues)))
        .order_by(CatalogueEntry.code)
    )
    return [
        Offered(
            row.code, Text(row.name_en, row.name_zh), row.minutes or _SOME_MINUTES,
            queues[row.queue],
        )
        for row in session.execute(query)
    ]  # fmt: skip


def bookable(hall: Hall) -> list[Queue]:
    """Return the lines in which a time can be booked, advice first."""
    found = [one for one in hall.queues if one.public_places or one.staff_places]
    return sorted(found, key=lambda one: (one.key != ADVICE, one.letter))


def wishes_of(session: Session, hall: Hall, chosen: Sequence[str]) -> list[Wish]:
    """Return what was chosen, line by line in the order in which it is done.

    ``chosen`` are codes of services and keys of lines; what the hall does not have is left out.
    """
    keys = {one.key for one in bookable(hall)}
    return read(hall, chosen, services_of(session, hall) if set(chosen) - keys else ())


def read(hall: Hall, chosen: Sequence[str], services: Sequence[Offered]) -> list[Wish]:
    """Return what was chosen of the lines of the hall and of ``services``, as ``wishes_of``."""
    wanted, lines = set(chosen), bookable(hall)
    found = {one.key: Wish(one, (), one.minutes) for one in lines if one.key in wanted}
    for one in services:
        if one.code in wanted:
            wish = found.get(one.queue.key, Wish(one.queue, (), 0))
            found[one.queue.key] = replace(
                wish, services=(*wish.services, one.code), minutes=wish.minutes + one.minutes
            )
    return [found[one.key] for one in lines if one.key in found]


def names_of(session: Session, codes: Sequence[str]) -> dict[str, Text]:
    """Return what services are called, by code; one statement, none for none."""
    if not codes:
        return {}
    query = sa.select(CatalogueEntry.code, CatalogueEntry.name_en, CatalogueEntry.name_zh)
    rows = session.execute(query.where(CatalogueEntry.code.in_(sorted(set(codes)))))
    return {row.code: Text(row.name_en, row.name_zh) for row in rows}

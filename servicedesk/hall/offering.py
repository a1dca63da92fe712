"""Which services of the catalogue the lines of a hall serve."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.timetable import Moment
from servicedesk.words import Text

_CODE, _NAMES = CatalogueEntry.code, (CatalogueEntry.name_en, CatalogueEntry.name_zh)
_SETTINGS = ServiceVersion.definition["appointment"]
_LINE = _SETTINGS["queue"].astext
_MINUTES = _SETTINGS["minutes"].as_integer()


@dataclass(frozen=True)
class Offered:
    """A service that one can come for."""

    code: str
    name: Text
    minutes: int  # it usually takes, for one person
    queue: Queue


def offered_in(session: Session, hall: Hall) -> list[Offered]:
    """Return the services that the lines of the hall serve, by line and then A to Z.

    Which line serves a service says its definition (``appointment.queue``); one statement.
    """
    lines = {queue.key: queue for queue in hall.queues}
    query = (
        sa.select(_CODE, *_NAMES, _LINE, _MINUTES)
        .join(CatalogueEntry.current)
        .where(CatalogueEntry.listed, _LINE.in_(sorted(lines)))
    )
    found = [
        Offered(code, Text(name_en, name_zh), minutes or lines[line].minutes, lines[line])
        for code, name_en, name_zh, line, minutes in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.queue.letter, one.name.en.casefold(), one.code))


def given_now(
    session: Session, hall: Hall, moment: Moment, *, by_staff: bool = False
) -> tuple[list[Offered], list[Queue]]:
    """Return the services and the lines for which tickets are given out at this moment."""

    def is_given(queue: Queue, service: str = "") -> bool:
        return moment.of(queue.key, service).gives_tickets(by_staff=by_staff)

    offered = [one for one in offered_in(session, hall) if is_given(one.queue, one.code)]
    return offered, [queue for queue in hall.queues if is_given(queue)]


def minutes_of(session: Session, codes: Collection[str]) -> dict[str, int]:
    """Return how long services take by their definitions; those that do not say are left out."""
    if not codes:
        return {}
    query = (
        sa.select(_CODE, _MINUTES)
        .join(CatalogueEntry.current)
        .where(_CODE.in_(sorted(codes)), _MINUTES.is_not(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def names_of(session: Session, codes: Collection[str]) -> dict[str, Text]:
    """Return what services are called now, by their codes; one statement, none for none."""
    if not codes:
        return {}
    query = sa.select(_CODE, *_NAMES).where(_CODE.in_(sorted(set(codes))))
    rows = session.execute(query)
    return {code: Text(name_en, name_zh) for code, name_en, name_zh in rows}

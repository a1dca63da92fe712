"""Which services of the catalogue the lines of a hall serve."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.hall.models import Hall, Queue
from servicedesk.words import Text

_LINE = ServiceVersion.definition["appointment"]["queue"].astext


@dataclass(frozen=True)
class Offered:
    """A service that one can come for."""

    code: str
    name: Text
    queue: Queue


def offered_in(session: Session, hall: Hall) -> Sequence[Offered]:
    """Return the services that the lines of the hall serve, by line and then A to Z."""
    lines = {queue.key: queue for queue in hall.queues}
    query = (
        sa.select(CatalogueEntry.code, CatalogueEntry.name_en, CatalogueEntry.name_zh, _LINE)
        .join(CatalogueEntry.current)
        .where(CatalogueEntry.listed, _LINE.in_(sorted(lines)))
    )
    found = [
        Offered(code, Text(name_en, name_zh), lines[line])
        for code, name_en, name_zh, line in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.queue.letter, one.name.en.casefold(), one.code))


def names_of(session: Session, codes: Collection[str]) -> dict[str, Text]:
    """Return what services are called, by their codes; one statement, none for none."""
    if not codes:
        return {}
    query = sa.select(CatalogueEntry.code, CatalogueEntry.name_en, CatalogueEntry.name_zh)
    rows = session.execute(query.where(CatalogueEntry.code.in_(sorted(codes))))
    return {code: Text(name_en, name_zh) for code, name_en, name_zh in rows}

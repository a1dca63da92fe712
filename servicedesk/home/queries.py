"""What the front page looks up."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.catalogue import queries as catalogue
from servicedesk.catalogue.models import CatalogueEntry


@dataclass(frozen=True)
class Promise:
    """What a service says of the time it takes."""

    minutes_to_fill: int | None
    committed_days: int | None  # working days
    from_acceptance: bool  # the time counts from the acceptance, else from the receipt


def promises(session: Session, codes: Collection[str]) -> dict[str, Promise]:
    """Return what those of ``codes`` that are in the catalogue promise."""
    entries = session.scalars(
        sa.select(CatalogueEntry)
        .where(CatalogueEntry.code.in_(codes))
        .options(joinedload(CatalogueEntry.current))
    )
    return {entry.code: _promise(entry) for entry in entries}


def _promise(entry: CatalogueEntry) -> Promise:
    service = catalogue.service_of(entry.current)
    clock = service.clock
    committed = clock.committed if clock else None
    return Promise(
        minutes_to_fill=service.minutes_to_fill,
        committed_days=committed.working_days if committed else None,
        from_acceptance=clock is not None and clock.starts == "acceptance",
    )

"""Which counters are open for a line, and who may be called at one of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall.models import Sitting


@dataclass
class Open:
    """The counters that are open for a line: which, and what is spoken there but on a break."""

    counters: set[int] = field(default_factory=set)
    spoken: set[str] = field(default_factory=set)


def may_be_called(
    row: sa.Row[Any], at: Sitting, there: Open, left_out: frozenset[int], now: datetime
) -> bool:
    """Return whether the ticket in ``row`` may be called ``at`` a counter, now.

    Who was sent to a counter is called there, whatever it takes and speaks, for as long as
    somebody serves their line at it.  Who asks for a language that nobody ``there`` speaks is
    called by whoever is free.
    """
    if row.away_until is not None and row.away_until > now:
        return False
    if row.only_counter_id in there.counters:
        return bool(row.only_counter_id == at.counter_id)
    is_understood = row.language in at.languages or row.language not in there.spoken
    return is_understood and row.id not in left_out


def open_at(session: Session, queue_ids: Collection[int]) -> dict[int, Open]:
    """Return the counters that are open for each of the lines that have any; one statement."""
    query = sa.select(
        Sitting.counter_id, Sitting.queue_ids, Sitting.languages, Sitting.break_since
    ).where(Sitting.ended_at.is_(None), Sitting.queue_ids.overlap(sorted(queue_ids)))
    found: dict[int, Open] = {}
    for counter_id, served, languages, break_since in session.execute(query):
        for queue_id in served:
            there = found.setdefault(queue_id, Open())
            there.counters.add(counter_id)
            if break_since is None:
                there.spoken.update(languages)
    return found

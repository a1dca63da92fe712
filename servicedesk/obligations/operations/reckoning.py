"""Keeping the list of what is owed over all enterprises as the register says it."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.batches import batches
from servicedesk.cases.models import Case
from servicedesk.enterprises.models import Enterprise
from servicedesk.obligations import queries
from servicedesk.obligations.duties import Obligation
from servicedesk.obligations.models import SUBJECT_LENGTH, OpenObligation, Reckoning
from servicedesk.park import local_day
from servicedesk.words import Text

log = logging.getLogger(__name__)

BATCH: Final = 200  # enterprises locked and worked out at a time


def stale(session: Session, *, today: date) -> Iterator[Sequence[int]]:
    """Yield, in batches, the enterprises whose list may be old.

    The day is another, something was filed, or an application of theirs moved since.
    """
    moved = (
        sa.select(Case.enterprise_id)
        .join(Reckoning, Reckoning.enterprise_id == Case.enterprise_id)
        .where(Case.changed_at > Reckoning.at)
    )
    query = (
        sa.select(Enterprise.id)
        .outerjoin(Reckoning, Reckoning.enterprise_id == Enterprise.id)
        .where(
            sa.or_(
                Reckoning.day.is_distinct_from(today),
                Reckoning.version != Enterprise.version,
                Enterprise.id.in_(moved),
            )
        )
        .order_by(Enterprise.id)
    )
    ids = session.scalars(query).all()
    return batches(ids, BATCH)


def renew(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Work out anew what the enterprises owe, and keep it; return how many rows changed.

    The enterprises are locked in the order of their numbers, so two workers wait for each other,
    and neither keeps what the other's filing has overtaken.
    """
    query = (
        sa.select(Enterprise)
        .where(Enterprise.id.in_(ids))
        .order_by(Enterprise.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    enterprises = session.scalars(query).all()
    wanted = rows_of(queries.owed_by(session, enterprises, today=local_day(now)))
    kept = kept_of(session, [one.id for one in enterprises])
    gone, new = kept.keys() - wanted.keys(), _changed(wanted, kept)
    if gone:
        keys = sa.tuple_(OpenObligation.enterprise_id, OpenObligation.kind, OpenObligation.subject)
        session.execute(sa.delete(OpenObligation).where(keys.in_(sorted(gone))))
    _put(session, new)
    _note(session, enterprises, now)
    log.info("obligations worked out", extra={"enterprises": len(enterprises), "rows": len(new)})
    return len(gone) + len(new)


def rows_of(owed: dict[int, list[Obligation]]) -> dict[tuple[int, str, str], tuple[Any, ...]]:
    """Return what is kept of obligations: by whose and which, the day, the service, the facts."""
    return {
        (number, one.kind.value, one.subject[:SUBJECT_LENGTH]): (
            one.due_on, one.service, {key: _plain(said) for key, said in one.facts.items()}
        )
        for number, obligations in owed.items()
        for one in obligations
    }  # fmt: skip


def kept_of(session: Session, ids: Sequence[int]) -> dict[tuple[int, str, str], tuple[Any, ...]]:
    """Return what is kept of the enterprises, in the shape of ``rows_of``."""
    one = OpenObligation
    columns = (one.enterprise_id, one.kind, one.subject, one.due_on, one.service, one.facts)
    query = sa.select(*columns).where(one.enterprise_id.in_(ids))
    return {
        (number, kind.value, subject): (due_on, service, facts)
        for number, kind, subject, due_on, service, facts in session.execute(query)
    }


def _changed(
    wanted: dict[tuple[int, str, str], tuple[Any, ...]],
    kept: dict[tuple[int, str, str], tuple[Any, ...]],
) -> list[dict[str, Any]]:
    return [
        {
            "enterprise_id": number, "kind": kind, "subject": subject,
            "due_on": said[0], "service": said[1], "facts": said[2],
        }
        for (number, kind, subject), said in wanted.items()
        if kept.get((number, kind, subject)) != said
    ]  # fmt: skip


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    put = insert(OpenObligation)
    put = put.on_conflict_do_update(
        index_elements=["enterprise_id", "kind", "subject"],
        set_={name: put.excluded[name] for name in ("due_on", "service", "facts")},
    )
    session.execute(put, rows)


def _note(session: Session, enterprises: Sequence[Enterprise], now: datetime) -> None:
    rows = [
        {"enterprise_id": one.id, "version": one.version, "day": local_day(now), "at": now}
        for one in enterprises
    ]
    if not rows:
        return
    put = insert(Reckoning)
    names = ("version", "day", "at")
    put = put.on_conflict_do_update(
        index_elements=["enterprise_id"], set_={name: put.excluded[name] for name in names}
    )
    session.execute(put, rows)


def _plain(said: str | Text) -> Any:  # noqa: ANN401 - any JSON
    return {"en": said.en, "zh": said.zh} if isinstance(said, Text) else said

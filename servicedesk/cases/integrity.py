"""Whether the applications are whole; run by ``servicedesk check``."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from servicedesk.cases import chronicle
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import Case, CaseEvent, ClockInterval, Task, TaskState
from servicedesk.integrity import Place, check

_AT_ONCE = 500  # cases whose events are read together

Wrong = Iterator[tuple[str, str]]
_EVENTS = sa.select(
    CaseEvent.case_id,
    CaseEvent.seq,
    CaseEvent.kind,
    CaseEvent.actor_id,
    CaseEvent.at,
    CaseEvent.details,
    CaseEvent.details_hash,
    CaseEvent.hash,
).order_by(CaseEvent.case_id, CaseEvent.seq)


@check("cases.events")
def events(place: Place) -> Wrong:
    """Every chain of events is unbroken and ends where its case says (D2)."""
    query = sa.select(Case.id, Case.reference, Case.last_seq, Case.last_hash).order_by(Case.id)
    for cases in place.session.execute(query).partitions(_AT_ONCE):
        try:
            yield from _broken(place, cases)
        except InvalidToken:  # find out whose
            for case in cases:
                yield from _broken_or_closed(place, case)


@check("cases.at_work")
def at_work(place: Place) -> Wrong:
    """Somebody has every application that was sent and is not closed."""
    has_task = sa.exists().where(Task.case_id == Case.id, Task.state == TaskState.OPEN)
    query = (
        sa.select(Case.reference)
        .where(Case.submitted_at.is_not(None), Case.status.not_in(FINAL_STATUSES), ~has_task)
        .order_by(Case.reference)
    )
    for reference in place.session.scalars(query):
        yield f"case {reference}", "is open and nobody has a task of it"


@check("cases.closed")
def closed(place: Place) -> Wrong:
    """Nothing is left to do in a closed application, and its clock stands."""
    is_closed = Case.status.in_(FINAL_STATUSES)
    for model, is_open, what in (
        (Task, Task.state == TaskState.OPEN, "is closed and has an open task"),
        (ClockInterval, ClockInterval.until.is_(None), "is closed and its clock still runs"),
    ):
        query = (
            sa.select(Case.reference)
            .join(model, sa.and_(model.case_id == Case.id, is_open))
            .where(is_closed)
            .order_by(Case.reference)
            .distinct()
        )
        for reference in place.session.scalars(query):
            yield f"case {reference}", what


def _broken(place: Place, cases: Sequence[Any]) -> Wrong:
    known = _EVENTS.where(CaseEvent.case_id.in_([case.id for case in cases]))
    found = place.session.execute(known).all()
    chains = {key: list(rows) for key, rows in groupby(found, key=lambda event: event.case_id)}
    for case in cases:
        chain = chains.get(case.id, [])
        for broken in chronicle.breaks(case.id, case.last_seq, bytes(case.last_hash), chain):
            yield f"case {case.reference}, event {broken.seq}", broken.why


def _broken_or_closed(place: Place, case: Any) -> Wrong:  # noqa: ANN401 - a row
    try:
        yield from _broken(place, [case])
    except InvalidToken:
        yield f"case {case.reference}", "an event cannot be opened with the keys we have"

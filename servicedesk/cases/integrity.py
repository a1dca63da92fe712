"""Whether the applications are whole; run by ``servicedesk check``."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from sqlalchemy.orm import Session, aliased

from servicedesk.cases import chronicle, witness
from servicedesk.cases.commitments import CommitmentKind
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import (
    SEAL,
    Case,
    CaseEvent,
    CasePart,
    ClockInterval,
    Task,
    TaskState,
)
from servicedesk.cases.pledges import Commitment
from servicedesk.database import keyring
from servicedesk.enterprises.models import Certificate
from servicedesk.integrity import Place, check

_AT_ONCE: Final = 500  # cases whose rows are read together

_TO_DO: Final = (TaskState.OPEN, TaskState.WAITING)

Wrong = Iterator[tuple[str, str]]
_CASES: Final = sa.select(
    Case.id,
    Case.reference,
    Case.status,
    Case.submitted_at,
    Case.accepted_at,
    Case.closed_at,
    Case.last_seq,
    Case.last_hash,
    Case.seal,
).order_by(Case.id)


@check("cases.events")
def events(place: Place) -> Wrong:
    """Every chain of events is unbroken and ends, under our seal, where its case says (D2)."""
    for told in _told(place):
        case, last_hash = told.case, bytes(told.case.last_hash)
        if told.events is None:
            yield told.where, "an event cannot be opened with the keys we have"
            continue
        for broken in chronicle.breaks(case.id, case.last_seq, last_hash, told.events):
            yield f"{told.where}, event {broken.seq}", broken.why
        end = chronicle.sealed_end(case.id, case.last_seq, last_hash)
        if not keyring.fits(SEAL, end, bytes(case.seal or b"")):
            yield told.where, "the end of its chain does not carry our seal"


@check("cases.standing")
def standing(place: Place) -> Wrong:
    """Every case stands where its events have brought it, since when they say."""
    for told in _told(place):
        by_events = chronicle.standing(told.events or ())
        for name in ("status", "submitted_at", "accepted_at", "closed_at"):
            if told.events and getattr(told.case, name) != getattr(by_events, name):
                yield told.where, f"{name} is not what its events say"


@check("cases.witnesses")
def witnesses(place: Place) -> Wrong:
    """What events bear witness to is there as it was, and nothing of the kind besides."""
    for told in _told(place, *witness.SAID):
        if told.events is None:
            yield told.where, "something of it cannot be opened with the keys we have"
            continue
        for name, what in witness.differences(witness.vouched_for(told.events), told.rows):
            yield f"{told.where}, {name}", what


@check("cases.certificates")
def certificates(place: Place) -> Wrong:
    """Every certificate comes of a case that is there."""
    query = sa.select(Certificate.id).where(
        ~sa.exists().where(Case.id == Certificate.case_id, Case.last_seq > 0)
    )
    for number in place.session.scalars(query.order_by(Certificate.id)):
        yield f"certificate {number}", "comes of no case"


@check("cases.at_work")
def at_work(place: Place) -> Wrong:
    """Somebody has every application that was sent and is not closed."""
    has_task = sa.exists().where(Task.case_id == Case.id, Task.state.in_(_TO_DO))
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
    is_awaited = sa.and_(Commitment.kind == CommitmentKind.PAPER, Commitment.ended_at.is_(None))
    for model, is_open, what in (
        (Commitment, is_awaited, "is closed and waits for a paper"),
        (Task, Task.state.in_(_TO_DO), "is closed and has an open task"),
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


@check("cases.parts")
def parts(place: Place) -> Wrong:
    """An application waits for parts that are at work, and leaves none at work behind.

    One that was decided may be taken up again; the whole has gone on by then.
    """
    child, waits = aliased(Case), Task.state == TaskState.WAITING
    is_open = sa.func.coalesce(child.status.not_in(FINAL_STATUSES), sa.false())
    is_cancelled = Task.state == TaskState.CANCELLED
    query = (
        sa.select(Case.reference, Task.key, waits.label("waits"))
        .join(Task, Task.case_id == Case.id)
        .outerjoin(CasePart, CasePart.task_id == Task.id)
        .outerjoin(child, child.id == CasePart.child_id)
        .where((waits & ~is_open) | (is_cancelled & is_open))
        .order_by(Case.reference, Task.id)
    )
    for told in place.session.execute(query):
        what = "waits for a part that is not at work" if told.waits else "has a part left alone"
        yield f"case {told.reference}, task {told.key}", what


@dataclass(frozen=True)
class _Told:
    """A case and what its events tell; None where something cannot be opened with our keys."""

    case: sa.Row[Any]
    events: Sequence[CaseEvent] | None
    rows: Sequence[Any] = ()  # of the kinds that events bear witness to

    @property
    def where(self) -> str:
        """What the case is called in a finding."""
        return f"case {self.case.reference}"


def _told(place: Place, *models: type[Any]) -> Iterator[_Told]:
    """Yield every case with its events and its rows of ``models``."""
    session = place.session
    for cases in session.execute(_CASES).partitions(_AT_ONCE):
        try:
            yield from _read(session, cases, models)
        except InvalidToken:  # find out whose
            for case in cases:
                yield _read_or_closed(session, case, models)


def _read(session: Session, cases: Sequence[Any], models: Sequence[type[Any]]) -> list[_Told]:
    numbers = [case.id for case in cases]
    events = _by_case(session, CaseEvent, numbers, CaseEvent.seq)
    rows = [_by_case(session, model, numbers, model.id) for model in models]
    return [
        _Told(case, events[case.id], [row for some in rows for row in some[case.id]])
        for case in cases
    ]


def _read_or_closed(session: Session, case: Any, models: Sequence[type[Any]]) -> _Told:  # noqa: ANN401 - a row
    try:
        return _read(session, [case], models)[0]
    except InvalidToken:
        return _Told(case, None)


def _by_case(
    session: Session,
    model: type[Any],
    numbers: Sequence[int],
    order: Any,  # noqa: ANN401 - a column
) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    query = sa.select(model).where(model.case_id.in_(numbers)).order_by(order)
    for row in session.scalars(query.execution_options(populate_existing=True)):
        found[row.case_id].append(row)
    return found

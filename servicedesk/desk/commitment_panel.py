"""Promises and papers to follow, as the desk's pages show them and who may judge them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import commitments, policy
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitment_showing import face_of
from servicedesk.cases.commitments import DESK_FACES, CommitmentKind, CommitmentState, Face
from servicedesk.cases.models import Case
from servicedesk.cases.operations.pledging import name_of
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.time_limits import days_left
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.desk.commitment_lists import state_of
from servicedesk.park import park
from servicedesk.words import Text, Words, say

_K, _S = CommitmentKind, CommitmentState
ACTS: Final[dict[tuple[CommitmentKind, CommitmentState], Words]] = {  # words of the buttons
    (_K.PROMISE, _S.KEPT): say("Promise kept"),
    (_K.PROMISE, _S.NOT_KEPT): say("Not kept, to be put right"),
    (_K.PROMISE, _S.FALSE): say("Promise is false"),
    (_K.PAPER, _S.KEPT): say("Paper in order"),
    (_K.PAPER, _S.NOT_KEPT): say("Not in order, give it again"),
}


@dataclass(frozen=True)
class Act:
    """A button: what the desk may find."""

    found: CommitmentState
    words: Words
    needs_page: bool  # a reason has to be written first


@dataclass(frozen=True)
class Row:
    """One promise or paper, and what this person may find of it."""

    commitment: Commitment
    case: Case
    service: Text
    name: Text  # of the paper
    kind: Words
    department: Text
    face: Face
    days: int | None  # working days until it is due; None: nobody has to act by a day
    must_be_revoked: bool
    state: str  # ``commitment_lists.state_of``
    acts: tuple[Act, ...] = ()


def panel(
    session: Session, case: Case, service: Service, *, user: User, now: datetime
) -> list[Row]:
    """Return all of a case, those that ended too."""
    calendar, them = load_calendar(session), commitments_of(session, case)
    return [row(one, case, service, calendar, user=user, now=now) for one in them]


def rows(session: Session, them: Sequence[Commitment], *, now: datetime) -> list[Row]:
    """Return those of a list; what may be found of one is on the page of its case."""
    calendar = load_calendar(session)
    return [
        row(one, one.case, service_of(one.case.service_version), calendar, user=None, now=now)
        for one in them
    ]


def row(
    one: Commitment,
    case: Case,
    service: Service,
    calendar: Calendar,
    *,
    user: User | None,
    now: datetime,
) -> Row:
    """Return one of them; without ``user``, without what may be found."""
    is_awaited = one.ended_at is None and one.state not in {_S.GIVEN, _S.FALSE}
    is_live = one.ended_at is None
    return Row(
        commitment=one,
        case=case,
        service=service.name.plain(),
        name=name_of(service, one.material),
        kind=commitments.KIND_WORDS[one.kind],
        department=park().departments[one.department].name,
        face=face_of(one, DESK_FACES, now=now),
        days=days_left(one.due_at, calendar, now) if is_awaited else None,
        must_be_revoked=is_live
        and commitments.must_be_revoked(one.kind, one.state, one.due_at, now),
        state=state_of(one),
        acts=_acts(one, case, user) if user and is_live else (),
    )


def _acts(one: Commitment, case: Case, user: User) -> tuple[Act, ...]:
    if policy.bar_to_check(user, case, one) is not None:
        return ()
    return tuple(
        Act(found, ACTS[one.kind, found], needs_page=found is not _S.KEPT)
        for found in commitments.findings(one.kind, one.state)
    )

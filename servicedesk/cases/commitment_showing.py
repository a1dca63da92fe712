"""What was promised and what may follow, as applicant and clerk read it.

Plain values for templates: no markup, no decisions left to make.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.cases import commitments, policy
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentKind, CommitmentState, Face
from servicedesk.cases.mending import PROMISES
from servicedesk.cases.models import Case
from servicedesk.cases.operations.pledging import name_of
from servicedesk.cases.pledges import Commitment
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.materials import needed
from servicedesk.park import local_day, park
from servicedesk.words import Text, Words, say

_K, _S = CommitmentKind, CommitmentState
_FACE_AHEAD: Final = Face(say("Promised"), "ok")
_WANTED: Final = say("Give it by %(due)s. We cannot approve without it.")
_GIVEN: Final = say("You gave it on %(on)s. We look at it.")
_IN_ORDER: Final = say("Found in order on %(on)s.")
_OVER: Final = say("We do not wait for it any more.")
_LINES: Final[dict[tuple[CommitmentKind, CommitmentState], Words]] = {
    (_K.PAPER, _S.OPEN): _WANTED,
    (_K.PAPER, _S.NOT_KEPT): _WANTED,
    (_K.PAPER, _S.GIVEN): _GIVEN,
    (_K.PAPER, _S.KEPT): _IN_ORDER,
    (_K.PAPER, _S.DROPPED): _OVER,
    (_K.PROMISE, _S.OPEN): say("We check by %(due)s whether it is so. Keep the paper at hand."),
    (_K.PROMISE, _S.NOT_KEPT): say(
        "Give the paper by %(due)s. Otherwise the approval is revoked (%(basis)s)."
    ),
    (_K.PROMISE, _S.GIVEN): _GIVEN,
    (_K.PROMISE, _S.KEPT): _IN_ORDER,
    (_K.PROMISE, _S.FALSE): say(
        "Found false on %(on)s. The approval is revoked and the promise recorded (%(basis)s)."
    ),
    (_K.PROMISE, _S.DROPPED): _OVER,
}
_LATE_PAPER: Final = say("It was due by %(due)s. Give it now: we cannot approve without it.")
_LATE: Final = {  # what the same says once the due day has passed
    (_K.PAPER, _S.OPEN): _LATE_PAPER,
    (_K.PAPER, _S.NOT_KEPT): _LATE_PAPER,
    (_K.PROMISE, _S.NOT_KEPT): say(
        "It was due by %(due)s. Give it now, before the approval is revoked (%(basis)s)."
    ),
}


@dataclass(frozen=True)
class Shown:
    """A promise or a paper that may follow: its state, and what that means."""

    name: Text  # of the paper
    face: Face
    line: Words  # what happens now, or what was found
    reason: str | None  # why it is not kept, or false
    id: int | None = None  # None: nothing is open yet
    may_give: bool = False


@dataclass(frozen=True)
class Commitments:
    """All of a case: what was promised, and what may follow."""

    promises: tuple[Shown, ...]
    papers: tuple[Shown, ...]


def shown_to_applicant(
    session: Session, case: Case, service: Service, *, now: datetime
) -> Commitments:
    """Return what the page of a case that was sent shows of them."""
    them = commitments_of(session, case)
    shown = {kind: [show(one, case, service, now=now) for one in them if one.kind is kind]
             for kind in CommitmentKind}  # fmt: skip
    ahead = [] if case.is_closed else _ahead(case, service)
    return Commitments(tuple(shown[_K.PROMISE] or ahead), tuple(shown[_K.PAPER]))


def show(commitment: Commitment, case: Case, service: Service, *, now: datetime) -> Shown:
    """Return one of them as its applicant reads it."""
    state = commitment.state
    is_told = state in {_S.NOT_KEPT, _S.FALSE}
    return Shown(
        name=name_of(service, commitment.material),
        face=face_of(commitment, commitments.FACES, now=now),
        line=_line(commitment, now=now),
        reason=commitment.reason if is_told else None,
        id=commitment.id,
        may_give=policy.may_give(case, commitment),
    )


def face_of(
    commitment: Commitment,
    faces: Mapping[tuple[CommitmentKind, CommitmentState], Face],
    *,
    now: datetime,
) -> Face:
    """Return how a state is shown; what is late is red, whoever has to act."""
    kind, state = commitment.kind, commitment.state
    is_live = commitment.ended_at is None
    if is_live and commitments.is_late(kind, state, commitment.due_at, now):
        return commitments.OVERDUE
    return faces[kind, state]


def _ahead(case: Case, service: Service) -> list[Shown]:
    """Return what is promised in an application that is not decided yet."""
    promised = case.answers.get(PROMISES, ())
    return [
        Shown(one.material.name.plain(), _FACE_AHEAD, say("Checked after the approval."), None)
        for one in (needed(service, case.answers) if promised else ())
        if one.may_promise and one.material.key in promised
    ]


def _line(commitment: Commitment, *, now: datetime) -> Words:
    place = commitment.kind, commitment.state
    is_late = now > commitment.due_at and place in _LATE
    moment = commitment.given_at if commitment.state is _S.GIVEN else commitment.checked_at
    facts = {"due": commitment.due_at, "on": _day(moment), "basis": park().promises_by}
    return Words((_LATE if is_late else _LINES)[place].msgid, facts)


def _day(moment: datetime | None) -> object:
    return local_day(moment) if moment else ""

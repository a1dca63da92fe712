"""What applicants commit themselves to, who has to act on it, and what it may come to.

Pure rules: no database, no web.  There are two kinds (domain/clock_rules.yaml,
beijing_hall.promise [L_BJ]; domain/talent_services.yaml, flags ``promise_A`` and ``tol``):

* A *promise* stands for a paper at the decision (告知承诺).  It is checked after the approval:
  one that is not kept is put right in time or the approval is revoked; a false one is revoked
  and recorded, by the rule that ``park.yaml`` names.
* A *paper* that may follow (容缺) comes within so many working days of the acceptance.  Nothing
  is approved before it is there and in order.

``FINDINGS`` is the whole truth about what the desk may find of which of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from servicedesk.calendar.working_days import Calendar
from servicedesk.cases.time_limits import Days, due_after
from servicedesk.catalogue.definition import NO_PERSON, Action, Duty, Service
from servicedesk.catalogue.limits import Limit
from servicedesk.park import local_day, midnight
from servicedesk.words import Words, say


class CommitmentKind(StrEnum):
    """What was committed to.  The values are stored: add one, never rename one."""

    PROMISE = "promise"  # that what a paper would prove is so
    PAPER = "paper"  # that a paper comes later


class CommitmentState(StrEnum):
    """What has become of it.  The values are stored: add one, never rename one."""

    OPEN = "open"
    GIVEN = "given"  # the paper is there; the desk looks at it
    NOT_KEPT = "not_kept"  # to be put right by a new day
    KEPT = "kept"
    FALSE = "false"
    DROPPED = "dropped"  # the case ended, or does not ask for it any more


_K, _S = CommitmentKind, CommitmentState

FINDINGS: Final[dict[tuple[CommitmentKind, CommitmentState], tuple[CommitmentState, ...]]] = {
    (_K.PROMISE, _S.OPEN): (_S.KEPT, _S.NOT_KEPT, _S.FALSE),
    (_K.PROMISE, _S.GIVEN): (_S.KEPT, _S.NOT_KEPT, _S.FALSE),
    (_K.PROMISE, _S.NOT_KEPT): (_S.KEPT, _S.NOT_KEPT, _S.FALSE),
    (_K.PAPER, _S.GIVEN): (_S.KEPT, _S.NOT_KEPT),
}
# Where the applicant has to act by the due day; else the desk has.
WITH_APPLICANT: Final = frozenset(
    {(_K.PAPER, _S.OPEN), (_K.PAPER, _S.NOT_KEPT), (_K.PROMISE, _S.NOT_KEPT)}
)
GIVABLE: Final = WITH_APPLICANT | {(_K.PAPER, _S.GIVEN), (_K.PROMISE, _S.GIVEN)}


@dataclass(frozen=True)
class Face:
    """How a state is shown: three words at most, and their tone."""

    words: Words
    tone: str


_DROPPED: Final = Face(say("Not needed any more"), "idle")
FACES: Final[dict[tuple[CommitmentKind, CommitmentState], Face]] = {  # to the applicant
    (_K.PROMISE, _S.OPEN): Face(say("To be checked"), "info"),
    (_K.PROMISE, _S.GIVEN): Face(say("Being looked at"), "info"),
    (_K.PROMISE, _S.NOT_KEPT): Face(say("Put it right"), "you"),
    (_K.PROMISE, _S.KEPT): Face(say("Found kept"), "ok"),
    (_K.PROMISE, _S.FALSE): Face(say("Found false"), "bad"),
    (_K.PROMISE, _S.DROPPED): _DROPPED,
    (_K.PAPER, _S.OPEN): Face(say("Still to come"), "you"),
    (_K.PAPER, _S.GIVEN): Face(say("Being looked at"), "info"),
    (_K.PAPER, _S.NOT_KEPT): Face(say("To give again"), "you"),
    (_K.PAPER, _S.KEPT): Face(say("In order"), "ok"),
    (_K.PAPER, _S.DROPPED): _DROPPED,
}
DESK_FACES: Final = FACES | {
    (_K.PROMISE, _S.OPEN): Face(say("To check"), "you"),
    (_K.PROMISE, _S.GIVEN): Face(say("Paper given"), "you"),
    (_K.PROMISE, _S.NOT_KEPT): Face(say("Not kept"), "warn"),
    (_K.PAPER, _S.OPEN): Face(say("Still to come"), "idle"),
    (_K.PAPER, _S.GIVEN): Face(say("Paper given"), "you"),
    (_K.PAPER, _S.NOT_KEPT): Face(say("To give again"), "idle"),
}
OVERDUE: Final = Face(say("Overdue"), "bad")
KIND_WORDS: Final[dict[CommitmentKind, Words]] = {
    _K.PROMISE: say("Promise"),
    _K.PAPER: say("Paper to follow"),
}


def findings(kind: CommitmentKind, state: CommitmentState) -> tuple[CommitmentState, ...]:
    """Return what the desk may find of a commitment now; empty when there is nothing to judge."""
    return FINDINGS.get((kind, state), ())


def is_late(kind: CommitmentKind, state: CommitmentState, due: datetime, now: datetime) -> bool:
    """Whether who has to act has let the due day pass.

    A paper that was given is not late any more, however long the desk looks at it.
    """
    is_waiting = (kind, state) in WITH_APPLICANT or (kind, state) == (_K.PROMISE, _S.OPEN)
    return is_waiting and now > due


def must_be_revoked(
    kind: CommitmentKind, state: CommitmentState, due: datetime, now: datetime
) -> bool:
    """Whether the law has the approval revoked: a false promise, or one not put right in time."""
    if kind is not _K.PROMISE:
        return False
    return state is _S.FALSE or (state is _S.NOT_KEPT and now > due)


def due_of(limit: Limit, since: datetime, calendar: Calendar) -> datetime:
    """Return when ``limit`` ends that begins at ``since``."""
    if limit.calendar_days is not None:
        return due_after(since, limit.calendar_days, calendar, Days.CALENDAR)
    return due_after(since, limit.working_days, calendar)


def tomorrow(now: datetime) -> datetime:
    """Return when tomorrow begins at the hall."""
    return midnight(local_day(now) + timedelta(days=1))


def desk_for_papers(service: Service) -> tuple[str, Duty]:
    """Return the department and duty that look at papers that follow: who accepts.

    Where nobody accepts, those who look at the application first.
    """
    people = [task for _, task in service.all_tasks() if task.duty not in NO_PERSON]
    accepting = [task for task in people if Action.ACCEPT in task.actions]
    for task in [*accepting, *people]:
        return task.department, task.duty
    return service.department, Duty.CLERK

"""What a member of staff may do with the clock of a case, for the desk's page of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.cases.models import Case
from servicedesk.cases.operations import extensions, stops
from servicedesk.cases.proceedings import ClockExtension
from servicedesk.catalogue import guide_times
from servicedesk.catalogue.definition import Service
from servicedesk.words import Text, Words, say

_STANDS: Final = say("It can be granted when the clock goes on: the limit does not run now.")
_OVER: Final = say("It cannot be granted any more: the limit is over.")


@dataclass(frozen=True)
class Proposed:
    """An extension that waits for a signature."""

    extension: ClockExtension
    time: Words  # by which the limit would be longer
    who: Text | None  # in whose name it is signed
    may_sign: bool
    obstacle: Words | None  # why it cannot be granted now, though it can be refused


@dataclass(frozen=True)
class ClockMoves:
    """What is on the page about stopping and extending the clock."""

    stop_id: int | None  # of the stop that lasts
    may_resume: bool
    may_stop: bool  # whoever has a task of the case in hand
    may_extend: bool
    proposed: Proposed | None


def clock_moves(
    session: Session, case: Case, service: Service, *, user: User, now: datetime
) -> ClockMoves:
    """Return what ``user`` may do with the clock of ``case`` now."""
    stopped = stops.find_stop(case)
    asked = extensions.find_asked(case) if not case.is_closed else None
    limit = extensions.extendable(session, case, service, now=now)
    return ClockMoves(
        stop_id=stopped.id if stopped else None,
        may_resume=stopped is not None and stops.may_resume(user, case, service),
        may_stop=stopped is None and stops.is_stoppable(case, service),
        may_extend=limit is not None and asked is None,
        proposed=_proposed(case, service, asked, user, can_grant=limit is not None)
        if asked
        else None,
    )


def _proposed(
    case: Case, service: Service, asked: ClockExtension, user: User, *, can_grant: bool
) -> Proposed | None:
    limit = service.clock.legal if service.clock else None
    if limit is None:
        return None
    may_sign = user.may(Permission.CASE_OVERSEE)
    return Proposed(
        extension=asked,
        time=guide_times.extra_time(limit),
        who=limit.extend_by.plain() if limit.extend_by else None,
        may_sign=may_sign and extensions.bar_to_sign(user, case, asked) is None,
        obstacle=None if can_grant else _STANDS if case.legal_due is None else _OVER,
    )

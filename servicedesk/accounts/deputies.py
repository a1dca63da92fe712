"""Staff who go away and name who stands in; what a deputy may do is each feature's policy."""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.accounts.models import Absence, User
from servicedesk.errors import RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

LONGEST: Final = timedelta(days=366)


class AwayAlready(RuleBroken):
    """The person is away on some of these days already."""

    def __init__(self) -> None:
        super().__init__(say("You have entered an absence for some of these days already."))


def go_away(
    session: Session,
    user: User,
    *,
    deputy: User,
    first_day: date,
    last_day: date,
    today: date,
    now: datetime,
) -> Absence:
    """Enter days on which ``user`` is away, and who stands in.

    Raises:
        RuleBroken: the days are over, in the wrong order or too many; or ``deputy`` is the person
            themselves, or works in none of their departments.
        AwayAlready: the person is away on some of these days already.
    """
    if last_day < first_day or last_day < today or last_day - first_day > LONGEST:
        raise RuleBroken(say("The last day must not lie before the first, nor in the past."))
    if deputy.id == user.id or not deputy.is_active or not may_stand_in(deputy, user):
        raise RuleBroken(say("Choose a colleague who works in one of your departments."))
    absence = Absence(
        user=user, deputy=deputy, first_day=first_day, last_day=last_day, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(absence)
    except IntegrityError:
        raise AwayAlready from None
    log.info("absence entered", extra={"user": user.id, "deputy": deputy.id})
    return absence


def come_back(session: Session, absence: Absence, *, today: date) -> None:
    """End an absence: yesterday was its last day; one that has not begun is taken back."""
    log.info("absence ended", extra={"user": absence.user_id})
    if absence.first_day >= today:
        session.delete(absence)
    else:
        absence.last_day = min(absence.last_day, today - timedelta(days=1))


def may_stand_in(deputy: User, user: User) -> bool:
    """Whether the two work in one department."""
    return not deputy.departments.isdisjoint(user.departments)

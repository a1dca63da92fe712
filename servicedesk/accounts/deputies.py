"""Staff who go away and name who stands in; what a deputy may do is each feature's policy."""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.accounts import absences
from servicedesk.accounts.models import Absence, User
from servicedesk.errors import RuleBroken
from servicedesk.words import Words, say

log = logging.getLogger(__name__)

LONGEST: Final = timedelta(days=366)


class AwayAlready(RuleBroken):
    """The person is away on some of these days already."""

    def __init__(self) -> None:
        super().__init__(say("You have entered an absence for some of these days already."))


class DeputyAway(RuleBroken):
    """Who is to stand in is away on every one of these days."""

    def __init__(self, deputy: User) -> None:
        super().__init__(
            say(
                "%(name)s is away on these days too. Choose somebody who is here.",
                name=deputy.name,
            )
        )


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
        DeputyAway: ``deputy`` is here on none of these days.
        AwayAlready: the person is away on some of these days already.
    """
    if last_day < first_day or last_day < today or last_day - first_day > LONGEST:
        raise RuleBroken(say("The last day must not lie before the first, nor in the past."))
    if deputy.id == user.id or not deputy.is_active or not may_stand_in(deputy, user):
        raise RuleBroken(say("Choose a colleague who works in one of your departments."))
    if not _is_here(session, deputy, first_day, last_day):
        raise DeputyAway(deputy)
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


def left_open(session: Session, absence: Absence) -> list[Words]:
    """Return what to think of again: whose deputy, now named, is away on some of the days."""
    own, deputy = absence.user, absence.deputy
    first, last = absence.first_day, absence.last_day
    theirs = absences.absences_during(session, deputy, first, last)
    waiting = absences.absences_during(session, own, first, last)
    return [
        *(
            say(
                "%(name)s is away from %(first)s to %(last)s. Nobody stands in for you then.",
                name=deputy.name, first=one.first_day, last=one.last_day,
            )
            for one in theirs if one.user_id == deputy.id
        ),
        *(
            say(
                "%(name)s is away from %(first)s to %(last)s and counts on you to stand in. Agree"
                " on somebody else.",
                name=one.user.name, first=one.first_day, last=one.last_day,
            )
            for one in waiting if one.deputy_id == own.id
        ),
    ]  # fmt: skip


def _is_here(session: Session, person: User, first: date, last: date) -> bool:
    """Whether there is a day from ``first`` to ``last`` on which they are not away."""
    found = absences.absences_during(session, person, first, last)
    away = sum(
        (min(one.last_day, last) - max(one.first_day, first)).days + 1
        for one in found
        if one.user_id == person.id  # their own never overlap
    )
    return away < (last - first).days + 1


def may_stand_in(deputy: User, user: User) -> bool:
    """Whether the two work in one department."""
    return not deputy.departments.isdisjoint(user.departments)

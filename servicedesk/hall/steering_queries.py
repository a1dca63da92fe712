"""Finding messages, calls for help and moves of clerks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import PERMISSIONS, Permission, Role
from servicedesk.errors import NotFound
from servicedesk.hall import queries
from servicedesk.hall.models import Counter, Hall, Sitting
from servicedesk.hall.steering_models import (
    Announcement,
    Audience,
    ClerkMove,
    HelpAnswer,
    HelpCall,
)
from servicedesk.words import say

CALLED_FOR: Final = timedelta(hours=1)  # then a call for help is old, answered or not
SHOWN_BEFORE: Final = 20  # messages of the past
_SERVE: Final = Permission.HALL_SERVE


def announced(session: Session, hall: Hall, now: datetime) -> Sequence[Announcement]:
    """Return the messages that everybody in the hall is shown now, the oldest first."""
    query = sa.select(Announcement).where(
        Announcement.hall_id == hall.id,
        Announcement.withdrawn_at.is_(None),
        Announcement.until > now,
    )
    return session.scalars(query.order_by(Announcement.id)).all()


def past_announcements(session: Session, hall: Hall, now: datetime) -> Sequence[Announcement]:
    """Return the last messages that are not shown any more, the newest first."""
    query = (
        sa.select(Announcement)
        .where(
            Announcement.hall_id == hall.id,
            sa.or_(Announcement.withdrawn_at.is_not(None), Announcement.until <= now),
        )
        .options(joinedload(Announcement.by), joinedload(Announcement.withdrawn_by))
        .order_by(Announcement.id.desc())
        .limit(SHOWN_BEFORE)
    )
    return session.scalars(query).all()


def get_announcement(session: Session, hall: str, number: int) -> Announcement:
    """Return a message of the hall with the key ``hall``.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(Announcement)
        .join(Hall, Hall.id == Announcement.hall_id)
        .where(Announcement.id == number, Hall.key == hall)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("There is no such message in this hall."))
    return found


def get_sitting_at(session: Session, hall: str, number: int) -> Sitting:
    """Return who sits at counter ``number`` of the hall with the key ``hall``.

    Raises:
        NotFound: nobody, or there is no such counter.
    """
    query = (
        sa.select(Sitting)
        .join(Sitting.counter)
        .join(Counter.hall)
        .where(Counter.number == number, Hall.key == hall, Sitting.ended_at.is_(None))
        .options(
            joinedload(Sitting.clerk),
            joinedload(Sitting.counter).joinedload(Counter.hall).selectinload(Hall.queues),
        )
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("Nobody sits at this counter any more."))
    return found


def get_closed_counter(session: Session, hall: str, number: int) -> Counter:
    """Return counter ``number`` of the hall with the key ``hall``, at which nobody sits.

    Raises:
        NotFound: somebody does, or there is no such counter.
    """
    sits = sa.exists().where(Sitting.counter_id == Counter.id, Sitting.ended_at.is_(None))
    query = (
        sa.select(Counter)
        .join(Counter.hall)
        .where(Counter.number == number, Hall.key == hall, ~sits)
        .options(joinedload(Counter.hall).selectinload(Hall.queues))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("This counter is open, or there is none of that number."))
    return found


def who_may_come(session: Session, hall: Hall) -> list[tuple[User, Counter | None]]:
    """Return who could sit at another counter of the hall now, by name, and where they sit.

    Left out are who sits in another hall, and who has somebody at the counter.
    """
    query = (
        sa.select(User, Counter)
        .outerjoin(Sitting, sa.and_(Sitting.clerk_id == User.id, Sitting.ended_at.is_(None)))
        .outerjoin(Counter, Counter.id == Sitting.counter_id)
        .where(
            User.is_active,
            User.role.in_([role for role, may in PERMISSIONS.items() if _SERVE in may]),
            sa.or_(Counter.id.is_(None), Counter.hall_id == hall.id),
        )
        .order_by(User.name, User.id)
    )
    busy = {one.counter_id for one in queries.at_counters(session, hall)}
    return [(clerk, at) for clerk, at in session.execute(query) if at is None or at.id not in busy]


def languages_of(session: Session, clerk: User) -> list[str]:
    """Return the languages that a clerk signed on with last; who never did, speaks their own."""
    query = sa.select(Sitting.languages).where(Sitting.clerk_id == clerk.id)
    last = session.scalar(query.order_by(Sitting.id.desc()).limit(1))
    return last or [clerk.language]


def open_help(session: Session, hall: Hall, now: datetime) -> Sequence[HelpCall]:
    """Return the calls for help of the hall that are not ended, with who answered what."""
    query = (
        sa.select(HelpCall)
        .where(
            HelpCall.hall_id == hall.id,
            HelpCall.ended_at.is_(None),
            HelpCall.at > now - CALLED_FOR,
        )
        .options(
            joinedload(HelpCall.clerk),
            selectinload(HelpCall.answers).joinedload(HelpAnswer.clerk),
        )
        .order_by(HelpCall.id)
    )
    return session.scalars(query).all()


def get_help(session: Session, hall: str, number: int) -> HelpCall:
    """Return a call for help of the hall with the key ``hall``.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(HelpCall).join(HelpCall.hall).where(HelpCall.id == number, Hall.key == hall)
    found = session.scalar(query)
    if found is None:
        raise NotFound(say("There is no such call for help in this hall."))
    return found


def help_wanted_of(session: Session, clerk: User, now: datetime) -> Sequence[HelpCall]:
    """Return the calls for help that ``clerk`` has not answered, the oldest first."""
    return session.scalars(_wanted(clerk, now).order_by(HelpCall.id)).all()


def get_help_wanted_of(session: Session, number: int, *, clerk: User, now: datetime) -> HelpCall:
    """Return one of the calls for help that ``clerk`` has not answered.

    Raises:
        NotFound: it is ended, was answered, or is not for ``clerk``.
    """
    found = session.scalar(_wanted(clerk, now).where(HelpCall.id == number))
    if found is None:
        raise NotFound(say("This call for help is over, or you have answered it."))
    return found


def moves_of(session: Session, clerk: User) -> Sequence[ClerkMove]:
    """Return the moves that ``clerk``, where they sit now, has not noted; the oldest first."""
    return session.scalars(_moves(clerk).order_by(ClerkMove.id)).all()


def get_move_of(session: Session, number: int, *, clerk: User) -> ClerkMove:
    """Return one of the moves that ``clerk`` has not noted.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(_moves(clerk).where(ClerkMove.id == number))
    if found is None:
        raise NotFound(say("There is no such message for you."))
    return found


def _wanted(clerk: User, now: datetime) -> sa.Select[HelpCall]:
    """Return what selects the calls that ``clerk`` is asked by and has not answered.

    Who sits nowhere is asked only if serving at counters is their work.
    """
    sits_here = sa.exists().where(
        Sitting.clerk_id == clerk.id,
        Sitting.ended_at.is_(None),
        Sitting.counter_id == Counter.id,
        Counter.hall_id == HelpCall.hall_id,
    )
    sits = sa.exists().where(Sitting.clerk_id == clerk.id, Sitting.ended_at.is_(None))
    is_off_duty = sa.and_(~sits, sa.literal(clerk.role is Role.CLERK))
    is_asked = sa.or_(
        HelpCall.clerk_id == clerk.id,
        sa.and_(HelpCall.audience == Audience.ALL, sa.or_(sits_here, is_off_duty)),
        sa.and_(HelpCall.audience == Audience.OFF_DUTY, is_off_duty),
    )
    answered = sa.exists().where(HelpAnswer.call_id == HelpCall.id, HelpAnswer.clerk_id == clerk.id)
    return (
        sa.select(HelpCall)
        .where(
            HelpCall.ended_at.is_(None),
            HelpCall.at > now - CALLED_FOR,
            HelpCall.by_id != clerk.id,
            is_asked,
            ~answered,
        )
        .options(joinedload(HelpCall.hall), joinedload(HelpCall.by))
    )


def _moves(clerk: User) -> sa.Select[ClerkMove]:
    return (
        sa.select(ClerkMove)
        .join(ClerkMove.sitting)
        .where(
            Sitting.clerk_id == clerk.id,
            Sitting.ended_at.is_(None),
            ClerkMove.noted_at.is_(None),
        )
        .options(
            joinedload(ClerkMove.by),
            joinedload(ClerkMove.sitting)
            .joinedload(Sitting.counter)
            .joinedload(Counter.hall)
            .selectinload(Hall.queues),
        )
    )

"""What a supervisor does while the hall is open: messages, calls for help, moves, signing off.

Text that supervisors type is never logged.
"""

import logging
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import NotFound, Overtaken, RuleBroken
from servicedesk.hall import queries
from servicedesk.hall.models import Counter, Hall, Queue, Sitting
from servicedesk.hall.operations import sittings
from servicedesk.hall.operations.sittings import CounterTaken, VisitorAtCounter
from servicedesk.hall.steering_models import (
    Announcement,
    Audience,
    ClerkMove,
    HelpAnswer,
    HelpCall,
)
from servicedesk.hall.topics import hall_topic
from servicedesk.words import Text, say

log = logging.getLogger(__name__)


class AlreadyOver(RuleBroken):
    """A message must be shown for a while."""

    def __init__(self) -> None:
        super().__init__(say("That time is over already. Choose a later one."))


class ClerkBusy(RuleBroken):
    """Nobody is taken away from a visitor."""

    def __init__(self, clerk: str, number: int) -> None:
        super().__init__(
            say(
                "%(name)s has somebody at counter %(number)s. That visit has to end first.",
                name=clerk, number=number,
            )
        )  # fmt: skip


class CannotOpen(RuleBroken):
    """Somebody was quicker."""

    def __init__(self, number: int, clerk: str) -> None:
        super().__init__(
            say(
                "Counter %(number)s was opened this moment, or %(name)s has signed on elsewhere."
                " Look at the counters again.",
                number=number, name=clerk,
            )
        )  # fmt: skip


def announce(
    session: Session, hall: Hall, text: Text, *, until: datetime, by: User, now: datetime
) -> Announcement:
    """Show ``text`` in the hall until a time: on boards (spoken once), kiosks and tickets.

    Raises:
        AlreadyOver: ``until`` is not later than ``now``.
    """
    if until <= now:
        raise AlreadyOver
    made = Announcement(
        hall_id=hall.id, text_en=text.en, text_zh=text.zh, by=by, at=now, until=until
    )
    session.add(made)
    session.flush()
    live.announce(session, hall_topic(hall.id))
    log.info("message announced", extra={"hall": hall.key, "announcement": made.id, "by": by.id})
    return made


def withdraw(session: Session, message: Announcement, *, by: User, now: datetime) -> None:
    """Show a message no more; one that was withdrawn stays as it is."""
    session.refresh(message, ["withdrawn_at"], with_for_update=True)
    if message.withdrawn_at is not None:
        return
    message.withdrawn_at, message.withdrawn_by = now, by
    live.announce(session, hall_topic(message.hall_id))
    log.info("message withdrawn", extra={"announcement": message.id, "by": by.id})


def call_to_help(
    session: Session,
    hall: Hall,
    audience: Audience,
    *,
    by: User,
    now: datetime,
    words: str = "",
    clerk: User | None = None,
) -> HelpCall:
    """Ask clerks to come; ``clerk`` is who sits at the counter that is asked."""
    call = HelpCall(
        hall_id=hall.id, by=by, at=now, audience=audience, words=words,
        clerk_id=clerk.id if clerk is not None else None,
    )  # fmt: skip
    session.add(call)
    session.flush()
    live.announce(session, hall_topic(hall.id))
    log.info("help called", extra={"hall": hall.key, "call": call.id, "by": by.id})
    return call


def answer_help(session: Session, call: HelpCall, *, by: User, comes: bool, now: datetime) -> None:
    """Answer a call for help; the first answer of a clerk counts."""
    row = insert(HelpAnswer).values(call_id=call.id, clerk_id=by.id, at=now, comes=comes)
    session.execute(row.on_conflict_do_nothing())
    live.announce(session, hall_topic(call.hall_id))


def end_help(session: Session, call: HelpCall, *, now: datetime) -> None:
    """Ask no more."""
    if call.ended_at is None:
        call.ended_at = now
        live.announce(session, hall_topic(call.hall_id))


def move_clerk(
    session: Session, sitting: Sitting, queue_ids: Collection[int], *, by: User, now: datetime
) -> ClerkMove:
    """Let the clerk of ``sitting`` serve other lines from now on.

    Who is at the counter stays there.  The clerk reads who asked, and when.

    Raises:
        NotFound: a line is another hall's, or none is left.
        Overtaken: the clerk has signed off.
    """
    known = set(
        session.scalars(sa.select(Queue.id).where(Queue.hall_id == sitting.counter.hall_id))
    )
    if not queue_ids or not known.issuperset(queue_ids):
        raise NotFound(say("There is no such queue in this hall."))
    queries.hold(session, sitting)
    if sitting.ended_at is not None:
        raise Overtaken
    move = ClerkMove(
        sitting=sitting, by=by, at=now, served_before=list(sitting.queue_ids),
        serves=sorted(queue_ids),
    )  # fmt: skip
    sitting.queue_ids = sorted(queue_ids)
    session.add(move)
    session.flush()
    live.announce(session, hall_topic(sitting.counter.hall_id))
    log.info("clerk moved", extra={"counter": sitting.counter_id, "by": by.id})
    return move


def open_counter(
    session: Session,
    counter: Counter,
    clerk: User,
    queue_ids: Collection[int],
    languages: Collection[str],
    *,
    by: User,
    now: datetime,
) -> ClerkMove:
    """Have ``clerk`` at ``counter``, who closes the one where they sit.  They read who asked.

    Raises:
        ClerkBusy: somebody is called to that one or served there.
        CannotOpen: somebody sits at ``counter`` by now, or the clerk in another hall.
        NotFound: a line is another hall's, or none is chosen.
    """
    here = queries.find_sitting(session, clerk)
    if here is not None:
        _sign_off(session, here, now=now)
    try:
        sitting = sittings.sign_on(
            session, counter, by=clerk, queue_ids=queue_ids, languages=languages, now=now
        )
    except CounterTaken:
        raise CannotOpen(counter.number, clerk.name) from None
    move = ClerkMove(
        sitting=sitting, by=by, at=now, served_before=[], serves=list(sitting.queue_ids)
    )
    session.add(move)
    log.info("counter opened by a supervisor", extra={"counter": counter.id, "by": by.id})
    return move


def note_move(move: ClerkMove, *, now: datetime) -> None:
    """The clerk has read it."""
    move.noted_at = move.noted_at or now


def sign_off_forgotten(session: Session, sitting: Sitting, *, by: User, now: datetime) -> None:
    """Close a counter whose clerk has gone without signing off.

    Raises:
        ClerkBusy: somebody is called there or served.
    """
    _sign_off(session, sitting, now=now)
    log.info("counter closed by a supervisor", extra={"counter": sitting.counter_id, "by": by.id})


def _sign_off(session: Session, sitting: Sitting, *, now: datetime) -> None:
    try:
        sittings.sign_off(session, sitting, now=now)
    except VisitorAtCounter:
        raise ClerkBusy(sitting.clerk.name, sitting.counter.number) from None
    session.flush()  # the counter and the clerk are free for what follows

"""Telling people by mail that three are before them: once, and then their address is forgotten."""

import logging
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from servicedesk import jobs
from servicedesk.errors import RuleBroken
from servicedesk.hall import expecting
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.hall.ticket_life import OVER, NotWaiting, TicketStatus
from servicedesk.hall.watch_models import TicketWatch
from servicedesk.notices import operations as notices
from servicedesk.notices.models import DeliveryState, Notice
from servicedesk.words import Secret, say

log = logging.getLogger(__name__)

NEAR: Final = 3  # people before somebody who is told
TELL: Final = "hall.tell_who_is_near"  # the task in tasks.py
KIND: Final = "three_before"
_GIVEN_UP: Final = timedelta(days=1)  # after which a mail that was not delivered is forgotten, too


class ToldAlready(RuleBroken):
    """One mail a visit."""

    def __init__(self) -> None:
        super().__init__(say("You have been told by mail already. It is nearly your turn."))


def watch(session: Session, ticket: Ticket, address: str, *, language: str, now: datetime) -> None:
    """Have ``address`` told when three are before ``ticket``; a later address takes its place.

    Raises:
        NotWaiting: it is not waiting.
        ToldAlready: it was told.
    """
    if ticket.status is not TicketStatus.WAITING:
        raise NotWaiting(ticket.name)
    new = insert(TicketWatch).values(ticket_id=ticket.id, language=language, asked_at=now)
    session.execute(new.on_conflict_do_nothing())
    found = session.get_one(TicketWatch, ticket.id, with_for_update=True, populate_existing=True)
    if found.told_at is not None:
        raise ToldAlready
    found.address, found.language = address, language
    session.flush()
    jobs.defer(session, TELL, hall_id=ticket.queue.hall_id)
    log.info("asked to be told", extra={"ticket": ticket.id})


def find_watch(session: Session, ticket: Ticket) -> TicketWatch | None:
    """Return what was asked for of a ticket; None: nothing."""
    return session.get(TicketWatch, ticket.id)


def line_moved(session: Session, hall_id: int) -> None:
    """Have those told whom a change in the hall has brought near; nothing while nobody asked."""
    waits = (
        sa.select(TicketWatch.ticket_id)
        .join(TicketWatch.ticket)
        .join(Ticket.queue)
        .where(TicketWatch.told_at.is_(None), Queue.hall_id == hall_id)
        .limit(1)
    )
    if session.scalar(waits) is not None:
        jobs.defer(session, TELL, hall_id=hall_id)


def tell(session: Session, hall: Hall, *, now: datetime) -> int:
    """Mail those who asked and have three or fewer before them; return how many.

    The rows are locked, so nobody is told twice.  Who finds them locked waits: it may know of a
    later call than the other did when it looked.
    """
    query = (
        sa.select(TicketWatch)
        .join(TicketWatch.ticket)
        .join(Ticket.queue)
        .where(
            TicketWatch.told_at.is_(None),
            Queue.hall_id == hall.id,
            Ticket.status == TicketStatus.WAITING,
        )
        .options(joinedload(TicketWatch.ticket, innerjoin=True))
        .order_by(TicketWatch.ticket_id)
        .with_for_update(of=TicketWatch)
    )
    found = session.scalars(query, execution_options={"populate_existing": True}).all()
    if not found:
        return 0
    outlooks = expecting.outlooks(session, hall, now)
    told = 0
    for one in found:
        place = outlooks[one.ticket.queue_id].wait_of(one.ticket_id)
        if place is not None and place[0] <= NEAR:
            _mail(session, one, hall, place[0], now=now)
            told += 1
    return told


def forget(session: Session, *, now: datetime) -> int:
    """Forget addresses of visits that are over, and the mails sent to them; return how many."""
    over = (
        sa.select(TicketWatch)
        .join(TicketWatch.ticket)
        .where(Ticket.status.in_(sorted(OVER)))
        .with_for_update(of=TicketWatch, skip_locked=True)
    )
    found = session.scalars(over).all()
    ids = [one.notice_id for one in found if one.notice_id is not None]
    for one in found:
        session.delete(one)
    session.flush()
    is_done = sa.or_(Notice.state == DeliveryState.SENT, Notice.created_at < now - _GIVEN_UP)
    forgettable = sa.or_(Notice.id.in_(ids), Notice.created_at < now - _GIVEN_UP)
    session.execute(sa.delete(Notice).where(Notice.kind == KIND, is_done, forgettable))
    return len(found)


def _mail(session: Session, one: TicketWatch, hall: Hall, ahead: int, *, now: datetime) -> None:
    ticket, address = one.ticket, one.address
    facts = {
        "number": ticket.name, "place": hall.name, "line": ticket.queue.name, "ahead": ahead,
        "token": Secret(token_of(ticket.nonce)),
    }  # fmt: skip
    notice = notices.send(session, address or "", KIND, facts=facts, language=one.language, now=now)
    one.told_at, one.address, one.notice_id = now, None, notice.id
    log.info("told that it is nearly their turn", extra={"ticket": ticket.id})

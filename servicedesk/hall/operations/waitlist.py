"""The waitlist: ask for an earlier time, be offered one, and what becomes of it.

An offer is an appointment that is held for somebody: its places are taken, so there are never
more offers than places.  Confirming it accepts it, cancelling it declines it, and it lapses as
every hold does (``operations.appointments``); the next one is then served.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.errors import RuleBroken
from servicedesk.hall import (
    appointment_queries,
    hours_queries,
    queries,
    waitlist_queries,
    wishes,
)
from servicedesk.hall.appointment_models import Appointment, WaitingEntry, WaitingStatus
from servicedesk.hall.booking import after_open_time, fitting_starts, laid_out
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments, booking_limits, slots
from servicedesk.hall.operations.appointment_mails import mail
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.wishes import Wish
from servicedesk.park import local, local_day
from servicedesk.words import say

log = logging.getLogger(__name__)

_ONE_OFFER_AT_A_TIME: Final = 7_240_002  # of advisory locks: the waitlist of one hall
_LEAST_TO_ANSWER: Final = timedelta(minutes=15)


class TooManyWishes(RuleBroken):
    """The person has as many entries as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say(
                "You are on the waitlist of this hall %(most)s times, which is the most. Take one"
                " off before you add another.",
                most=most,
            )
        )


class NotWaitingAnyMore(RuleBroken):
    """There is an offer to answer first, or it is over."""

    def __init__(self) -> None:
        super().__init__(
            say("This entry does not wait any more. If you have an offer, take it or decline it.")
        )


@dataclass(frozen=True)
class Wanted:
    """A time that somebody would like."""

    chosen: Sequence[str]
    persons: int
    language: str
    enterprise_id: int | None
    first_day: date
    last_day: date
    earliest: time = time.min
    latest: time = time.max
    declined: Sequence[str] = ()  # starts that are not wanted


def join(session: Session, hall: Hall, wanted: Wanted, *, by: User, now: datetime) -> WaitingEntry:
    """Put somebody on the waitlist, and see at once whether there is something for them.

    Raises:
        MissedOften: ``by`` booked before and did not come.
        TooManyWishes: ``by`` has as many entries as one may have.
    """
    most = booking_of(hall.booking).most_waiting
    booking_limits.one_after_the_other(session, by.id)
    booking_limits.require_reliable(session, hall, by, now)
    if waitlist_queries.standing_count(session, hall, by) >= most:
        raise TooManyWishes(most)
    entry = WaitingEntry(
        hall=hall, user=by, enterprise_id=wanted.enterprise_id, chosen=list(wanted.chosen),
        persons=wanted.persons, language=wanted.language, first_day=wanted.first_day,
        last_day=wanted.last_day, earliest=wanted.earliest, latest=wanted.latest,
        created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    slots.ask_to_offer(session, hall)
    log.info("put on the waitlist", extra={"entry": entry.id})
    return entry


def first_free(session: Session, hall: Hall, wanted: Wanted, *, now: datetime) -> datetime | None:
    """Return the first time that anybody can book and that is wanted: nobody need wait for it."""
    plan = wishes.wishes_of(session, hall, wanted.chosen)
    legs = wishes.legs_of(hall, plan, wanted.persons)
    free = appointment_queries.starts_free(session, hall, legs, by_staff=False, now=now)
    return next((start for start in free if _suits(wanted, start)), None)


def leave(session: Session, entry: WaitingEntry, *, now: datetime) -> None:
    """Take somebody off the waitlist.

    Raises:
        NotWaitingAnyMore: there is an offer to answer first, or it is over.
    """
    session.refresh(entry, ["status", "version"], with_for_update=True)
    if entry.status is not WaitingStatus.WAITING:
        raise NotWaitingAnyMore
    entry.status, entry.changed_at = WaitingStatus.CANCELLED, now


def offer_next(session: Session, hall: Hall, *, now: datetime) -> Appointment | None:
    """Offer a place to the first who waits and whom it suits; None: there is nothing to offer.

    One offer a transaction: the caller commits and asks again.  Offers of one hall wait for each
    other, so nobody is passed over.
    """
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_OFFER_AT_A_TIME, hall.id)))
    waiting = waitlist_queries.waiting_in(session, hall)
    if not waiting:
        return None
    services = wishes.services_of(session, hall)
    lines = [queue.id for queue in wishes.bookable(hall)]
    free = appointment_queries.free_for_waiting(session, hall, lines, now=now)
    for entry in waiting:
        plan = wishes.read(hall, entry.chosen, services)
        for start in _suiting(session, entry, plan, free, now):
            if not booking_limits.may_book(session, hall, entry.user, entry.enterprise_id, now):
                break  # they could not take it; they wait on, and the next one is asked
            visit = Visit(plan[0].queue, start, entry.persons, entry.language, plan)
            offer = _offer(session, hall, entry, visit, now)
            if offer is not None:
                return offer
    return None


def expire(session: Session, *, now: datetime) -> int:
    """End the wishes whose days are over; return how many."""
    over = session.scalars(
        sa.select(WaitingEntry)
        .where(WaitingEntry.status == WaitingStatus.WAITING, WaitingEntry.last_day < local_day(now))
        .order_by(WaitingEntry.id)
        .with_for_update(skip_locked=True)
    ).all()
    for entry in over:
        entry.status, entry.changed_at = WaitingStatus.EXPIRED, now
    return len(over)


def _suiting(
    session: Session,
    entry: WaitingEntry,
    plan: Sequence[Wish],
    free: Mapping[int, AbstractSet[datetime]],
    now: datetime,
) -> Iterator[datetime]:
    hall = entry.hall
    figures = booking_of(hall.booking)
    legs = wishes.legs_of(hall, plan, entry.persons)
    soonest = now + figures.lead + _LEAST_TO_ANSWER
    fitting = fitting_starts(free, legs, figures.every)
    for start in hours_queries.served(session, hall, legs, fitting):
        if start >= soonest and _suits(entry, start):
            yield start


def _suits(wanted: WaitingEntry | Wanted, start: datetime) -> bool:
    here = local(start)
    is_wanted = wanted.first_day <= here.date() <= wanted.last_day
    is_in_time = wanted.earliest <= here.time() <= wanted.latest
    return is_wanted and is_in_time and start.isoformat() not in wanted.declined


def _offer(
    session: Session, hall: Hall, entry: WaitingEntry, visit: Visit, now: datetime
) -> Appointment | None:
    """Hold the time for the entry and mail it; None if one of the two is gone meanwhile."""
    session.refresh(entry, ["status", "version"], with_for_update=True)
    figures = booking_of(hall.booking)
    stretches = laid_out(visit.legs, visit.starts_at, figures.every)
    is_waiting = entry.status is WaitingStatus.WAITING
    if not is_waiting or not slots.take_freed(session, hall, stretches):
        return None
    offer = appointments.new(visit, stretches, now=now)
    offer.user, offer.enterprise_id, offer.waiting = entry.user, entry.enterprise_id, entry
    offer.held_until = min(_answer_by(session, hall, now), visit.starts_at - figures.lead)
    entry.status, entry.changed_at = WaitingStatus.OFFERED, now
    session.add(offer)
    session.flush()
    mail(session, offer, "waitlist_offer", now=now, until=offer.held_until)
    log.info("place offered", extra={"appointment": offer.id, "entry": entry.id})
    return offer


def _answer_by(session: Session, hall: Hall, now: datetime) -> datetime:
    calendar, timetable = load_calendar(session), queries.timetable_of(hall)
    return after_open_time(
        local(now),
        booking_of(hall.booking).offered_for,
        lambda day: timetable.on(day, calendar).spans,
    )

"""How much one may book: open appointments of a person and an enterprise, and who did not come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.hall import appointment_queries
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall
from servicedesk.words import say

_ONE_AFTER_THE_OTHER: Final = 7_240_001  # of advisory locks: bookings of one person


class TooManyAppointments(RuleBroken):
    """The person, or the enterprise, has as many open as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say(
                "You have %(most)s open appointments in this hall, which is the most. Cancel one"
                " before you book another.",
                most=most,
            )
        )


class MissedOften(RuleBroken):
    """The person booked and did not come, more than once."""

    def __init__(self, count: int, until: datetime) -> None:
        super().__init__(
            say(
                "You did not come to %(count)s appointments you had booked here. You can book"
                " again from %(until)s on; until then come without an appointment.",
                count=count,
                until=until,
            )
        )


def one_after_the_other(session: Session, key: int) -> None:
    """Let what one person books, or an enterprise (its id below zero), happen one by one."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_THE_OTHER, key)))


def require_reliable(session: Session, hall: Hall, by: User, now: datetime) -> None:
    """See that ``by`` may book at all.

    Raises:
        MissedOften: they booked before and did not come.
    """
    until = barred_until(session, hall, by, now)
    if until is not None:
        raise MissedOften(booking_of(hall.booking).most_misses, until)


def barred_until(session: Session, hall: Hall, by: User, now: datetime) -> datetime | None:
    """Return until when ``by`` cannot book in the hall, having missed too many; None: they can."""
    return barred(session, [hall], by, now).get(hall)


def barred(
    session: Session, halls: Sequence[Hall], by: User, now: datetime
) -> dict[Hall, datetime]:
    """Return in which of ``halls`` this person cannot book, and until when; one statement."""
    figures = {hall: booking_of(hall.booking) for hall in halls}
    longest = max((one.misses_within for one in figures.values()), default=timedelta(0))
    missed = appointment_queries.missed_by_hall(session, by, now - longest)
    found = {}
    for hall, one in figures.items():
        counted = [at for at in missed.get(hall.id, []) if at >= now - one.misses_within]
        if len(counted) >= one.most_misses:
            found[hall] = counted[-one.most_misses] + one.misses_within
    return found


def may_book(
    session: Session, hall: Hall, by: User, enterprise_id: int | None, now: datetime
) -> bool:
    """Return whether ``by``, also for an enterprise, could book once more as things stand.

    Waits for nobody, so what it says may be over a moment later: ``within_limits`` decides.
    """
    try:
        _require_room(session, hall, by, enterprise_id, now)
    except (MissedOften, TooManyAppointments):
        return False
    return True


def within_limits(
    session: Session, hall: Hall, by: User, enterprise_id: int | None, now: datetime
) -> None:
    """See that ``by``, also for an enterprise, may book once more; one booking at a time.

    Raises:
        MissedOften: they booked before and did not come.
        TooManyAppointments: they, or the enterprise, have as many as one may have.
    """
    one_after_the_other(session, by.id)
    if enterprise_id is not None:
        one_after_the_other(session, -enterprise_id)
    _require_room(session, hall, by, enterprise_id, now)


def _require_room(
    session: Session, hall: Hall, by: User, enterprise_id: int | None, now: datetime
) -> None:
    figures = booking_of(hall.booking)
    require_reliable(session, hall, by, now)
    if appointment_queries.open_count(session, hall, user_id=by.id) >= figures.most_of_person:
        raise TooManyAppointments(figures.most_of_person)
    if enterprise_id is None:
        return
    has = appointment_queries.open_count(session, hall, enterprise_id=enterprise_id)
    if has >= figures.most_of_enterprise:
        raise TooManyAppointments(figures.most_of_enterprise)

"""Midnight, closing time and clocks that are set: neither order nor numbers are disturbed (R11)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall.appointment_models import Appointment, Slot
from servicedesk.hall.models import Priority, Sitting, Ticket
from servicedesk.hall.operations import appointments, closing, hours
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.park import park
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_sitting, queue_of

TAKE = {"queue": "advice", "language": "zh"}
SetClock = Callable[[datetime], datetime]


def there(year: int, month: int, day: int, *clock_time: int) -> datetime:
    """Return a moment on the clocks of the hall."""
    hour, minute, second = (*clock_time, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=park().time_zone)


NOON = there(2026, 3, 2, 12)
MIDNIGHT = there(2027, 1, 1)  # of New Year
CLOSING = there(2026, 3, 2, 17)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Return what sets the clock."""

    def set_to(moment: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    set_to(NOON)
    return set_to


def take(browser: Browser, hall: str = "training", **more: str) -> int:
    return browser.post(f"/hall/{hall}/kiosk", data={**TAKE, **more}).status_code


def tickets(session: Session) -> list[Ticket]:
    session.expire_all()
    return list(session.scalars(sa.select(Ticket).order_by(Ticket.id)))


def next_called(browser: Browser, session: Session, sitting: Sitting) -> str:
    """Let the clerk call, serve and finish whoever is next; return the number and the day."""
    browser.sign_in(session.get_one(User, sitting.clerk_id))
    assert browser.post("/desk/counter/next", data={}).status_code == 303
    found = next(one for one in tickets(session) if one.status is TicketStatus.CALLED)
    name = f"{found.name} of {found.day:%d.%m.}"
    for action, more in (("start", {}), ("finish", {"outcome": "served"})):
        session.refresh(found)
        path = f"/desk/counter/tickets/{found.id}/{action}"
        answer = browser.post(path, data={"seen": str(found.version), **more})
        assert answer.status_code == 303
    return name


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=2), timedelta(days=-400)])
def test_a_clock_that_is_set_disturbs_neither_numbers_nor_order(
    browser: Browser, session: Session, set_clock: SetClock, jump: timedelta
) -> None:
    assert take(browser) == take(browser) == 303
    set_clock(NOON + jump)
    assert take(browser) == 303
    set_clock(NOON + timedelta(minutes=5))
    assert take(browser) == 303
    sitting = make_sitting(session)

    order = [next_called(browser, session, sitting)[:4] for _ in range(4)]

    if jump > timedelta(days=-1):
        assert order == ["Z001", "Z002", "Z003", "Z004"]
    else:  # numbers are of a day; the places in the line are not
        assert order == ["Z001", "Z002", "Z001", "Z003"]
    keys = {(one.day, one.number) for one in tickets(session)}
    assert len(keys) == 4


def test_numbers_begin_anew_at_new_year_and_who_came_before_goes_first(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    set_clock(MIDNIGHT - timedelta(seconds=1))
    sitting = make_sitting(session)
    take(browser)
    set_clock(MIDNIGHT)
    take(browser)
    set_clock(MIDNIGHT - timedelta(seconds=2))  # and back again
    take(browser)
    set_clock(MIDNIGHT + timedelta(minutes=1))

    order = [next_called(browser, session, sitting) for _ in range(3)]

    assert order == ["Z001 of 31.12.", "Z001 of 01.01.", "Z002 of 31.12."]


def test_who_has_priority_is_bound_over_midnight_too(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    set_clock(MIDNIGHT - timedelta(minutes=2))
    sitting = make_sitting(session)
    for priority in ("", Priority.AGE.value, Priority.AGE.value, ""):
        take(browser, priority=priority)
    set_clock(MIDNIGHT)

    order = [next_called(browser, session, sitting)[:4] for _ in range(3)]

    assert order == ["Z002", "Z001", "Z003"]


def test_who_is_called_can_be_called_again_though_the_clock_was_set_back(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    sitting = make_sitting(session)
    take(browser)
    browser.sign_in(session.get_one(User, sitting.clerk_id))
    browser.post("/desk/counter/next", data={})
    set_clock(NOON - timedelta(hours=1))
    (called,) = tickets(session)

    path = f"/desk/counter/tickets/{called.id}/recall"
    answer = browser.post(path, data={"seen": str(called.version)})

    assert answer.status_code == 303


def test_the_last_ticket_and_closing_time(browser: Browser, set_clock: SetClock) -> None:
    found = []
    for minutes in (-31, -30, 0, -40):  # the last: set back
        set_clock(CLOSING + timedelta(minutes=minutes))
        found.append(take(browser, "changping"))

    assert found == [303, 409, 409, 303]


def booked(session: Session, start: datetime, hall: str = "changping") -> Appointment:
    hours.follow_calendar(session, hall_of(session, hall), now=clock.now())
    by = make_user(session)
    visit = Visit(queue_of(session, "advice", hall), start, 1, "en")
    found = appointments.hold(session, visit, by=by, enterprise_id=None, now=clock.now())
    appointments.confirm(session, found, case_id=None, now=clock.now())
    session.commit()
    return found


@pytest.mark.parametrize(("minutes", "status"), [(-25, 303), (-1, 303), (0, 409), (-85, 303)])
def test_who_booked_the_last_time_gets_a_ticket_as_long_as_the_hall_is_open(
    browser: Browser, session: Session, set_clock: SetClock, minutes: int, status: int
) -> None:
    found = booked(session, CLOSING - timedelta(minutes=30))
    set_clock(CLOSING + timedelta(minutes=minutes))

    page = browser.get("/hall/changping/kiosk").text
    answer = browser.post("/hall/changping/check-in", data={"code": found.code})

    assert answer.status_code == status
    assert ("I have an appointment" in page) is (status == 303)


def test_a_day_by_appointment_shows_where_to_check_in(
    browser: Browser, set_clock: SetClock
) -> None:
    set_clock(there(2026, 3, 7, 10))  # a Saturday

    page = browser.get("/hall/exit-entry/kiosk").text

    assert "I have an appointment" in page
    assert "only people with an appointment are served" in page
    assert "sd-kiosk-line" not in page


def test_doors_closed_early_are_open_to_who_has_booked(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    found = booked(session, CLOSING - timedelta(hours=2))
    closing.close_doors(session, hall_of(session, "changping"), by=make_user(session), now=NOON)
    session.commit()
    set_clock(CLOSING - timedelta(hours=2))

    assert take(browser, "changping") == 409
    data = {"code": found.code}
    assert browser.post("/hall/changping/check-in", data=data).status_code == 303


def test_an_appointment_after_midnight_is_of_its_own_day(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    set_clock(MIDNIGHT - timedelta(hours=5))
    found = booked(session, MIDNIGHT + timedelta(minutes=30), "training")
    answers = []
    for moment in (MIDNIGHT - timedelta(minutes=1), MIDNIGHT):
        set_clock(moment)
        data = {"code": found.code}
        answers.append(browser.post("/hall/training/check-in", data=data).status_code)

    assert answers == [422, 303]
    (ticket,) = tickets(session)
    assert (ticket.day, ticket.number) == (MIDNIGHT.date(), 1)


def test_slots_are_opened_once_over_new_year_and_none_on_the_holiday(
    session: Session, set_clock: SetClock
) -> None:
    hall = hall_of(session, "changping")
    for moment in (MIDNIGHT - timedelta(days=2), MIDNIGHT, MIDNIGHT - timedelta(seconds=1)):
        hours.follow_calendar(session, hall, now=set_clock(moment))
    session.commit()

    queue = queue_of(session, "advice", "changping")
    starts = session.scalars(sa.select(Slot.starts_at).where(Slot.queue_id == queue.id)).all()
    days = {one.astimezone(park().time_zone).date() for one in starts}
    assert len(starts) == len(set(starts)) == 16 * len(days)
    assert MIDNIGHT.date() not in days
    assert (MIDNIGHT - timedelta(days=1)).date() in days
    assert max(days) <= (MIDNIGHT + timedelta(days=14)).date()


def test_a_jump_to_next_year_and_back_takes_no_time_away(
    session: Session, set_clock: SetClock
) -> None:
    hall = hall_of(session, "changping")
    found = booked(session, NOON + timedelta(days=1))
    before = session.scalars(sa.select(Slot.id).where(Slot.starts_at > NOON)).all()

    hours.follow_calendar(session, hall, now=NOON + timedelta(days=365))
    hours.follow_calendar(session, hall, now=set_clock(NOON))
    session.commit()

    assert set(before) <= set(session.scalars(sa.select(Slot.id)))
    assert session.scalar(sa.select(sa.func.sum(Slot.taken))) == found.slots


def test_the_close_of_the_day_settles_what_is_over_once(
    browser: Browser, session: Session, set_clock: SetClock
) -> None:
    set_clock(MIDNIGHT - timedelta(minutes=1))
    take(browser)
    set_clock(MIDNIGHT)
    take(browser)

    settled = []
    for minutes in (-1, 5, 5, -1):
        settled.append(closing.close_days(session, now=MIDNIGHT + timedelta(minutes=minutes)))
        session.commit()

    assert settled == [(0, 0), (1, 0), (0, 0), (0, 0)]
    old, new = tickets(session)
    assert (old.status, new.status) == (TicketStatus.SETTLED, TicketStatus.WAITING)
    set_clock(MIDNIGHT - timedelta(seconds=30))
    take(browser)
    assert tickets(session)[-1].number == 2

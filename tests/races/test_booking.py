"""Many people at the same places at the same moment: visits over two lines, moves, the waitlist."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall import tasks, wishes
from servicedesk.hall.appointment_models import (
    Appointment,
    AppointmentStatus,
    FreedPlace,
    Slot,
    WaitingEntry,
    WaitingStatus,
)
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.operations import appointments, hours, waitlist
from servicedesk.hall.operations.appointments import Visit
from servicedesk.integrity import Finding, Place, findings
from servicedesk.park import local_day
from tests.factories import make_user
from tests.hall.factories import hall_of, queue_of
from tests.races.crowd import Click, Crowd, at_once, statuses

BOOK = "/hall/training/book"
BOTH = ["advice", "E_NAME"]


def opened(session: Session, places: int) -> list[datetime]:
    """Open the slots of the days ahead with so many places; return when advice begins."""
    hall = hall_of(session)
    for queue in hall.queues:
        queue.public_places = places
    hours.follow_calendar(session, hall, now=clock.now())
    session.commit()
    advice = queue_of(session, "advice")
    return free_starts(session, advice, 1, by_staff=False, now=clock.now())


def book(session: Session, start: datetime, chosen: list[str], by: User) -> Appointment:
    plan = wishes.wishes_of(session, hall_of(session), chosen)
    visit = Visit(plan[0].queue, start, 1, "en", plan)
    found = appointments.hold(session, visit, by=by, enterprise_id=None, now=clock.now())
    appointments.confirm(session, found, case_id=None, now=clock.now())
    session.commit()
    return found


def miscounted(session: Session) -> list[Finding]:
    """Return the slots that do not count exactly what is booked, held, offered or just freed."""
    session.expire_all()
    return list(findings(Place(session, Path()), only="hall.slots"))


def test_two_hundred_people_for_twenty_visits_over_two_lines_of_five_get_exactly_a_hundred(
    crowd: Crowd, session: Session
) -> None:
    times = opened(session, 5)[:20]
    windows = [crowd.window(make_user(session)) for _ in range(200)]
    clicks = [
        Click(window, BOOK, {"start": start.isoformat(), "what": ",".join(BOTH), "persons": "1"})
        for window, start in zip(windows, times * 10, strict=True)
    ]

    answers = [
        answer for begin in range(0, 200, 50) for answer in crowd.click(clicks[begin : begin + 50])
    ]

    assert statuses(answers) == [303] * 100 + [409] * 100
    held = session.scalars(sa.select(Appointment)).all()
    assert {len(one.parts) for one in held} == {2}
    assert sorted(Counter(one.starts_at for one in held).values()) == [5] * 20
    assert miscounted(session) == []


def test_people_who_move_into_each_other_s_times_all_get_an_answer(
    crowd: Crowd, session: Session
) -> None:
    times = opened(session, 3)[:8]
    people = [make_user(session) for _ in range(16)]
    found = [book(session, times[number % 8], BOTH, one) for number, one in enumerate(people)]
    windows = [crowd.window(one) for one in people]
    answers = []
    for turn in range(1, 4):  # each to the time of another, the half of them backwards
        answers += crowd.click(
            [
                Click(
                    window,
                    f"/appointments/{one.id}/move",
                    {"start": times[(number * (-1) ** number + turn * 3) % 8].isoformat()},
                )
                for number, (window, one) in enumerate(zip(windows, found, strict=True))
            ]
        )

    assert set(statuses(answers)) <= {303, 409}
    assert statuses(answers).count(303) >= 16
    assert miscounted(session) == []


def test_freed_places_are_offered_once_each_while_others_book_and_cancel(
    crowd: Crowd, session: Session
) -> None:
    times = opened(session, 4)[4:8]
    session.execute(sa.delete(Slot).where(Slot.starts_at.not_in(times)))
    session.commit()
    owners = [make_user(session) for _ in range(16)]
    booked = [
        book(session, times[number % 4], ["advice"], one) for number, one in enumerate(owners)
    ]
    entries = [_wait(session) for _ in range(6)]
    strangers = [make_user(session) for _ in range(8)]
    hall_id = hall_of(session).id
    cancelling = [
        crowd._sender(number, Click(crowd.window(owner), f"/appointments/{one.id}/cancel"))  # noqa: SLF001
        for number, (owner, one) in enumerate(zip(owners[:10], booked, strict=False))
    ]
    booking = [
        crowd._sender(  # noqa: SLF001
            number,
            Click(
                crowd.window(one), BOOK,
                {"start": times[number % 4].isoformat(), "what": "advice", "persons": "1"},
            ),
        )
        for number, one in enumerate(strangers)
    ]  # fmt: skip
    offering = [_offering(server, hall_id) for server in crowd.servers]

    at_once([*cancelling, *booking, *offering])
    at_once(offering)

    session.expire_all()
    offers = session.scalars(
        sa.select(Appointment).where(Appointment.status == AppointmentStatus.HELD)
    ).all()
    assert sorted(one.waiting_id or 0 for one in offers) == [one.id for one in entries]
    assert {one.status for one in entries} == {WaitingStatus.OFFERED}
    assert miscounted(session) == []
    assert all(slot.taken <= slot.public for slot in session.scalars(sa.select(Slot)))

    for one in booked[:10]:
        _offering(crowd.servers[0], hall_id)()
        with crowd.servers[0].app_context():
            tasks.free_places(one.id)
    assert miscounted(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(FreedPlace)) == 0


def test_an_offer_is_taken_or_lapses_and_not_both(crowd: Crowd, session: Session) -> None:
    times = opened(session, 1)[4:5]
    session.execute(sa.delete(Slot).where(Slot.starts_at.not_in(times)))
    session.commit()
    entry = _wait(session)
    _offering(crowd.servers[0], hall_of(session).id)()
    session.expire_all()
    offer = session.scalars(sa.select(Appointment)).one()
    window = crowd.window(session.get_one(User, entry.user_id))
    confirm = Click(window, f"/appointments/{offer.id}/confirm", {"language": "en", "case": ""})
    decline = Click(window, f"/appointments/{offer.id}/cancel")

    answers = crowd.click([confirm, decline, confirm, decline])

    assert set(statuses(answers)) <= {303, 409}
    assert miscounted(session) == []
    standing = {
        AppointmentStatus.BOOKED: {WaitingStatus.BOOKED},
        AppointmentStatus.CANCELLED: {WaitingStatus.WAITING, WaitingStatus.BOOKED},
    }
    assert entry.status in standing[offer.status]


def _wait(session: Session) -> WaitingEntry:
    today = local_day(clock.now())
    wanted = waitlist.Wanted(["advice"], 1, "en", None, today, today + timedelta(days=14))
    person = make_user(session)
    entry = waitlist.join(session, hall_of(session), wanted, by=person, now=clock.now())
    session.commit()
    return entry


def _offering(server: Flask, hall_id: int) -> Callable[[], None]:
    def offer() -> None:
        with server.app_context():
            tasks.offer_places(hall_id)

    return offer

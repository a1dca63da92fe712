"""Hours of services, and what becomes of what was booked when hours change."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.calendar.day_files import DayKind
from servicedesk.calendar.models import CalendarDay
from servicedesk.hall import hours_queries, integrity, queries, tasks
from servicedesk.hall.appointment_models import AppointmentStatus
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.links import link_of
from servicedesk.hall.opening import Hours, Span
from servicedesk.hall.operations import closing, tickets
from servicedesk.hall.stops import Stop
from servicedesk.hall.timetable import Owner, OwnerKind
from servicedesk.integrity import Place
from servicedesk.notices import mails as mails_of
from servicedesk.notices.models import Notice
from servicedesk.park import local
from tests.cases.factories import make_case
from tests.catalogue.factories import publish
from tests.conftest import Browser
from tests.hall.changing import (
    HALL,
    OVERVIEW,
    TRAINING,
    TUESDAY,
    WEDNESDAY,
    at,
    booked,
    save,
    slots_on,
)
from tests.hall.factories import hall_of, queue_of

OWN_WEEK: Final = {
    "own": "own", "tue-0-opens": "9", "tue-0-closes": "12", "thu-0-opens": "9",
    "thu-0-closes": "12", "reason": "One clerk for it",
    **{f"{day}-0-{end}": "" for day in ("mon", "wed", "fri", "sat", "sun")
       for end in ("opens", "closes")},
}  # fmt: skip


@pytest.mark.usefixtures("admin")
def test_a_service_has_a_week_and_exceptions_of_its_own(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    publish(session, appointment={"needed": True, "queue": "advice", "minutes": 15})
    session.commit()
    week = f"{OVERVIEW}/week?whose=service-T_SMALL"
    assert save(browser, OWN_WEEK, week) == 303
    closed = {**TRAINING, "whose": "service-T_SMALL", "kind": "closed", "first-d": "3"}
    assert save(browser, closed) == 303

    session.expire_all()
    queue = queue_of(session, "advice", HALL)
    free = free_starts(session, queue, 1, by_staff=False, now=clock.now(), services=["T_SMALL"])
    days = sorted({local(one).date() for one in free})
    assert days == [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 15)]
    assert max(local(one).time() for one in free) == time(11, 30)
    stops = [Stop(queue.id, "T_SMALL")]
    for moment, is_given in ((TUESDAY, True), (at(WEDNESDAY, 10), False)):
        try:
            tickets.take(session, queue.hall, queue, language="en", now=moment, stops=stops)
        except tickets.NoTicketsNow:
            assert not is_given
        else:
            assert is_given
    session.rollback()
    page = another_browser.get(f"/hall/{HALL}").text
    assert "Services at certain hours only" in page
    assert "09:00–12:00" in page
    assert "closed: staff training" in page
    assert slots_on(session, WEDNESDAY)[-1] == "16:30"  # the line is open as ever


@pytest.mark.usefixtures("admin")
def test_what_a_service_is_booked_for_falls_outside_its_hours_alone(
    session: Session,
) -> None:
    case = make_case(session, steps=0)
    about, other = booked(session, at(WEDNESDAY, 10)), booked(session, at(WEDNESDAY, 11))
    about.case = case
    session.commit()
    hall = hall_of(session, HALL)
    own = Hours({1: (Span(time(9), time(12)),)})
    after = queries.timetable_of(hall).with_hours(Owner(OwnerKind.SERVICE, case.service_code), own)

    found = hours_queries.dry_run(session, hall, after, {}, now=clock.now())

    assert [one.id for one in found.stranded] == [about.id]
    assert other.id not in [one.id for one in found.stranded]


@pytest.mark.usefixtures("admin")
def test_who_was_outside_and_never_moved_has_missed_nothing(
    browser: Browser, session: Session
) -> None:
    late = booked(session, at(WEDNESDAY, 16))
    save(browser, TRAINING)

    closing.close_days(session, now=at(WEDNESDAY + timedelta(days=1), 1))
    session.commit()

    session.refresh(late)
    assert late.status is AppointmentStatus.CANCELLED
    assert list(integrity.slots(Place(session, Path()))) == [], "its places are given back"
    kinds = session.scalars(sa.select(Notice.kind).where(Notice.user_id == late.user_id)).all()
    assert "appointment_missed" not in kinds


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_mail_says_why_and_what_to_do(
    app: Flask, browser: Browser, session: Session, language: str
) -> None:
    late, other = booked(session, at(WEDNESDAY, 16)), booked(session, at(WEDNESDAY, 16, 30))
    for one in (late, other):
        assert one.user is not None
        one.user.language = language
    session.commit()
    save(browser, TRAINING)
    away = f"{OVERVIEW}/remove?whose=hall&days={WEDNESDAY}_{WEDNESDAY}"
    save(browser, {"reason": "Put off"}, away)
    save(browser, TRAINING, outside="cancel")
    told = session.scalars(sa.select(Notice).where(Notice.user_id == late.user_id)).all()

    with app.app_context():
        mails = {one.kind: mails_of.compose(one, late.user).as_string() for one in told}
        parts = [
            part.get_content()
            for one in told
            for part in mails_of.compose(one, late.user).iter_parts()
        ]

    assert len(mails) == 4
    link = f"/hall/appointments/{link_of(late.nonce)}"
    assert sum(f"{link}/move" in one for one in parts) == 2, "nobody has to sign in for it"
    why = "staff training" if language == "en" else "员工培训"
    assert sum(why in one for one in parts) == 4  # two mails, each as text and as a page


@pytest.mark.usefixtures("admin")
def test_both_pages_offer_what_may_be_done_and_no_more(
    browser: Browser, another_browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, other = booked(session, at(WEDNESDAY, 16)), booked(session, at(WEDNESDAY, 11))
    save(browser, TRAINING)
    pages = {}
    monkeypatch.setattr(clock, "now", lambda: at(WEDNESDAY, 15, 30))
    for one in (late, other):
        assert one.user is not None
        assert one.user is not None
        another_browser.sign_in(one.user)
        link = f"/hall/appointments/{link_of(one.nonce)}"
        for address in (link, f"/appointments/{one.id}"):
            pages[one.id, address] = another_browser.get(address).text
            is_offered = f"{address}/move" in pages[one.id, address]
            assert is_offered == (one is late), address
            assert (f"{address}/cancel" in pages[one.id, address]) == (one is late)
    assert sum("has changed its hours" in page for page in pages.values()) == 2


@pytest.mark.usefixtures("admin")
def test_who_booked_on_a_new_holiday_is_asked_to_choose_another_time(
    app: Flask, session: Session
) -> None:
    outside, other = (
        booked(session, at(WEDNESDAY, 11)),
        booked(session, at(WEDNESDAY + timedelta(days=1), 11)),
    )
    session.add(
        CalendarDay(
            day=WEDNESDAY, kind=DayKind.HOLIDAY, name_zh="假日", name_en="A holiday",
            is_official=True, source="test",
        )
    )  # fmt: skip
    session.commit()

    for _ in range(2):
        with app.app_context():
            tasks.open_slots()

    session.expire_all()
    assert (outside.stranded_at, other.stranded_at) == (clock.now(), None)
    kind = Notice.kind == "appointment_stranded"
    assert [one.user_id for one in session.scalars(sa.select(Notice).where(kind))] == [
        outside.user_id
    ]

"""Administrators change the hours of a hall: a dry run in words first, then exactly that."""

from datetime import date, timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.hall import queries
from servicedesk.hall.appointment_models import AppointmentStatus, Slot
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.operations import slots
from servicedesk.notices.models import Notice
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.changing import (
    EXCEPTION,
    HALL,
    OVERVIEW,
    TRAINING,
    TUESDAY,
    WEDNESDAY,
    at,
    booked,
    save,
    seen,
    slots_on,
)
from tests.hall.factories import hall_of


@pytest.mark.usefixtures("admin")
def test_the_dry_run_says_what_would_change_and_changes_nothing(
    browser: Browser, session: Session
) -> None:
    late = booked(session, at(WEDNESDAY, 16))

    page = browser.post(EXCEPTION, data=TRAINING).text

    assert "<b>20</b> free times are withdrawn" not in page  # one is booked
    assert "<b>19</b> free times are withdrawn" in page
    assert "<b>1</b> appointment falls outside" in page
    assert late.code in page
    assert "09:00–17:00" in page
    assert "09:00–15:00" in page
    assert slots_on(session, WEDNESDAY)[-1] == "16:30"
    assert queries.timetable_of(hall_of(session, HALL)).hall.exceptions == ()


@pytest.mark.usefixtures("admin")
def test_what_is_saved_is_what_was_looked_at(browser: Browser, session: Session) -> None:
    late, early = booked(session, at(WEDNESDAY, 16)), booked(session, at(WEDNESDAY, 10))

    assert save(browser, TRAINING) == 303

    assert slots_on(session, WEDNESDAY)[-1] == "14:30"
    session.refresh(late)
    session.refresh(early)
    assert (late.status, late.stranded_at) == (AppointmentStatus.BOOKED, TUESDAY)
    assert early.stranded_at is None
    mail = session.scalars(sa.select(Notice).where(Notice.kind == "appointment_stranded")).one()
    assert mail.user_id == late.user_id
    overview = browser.get(OVERVIEW).text
    assert "Notice 7" in overview
    assert "staff training" in overview
    assert "19 times withdrawn" in overview
    kept = session.scalars(sa.select(HallChange)).one()
    assert kept.figures["stranded"] == 1


@pytest.mark.usefixtures("admin")
def test_a_booking_in_between_is_shown_before_anything_is_saved(
    browser: Browser, session: Session
) -> None:
    mark = seen(browser.post(EXCEPTION, data=TRAINING).text)["seen"]
    late = booked(session, at(WEDNESDAY, 16))

    answer = browser.post(EXCEPTION, data={**TRAINING, "seen": mark, "step": "save"})

    assert answer.status_code == 409
    assert late.code in answer.text
    assert "have changed since you looked" in answer.text
    assert slots_on(session, WEDNESDAY)[-1] == "16:30"
    again = {**TRAINING, "seen": seen(answer.text)["seen"], "step": "save"}
    assert browser.post(EXCEPTION, data=again).status_code == 303


@pytest.mark.usefixtures("admin")
def test_the_hall_may_cancel_what_falls_outside(browser: Browser, session: Session) -> None:
    late = booked(session, at(WEDNESDAY, 16))

    assert save(browser, TRAINING, outside="cancel") == 303

    session.refresh(late)
    assert late.status is AppointmentStatus.CANCELLED
    kinds = set(session.scalars(sa.select(Notice.kind).where(Notice.user_id == late.user_id)))
    assert "appointment_cancelled_by_hall" in kinds
    assert session.scalar(sa.select(sa.func.sum(Slot.taken))) == 0


@pytest.mark.usefixtures("admin")
def test_whoever_is_outside_may_move_at_the_last_minute_and_fits_again_when_all_is_as_before(
    browser: Browser, another_browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, other = booked(session, at(WEDNESDAY, 16)), booked(session, at(WEDNESDAY, 16, 30))
    save(browser, TRAINING)
    another_browser.sign_in(session.get_one(User, late.user_id))
    assert "Choose another time" in another_browser.get(f"/appointments/{late.id}").text
    monkeypatch.setattr(clock, "now", lambda: at(WEDNESDAY, 15, 59))
    another_browser.sign_in(session.get_one(User, late.user_id))
    to = at(WEDNESDAY + timedelta(days=1), 9).isoformat()

    moved = another_browser.post(f"/appointments/{late.id}/move", data={"start": to})

    assert moved.status_code == 303
    session.refresh(late)
    assert late.stranded_at is None
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    days = "whose=hall&days=2026-12-02_2026-12-02"
    assert save(browser, {"reason": "Put off"}, f"{OVERVIEW}/remove?{days}") == 303
    session.refresh(other)
    assert other.stranded_at is None
    kinds = session.scalars(sa.select(Notice.kind).where(Notice.user_id == other.user_id)).all()
    assert kinds[-1] == "appointment_holds_again"
    assert slots_on(session, WEDNESDAY)[-1] == "16:30"


@pytest.mark.usefixtures("admin")
def test_fewer_places_keep_what_is_booked_and_take_no_more(
    browser: Browser, session: Session
) -> None:
    first, _ = booked(session, at(WEDNESDAY, 9)), booked(session, at(WEDNESDAY, 9))
    data = {"public": "1", "staff": "1", "reason": "One clerk less"}
    address = f"{OVERVIEW}/places?whose=line-advice"

    page = browser.post(address, data=data).text
    assert "<b>1</b> time is overbooked" in page
    assert "09:00 overbooked: public 2 booked for 1" in page
    assert save(browser, data, address) == 303

    slot = session.scalars(
        sa.select(Slot).where(Slot.queue_id == first.queue_id, Slot.starts_at == first.starts_at)
    ).one()
    session.refresh(slot)
    assert (slot.public, slot.taken, slot.over) == (1, 2, 1)
    with pytest.raises(slots.SlotTaken):
        booked(session, at(WEDNESDAY, 9))
    session.rollback()
    slots.give_back(session, first.queue.hall, [first], now=clock.now())
    session.commit()
    session.refresh(slot)
    assert (slot.public, slot.taken, slot.over) == (1, 1, 0)
    with pytest.raises(slots.SlotTaken):
        booked(session, at(WEDNESDAY, 9))


WEEK: Final = {
    **{f"{day}-0-opens": "9" for day in ("mon", "tue", "thu")},
    **{f"{day}-0-closes": "12:00" for day in ("mon", "tue", "thu")},
    **{f"{day}-0-{end}": "" for day in ("wed", "fri", "sun") for end in ("opens", "closes")},
    "mon-1-opens": "13:00", "mon-1-closes": "17:00", "sat-0-opens": "09:00",
    "sat-0-closes": "12:00", "sat-0-booked": "y", "last_ticket": "20", "reason": "New hours",
}  # fmt: skip


@pytest.mark.usefixtures("admin")
def test_the_week_has_lunch_and_a_saturday_by_appointment(
    browser: Browser, session: Session
) -> None:
    assert save(browser, WEEK, f"{OVERVIEW}/week") == 303

    assert slots_on(session, date(2026, 12, 5)) == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30",
    ]  # fmt: skip
    assert slots_on(session, WEDNESDAY) == []
    page = browser.get(f"/hall/{HALL}").text
    assert "13:00" in page
    assert "by appointment only" in page
    assert "Last ticket: 30 → 20 minutes before closing" in browser.get(OVERVIEW).text


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("address", "data", "told"),
    [
        (f"{OVERVIEW}/week", {"tue-0-opens": "17:00", "tue-0-closes": "09:00"}, "ends before"),
        (f"{OVERVIEW}/week", {"mon-1-opens": "11:00"}, "overlap"),
        (f"{OVERVIEW}/week", {"mon-1-closes": ""}, "Enter until when"),
        (f"{OVERVIEW}/week", {"mon-0-opens": "noon"}, "is no time"),
        (f"{OVERVIEW}/week", {"mon-0-opens": "25:00"}, "is no time"),
        (f"{OVERVIEW}/week", {"last_ticket": "-1"}, "from 0 to 480"),
        (f"{OVERVIEW}/week", {"reason": " "}, "Say why"),
        (EXCEPTION, {"last-y": "2026", "last-m": "12", "last-d": "1"}, "before the first"),
        (EXCEPTION, {"first-m": "11", "first-d": "30"}, "are over"),
        (EXCEPTION, {"last-y": "2028", "last-m": "1", "last-d": "1"}, "at most a year"),
        (EXCEPTION, {"spans-0-opens": "", "spans-0-closes": ""}, "Enter the hours that hold"),
        (EXCEPTION, {"why_zh": ""}, "in Chinese"),
        (EXCEPTION, {"whose": "service-NONE"}, "Choose one of the answers"),
    ],
)
def test_a_fault_is_said_and_what_was_typed_is_kept(
    browser: Browser, address: str, data: dict[str, str], told: str
) -> None:
    typed = {**(WEEK if "week" in address else TRAINING), **data}

    answer = browser.post(address, data=typed)

    assert answer.status_code == 422
    assert told in answer.text
    for word in ("New hours", "12:00") if "week" in address and "reason" not in data else ():
        assert word in answer.text


@pytest.mark.usefixtures("admin")
def test_nothing_new_is_said_and_not_saved(browser: Browser) -> None:
    data = {"public": "2", "staff": "1", "reason": "None"}

    answer = browser.post(f"{OVERVIEW}/places?whose=line-advice", data=data)

    assert answer.status_code == 422
    assert "Nothing would be different" in answer.text


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "address",
    [
        f"{OVERVIEW}/week?whose=line-none", f"{OVERVIEW}/places?whose=hall",
        f"{OVERVIEW}/exception?whose=hall&days=2026-01-01_2026-01-01",
        f"{OVERVIEW}/remove?whose=hall", "/admin/halls/none/hours",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(browser: Browser, address: str) -> None:
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR, Role.APPLICANT])
def test_only_administrators_change_hours(browser: Browser, session: Session, role: Role) -> None:
    browser.sign_in(make_user(session, role=role))

    for address in ("/admin/halls", OVERVIEW, EXCEPTION):
        assert browser.get(address).status_code == 403
    assert browser.post(EXCEPTION, data=TRAINING).status_code == 403


@pytest.mark.usefixtures("admin")
def test_another_row_and_another_thought_lose_nothing(browser: Browser) -> None:
    more = browser.post(f"{OVERVIEW}/week", data={**WEEK, "step": "more"})
    again = browser.post(EXCEPTION, data={**TRAINING, "step": "again"})

    assert more.status_code == again.status_code == 200
    assert 'name="mon-2-opens"' in more.text
    assert "New hours" in more.text
    assert 'value="员工培训"' in again.text


@pytest.mark.usefixtures("admin")
def test_the_history_is_never_changed(browser: Browser, session: Session) -> None:
    save(browser, TRAINING)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(HallChange))


@pytest.mark.usefixtures("admin")
def test_the_public_sees_the_exceptions_ahead(browser: Browser, another_browser: Browser) -> None:
    save(browser, TRAINING)

    for page in (f"/hall/{HALL}",):
        shown = another_browser.get(page).text
        assert "only until 15:00: staff training" in shown
        assert "Wednesday 2 December" in shown

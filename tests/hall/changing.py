"""What the tests of changing hours share: a Tuesday, and the pages as somebody uses them."""

import re
from datetime import date, datetime, time
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall.appointment_models import Appointment, Slot
from servicedesk.hall.operations import appointments
from servicedesk.hall.operations.appointments import Visit
from servicedesk.park import local, park
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import queue_of

HALL: Final = "changping"
OVERVIEW: Final = f"/admin/halls/{HALL}/hours"
EXCEPTION: Final = f"{OVERVIEW}/exception"
TUESDAY: Final = datetime(2026, 12, 1, 10, tzinfo=park().time_zone)
WEDNESDAY: Final = date(2026, 12, 2)
TRAINING: Final = {
    "whose": "hall", "first-y": "2026", "first-m": "12", "first-d": "2",
    "kind": "other", "spans-0-opens": "09:00", "spans-0-closes": "15:00",
    "why_en": "staff training", "why_zh": "员工培训", "reason": "Notice 7",
}  # fmt: skip


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=park().time_zone)


def booked(session: Session, start: datetime, line: str = "advice") -> Appointment:
    """Book a time as the pages do."""
    visit = Visit(queue_of(session, line, HALL), start, 1, "en")
    by = make_user(session)
    found = appointments.hold(session, visit, by=by, enterprise_id=None, now=clock.now())
    appointments.confirm(session, found, case_id=None, now=clock.now())
    session.commit()
    return found


def seen(page: str) -> dict[str, str]:
    """Return what the page of the dry run would send."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    found = re.findall(r'<input (?:id="\w*" )?name="(seen)" type="hidden" value="([^"]*)"', page)
    return {**dict(fields), **dict(found)}


def save(browser: Browser, data: dict[str, str], address: str = EXCEPTION, **more: str) -> int:
    """Look at what would change and save it; return the status."""
    page = browser.post(address, data=data)
    assert page.status_code == 200, page.text
    mark = seen(page.text)["seen"]
    answer = browser.post(address, data={**data, "seen": mark, "step": "save", **more})
    return answer.status_code


def slots_on(session: Session, day: date, line: str = "advice") -> list[str]:
    session.expire_all()
    query = sa.select(Slot).where(Slot.queue_id == queue_of(session, line, HALL).id)
    found = [one for one in session.scalars(query.order_by(Slot.starts_at)) if one.public]
    return [f"{local(one.starts_at):%H:%M}" for one in found if local(one.starts_at).date() == day]

"""A visit for services of several lines, for several people, for an enterprise."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, Member
from servicedesk.hall import tasks
from servicedesk.hall.appointment_models import Appointment, FreedPlace, Slot
from servicedesk.hall.models import Queue, Ticket
from servicedesk.hall.operations import calling, hours, serving
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus
from tests.cases.factories import published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user
from tests.hall.factories import hall_of, make_sitting, queue_of

BOOK = "/hall/training/book"
BOTH = ["advice", "E_NAME", "WP_CAN"]  # a line, and services of two others


@pytest.fixture
def person(session: Session, browser: Browser) -> User:
    """Return somebody who is signed in; the slots of the days ahead are open."""
    hours.follow_calendar(session, hall_of(session), now=clock.now())
    session.commit()
    person = make_user(session)
    browser.sign_in(person)
    return person


def times(browser: Browser, what: list[str], persons: int = 1) -> list[str]:
    asked = {"what": what, "persons": str(persons), "language": "en", "enterprise": ""}
    page = browser.get(BOOK, query_string=asked)
    assert page.status_code == 200
    return re.findall(r'name="start" value="([^"]+)"', page.text)


def hold(browser: Browser, start: str, what: list[str], **more: str) -> Appointment:
    data = {"start": start, "what": ",".join(what), "persons": "1", "language": "zh"} | more
    answer = browser.post(BOOK, data=data)
    assert answer.status_code == 303, answer.text
    number = re.search(r"/appointments/(\d+)/confirm", answer.location)
    assert number
    found = browser.desk.get(Appointment, int(number[1]))
    assert found is not None
    return found


def confirm(browser: Browser, held: Appointment, **more: str) -> int:
    data = {"language": "zh", "case": ""} | more
    return browser.post(f"/appointments/{held.id}/confirm", data=data).status_code


def taken(session: Session) -> dict[str, list[tuple[datetime, int]]]:
    session.expire_all()
    rows = session.execute(
        sa.select(Queue.key, Slot.starts_at, Slot.taken)
        .join(Queue, Queue.id == Slot.queue_id)
        .where(Slot.taken > 0)
        .order_by(Slot.starts_at)
    )
    found: dict[str, list[tuple[datetime, int]]] = {}
    for key, start, count in rows:
        found.setdefault(key, []).append((start, count))
    return found


@pytest.mark.usefixtures("person")
def test_services_of_several_lines_take_one_line_after_the_other(
    browser: Browser, session: Session
) -> None:
    start = times(browser, BOTH)[2]

    found = hold(browser, start, BOTH)

    begins, half = datetime.fromisoformat(start), timedelta(minutes=30)
    assert [(one.queue.key, one.starts_at, one.services) for one in found.parts] == [
        ("advice", begins, []),
        ("registration", begins + half, ["E_NAME"]),
        ("work_permits", begins + 2 * half, ["WP_CAN"]),
    ]
    assert taken(session) == {
        key: [(begins + half * number, 1)]
        for number, key in enumerate(["advice", "registration", "work_permits"])
    }


@pytest.mark.usefixtures("person")
def test_only_times_at_which_all_parts_fit_are_free(browser: Browser, session: Session) -> None:
    before = times(browser, BOTH)
    full = datetime.fromisoformat(before[4])
    permits = queue_of(session, "work_permits")
    session.execute(
        sa.update(Slot)
        .where(Slot.queue_id == permits.id, Slot.starts_at == full + timedelta(minutes=60))
        .values(taken=Slot.public)
    )
    session.commit()

    assert set(before) - set(times(browser, BOTH)) == {before[4]}
    assert before[4] in times(browser, ["advice", "E_NAME"])
    answer = browser.post(BOOK, data={"start": before[4], "what": ",".join(BOTH), "persons": "1"})
    assert answer.status_code == 409
    assert taken(session).keys() == {"work_permits"}, "none of the other places was taken"


@pytest.mark.usefixtures("person")
def test_durations_of_services_in_one_line_combine(browser: Browser) -> None:
    found = hold(browser, times(browser, ["E_NAME", "E_SET_JSC"])[0], ["E_NAME", "E_SET_JSC"])

    assert [one.slots for one in found.parts] == [2]  # 10 + 30 minutes
    assert found.parts[0].services == ["E_NAME", "E_SET_JSC"]


@pytest.mark.usefixtures("person")
def test_moving_keeps_the_order_and_may_keep_some_of_the_places(
    browser: Browser, session: Session
) -> None:
    what = ["E_NAME", "E_SET_JSC", "WP_CAN"]
    start = times(browser, what)[2]
    found = hold(browser, start, what)
    confirm(browser, found)
    to = datetime.fromisoformat(start) + timedelta(minutes=30)

    answer = browser.post(f"/appointments/{found.id}/move", data={"start": to.isoformat()})

    assert answer.status_code == 303
    assert taken(session) == {
        "registration": [(to, 1), (to + timedelta(minutes=30), 1)],
        "work_permits": [(to + timedelta(minutes=60), 1)],
    }


@pytest.mark.usefixtures("person")
def test_cancelling_gives_all_parts_back_once_after_a_while(
    browser: Browser, session: Session
) -> None:
    found = hold(browser, times(browser, BOTH)[2], BOTH)
    confirm(browser, found)

    browser.post(f"/appointments/{found.id}/cancel")

    assert taken(session).keys() == {"advice", "registration", "work_permits"}
    assert session.scalar(sa.select(sa.func.count()).select_from(FreedPlace)) == 3
    with browser.application.app_context():
        for _ in range(2):
            tasks.free_places(found.id)
    assert taken(session) == {}


@pytest.mark.usefixtures("person")
def test_checking_in_gives_one_ticket_for_all_parts(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hold(browser, times(browser, BOTH)[2], BOTH)
    confirm(browser, found)
    monkeypatch.setattr(clock, "now", lambda: found.starts_at - timedelta(minutes=4))

    answer = browser.post("/hall/training/check-in", data={"code": found.code})

    assert answer.status_code == 303
    ticket = session.scalars(sa.select(Ticket)).one()
    lines = [queue_of(session, key).id for key in ("advice", "registration", "work_permits")]
    assert [(one.queue_id, one.service) for one in ticket.stops] == [
        (lines[0], None),
        (lines[1], "E_NAME"),
        (lines[2], "WP_CAN"),
    ]
    assert ticket.language == "zh"
    assert [one.booked_for for one in ticket.stops] == [one.starts_at for one in found.parts]


@pytest.mark.usefixtures("person")
def test_each_line_of_a_booked_visit_has_its_own_time(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hold(browser, times(browser, BOTH)[2], BOTH)
    confirm(browser, found)
    monkeypatch.setattr(clock, "now", lambda: found.starts_at - timedelta(minutes=4))
    browser.post("/hall/training/check-in", data={"code": found.code})
    ticket, sitting = session.scalars(sa.select(Ticket)).one(), make_sitting(session)
    first, second = found.parts[0].starts_at, found.parts[1].starts_at

    calling.call_next(session, sitting, now=clock.now())
    serving.start(session, ticket, sitting, now=clock.now())
    serving.finish(
        session, ticket, sitting, Outcome.SERVED, now=second, to=ticket.stops[1].queue_id
    )
    assert (ticket.booked_for, ticket.lined_up_at) == (second, second)
    serving.undo(session, sitting, now=second)
    assert (ticket.booked_for, ticket.status) == (first, TicketStatus.SERVING)


@pytest.mark.usefixtures("person")
def test_a_family_says_who_comes(browser: Browser, session: Session) -> None:
    found = hold(browser, times(browser, ["WP_CAN"], 3)[0], ["WP_CAN"], persons="3")
    page = browser.get(f"/appointments/{found.id}/confirm").text
    assert page.count('name="people-') == 3

    names = {"people-0": "Ada Example", "people-1": "", "people-2": "Bo Example"}
    assert confirm(browser, found, **names) == 303

    session.expire_all()
    assert found.people == ["Ada Example", "Bo Example"]
    assert found.slots == 2
    raw = session.execute(sa.text("SELECT people FROM appointments")).scalar_one()
    assert b"Ada" not in bytes(raw)


def test_somebody_books_for_their_enterprise_and_for_no_other(
    browser: Browser, session: Session, person: User
) -> None:
    theirs, other = _enterprise(session, person), _enterprise(session, make_user(session))
    start = times(browser, ["advice"])[0]
    assert theirs.name in browser.get(BOOK).text

    found = hold(browser, start, ["advice"], enterprise=str(theirs.id))
    data = {"start": start, "what": "advice", "persons": "1", "enterprise": str(other.id)}

    assert found.enterprise_id == theirs.id
    assert browser.post(BOOK, data=data).status_code == 404


def test_an_application_is_begun_with_the_appointment(
    browser: Browser, session: Session, person: User
) -> None:
    published(session, "E_NAME")
    found = hold(browser, times(browser, ["E_NAME"])[0], ["E_NAME"])

    assert confirm(browser, found, case="new:WP_CAN") == 422
    assert confirm(browser, found, case="new:E_NAME") == 303

    case = session.scalars(sa.select(Case)).one()
    assert (found.case_id, case.applicant_id, case.service_code) == (case.id, person.id, "E_NAME")
    assert case.reference in browser.get(f"/appointments/{found.id}").text


@pytest.mark.usefixtures("person")
def test_the_calendar_keeps_its_entry_through_moves_and_takes_it_out(browser: Browser) -> None:
    found = hold(browser, times(browser, BOTH)[2], BOTH)
    confirm(browser, found)
    first = _entry(browser, found)
    to = times(browser, BOTH)[-1]
    browser.post(f"/appointments/{found.id}/move", data={"start": to})
    moved = _entry(browser, found)
    browser.post(f"/appointments/{found.id}/cancel")
    gone = _entry(browser, found)

    assert first["uid"] == moved["uid"] == gone["uid"]
    assert first["sequence"] < moved["sequence"] < gone["sequence"]
    assert first.end - first.start == timedelta(minutes=90)
    assert moved.start == datetime.fromisoformat(to)
    assert (moved["status"], gone["status"]) == ("CONFIRMED", "CANCELLED")


@pytest.mark.usefixtures("person")
def test_who_chooses_nothing_is_asked_again(browser: Browser) -> None:
    answer = browser.get(BOOK, query_string={"persons": "1", "language": "en"})

    assert answer.status_code == 422
    assert "Choose what you want to do." in answer.text


def _entry(browser: Browser, found: Appointment) -> Any:  # noqa: ANN401 - a component of a calendar
    answer = browser.get(f"/appointments/{found.id}/appointment.ics")
    (event,) = Calendar.from_ical(answer.text).events
    return event


def _enterprise(session: Session, member: User) -> Enterprise:
    number = session.scalar(sa.select(sa.func.count()).select_from(Enterprise)) or 0
    enterprise = Enterprise(
        credit_code=f"9111000000000000{number:02}", name=f"Invented {number} Ltd",
        name_pinyin="", org_form="llc", facts={}, registered_on=date(2026, 3, 2),
        members=[Member(user_id=member.id, role=MemberRole.OWNER, since=MONDAY_MORNING)],
    )  # fmt: skip
    session.add(enterprise)
    session.commit()
    return enterprise

"""A clerk calls for help: supervisors and colleagues see it, nobody else does."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.hall.counter_models import Alarm
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import make_clerk, make_sitting, make_ticket

COUNTER = "/desk/counter"
HALL = "/desk/hall/training"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk at counter 3 who is signed in."""
    clerk = make_clerk(session)
    make_sitting(session, 3, clerk=clerk)
    browser.sign_in(clerk)
    return clerk


@pytest.fixture
def boss(session: Session) -> User:
    """Return a supervisor."""
    return make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})


def test_every_supervisor_sees_it_until_one_goes_there(
    browser: Browser, another_browser: Browser, session: Session, clerk: User, boss: User
) -> None:
    another_browser.sign_in(boss)
    before = another_browser.get(f"{HALL}/now").headers["ETag"]

    assert browser.post(f"{COUNTER}/alarm").status_code == 303

    now = another_browser.get(f"{HALL}/now", headers={"If-None-Match": before})
    assert "Help is needed at counter 3" in now.text
    assert clerk.name in another_browser.get(HALL).text
    alarm = session.scalars(sa.select(Alarm)).one()
    assert another_browser.post(f"{HALL}/alarms/{alarm.id}").status_code == 303
    assert (alarm.seen_by_id, alarm.seen_at is not None) == (boss.id, True)
    after = another_browser.get(f"{HALL}/now").text
    assert "Help is needed" not in after
    assert f"{boss.name} went there at" in after


@pytest.mark.usefixtures("clerk")
def test_the_counter_says_only_that_it_was_sent(browser: Browser) -> None:
    before = browser.get(COUNTER).text
    page = browser.post(f"{COUNTER}/alarm", follow_redirects=True).text

    assert ">Sent<" in page
    assert ">Sent<" not in before
    assert "needs help" not in page
    assert ">Sent<" in browser.get(COUNTER).text


@pytest.mark.usefixtures("clerk")
def test_colleagues_see_where_and_visitors_see_nothing(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    colleague = make_clerk(session)
    make_sitting(session, 1, clerk=colleague)
    make_ticket(session)
    pages = ("/hall/training/board", "/hall/training/kiosk", "/hall/training")
    browser.post(f"{COUNTER}/alarm")

    for page in pages:
        assert "help at counter" not in another_browser.get(page).text
    another_browser.sign_in(colleague)
    assert "needs help at counter 3" in another_browser.get(f"{COUNTER}/line").text


@pytest.mark.usefixtures("clerk")
def test_pressing_again_is_the_same_call_until_somebody_goes(
    browser: Browser, another_browser: Browser, session: Session, boss: User
) -> None:
    another_browser.sign_in(boss)
    for _ in range(3):
        browser.post(f"{COUNTER}/alarm")
    alarm = session.scalars(sa.select(Alarm)).one()
    another_browser.post(f"{HALL}/alarms/{alarm.id}")
    first = alarm.seen_at
    another_browser.post(f"{HALL}/alarms/{alarm.id}")
    browser.post(f"{COUNTER}/alarm")

    assert alarm.seen_at == first
    assert len(session.scalars(sa.select(Alarm)).all()) == 2


@pytest.mark.usefixtures("clerk")
def test_only_supervisors_of_that_hall_acknowledge(
    browser: Browser, another_browser: Browser, session: Session, boss: User
) -> None:
    browser.post(f"{COUNTER}/alarm")
    alarm = session.scalars(sa.select(Alarm)).one()
    another_browser.sign_in(boss)

    assert browser.post(f"{HALL}/alarms/{alarm.id}").status_code == 403
    assert another_browser.post(f"/desk/hall/changping/alarms/{alarm.id}").status_code == 404
    assert alarm.seen_at is None


def test_who_sits_nowhere_calls_nobody(browser: Browser, session: Session) -> None:
    browser.sign_in(make_clerk(session))

    assert browser.post(f"{COUNTER}/alarm").status_code == 409


def test_the_supervisor_reads_why_a_counter_is_on_a_break(
    browser: Browser, another_browser: Browser, clerk: User, boss: User
) -> None:
    browser.post(f"{COUNTER}/break", data={"reason": "lunch"})
    another_browser.sign_in(boss)

    page = another_browser.get(HALL).text
    assert "Lunch, since" in page
    assert clerk.name in page


def test_who_only_helps_out_calls_nobody_out_of_turn(browser: Browser, session: Session) -> None:
    reviewer = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    make_sitting(session, clerk=reviewer)
    ticket = make_ticket(session)
    browser.sign_in(reviewer)
    path = f"{COUNTER}/tickets/{ticket.id}/choose"

    assert browser.get(path).status_code == 403
    answer = browser.post(path, data={"seen": str(ticket.version), "reason": "A friend"})
    assert answer.status_code == 403
    assert "Call now" not in browser.get(COUNTER).text
    assert browser.post(f"{COUNTER}/next").status_code == 303


@pytest.mark.usefixtures("clerk")
def test_a_supervisor_reads_it_on_every_page_of_the_desk(
    browser: Browser, another_browser: Browser, session: Session, boss: User
) -> None:
    another_browser.sign_in(boss)
    browser.post(f"{COUNTER}/alarm")

    assert "Help is needed at counter 3" in another_browser.get("/desk/notes").text
    assert "Help is needed at counter 3" in another_browser.get("/desk/counter").text
    another_browser.sign_in(make_clerk(session))
    assert "Help is needed" not in another_browser.get("/desk/notes").text

"""Years whose holidays are not announced: seen by those who have to look after them."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.calendar.models import CalendarDay
from tests.cases.licences import apply_for, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import make_user

WARNING = "Holidays not announced yet"


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    """2026 is announced, 2027 only expected."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 6, 1, 4, tzinfo=UTC))


def test_in_a_year_that_is_announced_nobody_is_warned(session: Session, browser: Browser) -> None:
    browser.sign_in(officer(session, market="supervisor"))

    assert WARNING not in browser.get("/desk").text


def test_a_supervisor_is_warned_when_something_is_due_in_such_a_year(
    session: Session, browser: Browser
) -> None:
    case = apply_for(session, make_licence(), now=datetime(2026, 12, 28, 2, tzinfo=UTC))
    take(session, case, "accept", "accept", now=datetime(2026, 12, 28, 2, tzinfo=UTC))
    browser.sign_in(officer(session, market="supervisor"))

    assert WARNING in browser.get("/desk").text
    page = browser.get("/desk/calendar").text
    assert WARNING in page
    assert "2027" in page
    browser.sign_in(officer(session, market="reviewer"))
    assert WARNING not in browser.get("/desk").text
    assert browser.get("/desk/calendar").status_code == 403


def test_before_the_year_begins_administrators_are_warned_too(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = make_user(session, role=Role.ADMIN)
    browser.sign_in(admin)
    assert WARNING not in browser.get("/admin/notices").text

    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 26, 4, tzinfo=UTC))
    browser.sign_in(admin)

    assert WARNING in browser.get("/admin/notices").text
    assert browser.get("/desk/calendar").status_code == 200


def test_a_year_without_any_row_is_a_year_not_known(session: Session, browser: Browser) -> None:
    session.execute(sa.delete(CalendarDay).where(sa.extract("year", CalendarDay.day) == 2026))
    session.commit()
    browser.sign_in(officer(session, market="supervisor"))

    assert WARNING in browser.get("/desk").text
    assert "Not known" in browser.get("/desk/calendar").text

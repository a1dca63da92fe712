"""A supervisor, and an administrator of the halls on a Tuesday."""

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.hall.operations import hours
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.changing import HALL, TUESDAY
from tests.hall.factories import hall_of


@pytest.fixture
def on_a_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be Tuesday, 1 December 2026, 10:00 at the hall."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def admin(on_a_tuesday: None, session: Session, browser: Browser) -> User:  # noqa: ARG001 - it sets the clock
    """Sign in as an administrator; the times of the days ahead are open."""
    hours.follow_calendar(session, hall_of(session, HALL), now=clock.now())
    session.commit()
    user = make_user(session, role=Role.ADMIN)
    browser.sign_in(user)
    return user


@pytest.fixture
def boss(session: Session, browser: Browser) -> Browser:
    """Return the browser of a supervisor."""
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))
    return browser

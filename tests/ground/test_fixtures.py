"""The tests' own ground: clones, sessions, a browser that is somebody."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from tests.conftest import Browser
from tests.factories import make_user


def test_each_test_begins_with_nobody(session: Session) -> None:
    make_user(session)

    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_what_another_test_did_is_gone(session: Session) -> None:
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_a_page_that_is_not_there_is_a_404(browser: Browser) -> None:
    assert browser.get("/no-such-page").status_code == 404

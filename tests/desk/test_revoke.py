"""A supervisor takes a certificate out of force; whoever verifies it reads why."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.models import Certificate
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.factories import make_user

KEY = "k" * 24


def test_a_revoked_certificate_says_so_and_why(session: Session, browser: Browser) -> None:
    case = make_case(session, steps=4)
    code = session.scalars(sa.select(Certificate.code)).one()
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))
    path = f"/desk/cases/{case.reference}/revoke"
    assert path in browser.get(f"/desk/cases/{case.reference}").text

    assert browser.post(path, data={"reason": " ", "request_key": KEY}).status_code == 422
    answer = browser.post(path, data={"reason": "The lease was forged.", "request_key": KEY})

    assert answer.status_code == 303
    browser.sign_out()
    page = browser.get(f"/verify/{code}").text
    assert "The lease was forged." in page


def test_only_supervisors_revoke(session: Session, browser: Browser) -> None:
    case = make_case(session, steps=4)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))

    assert browser.get(f"/desk/cases/{case.reference}/revoke").status_code == 403

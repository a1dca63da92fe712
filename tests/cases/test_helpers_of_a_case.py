"""People whom the applicant lets in: who may come in, and what stays the applicant's."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePerson
from servicedesk.notices.facts import unpacked
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.factories import make_user


@pytest.fixture
def friend(session: Session) -> User:
    """Return somebody who will be invited."""
    return make_user(session)


def invite(session: Session, browser: Browser, case: Case, email: str) -> str:
    """Have the applicant invite an address; return the way in that was mailed."""
    browser.sign_in(case.applicant)
    browser.post(f"/cases/{case.reference}/people", data={"email": email})
    mail = session.scalars(sa.select(Notice).where(Notice.kind == "case_invitation")).one()
    return f"/join/{unpacked(mail.facts)['secret']}"


def test_who_was_invited_comes_in(session: Session, browser: Browser, friend: User) -> None:
    case = make_case(session)
    way_in = invite(session, browser, case, friend.email.upper())
    browser.sign_in(friend)

    assert case.reference in browser.get(way_in).text
    assert browser.post(way_in).status_code == 303
    assert [one.user_id for one in case.people] == [friend.id]


def test_an_invitation_is_no_way_in_for_anybody_else(
    session: Session, browser: Browser, friend: User
) -> None:
    case = make_case(session)
    way_in = invite(session, browser, case, friend.email)
    browser.sign_in(make_user(session))

    answers = [browser.get(way_in), browser.post(way_in)]

    assert [one.status_code for one in answers] == [403, 403]
    assert case.reference not in answers[0].text
    assert case.people == []
    browser.sign_in(friend)
    assert browser.post(way_in).status_code == 303  # and it is not used up


def test_who_helps_can_neither_withdraw_nor_part_with_people(
    session: Session, browser: Browser, friend: User
) -> None:
    case = make_case(session)
    session.add(CasePerson(case=case, user=friend, capacity="agent"))
    session.commit()
    browser.sign_in(friend)
    base = f"/cases/{case.reference}"
    leaves = {"reason": "Other premises.", "understood": "y"}

    assert "/withdraw" not in browser.get(base).text
    assert browser.get(f"{base}/withdraw").status_code == 403
    assert browser.post(f"{base}/withdraw", data=leaves).status_code == 403
    assert browser.post(f"{base}/people/{friend.id}/remove").status_code == 403
    assert case.status is not CaseStatus.WITHDRAWN

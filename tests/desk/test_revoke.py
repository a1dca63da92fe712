"""A supervisor takes a certificate out of force; whoever it concerns reads why."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.models import Case
from servicedesk.enterprises.models import Certificate, CertificateState, Enterprise
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.enterprises.members import add_member
from tests.factories import make_user

FORM = {"reason": "The lease was forged.", "request_key": "k" * 24}


@pytest.fixture
def case(session: Session) -> Case:
    """Return a set-up that was approved by market."""
    return make_case(session, steps=4)


@pytest.fixture
def supervisor(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


def test_a_revoked_certificate_says_so_and_why(
    session: Session, browser: Browser, case: Case, supervisor: User
) -> None:
    browser.sign_in(supervisor)
    assert path(case) in browser.get(f"/desk/cases/{case.reference}").text

    assert browser.post(path(case), data=FORM | {"reason": " "}).status_code == 422
    assert browser.post(path(case), data=FORM).status_code == 303

    assert path(case) not in browser.get(f"/desk/cases/{case.reference}").text
    browser.sign_out()
    code = session.scalars(sa.select(Certificate.code)).one()
    assert FORM["reason"] in browser.get(f"/verify/{code}").text
    enterprise = session.scalars(sa.select(Enterprise)).one()
    entry = browser.get(f"/register/{enterprise.credit_code}").text
    assert "Certificate revoked" in entry
    assert FORM["reason"] not in entry


def test_the_applicant_is_told_with_reason_and_remedies(
    session: Session, browser: Browser, case: Case, supervisor: User
) -> None:
    browser.sign_in(supervisor)
    browser.post(path(case), data=FORM)
    browser.sign_in(case.applicant)

    assert "The certificate of this application was revoked" in browser.get(own(case)).text
    letter = queries.letters_of(session, case)[0]
    text = browser.get(f"{own(case)}/letters/{letter.id}").text
    for words in (
        FORM["reason"],
        "within 60 days",
        "6 months",
        "撤销通知书",
        "Changping District Administration for Market Regulation",
        "北京市昌平区市场监督管理局",
    ):
        assert words in text
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert "revoked" in {mail.facts["letter"] for mail in mails}


@pytest.mark.parametrize(
    ("role", "post", "status"),
    [
        (Role.REVIEWER, ("market", "reviewer"), 403),
        (Role.SUPERVISOR, ("market", "reviewer"), 403),
        (Role.SUPERVISOR, ("window", "supervisor"), 403),  # had a task of it, did not decide
        (Role.SUPERVISOR, ("tax", "supervisor"), 404),
        (Role.ADMIN, ("market", "supervisor"), 403),
    ],
)
def test_only_supervisors_of_the_deciding_department_revoke(
    browser: Browser, case: Case, role: Role, post: tuple[str, str], status: int
) -> None:
    browser.sign_in(make_user(browser.desk, role=role, posts=dict([post])))

    still_valid(browser, case, status)


def test_nobody_revokes_what_they_decided(session: Session, browser: Browser, case: Case) -> None:
    decider = case.last_done.done_by if case.last_done else None
    assert decider
    decider.role, decider.posts[0].duty = Role.SUPERVISOR, "supervisor"
    session.commit()
    browser.sign_in(decider)

    still_valid(browser, case, 403)


def test_nobody_revokes_the_certificate_of_their_own_enterprise(
    session: Session, browser: Browser, case: Case, supervisor: User
) -> None:
    add_member(session, case.enterprise_id, supervisor)
    session.commit()
    browser.sign_in(supervisor)

    still_valid(browser, case, 403)


@pytest.mark.parametrize(("length", "status"), [(500, 303), (501, 422), (2000, 422)])
def test_a_reason_has_the_length_that_is_kept(
    browser: Browser, case: Case, supervisor: User, length: int, status: int
) -> None:
    browser.sign_in(supervisor)

    answer = browser.post(path(case), data=FORM | {"reason": "x" * length})

    assert answer.status_code == status
    if status == 422:
        assert "x" * length in answer.text


def still_valid(browser: Browser, case: Case, status: int) -> None:
    """Try to revoke; see that it is refused, and that the certificate is in force."""
    assert browser.get(path(case)).status_code == status
    assert browser.post(path(case), data=FORM).status_code == status
    assert path(case) not in browser.get(f"/desk/cases/{case.reference}").text
    assert browser.desk.scalars(sa.select(Certificate.state)).one() is CertificateState.VALID


def own(case: Case) -> str:
    return f"/cases/{case.reference}"


def path(case: Case) -> str:
    return f"/desk/cases/{case.reference}/revoke"

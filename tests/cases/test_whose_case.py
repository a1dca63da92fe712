"""A case is seen by its own people and by the departments it concerns, by nobody else."""

import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import CasePerson
from servicedesk.cases.operations import drafts
from tests.cases.factories import make_case, published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

APPLICANT_PAGES = ["", "/withdraw", "/check", "/sent", "/materials"]


@pytest.mark.parametrize("page", APPLICANT_PAGES)
def test_somebody_elses_case_looks_as_if_it_did_not_exist(
    session: Session, browser: Browser, page: str
) -> None:
    case = make_case(session)
    browser.sign_in(make_user(session))

    theirs = browser.get(f"/cases/{case.reference}{page}")
    nobodys = browser.get(f"/cases/R26-99999{page}")

    assert theirs.status_code == nobodys.status_code == 404
    assert plain(theirs.text, case.reference) == plain(nobodys.text, "R26-99999")


def plain(page: str, reference: str) -> str:
    """Return the page without what differs from one request to the next."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", page).replace(reference, "")


def test_letters_and_papers_of_others_are_not_there(session: Session, browser: Browser) -> None:
    case = make_case(session)
    document = case.documents[0]
    browser.sign_in(make_user(session))

    for path in (f"documents/{document.id}", f"documents/{document.id}/1.png", "letters/1"):
        assert browser.get(f"/cases/{case.reference}/{path}").status_code == 404


def test_a_paper_of_another_case_is_not_found_under_ones_own(
    session: Session, browser: Browser
) -> None:
    theirs = make_case(session)
    me = make_user(session)
    mine = make_case(session, "E_NAME", applicant=me)
    browser.sign_in(me)

    path = f"/cases/{mine.reference}/documents/{theirs.documents[0].id}"

    assert browser.get(path).status_code == 404


def test_an_agent_who_was_let_in_sees_the_case(session: Session, browser: Browser) -> None:
    case = make_case(session)
    agent = make_user(session)
    session.add(CasePerson(case=case, user=agent, capacity="agent"))
    session.commit()
    browser.sign_in(agent)

    assert browser.get(f"/cases/{case.reference}").status_code == 200


@pytest.mark.parametrize(
    ("role", "posts", "status"),
    [
        (Role.CLERK, {"window": "clerk"}, 200),
        (Role.REVIEWER, {"tax": "reviewer"}, 404),  # never had a task of it
        (Role.SUPERVISOR, {"tax": "supervisor"}, 404),  # nor had this one's department
        (Role.SUPERVISOR, {"window": "supervisor"}, 200),
        (Role.ADMIN, {}, 403),
        (Role.APPLICANT, {}, 403),
    ],
)
def test_the_desk_shows_a_case_to_its_departments(
    session: Session, browser: Browser, role: Role, posts: dict[str, str], status: int
) -> None:
    case = make_case(session)
    browser.sign_in(make_user(session, role=role, posts=posts))

    assert browser.get(f"/desk/cases/{case.reference}").status_code == status


def test_a_draft_is_not_on_anybodys_desk(session: Session, browser: Browser) -> None:
    version, service = published(session, "E_SET_LLC")
    draft = drafts.start(
        session, version, service, by=make_user(session), enterprise_id=None, now=MONDAY_MORNING
    )
    session.commit()
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))

    assert browser.get(f"/desk/cases/{draft.reference}").status_code == 404


def test_a_stranger_is_sent_to_sign_in(session: Session, browser: Browser) -> None:
    response = browser.get(f"/cases/{make_case(session).reference}")

    assert response.status_code == 303
    assert response.location.startswith("/sign-in")

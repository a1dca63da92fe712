"""How many SQL statements a page costs: few, and no more for forty rows than for three."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import examples
from servicedesk.enterprises.models import AddressUnit
from tests.cases.factories import make_case, make_staff, published
from tests.conftest import Browser
from tests.factories import make_user
from tests.races.factories import ready_draft
from tests.races.statements import counted

FEW, MANY = 3, 40
INBOX = ("/desk", "/desk?view=mine", "/desk?view=overdue", "/desk?q=H26&held=nobody", "/desk/tasks")
LIST_PAGE = 6  # statements, session and person among them
PUBLIC_LIST = 7  # and which advisers there are
# Of one case: as many as there are kinds of things on the page; on the desk also whether an owner
# is an enterprise of the register.
CASE_PAGES = {"desk": 27, "status": 14, "sections": 12, "form page": 12, "check": 13}


def test_a_list_of_cases_costs_few_statements_however_long_it_is(
    app: Flask, session: Session, browser: Browser
) -> None:
    applicant = make_user(session)
    clerk = make_user(session, role=Role.SUPERVISOR, posts={"park": "supervisor"})
    paths = {"/cases": applicant} | dict.fromkeys(INBOX, clerk)
    costs = []
    for how_many in (FEW, MANY - FEW):
        _send(session, applicant, how_many)
        costs.append({path: _statements(app, browser, path, who) for path, who in paths.items()})

    assert costs[0] == costs[1]
    assert max(costs[0].values()) <= LIST_PAGE


@pytest.mark.parametrize("path", ["/services", "/services?q=name", "/register", "/"])
def test_a_public_list_costs_few_statements_for_a_person_who_is_signed_in(
    app: Flask, session: Session, browser: Browser, path: str
) -> None:
    assert _statements(app, browser, path, make_user(session)) <= PUBLIC_LIST


def test_the_register_costs_no_more_for_more_enterprises(
    app: Flask, session: Session, browser: Browser
) -> None:
    reader = make_user(session)
    make_case(session, steps=4)
    few = _statements(app, browser, "/register", reader)

    make_case(session, steps=5, example=1)

    assert _statements(app, browser, "/register", reader) == few


@pytest.mark.parametrize("name", CASE_PAGES)
def test_a_page_of_one_case_costs_a_fixed_number_of_statements(
    app: Flask, session: Session, browser: Browser, name: str
) -> None:
    sent, draft = make_case(session, steps=1), ready_draft(session, "E_HOST")
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk", "park": "reviewer"})
    path, who = {
        "desk": (f"/desk/cases/{sent.reference}", clerk),
        "status": (f"/cases/{sent.reference}", sent.applicant),
        "sections": (f"/cases/{draft.reference}", draft.applicant),
        "form page": (f"/cases/{draft.reference}/place", draft.applicant),
        "check": (f"/cases/{draft.reference}/check", draft.applicant),
    }[name]

    assert _statements(app, browser, path, who) <= CASE_PAGES[name]


@pytest.mark.parametrize("whose", ["desk", "applicant"])
def test_a_page_of_one_case_costs_no_more_when_more_has_happened(
    app: Flask, session: Session, browser: Browser, whose: str
) -> None:
    begun, done = make_case(session), make_case(session, example=1, steps=5)
    clerk = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    costs = [
        _statements(app, browser, f"/desk/cases/{case.reference}", clerk)
        if whose == "desk"
        else _statements(app, browser, f"/cases/{case.reference}", case.applicant)
        for case in (begun, done)
    ]

    # The items of a correction list, all at once; the enterprise that came of it, its members.
    assert costs[1] <= costs[0] + 3


def _send(session: Session, applicant: User, how_many: int) -> None:
    """Send applications of ``applicant``, quickly: one example again and again."""
    version, service = published(session, "E_HOST")
    unit = session.query(AddressUnit).filter_by(code="1-H01").one()
    unit.capacity = 1000
    example = service.examples[0].model_copy(update={"steps": []})
    staff = make_staff(session)
    for _ in range(how_many):
        examples.play(session, version, service, example, applicant=applicant, staff=staff)
    session.commit()


def _statements(app: Flask, browser: Browser, path: str, who: User) -> int:
    """Return how many statements the page costs ``who`` once everything is warm."""
    browser.sign_in(who)
    browser.get(path)
    with counted(app) as sent:
        answer = browser.get(path)
    assert answer.status_code == 200
    return len(sent)

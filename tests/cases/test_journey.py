"""A registration from the first page to the licence, through the pages, with a correction."""

import io
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases.examples import paper
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.enterprises.models import Certificate, Enterprise
from tests.cases.factories import published
from tests.cases.pages import form_data
from tests.conftest import Browser
from tests.factories import make_user

KEY = "k" * 24


def test_an_enterprise_registers_mends_and_gets_its_licence(  # noqa: PLR0915 - one long way
    session: Session, browser: Browser
) -> None:
    applicant = make_user(session)
    window = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    examiner = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    park = make_user(session, role=Role.CLERK, posts={"park": "reviewer"})
    decider = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    _, service = published(session, "E_SET_LLC")
    example = service.examples[0]

    browser.sign_in(applicant)
    response = browser.post("/services/E_SET_LLC/start", data={"request_key": KEY})
    assert response.status_code == 303, response.text
    case = session.scalars(sa.select(Case)).one()
    base = f"/cases/{case.reference}"
    answers = example.answers | {
        "shareholders": [{**one, "pay_by": "2029-01-31"} for one in example.answers["shareholders"]]
    }
    for page in service.pages:
        data = form_data(page, answers)
        response = browser.post(f"{base}/{page.key}", data=data)
        assert response.status_code == 303, f"{page.key}: {_errors(response.text)}"
    for material in example.materials:
        upload = {"material": material, "file": (io.BytesIO(paper(material)), f"{material}.png")}
        response = browser.post(f"{base}/materials", data=upload)
        assert response.status_code == 303, _errors(response.text)
    assert "Send the application" in browser.get(f"{base}/check").text
    response = browser.post(f"{base}/submit", data={"declared": "y", "request_key": KEY})
    assert response.status_code == 303, _errors(response.text)
    assert browser.get(response.location).status_code == 200
    assert _status(case) is CaseStatus.SUBMITTED

    browser.sign_in(window)
    assert case.reference in browser.get("/desk").text
    task = _open(session, case, "accept")
    assert browser.post(_task(case, task, "claim")).status_code == 303
    assert browser.get(f"/desk/cases/{case.reference}").status_code == 200
    assert browser.get(_task(case, task, "correct")).status_code == 200
    wrong = {
        "request_key": KEY,
        "place": "field:capital",
        "words:field:capital": "Say why so much.",
    }
    response = browser.post(_task(case, task, "correct"), data=wrong)
    assert response.status_code == 303, _errors(response.text)
    assert _status(case) is CaseStatus.CORRECTING

    browser.sign_in(applicant)
    assert "Say why so much." in browser.get(base).text
    assert browser.get(f"{base}/name").status_code == 404
    capital = service.page("capital")
    assert capital is not None
    less = {**answers, "capital": {"currency": "CNY", "amount": "5000000.00"}}
    narrow = capital.model_copy(update={"fields": capital.fields[:1]})
    assert browser.get(f"{base}/capital").status_code == 200
    response = browser.post(f"{base}/capital", data=form_data(narrow, less))
    assert response.status_code == 303, _errors(response.text)
    response = browser.post(f"{base}/submit", data={"declared": "y", "request_key": "m" * 24})
    assert response.status_code == 303, _errors(response.text)
    assert _status(case) is CaseStatus.SUBMITTED

    for person, key, action in (
        (window, "accept", "accept"),
        (examiner, "examine", "recommend"),
        (park, "address", "confirm"),
        (decider, "decide", "approve"),
    ):
        browser.sign_in(person)
        task = _open(session, case, key)
        assert browser.get(f"/desk/cases/{case.reference}").status_code == 200
        browser.post(_task(case, task, "claim"))
        response = browser.post(_task(case, task, f"do/{action}"), data={"request_key": KEY})
        assert response.status_code == 303, f"{key}: {_errors(response.text)}"
    assert _status(case) is CaseStatus.APPROVED
    enterprise = session.scalars(sa.select(Enterprise)).one()
    certificate = session.scalars(sa.select(Certificate)).one()
    assert enterprise.name == "北京澄野样例生物科技有限公司"

    browser.sign_in(applicant)
    assert certificate.code in browser.get(base).text
    browser.sign_out()
    assert enterprise.credit_code in browser.get(f"/verify/{certificate.code}").text
    assert "Approved" in browser.get(f"/track?number={case.reference}").text


def _open(session: Session, case: Case, key: str) -> Task:
    query = sa.select(Task).where(
        Task.case_id == case.id, Task.key == key, Task.state == TaskState.OPEN
    )
    return session.scalars(query).one()


def _task(case: Case, task: Task, what: str) -> str:
    return f"/desk/cases/{case.reference}/tasks/{task.id}/{what}"


def _errors(page: str) -> str:
    found = re.search(r'<div class="sd-errors".*?</div>', page, re.DOTALL)
    return found.group(0) if found else page[:3000]


def _status(case: Case) -> CaseStatus:
    """Return the status as it is now; a type checker takes the first for granted."""
    return case.status

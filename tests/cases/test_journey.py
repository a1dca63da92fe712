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
from tests.cases.factories import agreeing, fill_in, looking_at, published
from tests.cases.pages import form_data
from tests.confirmations.factories import everybody_confirms
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
        response = fill_in(browser, f"{base}/{page.key}", data)
        assert response.status_code == 303, f"{page.key}: {_errors(response.text)}"
    for material in example.materials:
        upload = {"material": material, "file": (io.BytesIO(paper(material)), f"{material}.png")}
        response = browser.post(f"{base}/materials", data=upload)
        assert response.status_code == 303, _errors(response.text)
    assert "Send the application" not in browser.get(f"{base}/check").text
    everybody_confirms(session, case)
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
    wrong = looking_at(session, task) | {
        "place": "field:liaison_phone",
        "words:field:liaison_phone": "This number does not answer.",
    }
    response = browser.post(_task(case, task, "correct"), data=wrong)
    assert response.status_code == 303, _errors(response.text)
    assert _status(case) is CaseStatus.CORRECTING

    browser.sign_in(applicant)
    assert "This number does not answer." in browser.get(base).text
    assert browser.get(f"{base}/name").status_code == 404
    contacts = service.page("contacts")
    assert contacts is not None
    only = [field for field in contacts.fields if field.key == "liaison_phone"]
    narrow = contacts.model_copy(update={"fields": tuple(only)})
    assert browser.get(f"{base}/contacts").status_code == 200
    same = fill_in(browser, f"{base}/contacts", form_data(narrow, answers))
    assert same.status_code == 303, _errors(same.text)
    early = browser.post(f"{base}/submit", data={"declared": "y", "request_key": "e" * 24})
    assert early.status_code == 409, "saving what it was is not mending it"
    mended = {**answers, "liaison_phone": "13800000299"}
    response = fill_in(browser, f"{base}/contacts", form_data(narrow, mended))
    assert response.status_code == 303, _errors(response.text)
    everybody_confirms(session, case)
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
        answer = agreeing(session, task, action)
        response = browser.post(_task(case, task, f"do/{action}"), data=answer)
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

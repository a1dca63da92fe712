"""The application of whoever is at the counter: found, begun, given papers, accepted."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CaseEvent, Document, TaskState
from servicedesk.hall.appointment_models import Appointment, AppointmentStatus
from servicedesk.hall.models import Ticket
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.factories import make_user
from tests.files.factories import pdf
from tests.hall.factories import make_clerk, make_sitting, make_ticket

COUNTER = "/desk/counter"


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk of the window who is signed in and sits at a counter."""
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    browser.sign_in(clerk)
    return clerk


@pytest.fixture
def served(session: Session, browser: Browser, clerk: User) -> Ticket:
    """Return a ticket that is being served there."""
    assert clerk.is_staff
    ticket = make_ticket(session)
    browser.post(f"{COUNTER}/next")
    act(browser, ticket, "start")
    return ticket


def act(browser: Browser, ticket: Ticket, action: str, **more: object) -> int:
    data = {"seen": str(ticket.version)} | more
    return browser.post(f"{COUNTER}/tickets/{ticket.id}/{action}", data=data).status_code


def a_scan(name: str = "scan.pdf") -> tuple[BytesIO, str]:
    return BytesIO(pdf()), name


def attached(session: Session, browser: Browser, ticket: Ticket, case: Case) -> None:
    assert act(browser, ticket, "case", reference=case.reference) == 303
    assert ticket.case_id == case.id
    session.rollback()


def draft_of(session: Session, browser: Browser, ticket: Ticket, person: User) -> Case:
    assert act(browser, ticket, "case/open", email=person.email, service="E_SET_LLC") == 303
    return session.scalars(sa.select(Case)).one()


def test_a_case_is_found_by_reference_name_or_address(
    browser: Browser, session: Session, served: Ticket
) -> None:
    person = make_user(session, name="Sample Visitor", email="sample@example.org")
    case = make_case(session, applicant=person)
    page = f"{COUNTER}/tickets/{served.id}/case"

    for words in (case.reference.lower(), "visitor", "Sample@example.org "):
        assert case.reference in browser.get(page, query_string={"find": words}).text
    for words in ("v", "someone else", "%"):
        assert case.reference not in browser.get(page, query_string={"find": words}).text


def test_a_case_is_tied_to_the_visit_and_taken_off_again(
    browser: Browser, session: Session, served: Ticket
) -> None:
    case = make_case(session)
    attached(session, browser, served, case)
    page = browser.get(COUNTER).text
    assert case.reference in page
    assert case.applicant.name in page

    assert act(browser, served, "case/detach") == 303
    assert served.case_id is None
    assert browser.post(f"{COUNTER}/undo").status_code == 303
    assert served.case_id == case.id


def test_a_case_that_the_clerk_may_not_read_is_not_there(
    another_browser: Browser, session: Session, served: Ticket
) -> None:
    case = make_case(session)
    stranger = make_user(session, role=Role.CLERK, posts={"police": "clerk"})
    make_sitting(session, 2, clerk=stranger)
    another_browser.sign_in(stranger)
    theirs = make_ticket(session)
    another_browser.post(f"{COUNTER}/next")

    assert act(another_browser, theirs, "case", reference=case.reference) == 404
    assert act(another_browser, theirs, "case", reference="NOTHING") == 404
    found = another_browser.get(
        f"{COUNTER}/tickets/{theirs.id}/case", query_string={"find": case.applicant.name}
    )
    assert case.reference not in found.text
    assert served.case_id is None


def test_whoever_booked_is_found_with_their_drafts_and_nobody_else_s(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    person = make_user(session)
    case = draft_of(session, browser, served, person)
    act(browser, served, "case/detach")
    page = f"{COUNTER}/tickets/{served.id}/case"
    offered = f'value="{case.reference}"'
    assert offered not in browser.get(page).text
    assert act(browser, served, "case", reference=case.reference) == 404

    book(session, served, person)

    assert offered in browser.get(page).text
    assert act(browser, served, "case", reference=case.reference) == 303
    assert clerk.id != case.applicant_id


def test_an_application_is_begun_for_the_person_who_stands_there(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    person = make_user(session)
    case = draft_of(session, browser, served, person)

    assert (case.applicant_id, case.status) == (person.id, CaseStatus.DRAFT)
    assert served.case_id == case.id
    event = session.scalars(sa.select(CaseEvent)).one()
    assert event.actor_id == clerk.id
    assert "send it themselves" in browser.get(COUNTER).text


def test_nobody_looks_into_visits_of_another_counter(
    another_browser: Browser, session: Session, served: Ticket
) -> None:
    served.case_id = make_case(session).id
    session.commit()
    colleague = make_clerk(session)
    make_sitting(session, 2, clerk=colleague)
    another_browser.sign_in(colleague)

    for page in ("case", "papers"):
        answer = another_browser.get(f"{COUNTER}/tickets/{served.id}/{page}")
        assert answer.status_code == 409


def test_nothing_is_begun_for_who_cannot_apply(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    unconfirmed = make_user(session, confirmed_at=None)

    for email in ("nobody@example.org", "no address", clerk.email, unconfirmed.email):
        assert act(browser, served, "case/open", email=email, service="E_SET_LLC") == 422
    assert act(browser, served, "case/open", email=clerk.email, service="NOT_ONE") == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_the_same_press_sent_twice_begins_one(
    browser: Browser, session: Session, served: Ticket
) -> None:
    person = make_user(session)
    data = {"seen": str(served.version), "email": person.email, "service": "E_SET_LLC"}
    for _ in range(2):
        browser.post(
            f"{COUNTER}/tickets/{served.id}/case/open", data=data | {"request_key": "b" * 20}
        )

    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_a_scan_is_put_to_a_paper_of_the_draft(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    draft_of(session, browser, served, make_user(session))
    page = browser.get(f"{COUNTER}/tickets/{served.id}/papers").text
    material = page.split('name="material" value="')[1].split('"')[0]

    assert act(browser, served, "papers", material=material, file=a_scan()) == 303

    document = session.scalars(sa.select(Document)).one()
    assert (document.material, document.given_by_id) == (material, clerk.id)
    assert "scan.pdf" in browser.get(f"{COUNTER}/tickets/{served.id}/papers").text
    assert "Given" in browser.get(COUNTER).text


def test_what_is_no_paper_is_not_taken(browser: Browser, session: Session, served: Ticket) -> None:
    draft_of(session, browser, served, make_user(session))
    page = browser.get(f"{COUNTER}/tickets/{served.id}/papers").text
    material = page.split('name="material" value="')[1].split('"')[0]
    virus = BytesIO(b"MZ\x90\x00 no paper"), "a.exe"

    assert act(browser, served, "papers", material=material, file=virus) == 422
    assert act(browser, served, "papers", material=material) == 422
    assert act(browser, served, "papers", material="no_such_paper", file=a_scan()) == 409
    assert session.scalars(sa.select(Document)).all() == []


def test_papers_of_a_case_that_is_examined_are_closed(
    browser: Browser, session: Session, served: Ticket
) -> None:
    case = make_case(session)
    attached(session, browser, served, case)
    known = case_materials(session, case)

    assert act(browser, served, "papers", material=known[0], file=a_scan("other.pdf")) == 409


def test_a_paper_is_found_in_order_at_the_counter(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    case = make_case(session)
    attached(session, browser, served, case)
    paper = session.scalars(sa.select(Document).where(Document.case_id == case.id)).first()
    assert paper is not None

    assert act(browser, served, f"papers/{paper.id}/in-order") == 303

    assert paper.verdict_by_id == clerk.id
    assert act(browser, served, "papers/999999/in-order") == 404


def test_an_application_is_accepted_at_the_counter(
    browser: Browser, session: Session, served: Ticket
) -> None:
    case = make_case(session)
    attached(session, browser, served, case)
    page = browser.get(COUNTER).text
    assert "Accept the application" in page
    state = page.split('name="state" value="')[1].split('"')[0]
    task = next(one for one in case.tasks if one.state is TaskState.OPEN)
    path = f"tasks/{task.id}/accept"

    assert act(browser, served, path, state="0.0") == 409
    assert act(browser, served, path, state=state) == 303

    assert task.state is TaskState.DONE
    assert case.status is CaseStatus.IN_PROGRESS
    assert act(browser, served, path, state=state) == 409


def test_nobody_handles_their_own_application_at_a_counter(
    browser: Browser, session: Session, clerk: User, served: Ticket
) -> None:
    case = make_case(session)
    case.applicant_id = clerk.id
    session.commit()
    attached(session, browser, served, case)
    known = case_materials(session, case)

    assert act(browser, served, "papers", material=known[0], file=a_scan()) == 403
    assert "Accept the application" not in browser.get(COUNTER).text


@pytest.mark.usefixtures("clerk")
def test_visits_before_and_their_notes_are_beside_the_next(
    browser: Browser, session: Session, served: Ticket
) -> None:
    case = make_case(session)
    attached(session, browser, served, case)
    act(browser, served, "notes", body="Brings the lease next time")
    act(browser, served, "finish", outcome="papers_missing")
    again = make_ticket(session)
    browser.post(f"{COUNTER}/next")
    attached(session, browser, again, case)

    page = browser.get(COUNTER).text
    assert "Visits before" in page
    assert "Brings the lease next time" in page
    assert "Papers are missing" in page


def book(session: Session, ticket: Ticket, person: User) -> None:
    """Make the visit one that ``person`` had booked."""
    now = clock.now()
    session.add(
        Appointment(
            nonce=b"n" * 9, code="ABC234", user_id=person.id, queue_id=ticket.queue_id,
            starts_at=now, slots=1, persons=1, language="en", ticket_id=ticket.id,
            status=AppointmentStatus.HERE, created_at=now, changed_at=now,
        )
    )  # fmt: skip
    session.commit()


def case_materials(session: Session, case: Case) -> list[str]:
    found = session.scalars(sa.select(Document.material).where(Document.case_id == case.id))
    return [one for one in found if "#" not in one and ":" not in one]

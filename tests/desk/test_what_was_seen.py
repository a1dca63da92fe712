"""A decision is about what the person looked at: what came since is told, and nothing is done."""

import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import corrections, drafts, submission
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import agreeing, looking_at, make_case, open_task
from tests.conftest import Browser
from tests.factories import make_user

REASON = "The unit is let to somebody else."


@pytest.fixture
def case(session: Session) -> Case:
    """Return a set-up that market examines while the park confirms its unit, 4-207."""
    return make_case(session, steps=1)


@pytest.fixture
def task(session: Session, case: Case, parker: User) -> Task:
    """Return the confirmation of the unit, in the parker's hands."""
    found = open_task(session, case, "address")
    found.holder_id = parker.id
    session.commit()
    return found


@pytest.fixture
def parker(session: Session) -> User:
    return make_user(session, role=Role.CLERK, posts={"park": "clerk"})


@pytest.fixture
def examiner(session: Session) -> User:
    return make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})


def test_a_unit_that_nobody_saw_is_not_confirmed(
    session: Session, browser: Browser, task: Task, examiner: User
) -> None:
    case = task.case
    assert task.holder
    browser.sign_in(task.holder)
    seen = seen_on(browser.get(f"/desk/cases/{case.reference}").text, "confirm")
    move_to(session, case, "4-301", asked_by=examiner)

    answer = browser.post(do(case, task, "confirm"), data={"request_key": "c" * 24, "seen": seen})

    assert answer.status_code == 409
    assert task.state == "open"
    assert "4-207" in answer.text
    assert "4-301" in answer.text
    again = {"request_key": "c" * 24, "seen": seen_on(answer.text, None)}
    assert browser.post(do(case, task, "confirm"), data=again).status_code == 303


@pytest.mark.parametrize("what", ["do/object", "correct", "hand-over"])
def test_what_was_typed_about_an_old_state_is_kept(
    session: Session, browser: Browser, what: str
) -> None:
    case = make_case(session, steps=1)
    key, department = ("examine", "market") if what == "correct" else ("address", "park")
    task = open_task(session, case, key)
    holder, colleague = (
        make_user(session, role=Role.REVIEWER, posts={department: "reviewer"}) for _ in range(2)
    )
    task.holder_id = holder.id
    session.commit()
    browser.sign_in(holder)
    path = f"/desk/cases/{case.reference}/tasks/{task.id}/{what}"
    typed = {
        "reason": REASON,
        "place": "field:capital",
        "words:field:capital": REASON,
        "to": str(colleague.id),
    }

    for seen in ({"seen": "1.1"}, {}):
        answer = browser.post(path, data={"request_key": "o" * 24} | seen | typed)

        assert answer.status_code == 409
        assert "Somebody else has just changed this." in answer.text
        assert (
            f'selected value="{colleague.id}"' if what == "hand-over" else REASON
        ) in answer.text
    assert (task.state, task.holder_id) == ("open", holder.id)


def test_what_a_colleague_confirms_elsewhere_does_not_matter(
    session: Session, browser: Browser, task: Task, examiner: User
) -> None:
    case, examination = task.case, open_task(session, task.case, "examine")
    seen = agreeing(session, examination, "recommend")
    assert task.holder
    browser.sign_in(task.holder)
    browser.post(do(case, task, "confirm"), data=looking_at(session, task))
    assert task.state == "done"

    browser.sign_in(examiner)

    assert browser.post(do(case, examination, "recommend"), data=seen).status_code == 303


def test_a_second_list_is_judged_as_it_was_seen(session: Session, browser: Browser) -> None:
    case = make_case(session, example=1, steps=2)
    task = open_task(session, case, "accept")
    task.holder_id = None
    asked = corrections.ask(
        session, case, service_of(case.service_version), task, [("field:capital", "Mend it.")],
        by=make_user(session, role=Role.CLERK, posts={"window": "clerk"}),
        reason="It came up now.", now=case.changed_at,
    )  # fmt: skip
    session.commit()
    browser.sign_in(
        make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}),
    )
    allow = f"/desk/cases/{case.reference}/lists/{asked.id}/allow"
    page = browser.get(f"/desk/cases/{case.reference}").text
    assert f'action="{allow}"' in page

    assert browser.post(allow, data={"seen": "1.1"}).status_code == 409
    assert browser.post(allow).status_code == 409
    assert asked.state == "proposed"
    seen = seen_on(page[page.index(f'action="{allow}"') :], None)
    assert browser.post(allow, data={"seen": seen}).status_code == 303


def move_to(session: Session, case: Case, unit: str, *, asked_by: User) -> None:
    """Have market ask for another unit, and the applicant choose it and send again."""
    service, now = service_of(case.service_version), case.changed_at
    asking = open_task(session, case, "examine")
    corrections.ask(
        session, case, service, asking, [("field:unit", "This one is full.")],
        by=asked_by, reason=None, now=now,
    )  # fmt: skip
    page = queries.open_pages(session, case, service)["address"]
    drafts.save_page(session, case, page, {"unit": unit}, now=now)
    ready = readiness(session, case, service, now=now)
    submission.resubmit(session, case, service, ready, by=case.applicant, now=now)
    session.commit()


def do(case: Case, task: Task, action: str) -> str:
    return f"/desk/cases/{case.reference}/tasks/{task.id}/do/{action}"


def seen_on(page: str, action: str | None) -> str:
    """Return the state that the form of ``action``, or else the first one, carries."""
    if action:
        page = page[page.index(f"/do/{action}") :]
    found = re.search(r'<input[^>]*name="seen"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]

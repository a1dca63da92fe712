"""What the desk refuses, as a person at a browser hears it: the right status, nothing changed."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CaseEvent, CorrectionList, ListState, Task
from tests.cases.factories import looking_at, make_case, open_task
from tests.conftest import Browser
from tests.factories import make_user

WORDS = {"place": "field:capital", "words:field:capital": "Say it again."}


@pytest.fixture
def case(session: Session) -> Case:
    """Return a set-up that has just come in: the window is to accept it."""
    return make_case(session)


@pytest.fixture
def task(session: Session, case: Case) -> Task:
    return open_task(session, case, "accept")


@pytest.fixture
def clerk(session: Session) -> User:
    """Return somebody at the window."""
    return make_user(session, role=Role.CLERK, posts={"window": "clerk"})


def events_of(session: Session, case: Case) -> int:
    """Return how much has happened, which refusals must not add to."""
    return session.scalar(sa.select(sa.func.count()).where(CaseEvent.case_id == case.id)) or 0


def newest(session: Session) -> CorrectionList:
    """Return the list that was written last."""
    return session.scalars(sa.select(CorrectionList).order_by(CorrectionList.id)).all()[-1]


def states(session: Session) -> list[ListState]:
    """Return how far each list has come."""
    return list(session.scalars(sa.select(CorrectionList.state).order_by(CorrectionList.id)))


def address(case: Case, task: Task, what: str) -> str:
    return f"/desk/cases/{case.reference}/tasks/{task.id}/{what}"


@pytest.mark.parametrize("what", ["claim", "do/accept", "correct"])
def test_another_departments_case_is_not_there(
    session: Session, browser: Browser, case: Case, task: Task, what: str
) -> None:
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"tax": "supervisor"}))

    refused(browser, case, address(case, task, what), 404)


@pytest.mark.parametrize("what", ["claim", "do/recommend"])
def test_a_task_beyond_one_s_post_is_not_allowed(
    session: Session, browser: Browser, what: str
) -> None:
    case = make_case(session, steps=1)
    examination = open_task(session, case, "examine")
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"market": "clerk"}))

    page = refused(browser, case, address(case, examination, what), 403)

    assert "Your post does not include this task." in page


@pytest.mark.parametrize("what", ["claim", "do/accept"])
def test_one_s_own_application_is_not_allowed(
    browser: Browser, case: Case, task: Task, clerk: User, what: str
) -> None:
    case.applicant_id = clerk.id
    browser.desk.commit()
    browser.sign_in(clerk)

    page = refused(browser, case, address(case, task, what), 403)

    assert "Nobody handles an application of their own." in page


def test_nobody_decides_what_they_examined(session: Session, browser: Browser) -> None:
    case = make_case(session, steps=3)
    decision = open_task(session, case, "decide")
    examiner = session.get(User, next(one.done_by_id for one in case.tasks if one.key == "examine"))
    assert examiner
    browser.sign_in(examiner)

    page = refused(browser, case, address(case, decision, "do/approve"), 403)

    assert "Nobody decides what they examined" in page


@pytest.mark.parametrize("what", ["claim", "do/accept", "correct"])
def test_what_a_colleague_has_in_hand_is_theirs(
    browser: Browser, case: Case, task: Task, clerk: User, what: str
) -> None:
    session = browser.desk
    task.holder_id = make_user(session, role=Role.CLERK, posts={"window": "clerk"}).id
    session.commit()
    browser.sign_in(clerk)

    page = refused(browser, case, address(case, task, what), 409)

    assert "A colleague has this task already." in page


@pytest.mark.parametrize("what", ["claim", "release", "do/accept", "correct"])
def test_a_finished_task_is_over(
    session: Session, browser: Browser, clerk: User, what: str
) -> None:
    case = make_case(session, steps=1)
    finished = next(one for one in case.tasks if one.key == "accept")
    browser.sign_in(clerk)

    refused(browser, case, address(case, finished, what), 409)


def test_an_action_that_the_task_has_not_is_refused(
    browser: Browser, case: Case, task: Task, clerk: User
) -> None:
    browser.sign_in(clerk)

    refused(browser, case, address(case, task, "do/approve"), 409)
    refused(browser, case, address(case, task, "do/nonsense"), 404)


def test_a_task_is_not_handed_to_somebody_without_the_post(
    session: Session, browser: Browser, case: Case, task: Task, clerk: User
) -> None:
    task.holder_id = clerk.id
    session.commit()
    stranger = make_user(session, role=Role.CLERK, posts={"tax": "clerk"})
    browser.sign_in(clerk)

    refused(browser, case, address(case, task, "hand-over"), 422, {"to": str(stranger.id)})
    assert task.holder_id == clerk.id


def test_a_list_without_places_or_words_stays_on_the_page(
    browser: Browser, case: Case, task: Task, clerk: User
) -> None:
    browser.sign_in(clerk)
    where = address(case, task, "correct")

    refused(browser, case, where, 422)
    silent = WORDS | {"words:field:capital": ""}
    page = refused(browser, case, where, 422, silent)

    assert 'href="#words-field:capital"' in page  # leads to the place
    assert case.status is CaseStatus.SUBMITTED


def test_a_group_may_be_opened_whole_or_card_by_card(
    browser: Browser, case: Case, task: Task, clerk: User
) -> None:
    browser.sign_in(clerk)

    page = browser.get(address(case, task, "correct")).text

    assert 'value="field:shareholders"' in page
    assert 'value="field:shareholders[0]"' in page


def test_a_second_list_waits_for_a_supervisor_who_did_not_write_it(
    session: Session, browser: Browser, clerk: User
) -> None:
    case = make_case(session, example=1, steps=2)  # asked once, and answered
    supervisor = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    task = open_task(session, case, "accept")
    task.holder_id = None
    session.commit()
    browser.sign_in(clerk)
    page = refused(browser, case, address(case, task, "correct"), 422, WORDS)
    assert "Say it again." in page
    assert 'href="#reason"' in page
    ask_again(browser, case, task)
    assert "has to allow it" in browser.get(f"/desk/cases/{case.reference}").text
    assert states(session) == [ListState.ANSWERED, ListState.PROPOSED]
    allow = f"/desk/cases/{case.reference}/lists/{newest(session).id}/allow"

    refused(browser, case, allow, 403)
    browser.sign_in(supervisor)

    assert browser.post(allow, data=looking_at(session, task)).status_code == 303
    assert states(session) == [ListState.ANSWERED, ListState.SENT]


def test_who_wrote_a_second_list_does_not_allow_it(session: Session, browser: Browser) -> None:
    case = make_case(session, example=1, steps=2)
    task = open_task(session, case, "accept")
    author = make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"})
    task.holder_id = author.id
    session.commit()
    browser.sign_in(author)
    ask_again(browser, case, task)

    assert states(session) == [ListState.ANSWERED, ListState.PROPOSED]
    assert newest(session).allowed_by_id is None
    allow = f"/desk/cases/{case.reference}/lists/{newest(session).id}/allow"
    assert allow not in browser.get(f"/desk/cases/{case.reference}").text
    refused(browser, case, allow, 403)


def test_a_page_that_was_overtaken_changes_nothing(
    session: Session, browser: Browser, another_browser: Browser, case: Case, task: Task
) -> None:
    first, second = (
        make_user(session, role=Role.CLERK, posts={"window": "clerk"}) for _ in range(2)
    )
    for person, window in ((first, browser), (second, another_browser)):
        window.sign_in(person)
        assert window.get(f"/desk/cases/{case.reference}").status_code == 200
    accept = address(case, task, "do/accept")
    seen = looking_at(session, task)
    assert browser.post(accept, data=seen).status_code == 303

    refused(another_browser, case, accept, 409, seen)


def ask_again(browser: Browser, case: Case, task: Task) -> None:
    """Propose a second list, with its reason."""
    form = looking_at(browser.desk, task) | WORDS | {"reason": "It came up only now."}
    assert browser.post(address(case, task, "correct"), data=form).status_code == 303


def refused(
    browser: Browser, case: Case, where: str, status: int, form: dict[str, str] | None = None
) -> str:
    """Send a form; see that it is refused on a whole page and that nothing happened.

    The person sees the task as it is now, unless ``form`` says otherwise.
    """
    session = browser.desk
    before = events_of(session, case), case.status, case.version
    found = re.search(r"/tasks/([0-9]+)/", where)
    task = session.get(Task, int(found[1])) if found else newest(session).task
    assert task
    answer = browser.post(where, data=looking_at(session, task) | (form or {}))
    assert answer.status_code == status, answer.text
    assert "<main" in answer.text
    assert "Traceback" not in answer.text
    assert (events_of(session, case), case.status, case.version) == before
    return answer.text.replace("&#39;", "'")

"""The clock in the desk's hands, as people at browsers see it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import stops, tasks
from servicedesk.cases.proceedings import ExtensionState
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

NOW = MONDAY_MORNING + timedelta(days=1)
WHY = "Three experts have to look at the equipment."
STOP = {"kind": "expert_review", "working_days": "10", "reason": WHY}


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def case(session: Session) -> Case:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.fixture
def task(session: Session, case: Case) -> Task:
    return open_task(session, case, "examine")


@pytest.fixture
def examiner(session: Session, case: Case, task: Task) -> User:
    """Return who has the task in hand."""
    person = officer(session)
    tasks.claim(session, case, definition(case), task, by=person, now=NOW)
    session.commit()
    return person


def desk(case: Case, what: str = "") -> str:
    return f"/desk/cases/{case.reference}{what}"


def of(task: Task, what: str) -> str:
    return desk(task.case, f"/tasks/{task.id}/{what}")


def test_a_clerk_stops_the_clock_and_lets_it_go_on(
    browser: Browser, another_browser: Browser, case: Case, task: Task, examiner: User
) -> None:
    browser.sign_in(examiner)
    another_browser.sign_in(case.applicant)
    assert of(task, "stop") in browser.get(desk(case)).text
    assert browser.get(of(task, "stop")).status_code == 200

    stopped = browser.post(of(task, "stop"), data=looking_at(browser.desk, task) | STOP)

    assert stopped.status_code == 303, stopped.text
    ours = browser.get(desk(case)).text
    theirs = another_browser.get(f"/cases/{case.reference}").text
    for page in (ours, theirs):
        assert "The clock stands: Expert review" in page
        assert WHY in page
        assert "Administrative Licensing Law, art. 45" in page
        assert "expected to take 10 working days, until Tuesday 17 March." in page
    assert of(task, "stop") not in ours
    stop = stops.find_stop(case)
    assert stop is not None
    resume = desk(case, f"/stops/{stop.id}/resume")
    assert resume in ours
    assert resume not in theirs
    assert browser.post(resume, data={}).status_code == 303
    assert browser.post(resume, data={}).status_code == 409
    assert "The clock stands" not in browser.get(desk(case)).text
    assert "The clock stands" not in another_browser.get(f"/cases/{case.reference}").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ""},
        {"kind": "lunch"},
        {"working_days": "0"},
        {"working_days": "x"},
        {"reason": " "},
    ],
)
def test_a_stop_without_kind_length_or_reason_stays_on_the_page(
    browser: Browser, case: Case, task: Task, examiner: User, wrong: dict[str, str]
) -> None:
    browser.sign_in(examiner)

    answer = browser.post(of(task, "stop"), data=looking_at(browser.desk, task) | STOP | wrong)

    assert answer.status_code == 422
    assert [one.kind for one in case.intervals] == ["handling"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a number of working days."),
        ("ten", "Enter a number of working days."),
        ("0", "Enter a number from 1 to 250."),
        ("251", "Enter a number from 1 to 250."),
    ],
)
def test_a_length_that_is_no_length_is_told_what_it_lacks(
    browser: Browser, task: Task, examiner: User, typed: str, words: str
) -> None:
    browser.sign_in(examiner)
    form = looking_at(browser.desk, task) | STOP | {"working_days": typed}

    assert words in browser.post(of(task, "stop"), data=form).text


def test_a_decision_waits_while_the_clock_stands(
    session: Session, browser: Browser, case: Case, examiner: User
) -> None:
    take(session, case, "examine", "recommend", by=examiner, now=NOW)
    decision, decider = open_task(session, case, "decide"), officer(session)
    browser.sign_in(decider)
    stop = looking_at(session, decision) | STOP
    assert browser.post(of(decision, "stop"), data=stop).status_code == 303

    answer = browser.post(of(decision, "do/approve"), data=looking_at(session, decision))

    assert answer.status_code == 409
    assert "The clock stands: Expert review. Let it go on first." in answer.text


def test_an_extension_is_asked_for_and_granted(
    session: Session, browser: Browser, case: Case, task: Task, examiner: User
) -> None:
    browser.sign_in(examiner)
    assert "by 10 working days, once, by Example" in browser.get(of(task, "extend")).text
    form = looking_at(session, task) | {"reason": WHY}
    assert browser.post(of(task, "extend"), data=form).status_code == 303
    asked = case.extensions[-1]
    grant = desk(case, f"/extensions/{asked.id}/grant")
    page = browser.get(desk(case)).text
    assert WHY in page
    assert grant not in page
    assert browser.post(grant, data={}).status_code == 403
    browser.sign_in(officer(session, market="supervisor"))
    assert case.reference in browser.get("/desk?view=to_allow").text
    page = browser.get(desk(case)).text
    assert grant in page
    assert "It is granted in the name of: Example." in page

    assert browser.post(grant, data={}).status_code == 303
    assert browser.post(grant, data={}).status_code == 409

    assert asked.state is ExtensionState.GRANTED
    assert case.reference not in browser.get("/desk?view=to_allow").text
    assert "10 days of them were granted as an extension." in browser.get(desk(case)).text


def test_an_extension_is_refused_with_a_reason(
    session: Session, browser: Browser, case: Case, task: Task, examiner: User
) -> None:
    browser.sign_in(examiner)
    browser.post(of(task, "extend"), data=looking_at(session, task) | {"reason": WHY})
    asked = case.extensions[-1]
    refuse = desk(case, f"/extensions/{asked.id}/refuse")
    browser.sign_in(officer(session, market="supervisor"))

    assert browser.get(refuse).status_code == 200
    assert browser.post(refuse, data={"reason": ""}).status_code == 422
    assert browser.post(refuse, data={"reason": "You have time."}).status_code == 303

    assert (asked.state, asked.answer) == (ExtensionState.REFUSED, "You have time.")


@pytest.mark.parametrize(
    ("days", "is_stopped", "words"),
    [
        (0, True, "It can be granted when the clock goes on"),
        (60, False, "It cannot be granted any more: the limit is over."),
    ],
)
def test_what_cannot_be_granted_now_is_not_offered_and_may_be_refused(
    browser: Browser,
    task: Task,
    examiner: User,
    monkeypatch: pytest.MonkeyPatch,
    *,
    days: int,
    is_stopped: bool,
    words: str,
) -> None:
    session, case = browser.desk, task.case
    browser.sign_in(examiner)
    browser.post(of(task, "extend"), data=looking_at(session, task) | {"reason": WHY})
    if is_stopped:
        browser.post(of(task, "stop"), data=looking_at(session, task) | STOP)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=days))
    browser.sign_in(officer(session, market="supervisor"))
    signing = desk(case, f"/extensions/{case.extensions[-1].id}")

    page = browser.get(desk(case)).text

    assert words in page
    assert f"{signing}/grant" not in page
    assert f"{signing}/refuse" in page
    assert browser.post(f"{signing}/grant", data={}).status_code == 409
    refused = browser.post(f"{signing}/refuse", data={"reason": "It is too late."})
    assert refused.status_code == 303


@pytest.mark.parametrize("what", ["stop", "extend"])
def test_a_form_about_a_task_that_changed_is_overtaken(
    browser: Browser, case: Case, task: Task, examiner: User, what: str
) -> None:
    seen = looking_at(browser.desk, task)
    take(browser.desk, case, "examine", "recommend", by=examiner, now=NOW)
    browser.sign_in(examiner)

    answer = browser.post(of(task, what), data=seen | STOP)

    assert answer.status_code == 409
    assert WHY in answer.text  # what was typed is kept
    assert not case.extensions
    assert all(one.kind != "excluded" for one in case.intervals)

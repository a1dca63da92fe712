"""Questions among staff: whom one may ask, where they show, how answers come back."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import consulting, tasks
from servicedesk.cases.operations.tasks import HeldByAnother
from servicedesk.cases.proceedings import Question
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.integrity import Place, findings
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING
from tests.races.factories import kinds

ASKS = "Does the street belong to the second district?"


@pytest.fixture
def case(session: Session) -> Case:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.fixture
def task(session: Session, case: Case) -> Task:
    return open_task(session, case, "examine")


@pytest.fixture
def holder(session: Session, case: Case, task: Task) -> User:
    """Return who has the task in hand."""
    person = officer(session, market="reviewer")
    tasks.claim(session, case, definition(case), task, by=person, now=MONDAY_MORNING)
    session.commit()
    return person


def path(task: Task, what: str) -> str:
    return f"/desk/cases/{task.case.reference}/tasks/{task.id}/{what}"


def asked(session: Session) -> Question:
    return session.scalars(sa.select(Question)).one()


def ask(browser: Browser, task: Task, to: str) -> None:
    form = looking_at(browser.desk, task) | {"to": to, "body": ASKS}
    assert browser.post(path(task, "ask"), data=form).status_code == 303


def test_a_named_colleague_of_another_department_is_asked_and_answers(
    browser: Browser, another_browser: Browser, task: Task, holder: User
) -> None:
    session, colleague = browser.desk, officer(browser.desk, tax="reviewer")
    browser.sign_in(holder)
    another_browser.sign_in(colleague)
    case_page = f"/desk/cases/{task.case.reference}"
    assert path(task, "ask") in browser.get(case_page).text
    assert another_browser.get(case_page).status_code == 404
    before = task.case.legal_due

    ask(browser, task, f"person:{colleague.id}")

    assert (task.holder_id, task.case.legal_due) == (holder.id, before)
    assert ASKS in another_browser.get("/desk/questions").text
    page = another_browser.get(case_page).text  # to look at, not to work on
    assert ASKS in page
    assert 'id="reply"' not in page
    assert 'id="note"' not in page
    assert another_browser.post(f"{case_page}/notes", data={"body": "x"}).status_code == 404
    answer = f"/desk/questions/{asked(session).id}"
    assert another_browser.get(answer).status_code == 200
    assert another_browser.post(answer, data={"answer": " "}).status_code == 422
    assert another_browser.post(answer, data={"answer": "Yes, it does."}).status_code == 303
    assert another_browser.post(answer, data={"answer": "No."}).status_code == 409
    assert another_browser.get(case_page).status_code == 404
    notes = queries.messages_of(session, task.case, internal=True)
    assert [(one.author_id, "Yes, it does." in one.body) for one in notes] == [(colleague.id, True)]
    assert "Yes, it does." in browser.get("/desk/questions").text
    assert "Yes, it does." in browser.get(case_page).text
    happened = kinds(session, task.case)[-3:]
    assert happened == ["question_asked", "question_answered", "noted"]


def test_a_department_is_asked_and_anybody_there_answers(
    session: Session, browser: Browser, another_browser: Browser, task: Task, holder: User
) -> None:
    officer(session, tax="reviewer")
    browser.sign_in(holder)
    ask(browser, task, "department:tax")
    for person, sees in (
        (officer(session, tax="clerk"), True),
        (officer(session, fund="clerk"), False),
    ):
        another_browser.sign_in(person)
        assert (ASKS in another_browser.get("/desk/questions").text) is sees
        page = another_browser.get(f"/desk/questions/{asked(session).id}")
        assert page.status_code == (200 if sees else 404)


def test_a_supervisor_who_did_not_ask_decides_yes_or_no_with_a_reason(
    session: Session, browser: Browser, another_browser: Browser, task: Task, holder: User
) -> None:
    browser.sign_in(holder)
    form = looking_at(session, task) | {"body": ASKS}
    assert browser.post(path(task, "ask-decision"), data=form).status_code == 303
    answer = f"/desk/questions/{asked(session).id}"
    assert browser.get(answer).status_code == 404
    another_browser.sign_in(officer(session, market="reviewer"))
    assert another_browser.get(answer).status_code == 404
    another_browser.sign_in(officer(session, market="supervisor"))
    assert task.case.reference in another_browser.get("/desk?view=to_allow").text
    assert answer in another_browser.get(f"/desk/cases/{task.case.reference}").text

    assert another_browser.post(answer, data={"answer": "Because."}).status_code == 422
    assert another_browser.post(answer, data={"verdict": "no"}).status_code == 422
    sent = another_browser.post(answer, data={"verdict": "no", "answer": "Because."})

    assert sent.status_code == 303
    assert asked(session).verdict is False
    assert "Because." in browser.get("/desk/questions").text
    assert task.case.reference not in another_browser.get("/desk?view=to_allow").text


def test_nothing_of_it_is_shown_to_the_applicant(
    session: Session, browser: Browser, task: Task, holder: User
) -> None:
    browser.sign_in(holder)
    ask(browser, task, f"person:{officer(session, tax='clerk').id}")
    browser.sign_in(task.case.applicant)

    page = browser.get(f"/cases/{task.case.reference}").text

    assert ASKS not in page
    assert "asked" not in page


def test_one_asks_neither_oneself_nor_whose_own_case_it_is(
    session: Session, task: Task, holder: User
) -> None:
    case, applicant = task.case, officer(session, tax="clerk")
    case.applicant_id = applicant.id
    session.commit()

    for person in (holder, applicant, case.applicant):
        with pytest.raises(RuleBroken):
            consulting.ask_person(
                session, case, definition(case), task,
                to=person, body=ASKS, by=holder, now=MONDAY_MORNING,
            )  # fmt: skip


def test_only_who_has_the_task_asks(session: Session, task: Task, holder: User) -> None:
    case, colleague = task.case, officer(session, market="reviewer")
    assert task.holder_id == holder.id

    with pytest.raises(HeldByAnother):
        consulting.ask_decision(
            session, case, definition(case), task, body=ASKS, by=colleague, now=MONDAY_MORNING
        )
    with pytest.raises(NotPermitted):
        consulting.ask_decision(
            session, case, definition(case), task,
            body=ASKS, by=officer(session, tax="clerk"), now=MONDAY_MORNING,
        )  # fmt: skip


def test_a_question_about_a_task_that_is_over_needs_no_answer(
    session: Session, browser: Browser, task: Task, holder: User
) -> None:
    colleague = officer(session, tax="clerk")
    browser.sign_in(holder)
    ask(browser, task, f"person:{colleague.id}")
    take(session, task.case, "examine", "recommend", by=holder)
    browser.sign_in(colleague)

    assert ASKS not in browser.get("/desk/questions").text
    answer = browser.post(f"/desk/questions/{asked(session).id}", data={"answer": "Late."})

    assert answer.status_code == 409
    with pytest.raises(Overtaken):
        consulting.answer(
            session, task.case, asked(session),
            words="Late.", verdict=None, by=colleague, now=MONDAY_MORNING,
        )  # fmt: skip


def test_whoever_alters_a_question_or_its_answer_is_found_out(
    session: Session, browser: Browser, tmp_path: Path, task: Task, holder: User
) -> None:
    colleague = officer(session, tax="clerk")
    browser.sign_in(holder)
    ask(browser, task, f"person:{colleague.id}")
    browser.sign_in(colleague)
    browser.post(f"/desk/questions/{asked(session).id}", data={"answer": "Yes."})
    place = Place(session, tmp_path)
    assert list(findings(place, only="cases.witnesses")) == []

    session.execute(sa.text("UPDATE questions SET answered_by_id = asked_by_id"))
    session.expire_all()

    assert [one.what for one in findings(place, only="cases.witnesses")] == ["was altered"]

"""The page on which an officer confirms points and says what was found."""

import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import corrections, drafts, submission, tasks
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.definition import Action
from tests.cases.examined import WHOLE, make_examined
from tests.cases.factories import agreeing, looking_at, make_case, open_task
from tests.cases.licences import apply_for, definition, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

SAYS = {
    "en": ("Error:", "Confirm with a tick: “The person is who they say.”", "Points to confirm"),
    "zh": ("错误：", "请勾选确认：“身份属实。”", "逐项确认"),
}


@pytest.fixture
def person(session: Session, browser: Browser) -> User:
    """Return the examiner, who is signed in."""
    found = officer(session, market="reviewer")
    browser.sign_in(found)
    return found


@pytest.fixture
def task(session: Session, person: User) -> Task:
    """Return the examination, in the examiner's hands."""
    case = apply_for(session, make_examined())
    take(session, case, "accept", "accept")
    return in_hand(session, case, person)


def in_hand(session: Session, case: Case, person: User) -> Task:
    found = open_task(session, case, "examine")
    tasks.claim(session, case, definition(case), found, by=person, now=MONDAY_MORNING)
    session.commit()
    return found


def path(task: Task, action: str = "recommend") -> str:
    return f"/desk/cases/{task.case.reference}/tasks/{task.id}/do/{action}"


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def is_ticked(page: str, name: str) -> bool:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag
    return "checked" in tag[0]


def test_the_button_is_a_link_to_the_page(browser: Browser, task: Task) -> None:
    page = browser.get(f"/desk/cases/{task.case.reference}").text

    assert f'href="{path(task)}"' in page
    assert f'action="{path(task)}"' not in page


def test_a_task_that_asks_nothing_keeps_its_button(session: Session, browser: Browser) -> None:
    case = apply_for(session, make_examined())
    person = officer(session, window="clerk")
    task = open_task(session, case, "accept")
    tasks.claim(session, case, definition(case), task, by=person, now=MONDAY_MORNING)
    session.commit()
    browser.sign_in(person)

    assert f'action="{path(task, "accept")}"' in browser.get(f"/desk/cases/{case.reference}").text


def test_the_page_begins_with_what_the_applicant_said(browser: Browser, task: Task) -> None:
    page = browser.get(path(task)).text

    assert value_of(page, "f_matter_found") == "样例"
    assert not is_ticked(page, "f_right_person")
    assert "Reason" not in page


def test_a_point_shows_the_answers_and_papers_it_looks_at(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, steps=1)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))
    task = open_task(session, case, "examine")
    paper = next(
        one for one in queries.documents_in_force(session, case) if one.material == "articles"
    )

    page = browser.get(path(task)).text

    assert f'href="/desk/cases/{case.reference}?document={paper.id}#preview"' in page
    assert "Registered capital" in page[page.index("paid_in_time") :]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_lacks_is_said_in_the_summary_and_what_was_typed_stays(
    session: Session, browser: Browser, task: Task, person: User, language: str
) -> None:
    person.language = language
    session.commit()
    typed = {"f_matter_found": "样例", "f_points_found": "77"}

    answer = browser.post(path(task), data=looking_at(session, task) | typed)

    summary = answer.text[answer.text.index('class="sd-errors"') :]
    summary = summary[: summary.index("</div>")]
    error, words, heading = SAYS[language]
    assert answer.status_code == 422
    assert words in summary
    assert 'href="#f_right_person"' in summary
    assert error in answer.text
    assert heading in answer.text
    assert value_of(answer.text, "f_points_found") == "77"
    assert task.state == "open"


def test_when_all_is_there_the_task_is_done_and_the_next_officer_reads_it(
    session: Session, browser: Browser, task: Task
) -> None:
    found = agreeing(session, task, "recommend", points_found=88, remarks="Well proved.")

    assert browser.post(path(task), data=found).status_code == 303

    assert task.state == "done"
    browser.sign_in(officer(session, market="reviewer"))
    page = browser.get(f"/desk/cases/{task.case.reference}").text
    done = page[page.index('id="done"') : page.index('id="answers"')]
    for words in ("Points found", "88", "Well proved.", "The person is who they say."):
        assert words in done


def test_an_answer_that_cannot_be_is_refused_whatever_the_action(
    session: Session, browser: Browser, task: Task
) -> None:
    typed = looking_at(session, task) | {"reason": "Too few.", "f_points_found": "999"}

    answer = browser.post(path(task, "advise_refusal"), data=typed)

    assert answer.status_code == 422
    assert "120" in answer.text


def test_what_is_against_asks_for_the_reason_alone(
    session: Session, browser: Browser, task: Task
) -> None:
    assert "Reason" in browser.get(path(task, "advise_refusal")).text
    typed = looking_at(session, task) | {"reason": "The person is another."}

    assert browser.post(path(task, "advise_refusal"), data=typed).status_code == 303
    assert task.action == "advise_refusal"


def test_what_is_saved_for_later_is_there_when_one_comes_back(
    session: Session, browser: Browser, task: Task
) -> None:
    typed = {"f_points_found": "71", "f_right_person": "y", "later": "1"}

    answer = browser.post(path(task), data=looking_at(session, task) | typed)

    assert answer.status_code == 303
    assert task.state == "open"
    page = browser.get(path(task)).text
    assert value_of(page, "f_points_found") == "71"
    assert is_ticked(page, "f_right_person")


def test_after_a_correction_the_findings_are_there_and_the_points_are_confirmed_anew(
    session: Session, browser: Browser, task: Task, person: User
) -> None:
    case, service = task.case, definition(task.case)
    typed = {"f_points_found": "71", "f_right_person": "y", "later": "1"}
    browser.post(path(task), data=looking_at(session, task) | typed)
    corrections.ask(
        session, case, service, task, [("field:matter", "Say more.")],
        by=person, reason=None, now=MONDAY_MORNING,
    )  # fmt: skip
    page_of_form = queries.open_pages(session, case, service)["only"]
    drafts.save_page(session, case, page_of_form, {"matter": "详细"}, now=MONDAY_MORNING)
    ready = readiness(session, case, service, now=case.changed_at)
    later = case.events[-1].at.replace(year=2030)
    submission.resubmit(session, case, service, ready, by=case.applicant, now=later)
    session.commit()

    page = browser.get(path(task)).text

    assert value_of(page, "f_points_found") == "71"
    assert not is_ticked(page, "f_right_person")


def test_done_again_it_begins_with_what_was_found(
    session: Session, browser: Browser, task: Task, person: User
) -> None:
    browser.post(path(task), data=agreeing(session, task, "recommend", points_found=88))
    take(session, task.case, "decide", "send_back")
    again = in_hand(session, task.case, person)

    page = browser.get(path(again)).text

    assert again.id != task.id
    assert value_of(page, "f_points_found") == "88"
    assert not is_ticked(page, "f_right_person")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_applicant_reads_what_the_decision_tells_and_nothing_else(
    session: Session, browser: Browser, task: Task, language: str
) -> None:
    case, applicant = task.case, task.case.applicant
    found = agreeing(session, task, "recommend", points_found=88, remarks="For us alone.")
    browser.post(path(task), data=found)
    applicant.language = language
    session.commit()
    browser.sign_in(applicant)
    words = {"en": ("What we found", "Points found"), "zh": ("审查认定", "认定积分")}[language]

    assert words[0] not in browser.get(f"/cases/{case.reference}").text
    take(session, case, "decide", "approve")
    page = browser.get(f"/cases/{case.reference}").text

    for one in (*words, "88"):
        assert one in page
    assert "For us alone." not in page
    letter = next(one for one in queries.letters_of(session, case) if one.kind == "approved")
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    assert "认定积分" in text
    assert "Points found" in text


def test_the_page_takes_only_what_it_asks(session: Session, browser: Browser, task: Task) -> None:
    strange = {"f_matter": "别的", "f_in_time": "y", "f_why_few": "Not asked."}

    found = agreeing(session, task, Action.RECOMMEND, points_found=90)
    assert browser.post(path(task), data=found | strange).status_code == 303

    page = browser.get(f"/desk/cases/{task.case.reference}").text
    assert "Not asked." not in page
    assert task.case.answers["matter"] == WHOLE["matter_found"]

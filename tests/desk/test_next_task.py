"""The button that gives people their next task."""

from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from tests.cases.factories import make_case, open_task
from tests.conftest import Browser
from tests.factories import make_user


def test_the_next_task_is_one_that_four_eyes_allow(session: Session, browser: Browser) -> None:
    examined = make_case(session, steps=3)
    examiner = next(task.done_by for task in examined.tasks if task.key == "examine")
    assert examiner is not None
    browser.sign_in(examiner)

    answer = browser.post("/desk/next", data={})

    assert answer.location == "/desk"
    assert "There is nothing to take" in browser.get("/desk").text
    assert open_task(session, examined, "decide").holder_id is None


def test_a_task_that_one_may_not_do_does_not_hide_those_after_it(
    session: Session, browser: Browser
) -> None:
    examined = make_case(session, steps=4, example=1)
    other = make_case(session, steps=3, example=0)
    examiner = next(task.done_by for task in examined.tasks if task.key == "examine")
    assert examiner is not None
    browser.sign_in(examiner)

    answer = browser.post("/desk/next", data={})

    assert answer.location is not None
    assert answer.location.endswith(other.reference)
    assert open_task(session, other, "decide").holder_id == examiner.id


def test_people_without_a_post_find_nothing_to_take(session: Session, browser: Browser) -> None:
    make_case(session)
    browser.sign_in(make_user(session, role=Role.CLERK))

    assert browser.post("/desk/next", data={}).location == "/desk"

"""The inbox: whose tasks, in which order, narrowed how."""

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from tests.cases.factories import looking_at, make_case, open_task
from tests.conftest import Browser
from tests.factories import make_user


def test_a_clerk_sees_the_open_tasks_of_their_departments_only(
    session: Session, browser: Browser
) -> None:
    registration = make_case(session)
    permit = make_case(session, "WP_NEW_ABROAD")
    browser.sign_in(_clerk(session, "window"))

    page = browser.get("/desk").text

    assert registration.reference in page
    assert permit.reference not in page


def test_tasks_come_in_the_order_of_their_due_moments(session: Session, browser: Browser) -> None:
    later = make_case(session, example=0)  # sent on 30 April
    sooner = make_case(session, example=1)  # sent on 13 February
    browser.sign_in(_clerk(session, "window"))

    page = browser.get("/desk").text

    assert page.index(sooner.reference) < page.index(later.reference)


def test_the_inbox_is_narrowed_by_number_title_and_holder(
    session: Session, browser: Browser
) -> None:
    first, second = make_case(session, example=0), make_case(session, example=1)
    browser.sign_in(_clerk(session, "window"))

    for query in (f"q={first.reference}", "q=澄野"):
        page = browser.get(f"/desk?{query}").text
        assert first.reference in page
        assert second.reference not in page
    assert first.reference not in browser.get("/desk?held=me").text
    assert first.reference in browser.get("/desk?held=nobody").text


def test_unknown_filters_and_views_are_ignored(session: Session, browser: Browser) -> None:
    case = make_case(session)
    browser.sign_in(_clerk(session, "window"))

    page = browser.get("/desk?view=%27%3B--&due=never&held=x&department=y&after=zzz")

    assert page.status_code == 200
    assert case.reference in page.text


def test_claim_next_takes_what_is_due_first(session: Session, browser: Browser) -> None:
    make_case(session, example=0)
    sooner = make_case(session, example=1)
    clerk = _clerk(session, "window")
    browser.sign_in(clerk)

    response = browser.post("/desk/next", data={})

    assert response.location.endswith(sooner.reference)
    assert open_task(session, sooner, "accept").holder_id == clerk.id


def test_a_task_is_given_back_and_handed_over(session: Session, browser: Browser) -> None:
    case = make_case(session)
    task = open_task(session, case, "accept")
    clerk, colleague = _clerk(session, "window"), _clerk(session, "window")
    browser.sign_in(clerk)
    base = f"/desk/cases/{case.reference}/tasks/{task.id}"

    browser.post(f"{base}/claim", data={})
    browser.post(f"{base}/hand-over", data=looking_at(session, task) | {"to": str(colleague.id)})
    assert task.holder_id == colleague.id
    assert browser.post(f"{base}/release", data={}).status_code == 403
    browser.sign_in(colleague)
    browser.post(f"{base}/release", data={})
    assert task.holder_id is None


def test_notes_stay_inside_and_messages_go_out(session: Session, browser: Browser) -> None:
    case = make_case(session)
    browser.sign_in(_clerk(session, "window"))
    base = f"/desk/cases/{case.reference}"

    browser.post(f"{base}/notes", data={"body": "Inside only <b>", "request_key": "n" * 24})
    browser.post(f"{base}/messages", data={"body": "Come on Monday.", "request_key": "m" * 24})
    browser.sign_in(case.applicant)
    page = browser.get(f"/cases/{case.reference}").text

    assert "Come on Monday." in page
    assert "Inside only" not in page


def test_an_applicant_has_no_desk(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    assert browser.get("/desk").status_code == 403


def _clerk(session: Session, department: str) -> User:
    return make_user(session, role=Role.CLERK, posts={department: "clerk"})


def test_the_list_refreshes_itself_and_says_when_nothing_changed(
    session: Session, browser: Browser
) -> None:
    case = make_case(session)
    browser.sign_in(_clerk(session, "window"))
    first = browser.get("/desk/tasks")
    assert case.reference in first.text

    again = browser.get("/desk/tasks", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    task = open_task(session, case, "accept")
    browser.post(f"/desk/cases/{case.reference}/tasks/{task.id}/claim", data={})
    changed = browser.get("/desk/tasks", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_message_of_the_applicant_waits_in_the_inbox_until_it_is_answered(
    session: Session, browser: Browser
) -> None:
    quiet, case = make_case(session), make_case(session, example=1)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})

    for number, settle in enumerate(("messages", "messages/read")):
        browser.sign_in(case.applicant)
        browser.post(f"/cases/{case.reference}/messages", data=_line(f"asks-{number}"))
        browser.sign_in(clerk)
        waiting = browser.get("/desk", query_string={"view": "messages"}).text
        assert case.reference in waiting
        assert quiet.reference not in waiting

        browser.post(f"/desk/cases/{case.reference}/{settle}", data=_line(f"settles-{number}"))

        assert case.reference not in browser.get("/desk?view=messages").text


def test_nobody_writes_to_a_closed_case(session: Session, browser: Browser) -> None:
    case = make_case(session, steps=4)
    assert case.is_closed
    browser.sign_in(case.applicant)

    page = browser.get(f"/cases/{case.reference}").text
    answer = browser.post(f"/cases/{case.reference}/messages", data=_line("late"))

    assert 'name="body"' not in page
    assert answer.status_code == 409
    assert case.message_since is None


def _line(key: str) -> dict[str, str]:
    return {"body": "Is a scan good enough?", "request_key": f"{key:x>24}"}

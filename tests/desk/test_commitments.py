"""Promises and papers to follow, as the desk lists and judges them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.models import Case
from servicedesk.cases.pledges import Commitment
from servicedesk.desk.commitment_lists import state_of
from tests.cases.committed import (
    CHANGES,
    WEDNESDAY,
    accepted,
    approved,
    checker,
    clerk,
    decider,
    do,
    give,
    judge,
    only,
)
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.factories import make_user

_S = CommitmentState
NOW = WEDNESDAY
WHY = {"reason": "The school knows nothing of it."}


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def case(session: Session) -> Case:
    return approved(session)


@pytest.fixture
def promise(session: Session, case: Case) -> Commitment:
    return only(session, case)


@pytest.fixture
def reviewer(session: Session, browser: Browser) -> User:
    """Return who checks promises, signed in."""
    person = checker(session)
    browser.sign_in(person)
    return person


def desk(case: Case) -> str:
    return f"/desk/cases/{case.reference}"


def of(one: Commitment, found: str) -> str:
    return f"{desk(one.case)}/commitments/{one.id}/{found}"


def seen(one: Commitment) -> dict[str, str]:
    return {"request_key": "k" * 24, "seen": state_of(one)}


def test_a_promise_is_found_kept_with_one_button(
    browser: Browser, case: Case, promise: Commitment, reviewer: User
) -> None:
    listed = browser.get("/desk/commitments").text
    assert case.reference in listed
    assert "Degree" in listed
    assert "30 days" not in listed  # working days are shown
    assert f"{desk(case)}#commitment-{promise.id}" in listed
    for found in ("kept", "not_kept", "false"):
        assert of(promise, found) in browser.get(desk(case)).text

    assert browser.post(of(promise, "kept"), data=seen(promise)).status_code == 303

    assert (promise.state, promise.checked_by_id) == (_S.KEPT, reviewer.id)
    assert of(promise, "kept") not in browser.get(desk(case)).text
    assert case.reference not in browser.get("/desk/commitments").text
    assert browser.post(of(promise, "false"), data=seen(promise) | WHY).status_code == 409


def test_not_kept_needs_a_reason_and_a_time(
    browser: Browser, promise: Commitment, reviewer: User
) -> None:
    assert reviewer
    assert "art. 33" in browser.get(of(promise, "not_kept")).text
    for wrong in ({"reason": " "}, {"working_days": "0"}, {"working_days": "x"}):
        data = seen(promise) | WHY | {"working_days": "10"} | wrong
        assert browser.post(of(promise, "not_kept"), data=data).status_code == 422

    data = seen(promise) | WHY | {"working_days": "10"}
    assert browser.post(of(promise, "not_kept"), data=data).status_code == 303

    assert (promise.state, promise.reason) == (_S.NOT_KEPT, WHY["reason"])
    listed = browser.get("/desk/commitments?view=applicant").text
    assert promise.case.reference in listed
    assert "10 days" in listed


def test_a_false_promise_leads_the_supervisor_to_the_revocation(
    session: Session, browser: Browser, case: Case, promise: Commitment, reviewer: User
) -> None:
    assert reviewer
    assert browser.post(of(promise, "false"), data=seen(promise) | WHY).status_code == 303
    revoke = f"{desk(case)}/revoke"
    assert case.reference in browser.get("/desk/commitments?view=revoke").text
    page = browser.get(desk(case)).text
    assert "To be revoked: Degree" in page
    assert revoke not in page
    browser.sign_in(decider(session))
    listed = browser.get("/desk/commitments?view=revoke").text
    assert case.reference in listed
    assert '<span>To be revoked</span><b class="sd-num">1</b>' in listed
    page = browser.get(desk(case)).text
    assert "To be revoked: Degree" in page
    assert revoke in page

    assert (
        browser.post(revoke, data={"reason": "False.", "request_key": "r" * 24}).status_code == 303
    )

    assert "To be revoked" not in browser.get(desk(case)).text
    browser.sign_in(reviewer)
    assert case.reference not in browser.get("/desk/commitments?view=revoke").text


def test_an_approval_without_a_certificate_is_revoked_as_well(
    session: Session, browser: Browser
) -> None:
    case = approved(session, result=CHANGES["result"] | {"certificate": None})
    judge(session, only(session, case), _S.FALSE, by=checker(session))
    browser.sign_in(decider(session))
    revoke = f"{desk(case)}/revoke"
    assert revoke in browser.get(desk(case)).text
    assert "Revoke the approval" in browser.get(revoke).text

    answer = browser.post(revoke, data={"reason": "A false diploma.", "request_key": "r" * 24})

    assert answer.status_code == 303
    page = browser.get(desk(case)).text
    assert "To be revoked" not in page
    assert "Approval revoked" in page
    assert revoke not in page
    assert case.reference not in browser.get("/desk/commitments?view=revoke").text
    assert browser.get(revoke).status_code == 409
    letter = queries.letters_of(session, case)[0]
    assert (letter.kind, letter.facts["reason"]) == ("revoked", "A false diploma.")
    browser.sign_in(case.applicant)
    own = f"/cases/{case.reference}"
    assert "The approval of this application was revoked on" in browser.get(own).text
    text = browser.get(f"{own}/letters/{letter.id}").text
    assert "The approval of your application was revoked on" in text
    assert "The certificate" not in text


def test_what_was_not_approved_has_nothing_to_revoke(session: Session, browser: Browser) -> None:
    case = accepted(session, result=CHANGES["result"] | {"certificate": None})
    do(session, case, "decide", "refuse", by=decider(session))
    browser.sign_in(decider(session))

    assert browser.get(f"{desk(case)}/revoke").status_code == 409


def test_what_is_not_put_right_in_time_is_to_be_revoked(
    session: Session,
    browser: Browser,
    promise: Commitment,
    reviewer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge(session, promise, _S.NOT_KEPT, by=reviewer, working_days=1)
    assert promise.case.reference not in browser.get("/desk/commitments?view=revoke").text

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
    browser.sign_in(reviewer)

    for view in ("revoke", "overdue", "applicant"):
        assert promise.case.reference in browser.get(f"/desk/commitments?view={view}").text
    assert "The promise was not put right in time." in browser.get(desk(promise.case)).text


def test_a_paper_given_is_looked_at_and_found_in_order(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    browser.sign_in(clerk(session))
    assert case.reference in browser.get("/desk/commitments?view=applicant").text
    assert "kept" not in browser.get(desk(case)).text.partition('id="commitments"')[2][:900]
    (document,) = give(session, paper)
    assert case.reference in browser.get("/desk/commitments").text
    assert f"document={document.id}#preview" in browser.get(desk(case)).text

    answer = browser.post(f"{desk(case)}/documents/{document.id}/in-order", data={})

    assert answer.status_code == 303
    assert paper.state is _S.KEPT
    assert "Paper that came later found in order" in browser.get(desk(case)).text


def test_a_case_with_a_paper_to_follow_is_not_approved(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    task = next(one for one in case.tasks if one.key == "decide")
    browser.sign_in(decider(session))

    answer = browser.post(
        f"{desk(case)}/tasks/{task.id}/do/approve", data={"seen": f"1.{task.version}"}
    )

    assert answer.status_code == 409
    assert "before these papers are given and found in order: Lease." in answer.text


@pytest.mark.parametrize("found", ["kept", "not_kept", "false"])
def test_a_form_about_a_promise_that_changed_is_overtaken(
    session: Session, browser: Browser, promise: Commitment, reviewer: User, found: str
) -> None:
    before = seen(promise)
    judge(session, promise, _S.NOT_KEPT, by=reviewer)
    data = before | WHY | {"working_days": "4"}

    answer = browser.post(of(promise, found), data=data)

    assert answer.status_code == 409
    assert "Somebody else has just changed this" in answer.text
    if found != "kept":
        assert WHY["reason"] in answer.text
    assert promise.reason == "It was withdrawn."


def test_what_cannot_be_found_is_no_page(
    session: Session, browser: Browser, promise: Commitment, reviewer: User
) -> None:
    assert reviewer
    for name in ("dropped", "open", "nonsense"):
        assert browser.get(of(promise, name)).status_code == 404
    case = accepted(session, promises=())
    browser.sign_in(clerk(session))
    assert browser.get(of(only(session, case), "false")).status_code == 404


@pytest.mark.parametrize(
    ("posts", "status"),
    [({"market": "supervisor"}, 403), ({"talent": "clerk"}, 403), ({"tax": "reviewer"}, 404)],
)
def test_only_the_department_that_checks_does(
    session: Session, browser: Browser, promise: Commitment, posts: dict[str, str], status: int
) -> None:
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts=posts))

    assert browser.get(of(promise, "kept")).status_code == status
    assert browser.post(of(promise, "kept"), data=seen(promise)).status_code == status
    is_listed = promise.case.reference in browser.get("/desk/commitments").text
    assert is_listed == ("talent" in posts)
    assert promise.state is _S.OPEN


def test_the_department_that_checks_finds_the_case_it_had_no_task_of(
    browser: Browser, case: Case, promise: Commitment, reviewer: User
) -> None:
    assert promise
    assert reviewer.departments.isdisjoint({task.department for task in case.tasks})

    assert browser.get(desk(case)).status_code == 200


def test_the_three_promises_of_a_scientist_are_listed_and_judged_by_themselves(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, "WP_NEW_ABROAD", steps=3)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"botc": "reviewer"}))
    listed = browser.get("/desk/commitments?view=overdue").text
    experience, degree, no_crime = commitments_of(session, case)

    assert browser.post(of(experience, "kept"), data=seen(experience)).status_code == 303
    data = seen(degree) | WHY | {"request_key": "m" * 24}
    assert browser.post(of(degree, "false"), data=data).status_code == 303

    assert case.reference not in listed
    assert [experience.state, degree.state, no_crime.state] == [_S.KEPT, _S.FALSE, _S.OPEN]
    assert queries.letters_of(session, case)[0].kind == "promise_false"


def test_the_pages_in_chinese(session: Session, browser: Browser, promise: Commitment) -> None:
    browser.sign_in(checker(session))

    listed = browser.get("/desk/commitments?lang=zh").text

    for words in ("学位证书", "告知承诺与容缺材料", "待核查"):
        assert words in listed
    assert "学位证书" in browser.get(f"{of(promise, 'not_kept')}?lang=zh").text

"""What its applicant sees and does of promises and papers that may follow."""

import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import queries
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.examples import paper as scan
from servicedesk.cases.models import Case
from tests.cases.committed import (
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
    sent,
)
from tests.conftest import Browser
from tests.factories import make_user

_S = CommitmentState
NOW = WEDNESDAY


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page(browser: Browser, case: Case, *, zh: bool = False) -> str:
    browser.sign_in(case.applicant)
    return browser.get(f"/cases/{case.reference}{'?lang=zh' if zh else ''}").text


def own(case: Case, number: int) -> str:
    return f"/cases/{case.reference}/commitments/{number}"


def upload(words: str = "lease") -> dict[str, object]:
    return {"file": (io.BytesIO(scan(words)), f"{words}.png")}


def test_a_paper_that_follows_is_given_on_the_case_s_page(
    session: Session, browser: Browser
) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    seen = page(browser, case)
    assert "Papers that may follow" in seen
    assert "Give it by Tuesday 10 March, 17:00. We cannot approve without it." in seen
    assert own(case, paper.id) in seen
    assert "Lease" in browser.get(own(case, paper.id)).text

    assert browser.post(own(case, paper.id), data=upload()).status_code == 303

    assert paper.state is _S.GIVEN
    seen = page(browser, case)
    assert "You gave it on Wednesday 4 March. We look at it." in seen
    assert "lease.png" in browser.get(own(case, paper.id)).text


def test_papers_that_belong_together_are_given_together_or_not_at_all(
    session: Session, browser: Browser
) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    page(browser, case)
    good, bad = upload()["file"], (io.BytesIO(b"only words"), "page 2.pdf")

    answer = browser.post(own(case, paper.id), data={"file": [good, bad]})

    assert answer.status_code == 422
    assert "“page 2.pdf” was not taken. This file is called .pdf, but" in answer.text
    assert "The other files were not sent either." in answer.text
    assert paper.state is not _S.GIVEN
    assert "lease.png" not in browser.get(own(case, paper.id)).text


def test_of_too_many_pages_it_says_which_have_no_room(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    page(browser, case)
    pages = [upload(f"page {number}")["file"] for number in range(6)]

    answer = browser.post(own(case, paper.id), data={"file": pages})

    assert answer.status_code == 422
    assert "“page 5.png” was not taken. At most 5 can be given here." in answer.text
    assert paper.state is not _S.GIVEN


def test_the_same_page_given_later_again_is_kept_once(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    page(browser, case)

    answers = [browser.post(own(case, paper.id), data=upload()) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    words = "You had already given the file “lease.png”; it is kept once."
    assert words in browser.get(own(case, paper.id)).text


def test_the_same_in_chinese(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=(), applicant=make_user(session, language="zh"))

    seen = page(browser, case, zh=True)

    assert "租赁合同" in seen
    assert "可后补的材料" in seen
    assert "17:00" in seen
    assert "Give it" not in seen


def test_an_overdue_paper_is_red(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(session, promises=())
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=9))

    seen = page(browser, case)

    assert "It was due by Tuesday 10 March, 17:00. Give it now" in seen
    assert 'sd-tag is-bad"' in seen


@pytest.mark.parametrize("data", [{}, {"file": (io.BytesIO(b"no picture"), "x.png")}])
def test_what_is_no_paper_stays_on_the_page(
    session: Session, browser: Browser, data: dict[str, object]
) -> None:
    case = accepted(session, promises=())
    browser.sign_in(case.applicant)

    assert browser.post(own(case, only(session, case).id), data=data).status_code == 422

    assert only(session, case).state is _S.OPEN


def test_nobody_else_gives_it(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    number = only(session, case).id
    browser.sign_in(make_user(session))
    assert browser.get(own(case, number)).status_code == 404
    assert browser.post(own(case, number), data=upload()).status_code == 404
    browser.sign_in(case.applicant)
    assert browser.get(own(case, number + 1)).status_code == 404


def test_what_is_not_waited_for_leads_back_to_the_case(session: Session, browser: Browser) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    give(session, paper)
    judge(session, paper, _S.KEPT, by=clerk(session))
    browser.sign_in(case.applicant)

    assert browser.post(own(case, paper.id), data=upload()).status_code == 303

    assert len(queries.documents_in_force(session, case)) == 3  # as before
    assert "Found in order on Wednesday 4 March." in page(browser, case)


def test_the_letter_of_acceptance_says_which_paper_by_when(
    session: Session, browser: Browser
) -> None:
    case = accepted(session, promises=())
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    assert "Lease: by Tuesday 10 March, 17:00" in text
    assert "租赁合同" in text


def test_what_was_promised_is_shown_from_sending_to_the_result(
    session: Session, browser: Browser
) -> None:
    case = sent(session, follows=())
    seen = page(browser, case)
    assert "What you promised" in seen
    assert "Checked after the approval." in seen
    do(session, case, "accept", "accept", by=clerk(session))
    do(session, case, "decide", "approve", by=decider(session))
    assert "We check by Friday 3 April, 17:00 whether it is so." in page(browser, case)
    letter = next(one for one in queries.letters_of(session, case) if one.kind == "approved")
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    assert "Degree: checked by Friday 3 April, 17:00" in text

    judge(session, only(session, case), _S.KEPT, by=checker(session))

    seen = page(browser, case)
    assert "Found in order on Wednesday 4 March." in seen
    assert "Promise found kept" in seen


def test_a_promise_is_put_right_on_the_closed_case(session: Session, browser: Browser) -> None:
    case = approved(session)
    promise = only(session, case)
    assert own(case, promise.id) not in page(browser, case)
    judge(session, promise, _S.NOT_KEPT, by=checker(session), reason="The school knows nothing.")

    seen = page(browser, case)
    assert "Give the paper by Wednesday 18 March, 17:00. Otherwise the approval is revoked" in seen
    assert "The school knows nothing." in seen
    assert browser.get(own(case, promise.id)).status_code == 200
    assert browser.post(own(case, promise.id), data=upload("degree")).status_code == 303

    assert promise.state is _S.GIVEN


def test_a_false_promise_is_told_with_reason_and_basis(session: Session, browser: Browser) -> None:
    case = approved(session)
    judge(session, only(session, case), _S.FALSE, by=checker(session), reason="It was bought.")

    seen = page(browser, case)
    letter = queries.letters_of(session, case)[0]
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    for words in ("It was bought.", "art. 33"):
        assert words in seen
        assert words in text
    assert "《北京市优化营商环境条例》第三十三条" in text


def test_a_number_alone_shows_nothing_of_it(session: Session, browser: Browser) -> None:
    case = approved(session)
    judge(session, only(session, case), _S.FALSE, by=checker(session))
    with browser.session_transaction() as kept:
        kept["tracked"] = {
            "number": case.reference,
            "until": (NOW + timedelta(minutes=5)).isoformat(),
        }

    seen = browser.get(f"/track/{case.reference}").text

    assert "Approved" in seen
    for words in ("What you promised", "Promise found", "is checked from now on", "Degree"):
        assert words not in seen

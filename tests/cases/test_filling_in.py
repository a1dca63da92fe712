"""Pages of a draft: kept whatever was typed, open to its people, nothing overwritten unseen."""

from io import BytesIO

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.cases.models import Case
from tests.cases.factories import fill_in, make_case
from tests.cases.with_files import in_force
from tests.catalogue.factories import publish
from tests.conftest import Browser
from tests.enterprises.factories import make_enterprise
from tests.factories import make_user
from tests.files.factories import pdf

GOOD = {
    "f_division": "北京",
    "f_trade_name": "青禾样例",
    "f_industry": "生物科技",
    "f_name_form": "有限公司",
    "f_approval_first": "no",
}


def test_starting_twice_with_one_key_makes_one_draft(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    answers = [
        browser.post("/services/E_NAME/start", data={"request_key": "a" * 24}).location
        for _ in range(3)
    ]

    assert len(set(answers)) == 1
    assert len(session.scalars(sa.select(Case)).all()) == 1


def test_a_page_with_errors_says_them_and_keeps_what_was_typed(
    session: Session, browser: Browser
) -> None:
    case = _draft(session, browser)

    response = fill_in(browser, f"/cases/{case.reference}/name", GOOD | {"f_trade_name": "青"})

    assert response.status_code == 422
    assert "Nothing you typed is lost." in response.text
    again = browser.get(f"/cases/{case.reference}/name").text
    assert 'value="青"' in again
    assert 'value="生物科技"' in again
    assert "To put right" in browser.get(f"/cases/{case.reference}").text


def test_saving_for_later_keeps_even_what_is_wrong(session: Session, browser: Browser) -> None:
    case = _draft(session, browser)

    response = fill_in(
        browser, f"/cases/{case.reference}/name", {"f_trade_name": "x", "later": "1"}
    )

    assert response.status_code == 303
    assert case.typed["name"]["f_trade_name"] == ["x"]


def test_hidden_and_extra_fields_change_nothing(session: Session, browser: Browser) -> None:
    case = _draft(session, browser)

    fill_in(
        browser,
        f"/cases/{case.reference}/name",
        GOOD | {"f_capital": "9", "status": "approved", "applicant_id": "1"},
    )

    assert set(case.answers) == {
        "division",
        "trade_name",
        "industry",
        "name_form",
        "approval_first",
    }
    assert case.status.value == "draft"


def test_a_forbidden_name_is_refused_with_its_rule(session: Session, browser: Browser) -> None:
    case = _draft(session, browser)

    response = fill_in(browser, f"/cases/{case.reference}/name", GOOD | {"f_trade_name": "国务院"})

    assert response.status_code == 422
    assert "art. 11" in response.text


def test_what_is_doubtful_is_said_on_saving_and_before_sending(
    session: Session, browser: Browser
) -> None:
    make_enterprise(session, trade_name="青和样例")  # sounds the same
    case = _draft(session, browser)

    saved = fill_in(browser, f"/cases/{case.reference}/name", GOOD)

    assert saved.status_code == 303
    after, check = browser.get(saved.location).text, browser.get(f"/cases/{case.reference}/check")
    for page in (after, check.text):
        assert "sounds the same" in page
        assert "art. 1" in page
    assert f'href="/cases/{case.reference}/name"' in check.text


def test_of_two_people_on_one_page_the_second_is_told_and_keeps_their_text(
    session: Session, browser: Browser
) -> None:
    case = _draft(session, browser)
    path = f"/cases/{case.reference}/name"
    seen = _seen(browser.get(path).text)
    browser.post(path, data=GOOD | {"seen": seen})

    late = browser.post(path, data=GOOD | {"f_trade_name": "白榆样例", "seen": seen})

    assert late.status_code == 409
    assert 'value="白榆样例"' in late.text
    assert case.answers["trade_name"] == "青禾样例"
    now_seen = _seen(late.text)
    browser.post(path, data=GOOD | {"f_trade_name": "白榆样例", "seen": now_seen})
    assert case.answers["trade_name"] == "白榆样例"


def test_who_does_not_say_what_they_saw_overwrites_nothing(
    session: Session, browser: Browser
) -> None:
    case = _draft(session, browser)

    answer = browser.post(f"/cases/{case.reference}/name", data=GOOD)

    assert answer.status_code == 409
    assert 'value="青禾样例"' in answer.text
    assert case.answers == {}


def test_an_incomplete_application_cannot_be_sent(session: Session, browser: Browser) -> None:
    case = _draft(session, browser)

    response = browser.post(
        f"/cases/{case.reference}/submit", data={"declared": "y", "request_key": "s" * 24}
    )

    assert response.status_code == 409
    assert case.status.value == "draft"


def test_what_was_sent_can_be_read_and_not_changed(session: Session, browser: Browser) -> None:
    case = make_case(session)
    browser.sign_in(case.applicant)
    page, check = f"/cases/{case.reference}/capital", f"/cases/{case.reference}/check"

    opened = browser.get(page)
    read = browser.get(check).text
    late = browser.post(page, data={"f_capital-currency": "CNY", "f_capital-amount": "777"})

    assert opened.location == check
    assert "林乔" in read
    assert "<form" not in read.partition("<main")[2].partition("</main")[0]
    assert f"/cases/{case.reference}/capital" not in read
    assert late.status_code == 409
    assert 'value="777"' in late.text
    assert browser.get(f"/cases/{case.reference}/materials").status_code == 303


def test_of_papers_sent_together_those_in_order_are_kept(
    session: Session, browser: Browser
) -> None:
    case, path = _small(session, browser)
    sent = [(b"", "empty.png"), (pdf(1), "passport.pdf"), (b"only words", "lease.pdf")]

    answer = _give_papers(browser, path, *sent)

    assert answer.status_code == 422
    assert "“empty.png” was not taken." in answer.text
    assert "“lease.pdf” was not taken." in answer.text
    assert in_force(session, case) == [("passport", "passport.pdf")]
    assert "passport.pdf" in browser.get(path).text


def test_of_papers_sent_together_as_many_are_kept_as_fit(
    session: Session, browser: Browser
) -> None:
    case, path = _small(session, browser)
    _give_papers(browser, path, (pdf(1), "page 0.pdf"))

    answer = _give_papers(browser, path, *((pdf(n), f"page {n}.pdf") for n in range(2, 8)))

    assert answer.status_code == 422
    for left_out in ("page 6.pdf", "page 7.pdf"):
        words = f"“{left_out}” was not taken. At most 5 can be given here."
        assert words in answer.text
    kept = [f"page {number}.pdf" for number in (0, 2, 3, 4, 5)]
    assert in_force(session, case) == [("passport", name) for name in kept]
    again = _give_papers(browser, path, (pdf(9), "page 9.pdf"))
    assert (again.status_code, "“page 9.pdf” was not taken." in again.text) == (422, True)


def test_a_paper_given_twice_is_kept_once_and_that_is_said(
    session: Session, browser: Browser
) -> None:
    case, path = _small(session, browser)

    together = _give_papers(browser, path, (pdf(1), "a.pdf"), (pdf(1), "b.pdf"))
    said = browser.get(path).text
    later = _give_papers(browser, path, (pdf(1), "c.pdf"))

    assert (together.status_code, later.status_code) == (303, 303)
    assert "You had already given the file “b.pdf”; it is kept once." in said
    assert "You had already given the file “c.pdf”; it is kept once." in browser.get(path).text
    assert in_force(session, case) == [("passport", "a.pdf")]


def test_an_unknown_page_is_not_found(session: Session, browser: Browser) -> None:
    case = _draft(session, browser)

    assert browser.get(f"/cases/{case.reference}/nonsense").status_code == 404


def _small(session: Session, browser: Browser) -> tuple[Case, str]:
    """Begin an application that asks for a passport; return it and its page of papers."""
    publish(session)
    browser.sign_in(make_user(session))
    browser.post("/services/T_SMALL/start", data={"request_key": "a" * 24})
    case = session.scalars(sa.select(Case)).one()
    return case, f"/cases/{case.reference}/materials"


def _give_papers(browser: Browser, path: str, *files: tuple[bytes, str]) -> TestResponse:
    sent = [(BytesIO(content), name) for content, name in files]
    return browser.post(path, data={"material": "passport", "file": sent})


def _draft(session: Session, browser: Browser) -> Case:
    browser.sign_in(make_user(session))
    browser.post("/services/E_NAME/start", data={"request_key": "a" * 24})
    return session.scalars(sa.select(Case)).one()


def _seen(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]

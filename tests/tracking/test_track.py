"""A number is a name, never a key."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.notices.models import Notice
from tests.cases.factories import make_case
from tests.conftest import Browser


def test_the_number_alone_shows_one_word(session: Session, browser: Browser) -> None:
    case = make_case(session)

    page = browser.get(f"/track?number={case.reference.lower()}").text

    assert "Received" in page
    assert case.title not in page
    assert case.applicant.name not in page


def test_an_unknown_or_malformed_number_is_told_so(browser: Browser) -> None:
    for number in ("R26-99999", "nonsense", ""):
        assert browser.get(f"/track?number={number}").status_code == 422


def test_the_mailed_code_opens_the_details_once(session: Session, browser: Browser) -> None:
    case = make_case(session)
    track = f"/track/{case.reference}"
    assert browser.get(track).status_code == 303

    browser.post(f"{track}/ask", data={"request_key": "k" * 24})
    mail = session.scalars(sa.select(Notice).where(Notice.kind == "tracking_code")).one()
    assert mail.address == case.applicant.email
    wrong = browser.post(f"{track}/code", data={"code": "000000"})
    assert wrong.status_code == 422
    right = browser.post(f"{track}/code", data={"code": mail.facts["code"]})

    assert right.status_code == 303
    assert "We have your application" in browser.get(track).text
    browser.sign_out()
    assert browser.post(f"{track}/code", data={"code": mail.facts["code"]}).status_code == 422


def test_asking_for_a_code_answers_the_same_for_any_number(
    session: Session, browser: Browser
) -> None:
    case = make_case(session)

    known = browser.post(f"/track/{case.reference}/ask", data={"request_key": "k" * 24})
    unknown = browser.post("/track/R26-99999/ask", data={"request_key": "k" * 24})

    assert known.status_code == unknown.status_code == 303
    assert len(session.scalars(sa.select(Notice).where(Notice.kind == "tracking_code")).all()) == 1

"""Behind a personal link: the code, the data, putting right, confirming."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases.lifecycle import CaseStatus
from tests.confirmations.factories import (
    CHEN,
    LIN,
    PEOPLE,
    SONG,
    ZHOU,
    all_confirm,
    change,
    confirmed,
    draft,
    enter,
    invite,
    last_code,
    link_of,
    rows,
    say_yes,
    seen_on,
    with_entry,
)
from tests.conftest import Browser
from tests.notices.factories import deliver_all, mails, text_of

NUMBER = "110114198506271517"  # of the second shareholder


def test_a_person_reads_and_confirms_with_a_code_from_their_mail(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, ZHOU)
    link = link_of(session, case, ZHOU)

    first = browser.get(link)
    assert case.applicant.name in first.text
    assert NUMBER not in first.text
    assert browser.get(f"{link}/data").location == link
    enter(app, session, browser, link)
    page = browser.get(f"{link}/data").text
    assert NUMBER in page
    assert LIN not in page
    assert say_yes(browser, link) == 303

    assert confirmed(session, case) == [ZHOU]
    kept = rows(session, case)[ZHOU].confirmation
    assert kept is not None
    assert (kept.language, NUMBER in kept.sealed["text"]) == ("en", True)
    assert "You have confirmed your data" in browser.get(f"{link}/data").text
    assert say_yes(browser, link) == 422, "there is no form any more"


def test_the_text_is_kept_in_the_language_in_which_it_was_read(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, CHEN, language="zh")
    link = link_of(session, case, CHEN)
    with app.app_context():
        deliver_all(app, session)
    assert f"{link}?lang=zh" in text_of(mails(app)[-1])

    browser.get(f"{link}?lang=zh")
    enter(app, session, browser, link)
    assert say_yes(browser, link) == 303

    kept = rows(session, case)[CHEN].confirmation
    assert kept is not None
    assert kept.language == "zh"
    assert "监事" in kept.sealed["text"]


def test_a_code_opens_only_the_browser_that_asked_and_only_five_are_tried(
    app: Flask, session: Session, browser: Browser, another_browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, ZHOU)
    link = link_of(session, case, ZHOU)
    browser.post(f"{link}/ask")
    code = last_code(app, session)

    elsewhere = another_browser.post(f"{link}/code", data={"code": code})
    assert elsewhere.status_code == 422
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert browser.post(f"{link}/code", data={"code": wrong}).status_code == 422
    assert browser.post(f"{link}/code", data={"code": code}).status_code == 422
    assert another_browser.get(f"{link}/data").status_code == 303


def test_a_link_that_is_made_up_or_too_old_or_replaced_is_not_there(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = draft(session)
    invite(session, case, ZHOU)
    old = link_of(session, case, ZHOU)
    invite(session, case, ZHOU)
    new = link_of(session, case, ZHOU)

    assert browser.get("/confirm/" + "x" * 43).status_code == 404
    assert browser.get(old).status_code == 404
    assert browser.get(new).status_code == 200
    later = clock.now() + timedelta(days=14, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.get(new).status_code == 404


def test_nobody_confirms_what_they_have_not_seen(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, ZHOU)
    link = link_of(session, case, ZHOU)
    enter(app, session, browser, link)
    seen = seen_on(browser, f"{link}/data")
    owners = with_entry(case.answers, "shareholders", 1, method="in_kind")
    change(session, case, shareholders=owners)

    answer = browser.post(f"{link}/data", data={"seen": seen})

    assert answer.status_code == 409
    assert "In kind" in answer.text
    assert confirmed(session, case) == []
    assert say_yes(browser, link) == 303
    assert confirmed(session, case) == [ZHOU]


def test_a_person_puts_their_own_line_right_and_the_applicant_is_told(
    app: Flask, session: Session, browser: Browser, another_browser: Browser
) -> None:
    case = draft(session)
    all_confirm(session, case)
    invite(session, case, SONG)
    link = link_of(session, case, SONG)
    enter(app, session, browser, link)
    form = _card(session, case.answers["directors"][1])

    wrong = browser.post(
        f"{link}/lines/1", data=form | {"f_phone": "7", "seen": seen_on(browser, f"{link}/lines/1")}
    )
    assert wrong.status_code == 422
    answer = browser.post(
        f"{link}/lines/1",
        data=form | {"f_phone": "13800000277", "f_agent_name": "x", "f_capital": "1"}
        | {"seen": seen_on(browser, f"{link}/lines/1")},
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    assert case.answers["directors"][1]["phone"].endswith("13800000277")
    assert case.answers["capital"]["amount"] == "5000000.00"
    assert confirmed(session, case) == [LIN, ZHOU, CHEN]
    another_browser.sign_in(case.applicant)
    board = another_browser.get(f"/cases/{case.reference}/confirmations").text
    assert "+86 138 0000 0277" in board
    assert "Changed since" in board
    with app.app_context():
        deliver_all(app, session)
    told = [mail for mail in mails(app) if mail["To"] == case.applicant.email]
    assert "13800000277" not in text_of(told[-1])
    assert SONG in text_of(told[-1])
    assert say_yes(browser, link) == 303
    assert confirmed(session, case) == list(PEOPLE)


def test_what_a_person_called_wrong_does_not_count_when_it_is_put_back(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    all_confirm(session, case)
    before = case.answers["directors"]
    invite(session, case, SONG)
    link = link_of(session, case, SONG)
    enter(app, session, browser, link)
    form = _card(session, before[1]) | {"f_phone": "13800000277"}
    seen = seen_on(browser, f"{link}/lines/1")
    assert browser.post(f"{link}/lines/1", data=form | {"seen": seen}).status_code == 303

    change(session, case, directors=before)

    assert SONG not in confirmed(session, case)


def test_a_person_whose_number_is_put_right_keeps_their_link(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, LIN)
    link = link_of(session, case, LIN)
    enter(app, session, browser, link)
    form = _card(session, case.answers["directors"][0]) | {"f_id_number": "110114198803121048"}
    seen = seen_on(browser, f"{link}/lines/2")

    assert browser.post(f"{link}/lines/2", data=form | {"seen": seen}).status_code == 303

    assert case.answers["shareholders"][0]["id_number"] == "110114198803121048"
    assert case.answers["liaison_id_number"] == "110114198803121048"
    assert say_yes(browser, link) == 303
    assert confirmed(session, case) == [LIN]
    assert list(rows(session, case)) == list(PEOPLE)


def test_nobody_takes_over_what_another_person_has_to_confirm(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, CHEN)
    link = link_of(session, case, CHEN)
    enter(app, session, browser, link)
    form = _card(session, case.answers["supervisors"][0]) | {"f_id_number": NUMBER}
    seen = seen_on(browser, f"{link}/lines/1")

    answer = browser.post(f"{link}/lines/1", data=form | {"seen": seen})

    assert answer.status_code == 422
    assert "Somebody else in this application" in answer.text
    assert case.answers["supervisors"][0]["id_number"] != NUMBER


def test_once_it_is_sent_the_link_only_shows_what_was_confirmed(
    app: Flask, session: Session, browser: Browser, another_browser: Browser
) -> None:
    case = draft(session)
    invite(session, case, ZHOU)
    link = link_of(session, case, ZHOU)
    enter(app, session, browser, link)
    seen = seen_on(browser, f"{link}/data")
    all_confirm(session, case)
    another_browser.sign_in(case.applicant)
    path = f"/cases/{case.reference}/submit"
    assert another_browser.post(path, data={"declared": "y"}).status_code == 303
    assert case.status is CaseStatus.SUBMITTED

    page = browser.get(f"{link}/data")
    assert page.status_code == 200
    assert "Something is wrong" not in page.text
    assert browser.get(f"{link}/lines/1").status_code == 303
    assert browser.post(f"{link}/data", data={"seen": seen}).status_code == 409


def _card(session: Session, entry: dict[str, object]) -> dict[str, object]:
    """Return what the form of a director or supervisor sends."""
    session.expire_all()
    return {f"f_{key}": answer for key, answer in entry.items()}

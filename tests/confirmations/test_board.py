"""The board: who is missing, inviting, reminding, changing an address."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases.models import Case
from servicedesk.confirmations.marks import handle_of
from tests.confirmations.factories import (
    CHEN,
    LIN,
    PEOPLE,
    SONG,
    ZHOU,
    all_confirm,
    draft,
    invite,
    link_of,
    requests,
    rows,
)
from tests.conftest import Browser
from tests.factories import make_user
from tests.notices.factories import deliver_all, mails
from tests.races.statements import counted


def board(case: Case) -> str:
    return f"/cases/{case.reference}/confirmations"


def filled(session: Session, case: Case, **emails: str) -> dict[str, str]:
    """Return what the form sends that invites people: addresses by name."""
    data: dict[str, str] = {}
    for name, row in rows(session, case).items():
        handle = handle_of(case.reference, row.person.key)
        data |= {f"email_{handle}": emails.get(name, ""), f"language_{handle}": "en"}
    return data


def test_the_board_invites_those_whose_address_is_filled_in(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    page = browser.get(board(case)).text
    assert all(name in page for name in PEOPLE)
    assert "lin.qiao@example.com" in page, "the form has it"

    nobody = browser.post(f"{board(case)}/invite", data=filled(session, case))
    assert nobody.status_code == 422
    emails = {ZHOU: "zhou@example.org", CHEN: "Chen@Example.org"}
    answer = browser.post(f"{board(case)}/invite", data=filled(session, case, **emails))

    assert answer.status_code == 303, answer.text
    with app.app_context():
        deliver_all(app, session)
    assert {mail["To"] for mail in mails(app)} == {"zhou@example.org", "chen@example.org"}
    page = browser.get(board(case)).text
    assert link_of(session, case, ZHOU) in page
    assert page.count('<svg class="sd-qr"') == 2
    stored = {bytes(one.link_hash or b"") for one in requests(session)}
    assert len(stored) == 2


def test_each_person_has_a_mailbox_of_their_own(session: Session, browser: Browser) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    emails = {LIN: "one@example.org", ZHOU: "two@example.org", SONG: "one@example.org"}

    answer = browser.post(f"{board(case)}/invite", data=filled(session, case, **emails))

    assert answer.status_code == 422
    assert "an e-mail address of their own" in answer.text
    assert "two@example.org" in answer.text, "nothing typed is lost"
    assert list(requests(session)) == []


def test_an_organisation_is_invited_with_who_confirms_for_it(
    session: Session, browser: Browser
) -> None:
    case = draft(session, example=1)
    browser.sign_in(case.applicant)
    fund = "北京沐岚岭样例投资有限公司"
    data = filled(session, case, **{fund: "fund@example.org"})
    handle = handle_of(case.reference, rows(session, case)[fund].person.key)

    assert browser.post(f"{board(case)}/invite", data=data).status_code == 422
    data[f"representative_{handle}"] = "张代表"
    assert browser.post(f"{board(case)}/invite", data=data).status_code == 303

    asked = rows(session, case)[fund].request
    assert asked is not None
    assert asked.sealed["representative"] == "张代表"


def test_a_reminder_sends_the_same_link_and_a_new_address_another(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = draft(session)
    asked = invite(session, case, ZHOU)
    before = link_of(session, case, ZHOU)
    browser.sign_in(case.applicant)

    assert browser.post(f"{board(case)}/{asked.id}/remind").status_code == 303
    assert link_of(session, case, ZHOU) == before
    data = {"email": "other@example.org"}
    assert browser.post(f"{board(case)}/{asked.id}/address", data=data).status_code == 303
    assert link_of(session, case, ZHOU) != before
    with app.app_context():
        deliver_all(app, session)
    to = [mail["To"] for mail in mails(app)]
    assert sorted(to) == ["other@example.org", "zhou@example.org", "zhou@example.org"]


def test_a_link_that_is_too_old_can_be_sent_elsewhere(session: Session, browser: Browser) -> None:
    case = draft(session)
    asked = invite(session, case, ZHOU)
    old = link_of(session, case, ZHOU)
    asked.expires_at = clock.now() - timedelta(days=1)
    session.commit()
    browser.sign_in(case.applicant)

    page = browser.get(board(case)).text

    assert f"{board(case)}/{asked.id}/address" in page
    assert old not in page


def test_reminders_are_slowed_down(session: Session, browser: Browser) -> None:
    case = draft(session)
    asked = invite(session, case, ZHOU)
    browser.sign_in(case.applicant)

    answers = [browser.post(f"{board(case)}/{asked.id}/remind").status_code for _ in range(6)]

    assert answers[0] == 303
    assert answers[-1] == 429


def test_who_has_confirmed_is_not_reminded(session: Session, browser: Browser) -> None:
    case = draft(session)
    asked = invite(session, case, ZHOU)
    all_confirm(session, case, [ZHOU])
    browser.sign_in(case.applicant)

    assert browser.post(f"{board(case)}/{asked.id}/remind").status_code == 409
    assert "1 of 4 people have confirmed" in browser.get(board(case)).text


def test_the_board_is_for_those_who_work_on_the_application(
    session: Session, browser: Browser
) -> None:
    case = draft(session)
    asked = invite(session, case, ZHOU)
    browser.sign_in(make_user(session))

    assert browser.get(board(case)).status_code == 404
    assert browser.get(f"{board(case)}/now").status_code == 404
    assert browser.post(f"{board(case)}/{asked.id}/remind").status_code == 404


def test_the_part_that_says_how_far_they_are_comes_again_only_if_it_changed(
    session: Session, browser: Browser
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    first = browser.get(f"{board(case)}/now")
    tag = {"If-None-Match": first.headers["ETag"]}

    assert browser.get(f"{board(case)}/now", headers=tag).status_code == 304
    all_confirm(session, case, [ZHOU])
    assert browser.get(f"{board(case)}/now", headers=tag).status_code == 200


def test_the_board_costs_the_same_for_few_people_and_for_many(
    app: Flask, session: Session, browser: Browser
) -> None:
    few = draft(session, example=2)
    many = draft(session, example=1)
    all_confirm(session, few, list(rows(session, few)))
    all_confirm(session, many, list(rows(session, many)))
    costs = []
    for case in (few, many):
        browser.sign_in(case.applicant)
        with counted(app) as statements:
            assert browser.get(board(case)).status_code == 200
        costs.append(len(statements))

    assert costs[0] == costs[1]

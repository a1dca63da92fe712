"""Setting a new password by a mailed link."""

import statistics
import time
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import Token, User
from tests.accounts.factories import GOOD_PASSWORD, at_once, browser_at, link_in, sign_in
from tests.conftest import Browser
from tests.factories import PASSWORD, make_user
from tests.notices.factories import deliver_all


def ask(browser: Browser, email: str) -> tuple[int, str]:
    response = browser.post(
        "/account/forgot", data={"email": email, "request_key": "a-request-key-of-length"}
    )
    return response.status_code, response.location


def link_for(app: Flask, session: Session, user: User) -> str:
    ask(browser_at(app, session), user.email)
    return link_in(deliver_all(app, session)[-1], "/account/reset/")


def set_password(browser: Browser, path: str, password: str = GOOD_PASSWORD) -> int:
    return browser.post(path, data={"password": password}).status_code


def test_the_mailed_link_sets_a_new_password(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    path = link_for(app, session, user)

    assert browser.get(path).status_code == 200
    assert set_password(browser, path) == 303
    assert sign_in(browser, user.email, PASSWORD).status_code == 422
    assert sign_in(browser, user.email, GOOD_PASSWORD).status_code == 303


def test_the_owner_is_told_that_the_password_changed(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    set_password(browser, link_for(app, session, user))

    assert deliver_all(app, session)[-1]["Subject"] == "Your password was changed"


def test_a_new_password_ends_every_session(app: Flask, session: Session, browser: Browser) -> None:
    user = make_user(session)
    sign_in(browser, user.email, PASSWORD)

    set_password(browser_at(app, session), link_for(app, session, user))

    assert browser.get("/account").location.startswith("/sign-in")


def test_the_link_works_once_and_voids_the_others(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    first, second = (link_for(app, session, user) for _ in range(2))

    assert set_password(browser, second) == 303
    assert browser.get(second).status_code == 410
    assert browser.get(first).status_code == 410
    assert set_password(browser, first) == 410


def test_of_many_who_use_one_link_at_once_one_wins(app: Flask, session: Session) -> None:
    path = link_for(app, session, make_user(session))

    codes = at_once(
        6, lambda number: set_password(browser_at(app), path, f"{GOOD_PASSWORD} {number}")
    )

    assert codes.count(303) == 1
    assert set(codes) <= {303, 409, 410}


def test_a_bad_password_does_not_use_the_link_up(
    app: Flask, session: Session, browser: Browser
) -> None:
    path = link_for(app, session, make_user(session))

    assert set_password(browser, path, "short") == 422
    assert set_password(browser, path) == 303


def test_the_link_expires(app: Flask, session: Session, browser: Browser) -> None:
    path = link_for(app, session, make_user(session))
    (token,) = session.scalars(sa.select(Token))
    token.expires_at -= timedelta(hours=3)
    session.commit()

    assert browser.get(path).status_code == 410
    assert set_password(browser, path) == 410


def test_a_link_to_confirm_an_address_sets_no_password(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session, confirmed_at=None)
    browser.sign_in(user)
    browser.post("/account/unconfirmed")
    path = link_in(deliver_all(app, session)[-1], "/account/confirm/")

    assert set_password(browser, path.replace("confirm", "reset")) == 410


def test_whoever_reads_the_mails_of_an_address_confirms_it_too(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session, confirmed_at=None)
    set_password(browser, link_for(app, session, user))

    assert user.confirmed_at is not None


def test_an_unknown_address_gets_the_same_answer_and_a_mail_that_says_so(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    known = ask(browser, user.email)
    unknown = ask(browser_at(app, session), "nobody@park.example")

    assert known == unknown == (303, "/account/forgot/sent")
    mail = deliver_all(app, session)[-1]
    assert mail["To"] == "nobody@park.example"
    assert "/account/reset/" not in mail.as_string()


def test_a_closed_account_gets_no_link(app: Flask, session: Session, browser: Browser) -> None:
    user = make_user(session)
    user.is_active = False
    session.commit()
    ask(browser, user.email)

    assert "/account/reset/" not in deliver_all(app, session)[-1].as_string()


def test_signing_in_takes_the_same_time_for_unknown_and_known(app: Flask, session: Session) -> None:
    # A hash at today's cost, as every account has after its next sign-in.
    known = make_user(session).email
    sign_in(browser_at(app), known, PASSWORD)

    def seconds(email: str, number: int) -> float:
        browser = browser_at(app, address=f"192.0.2.{number}")
        browser.get("/sign-in")
        began = time.perf_counter()
        sign_in(browser, email, "a guess")
        return time.perf_counter() - began

    times = [(seconds(known, n), seconds("nobody@park.example", n)) for n in range(15)]

    of_known, of_unknown = (statistics.median(column) for column in zip(*times, strict=True))
    assert abs(of_known - of_unknown) < 0.4 * max(of_known, of_unknown)

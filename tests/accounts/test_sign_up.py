"""Making an account and confirming its address."""

import re

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import Token, User
from servicedesk.notices.models import Notice
from tests.accounts.factories import GOOD_PASSWORD, at_once, browser_at, link_in, sign_in
from tests.conftest import Browser
from tests.factories import make_user
from tests.notices.factories import deliver_all

ANSWERS = {"name": "Wei Lin", "email": "Wei@Park.Example", "password": GOOD_PASSWORD}

OTHERS_PASSWORD = "somebody else chose this"  # noqa: S105 - of nobody


def send(browser: Browser, **changes: str) -> tuple[int, str]:
    key = changes.pop("key", "a-request-key-of-length")
    response = browser.post("/sign-up", data={**ANSWERS, **changes, "request_key": key})
    return response.status_code, response.location


def user_called(session: Session, email: str) -> User:
    user = session.scalar(sa.select(User).where(User.email == email))
    assert user is not None
    return user


def test_signing_up_makes_an_unconfirmed_account_and_mails_a_link(
    app: Flask, session: Session, browser: Browser
) -> None:
    assert send(browser) == (303, "/sign-up/sent")

    user = user_called(session, "wei@park.example")
    assert user.confirmed_at is None
    (mail,) = deliver_all(app, session)
    assert mail["To"] == "wei@park.example"
    assert link_in(mail, "/account/confirm/")


def test_nothing_anybody_typed_is_in_the_mail_to_an_unconfirmed_address(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser, name="Visit http://bad.example now")

    (mail,) = deliver_all(app, session)
    assert "bad.example" not in mail.as_string()


def test_opening_the_link_confirms_nothing(app: Flask, session: Session, browser: Browser) -> None:
    send(browser)
    (mail,) = deliver_all(app, session)

    for _ in range(2):
        assert browser.get(link_in(mail, "/account/confirm/")).status_code == 200

    assert user_called(session, "wei@park.example").confirmed_at is None


def test_the_password_behind_the_link_confirms_the_address_once(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser)
    (mail,) = deliver_all(app, session)
    path = link_in(mail, "/account/confirm/")

    assert confirm(browser, path) == 303
    assert user_called(session, "wei@park.example").confirmed_at is not None
    assert confirm(browser, path) == 409
    assert browser.get(path).status_code == 410


def confirm(browser: Browser, path: str, password: str = GOOD_PASSWORD) -> int:
    return browser.post(path, data={"password": password}).status_code


def test_who_reads_the_mail_does_not_confirm_a_password_that_a_stranger_chose(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser)
    send(browser_at(app, session), password=OTHERS_PASSWORD, key="the-strangers-request-key")
    *_, mail = deliver_all(app, session)
    path = link_in(mail, "/account/confirm/")

    refused = browser.post(path, data={"password": GOOD_PASSWORD})

    assert refused.status_code == 422
    assert "The account has another password." in refused.text
    assert user_called(session, "wei@park.example").confirmed_at is None
    assert browser.get(path).status_code == 200  # the link stays good
    assert confirm(browser, path, OTHERS_PASSWORD) == 303


def test_of_many_who_use_one_link_at_once_one_wins(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser)
    (mail,) = deliver_all(app, session)
    path = link_in(mail, "/account/confirm/")

    codes = at_once(8, lambda _: confirm(browser_at(app), path))

    assert sorted(codes) == [303] + [409] * 7


def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so(
    app: Flask, session: Session, browser: Browser
) -> None:
    owner = make_user(session, email="wei@park.example", language="zh")
    before = owner.password_hash

    assert send(browser) == (303, "/sign-up/sent")

    assert owner.password_hash == before
    assert owner.name != "Wei Lin"
    (mail,) = deliver_all(app, session)
    assert mail["To"] == "wei@park.example"
    assert "/account/confirm/" not in mail.as_string()


def test_the_latest_sign_up_of_an_unconfirmed_address_counts_and_voids_the_others(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser, password=OTHERS_PASSWORD, key="first-request-key-0")
    (first,) = deliver_all(app, session)
    send(browser, key="second-request-key-")
    _, second = deliver_all(app, session)

    assert browser.get(link_in(first, "/account/confirm/")).status_code == 410
    assert confirm(browser, link_in(second, "/account/confirm/")) == 303
    assert sign_in(browser, "wei@park.example", OTHERS_PASSWORD).status_code == 422
    assert sign_in(browser, "wei@park.example", GOOD_PASSWORD).status_code == 303


def test_a_double_click_makes_one_account_and_one_mail(
    app: Flask, session: Session, browser: Browser
) -> None:
    browser.get("/sign-up")
    cookie = browser.get_cookie("session")
    assert cookie is not None

    def click(_number: int) -> tuple[int, str]:
        same = browser_at(app)
        same.set_cookie("session", cookie.value)
        return send(same)

    assert at_once(4, click) == [(303, "/sign-up/sent")] * 4

    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
    assert len(deliver_all(app, session)) == 1


def test_many_who_sign_up_one_address_at_once_make_one_account(
    app: Flask, session: Session
) -> None:
    codes = at_once(
        4,
        lambda number: send(browser_at(app), key=f"request-key-number-{number}")[0],
    )

    assert codes == [303] * 4
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
    open_links = session.scalar(
        sa.select(sa.func.count()).select_from(Token).where(Token.used_at.is_(None))
    )
    assert open_links == 1


def test_the_link_is_random_and_only_its_hash_is_stored(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser)
    secret = link_in(deliver_all(app, session)[0], "/account/confirm/").rsplit("/", 1)[1]

    assert len(secret) >= 43  # 256 bits in base 64
    token = session.scalars(sa.select(Token)).one()
    assert secret.encode() not in token.secret_hash
    assert "secret" not in session.scalars(sa.select(Notice)).one().facts


def test_a_short_password_is_refused_and_nothing_else_is_lost(browser: Browser) -> None:
    response = browser.post("/sign-up", data={**ANSWERS, "password": "short"})

    assert response.status_code == 422
    assert "Use at least 10 characters." in response.text
    assert 'value="wei@park.example"' in response.text
    assert 'value="short"' not in response.text


def test_hidden_fields_change_nothing(session: Session, browser: Browser) -> None:
    data = {**ANSWERS, "request_key": "a-request-key-of-length", "role": "admin"}
    browser.post("/sign-up", data={**data, "confirmed_at": "2026-01-01", "is_active": "1"})

    user = user_called(session, "wei@park.example")
    assert user.role == "applicant"
    assert user.confirmed_at is None


def test_an_unconfirmed_person_gets_no_further_than_the_page_that_says_so(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session, confirmed_at=None)
    browser.sign_in(user)

    assert browser.get("/account").location == "/account/unconfirmed"
    page = browser.get("/account/unconfirmed")
    assert user.email in page.text
    assert browser.post("/account/unconfirmed").status_code == 303
    assert len(deliver_all(app, session)) == 1


def test_confirming_ends_sessions_begun_before(
    app: Flask, session: Session, browser: Browser
) -> None:
    send(browser)
    intruder = browser_at(app, session)
    assert sign_in(intruder, "wei@park.example", GOOD_PASSWORD).status_code == 303

    (mail,) = deliver_all(app, session)
    assert confirm(browser, link_in(mail, "/account/confirm/")) == 303

    assert re.match(r"/sign-in\b", intruder.get("/account").location)

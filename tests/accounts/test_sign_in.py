"""Coming in, going out, and what sessions are worth."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts import operations
from servicedesk.accounts.permissions import Role
from servicedesk.web.models import WebSession
from tests.accounts.factories import GOOD_PASSWORD, browser_at, sign_in
from tests.conftest import Browser
from tests.factories import PASSWORD, make_user


def test_the_right_password_opens_the_account(session: Session, browser: Browser) -> None:
    user = make_user(session)

    assert sign_in(browser, user.email.upper(), PASSWORD).status_code == 303
    assert user.name in browser.get("/account").text


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    wrong = sign_in(browser, user.email, "not the password")
    unknown = sign_in(browser, "nobody@park.example", "not the password")

    assert wrong.status_code == unknown.status_code == 422
    assert _without_keys(wrong.text, user.email) == _without_keys(
        unknown.text, "nobody@park.example"
    )


def _without_keys(page: str, email: str) -> str:
    page = re.sub(r'name="(request_key|csrf_token)"[^>]*', "", page)
    page = re.sub(r'value="[A-Za-z0-9._-]{20,}"', "", page)
    return page.replace(email, "")


def test_a_closed_account_opens_no_more(session: Session, browser: Browser) -> None:
    user = make_user(session)
    user.is_active = False
    session.commit()

    assert sign_in(browser, user.email, PASSWORD).status_code == 422


def test_a_session_of_an_account_that_is_closed_meanwhile_is_worth_nothing(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    browser.sign_in(user)
    user.is_active = False
    session.commit()

    assert browser.get("/account").location.startswith("/sign-in")


def test_the_session_is_new_at_sign_in(session: Session, browser: Browser) -> None:
    user = make_user(session)
    browser.get("/sign-in")
    before = browser.get_cookie("session")
    sign_in(browser, user.email, PASSWORD)
    after = browser.get_cookie("session")

    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_only_what_a_stranger_typed_goes_along_into_the_new_session(
    session: Session, browser: Browser
) -> None:
    with browser.session_transaction() as kept:
        kept["brought.owners"], kept["planted"] = "typed", "by somebody"

    sign_in(browser, make_user(session).email, PASSWORD)

    with browser.session_transaction() as kept:
        assert kept["brought.owners"] == "typed"
        assert "planted" not in kept


def test_strangers_sign_in_first_and_then_get_where_they_wanted(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    to = browser.get("/account/password?from=mail").location
    assert to == "/sign-in?next=/account/password?from%3Dmail"

    assert sign_in(browser, user.email, PASSWORD, to=to).location == "/account/password?from=mail"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://bad.example/",
        "//bad.example",
        "/\\bad.example",
        "\\\\bad.example",
        "/%09/bad.example".replace("%09", "\t"),
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(session: Session, browser: Browser, elsewhere: str) -> None:
    user = make_user(session)
    response = browser.post(
        "/sign-in",
        query_string={"next": elsewhere},
        data={"email": user.email, "password": PASSWORD},
    )

    assert response.location == "/cases"


def test_each_role_lands_where_its_work_is(app: Flask, session: Session) -> None:
    landed = {
        role: sign_in(
            browser_at(app, session), make_user(session, role=role).email, PASSWORD
        ).location
        for role in Role
    }

    assert landed == {
        Role.APPLICANT: "/cases",
        Role.CLERK: "/desk",
        Role.REVIEWER: "/desk",
        Role.SUPERVISOR: "/desk",
        Role.ADMIN: "/admin",
    }


def test_signing_out_ends_the_session_on_the_server(session: Session, browser: Browser) -> None:
    user = make_user(session)
    sign_in(browser, user.email, PASSWORD)
    kept = browser.get_cookie("session")
    assert kept is not None

    assert browser.post("/sign-out").status_code == 303

    browser.set_cookie("session", kept.value)
    assert browser.get("/account").location.startswith("/sign-in")


def test_opening_the_address_of_sign_out_does_nothing(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/account").status_code == 200


def test_the_cookie_of_flask_login_signs_nobody_in(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    with app.app_context():
        from flask_login.utils import encode_cookie  # noqa: PLC0415 - needs the application

        browser.set_cookie("remember_token", encode_cookie(user.get_id()))

    assert browser.get("/account").location.startswith("/sign-in")


def test_another_role_ends_all_sessions(session: Session, browser: Browser) -> None:
    user = make_user(session, role=Role.CLERK, posts={"market": "clerk"})
    browser.sign_in(user)

    operations.change_duties(session, user, role=Role.REVIEWER, posts={"tax": "reviewer"})
    session.commit()

    assert browser.get("/account").location.startswith("/sign-in")
    assert user.departments == {"tax"}


def test_the_same_duties_again_change_nothing(session: Session, browser: Browser) -> None:
    user = make_user(session, role=Role.CLERK, posts={"market": "clerk"})
    browser.sign_in(user)

    assert not operations.change_duties(session, user, role=Role.CLERK, posts={"market": "clerk"})
    session.commit()
    assert browser.get("/account").status_code == 200


def test_changing_the_password_ends_every_other_session_and_renews_this_one(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    other = browser_at(app, session)
    sign_in(other, user.email, PASSWORD)
    sign_in(browser, user.email, PASSWORD)
    before = browser.get_cookie("session")

    response = browser.post(
        "/account/password", data={"current_password": PASSWORD, "password": GOOD_PASSWORD}
    )

    assert response.status_code == 303
    assert browser.get("/account").status_code == 200
    after = browser.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert other.get("/account").location.startswith("/sign-in")
    thief = browser_at(app, session)
    thief.set_cookie("session", before.value)
    assert thief.get("/account").location.startswith("/sign-in")


def test_changing_the_password_needs_the_present_one(session: Session, browser: Browser) -> None:
    user = make_user(session)
    before = user.password_hash
    browser.sign_in(user)

    response = browser.post(
        "/account/password", data={"current_password": "guess", "password": GOOD_PASSWORD}
    )

    assert response.status_code == 422
    assert "This is not your present password." in response.text
    assert user.password_hash == before


def test_signing_out_everywhere_ends_every_session(
    app: Flask, session: Session, browser: Browser
) -> None:
    user = make_user(session)
    other = browser_at(app, session)
    for one in (browser, other):
        sign_in(one, user.email, PASSWORD)

    assert browser.post("/account/sign-out-everywhere").status_code == 303

    for one in (browser, other):
        assert one.get("/account").location.startswith("/sign-in")
    assert session.scalar(sa.select(sa.func.count()).where(WebSession.user_id == user.id)) == 0


def test_an_outdated_hash_is_renewed_at_sign_in(session: Session, browser: Browser) -> None:
    user = make_user(session)  # its hash is of the lowest cost
    assert "m=8," in user.password_hash

    sign_in(browser, user.email, PASSWORD)

    assert "m=19456,t=2,p=1" in user.password_hash
    assert sign_in(browser, user.email, PASSWORD).status_code == 303


def test_name_and_language_can_be_changed_and_nothing_else(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    browser.sign_in(user)
    data = {"name": "林巧", "language": "zh", "email": "other@park.example", "role": "admin"}

    assert browser.post("/account", data=data).status_code == 303

    assert (user.name, user.language) == ("林巧", "zh")
    assert user.role is Role.APPLICANT
    assert user.email != "other@park.example"


def test_an_unknown_language_is_refused(session: Session, browser: Browser) -> None:
    user = make_user(session)
    browser.sign_in(user)

    assert browser.post("/account", data={"name": "Wei", "language": "xx"}).status_code == 422
    assert user.language == "en"


def test_a_session_lasts_no_longer_than_it_should(
    app: Flask, session: Session, browser: Browser
) -> None:
    browser.sign_in(make_user(session))
    lifetime = app.config["PERMANENT_SESSION_LIFETIME"]
    (kept,) = session.scalars(sa.select(WebSession))
    kept.expires_at -= lifetime
    session.commit()

    assert browser.get("/account").location.startswith("/sign-in")

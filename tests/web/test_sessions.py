"""Sessions on the server: secret in the cookie, hash in the table, one SELECT a request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from flask import Flask
from flask import session as web_session
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.extensions import db
from servicedesk.web import sessions
from servicedesk.web.models import WebSession
from tests.conftest import Browser
from tests.factories import make_user
from tests.web.probes import add_view


def _secret(browser: Browser) -> str:
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return cookie.value


def _stored(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(WebSession)) or 0


@pytest.fixture(autouse=True)
def probes(app: Flask) -> None:
    """Add views that put in, take out, and look."""

    def put(word: str) -> str:
        web_session["word"] = word
        return word

    def put_other() -> str:
        web_session["other"] = "here"
        return ""

    def look() -> str:
        return f"{web_session.get('word')} {web_session.get('other')}"

    def forget() -> str:
        web_session.clear()
        return ""

    def turn() -> str:
        sessions.rotate()
        return ""

    for path, view in (
        ("/put/<word>", put),
        ("/put-other", put_other),
        ("/look", look),
        ("/forget", forget),
        ("/turn", turn),
    ):
        add_view(app, path, view)


def test_visitors_who_put_nothing_in_are_not_stored(browser: Browser, session: Session) -> None:
    response = browser.get("/look")

    assert _stored(session) == 0
    assert "Set-Cookie" not in response.headers


def test_what_was_put_in_is_there_next_time(browser: Browser) -> None:
    browser.get("/put/hello")

    assert browser.get("/look").text == "hello None"


def test_the_table_knows_only_the_hash_and_the_data_is_sealed(
    browser: Browser, session: Session
) -> None:
    browser.get("/put/hello")
    secret = _secret(browser)

    row = session.execute(sa.text("SELECT secret_hash, data FROM web_sessions")).one()

    assert bytes(row.secret_hash) == sessions.hash_of(secret)
    assert len(secret) >= 43  # 256 bits, base64
    assert b"hello" not in bytes(row.data)


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser: Browser) -> None:
    response = browser.get("/put/hello")

    morsel = SimpleCookie(response.headers["Set-Cookie"])["session"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"
    assert not morsel["domain"]


def test_a_made_up_secret_is_nobody(browser: Browser, session: Session) -> None:
    browser.set_cookie("session", "made-up")

    response = browser.get("/look")

    assert response.text == "None None"
    assert _stored(session) == 0


def test_a_secret_that_somebody_planted_is_not_taken_over(browser: Browser) -> None:
    browser.set_cookie("session", "planted-by-another")

    browser.get("/put/hello")

    assert _secret(browser) != "planted-by-another"


def test_signing_in_changes_the_secret_and_ends_the_old_one(
    app: Flask, browser: Browser, session: Session
) -> None:
    browser.get("/put/hello")
    before = _secret(browser)

    browser.sign_in(make_user(session))

    assert _secret(browser) != before
    assert _stored(session) == 1
    other = app.test_client()
    other.desk = session  # type: ignore[attr-defined]
    other.set_cookie("session", before)
    assert other.get("/look").text == "None None"


def test_signing_out_ends_it(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session))

    browser.get("/forget")

    assert _stored(session) == 0
    assert browser.get_cookie("session") is None


def test_rotating_keeps_what_is_in_it(browser: Browser) -> None:
    browser.get("/put/hello")
    before = _secret(browser)

    browser.get("/turn")

    assert _secret(browser) != before
    assert browser.get("/look").text == "hello None"


def test_all_sessions_of_a_person_can_be_ended(browser: Browser, session: Session) -> None:
    user = make_user(session)
    browser.sign_in(user)
    browser.get("/put/hello")

    sessions.end_sessions_of(session, user.id)
    session.commit()

    assert browser.get("/look").text == "None None"


def test_a_session_ended_elsewhere_is_not_brought_back_by_a_late_answer(
    app: Flask, browser: Browser, session: Session
) -> None:
    user_id = make_user(session).id

    def slow() -> str:
        web_session["word"] = "late"
        with db.engine.begin() as connection:
            connection.execute(sa.delete(WebSession).where(WebSession.user_id == user_id))
        return ""

    add_view(app, "/slow", slow)
    with browser.session_transaction() as kept:
        kept["_user_id"] = str(user_id)

    browser.get("/slow")

    assert _stored(session) == 0
    assert browser.get("/look").text == "None None"


def test_two_requests_of_one_browser_keep_each_others_words(app: Flask, browser: Browser) -> None:
    def meanwhile() -> str:
        word = web_session["word"]
        other = app.test_client()
        other.set_cookie("session", _secret(browser))
        other.desk = browser.desk  # type: ignore[attr-defined]
        other.get("/put-other")
        web_session["word"] = f"{word}!"
        return ""

    add_view(app, "/meanwhile", meanwhile)
    browser.get("/put/hello")

    browser.get("/meanwhile")

    assert browser.get("/look").text == "hello! here"


def test_it_ends_after_its_time_and_use_moves_the_end(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC)
    now = start
    monkeypatch.setattr("servicedesk.clock.now", lambda: now)
    browser.get("/put/hello")

    now = start + timedelta(hours=7)
    assert browser.get("/look").text == "hello None"
    now = start + timedelta(hours=14)
    assert browser.get("/look").text == "hello None"
    now = start + timedelta(hours=23)
    assert browser.get("/look").text == "None None"
    assert sessions.sweep(session, now) == 1


def test_a_session_costs_one_select_and_only_when_looked_at(app: Flask, browser: Browser) -> None:
    browser.get("/put/hello")
    with app.app_context():
        engine = db.engine

    assert _statements(engine, lambda: browser.get("/look")) == 1
    assert _statements(engine, lambda: browser.get("/robots.txt")) == 0


def test_in_production_the_cookie_is_bound_to_this_host(app: Flask, browser: Browser) -> None:
    app.config.update(SESSION_COOKIE_NAME="__Host-session", SESSION_COOKIE_SECURE=True)

    cookie = browser.get("/put/hello").headers["Set-Cookie"]

    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def _statements(engine: sa.Engine, act: Callable[[], TestResponse]) -> int:
    seen: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        response = act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert response.status_code == 200
    return len(seen)


def test_the_secret_of_forms_does_not_pass_to_whoever_signs_in(
    app: Flask, browser: Browser, session: Session
) -> None:
    user = make_user(session)

    def become() -> str:
        web_session[sessions.USER_KEY] = user.get_id()
        return ""

    def forms() -> str:
        return str(web_session.get(sessions.CSRF_KEY))

    def put() -> str:
        web_session[sessions.CSRF_KEY] = "known to whoever sat here before"
        return ""

    for view in (become, forms, put):
        add_view(app, f"/{view.__name__}", view)
    browser.get("/put")
    assert browser.get("/forms").text == "known to whoever sat here before"

    browser.get("/become")

    assert browser.get("/forms").text == "None"
    assert browser.get("/look").status_code == 200

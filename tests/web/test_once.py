"""The same request key gives the same answer, from fifty parallel clicks to a replay."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.models import RequestKey
from tests.conftest import Browser
from tests.web.probes import add_view

KEY = "k" * 20
CLICKS = 50
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def clicks(app: Flask) -> Flask:
    """Return an application with a view that counts its effects in a table of its own."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (id serial PRIMARY KEY, word text)"))

    @once.for_each_key
    def act() -> ResponseReturnValue:
        if request.form.get("word") == "fail":
            raise ValueError("after the key was taken")
        number = db.session.scalar(
            sa.text("INSERT INTO effects (word) VALUES (:word) RETURNING id"),
            {"word": request.form.get("word", "")},
        )
        if request.form.get("word") == "wrong":
            return once.commit(("Put it right.", 422))
        return once.commit(("", 303, {"Location": f"/things/{number}"}))

    add_view(app, "/act", act, methods=("POST",), checks_token=False)
    return app


def _send(app: Flask, word: str = "one", key: str = KEY) -> TestResponse:
    client = app.test_client()
    client.desk = Session()  # type: ignore[attr-defined]
    return client.open("/act", method="POST", data={"word": word, "request_key": key}, headers=OWN)


def _effects(session: Session) -> int:
    return session.scalar(sa.text("SELECT count(*) FROM effects")) or 0


def test_fifty_clicks_at_once_have_one_effect_and_one_answer(
    clicks: Flask, session: Session
) -> None:
    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(lambda _: _send(clicks), range(CLICKS)))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert _effects(session) == 1


def test_a_replay_gets_the_answer_of_the_first(clicks: Flask, session: Session) -> None:
    first, second = _send(clicks), _send(clicks)

    assert second.headers["Location"] == first.headers["Location"]
    assert _effects(session) == 1


def test_another_body_under_the_same_key_is_refused(clicks: Flask, session: Session) -> None:
    _send(clicks, word="one")

    response = _send(clicks, word="two")

    assert response.status_code == 422
    assert _effects(session) == 1


def test_another_key_is_another_request(clicks: Flask, session: Session) -> None:
    _send(clicks)
    _send(clicks, key="l" * 20)

    assert _effects(session) == 2


def test_a_request_that_failed_may_be_sent_again(clicks: Flask, session: Session) -> None:
    clicks.config["PROPAGATE_EXCEPTIONS"] = False

    assert _send(clicks, word="fail").status_code == 500
    assert session.scalar(sa.select(sa.func.count()).select_from(RequestKey)) == 0


def test_an_answer_that_asks_to_put_something_right_uses_no_key_up(
    clicks: Flask, session: Session
) -> None:
    assert _send(clicks, word="wrong").status_code == 422
    assert _send(clicks, word="right").status_code == 303

    assert _effects(session) == 2


def test_what_is_kept_of_a_body_cannot_be_guessed_at_without_our_keys(
    clicks: Flask, session: Session
) -> None:
    """A form may hold a password: a bare hash of it would be searched in no time."""
    _send(clicks, word="one")

    kept = session.scalar(sa.select(RequestKey.body_hash))
    assert kept not in {hashlib.sha256(word).digest() for word in (b"one", b"4:word=3:one;")}


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 65, "with spaces in it....", "<script>aaaaaaaaaaaa"]
)
def test_without_a_proper_key_nothing_happens(clicks: Flask, session: Session, key: str) -> None:
    assert _send(clicks, key=key).status_code == 400
    assert _effects(session) == 0


def test_answers_with_a_body_are_given_again_whole(app: Flask, browser: Browser) -> None:
    @once.for_each_key
    def act() -> ResponseReturnValue:
        return once.commit(({"made": 1}, 201))

    add_view(app, "/act", act, methods=("POST",), checks_token=False)
    headers = {"Idempotency-Key": KEY} | OWN

    first = browser.open("/act", method="POST", json={"a": 1}, headers=headers)
    second = browser.open("/act", method="POST", json={"a": 1}, headers=headers)
    other = browser.open("/act", method="POST", json={"a": 2}, headers=headers)

    assert (second.status_code, second.data) == (201, first.data)
    assert other.status_code == 422


def test_keys_are_forgotten_after_a_time(clicks: Flask, session: Session) -> None:
    _send(clicks)

    assert once.sweep(session, datetime.now(UTC) - timedelta(hours=1)) == 0
    assert once.sweep(session, datetime.now(UTC) + timedelta(hours=1)) == 1

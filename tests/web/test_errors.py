"""Error pages: readable, in both languages, without a word from inside."""

import errno
from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from servicedesk.errors import KeyReused, NotFound, NotPermitted, Overtaken, RuleBroken, TooMany
from servicedesk.web import errors
from servicedesk.words import say
from tests.conftest import Browser
from tests.web.probes import add_view

WORDS = say("The words for the visitor.")
RAISED = [
    (NotFound(WORDS), 404),
    (NotPermitted(WORDS), 403),
    (RuleBroken(WORDS), 409),
    (Overtaken(), 409),
    (KeyReused(), 422),
    (TooMany(WORDS, timedelta(seconds=90)), 429),
    (StaleDataError("UPDATE statement on table 'cases'"), 409),
    (OperationalError("SELECT secret FROM cases", {}, Exception("server gone")), 503),
    (OSError(errno.ENOSPC, "No space left on device"), 503),
    (RuntimeError("inside /srv/servicedesk"), 500),
]


HEADINGS = {
    400: "We could not read that request",
    403: "You may not do this",
    404: "We cannot find that page",
    405: "This page cannot be used in that way",
    409: "This cannot be done now",
    413: "That is too much to send at once",
    422: "This was sent before",
    429: "Too many tries",
    500: "Something went wrong on our side",
    503: "The service desk is not reachable for a moment",
}


@pytest.mark.parametrize(("error", "status"), RAISED)
def test_each_error_has_a_page_that_shows_nothing_from_inside(
    app: Flask, browser: Browser, error: Exception, status: int
) -> None:
    def view() -> NoReturn:
        raise error

    add_view(app, "/probe", view)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    for code in ("en", "zh-CN"):
        response = browser.get(f"/probe?lang={code[:2]}")

        assert response.status_code == status
        assert f'<html lang="{code}">' in response.text
        assert '<main id="main"' in response.text
        for inner in ("Traceback", "SELECT", "UPDATE", "server gone", "/srv", "RuntimeError"):
            assert inner not in response.text


def test_the_page_says_the_words_of_the_error(app: Flask, browser: Browser) -> None:
    def view() -> NoReturn:
        raise RuleBroken(say("Unit <%(unit)s> is taken.", unit="4-207"))

    add_view(app, "/probe", view)

    assert "Unit &lt;4-207&gt; is taken." in browser.get("/probe").text


def test_too_many_says_when_to_try_again(app: Flask, browser: Browser) -> None:
    def view() -> NoReturn:
        raise TooMany(WORDS, timedelta(seconds=90))

    add_view(app, "/probe", view)

    assert browser.get("/probe").headers["Retry-After"] == "90"


def test_a_wrong_method_says_which_are_right(browser: Browser) -> None:
    response = browser.post("/help")

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "This page cannot be used in that way" in response.text


def test_a_database_that_is_away_is_a_503_that_asks_for_patience(
    app: Flask, browser: Browser
) -> None:
    def view() -> NoReturn:
        raise OperationalError("SELECT", {}, Exception("gone"))

    add_view(app, "/probe", view)

    response = browser.get("/probe")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_programs_get_problems_as_json(app: Flask, browser: Browser) -> None:
    def view() -> NoReturn:
        raise NotFound(WORDS)

    add_view(app, "/api/probe", view)

    response = browser.get("/api/probe")

    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == 404
    assert response.json["detail"] == "The words for the visitor."


def test_every_status_has_words(app: Flask, browser: Browser) -> None:
    def view(status: int) -> NoReturn:
        abort(status)

    add_view(app, "/probe/<int:status>", view)

    for status in errors.PAGES:
        response = browser.get(f"/probe/{status}")

        assert response.status_code == status
        assert f"<h1>{HEADINGS[status]}</h1>" in response.text


def test_a_page_that_cannot_be_written_is_still_an_answer(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(errors, "render_template", broken)

    response = browser.get("/no-such-page")

    assert response.status_code == 404
    assert "<h1>We cannot find that page</h1>" in response.text

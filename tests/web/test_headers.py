"""What every answer says to the browser."""

import re
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session

from servicedesk.web import headers
from tests.conftest import Browser
from tests.factories import make_user
from tests.web.probes import add_view

INLINE = re.compile(r"<\w[^<>]*\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)|\|\s*safe\b")
ADDRESSES = ("/", "/help", "/no-such-page", "/robots.txt", "/favicon.ico", "/healthz")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_headers(browser: Browser, address: str) -> None:
    response = browser.get(address)

    for name, value in headers.HEADERS.items():
        assert response.headers[name] == value


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    policy = headers.CONTENT_SECURITY_POLICY

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_policy_of_its_own_is_kept(app: Flask, browser: Browser) -> None:
    def view() -> Response:
        return Response("file", headers={"Content-Security-Policy": "sandbox"})

    add_view(app, "/probe", view)

    assert browser.get("/probe").headers["Content-Security-Policy"] == "sandbox"


def test_a_fault_carries_them_too(app: Flask, browser: Browser) -> None:
    def view() -> Response:
        raise RuntimeError("inside")

    add_view(app, "/probe", view)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    response = browser.get("/probe")

    assert response.status_code == 500
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_signed_in_person_are_stored_nowhere(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session))

    assert browser.get("/").headers["Cache-Control"] == "private, no-store"


def test_pages_of_visitors_are_kept_by_their_own_browser_only(browser: Browser) -> None:
    assert browser.get("/").headers["Cache-Control"] == "private, no-cache"


def test_only_https_installations_ask_for_https_for_good(app: Flask, browser: Browser) -> None:
    assert "Strict-Transport-Security" not in browser.get("/").headers

    app.config["SESSION_COOKIE_SECURE"] = True

    assert "max-age" in browser.get("/").headers["Strict-Transport-Security"]


def test_no_template_has_inline_script_or_style() -> None:
    templates = Path(__file__).parents[2] / "templates"
    pages = [path for path in templates.rglob("*.html") if "mail" not in path.parts]

    guilty = [
        path.name
        for path in pages
        for text in [path.read_text(encoding="utf-8")]
        if INLINE.search(text)
    ]

    assert pages
    assert guilty == []

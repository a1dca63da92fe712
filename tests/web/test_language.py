"""Which language a page is in, and the link that changes it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Browser
from tests.factories import make_user

ENGLISH, CHINESE = '<html lang="en">', '<html lang="zh-CN">'


@pytest.mark.parametrize(
    ("accepted", "page"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-Hans", CHINESE),
        ("en-GB", ENGLISH),
        ("fr,de;q=0.5", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_a_visitor_reads_what_the_browser_asks_for(
    browser: Browser, accepted: str, page: str
) -> None:
    assert page in browser.get("/help", headers={"Accept-Language": accepted}).text


def test_the_link_changes_this_page_and_the_next(browser: Browser) -> None:
    assert CHINESE in browser.get("/help?lang=zh").text
    assert CHINESE in browser.get("/").text
    assert ENGLISH in browser.get("/?lang=en").text


def test_an_unknown_language_changes_nothing(browser: Browser) -> None:
    response = browser.get("/help?lang=xx")

    assert ENGLISH in response.text
    assert "Set-Cookie" not in response.headers


def test_the_link_keeps_the_page_and_its_question(browser: Browser) -> None:
    page = browser.get("/no/such?q=a%26b&q=%E5%90%8D&lang=en").text

    assert 'href="/?q=a%26b&amp;q=%E5%90%8D&amp;lang=zh"' in page

    page = browser.get("/services?q=a%26b").text

    assert 'href="/services?q=a%26b&amp;lang=zh"' in page


def test_the_answer_to_a_post_offers_a_page_that_can_be_opened(browser: Browser) -> None:
    assert 'href="/?lang=zh"' in browser.post("/sign-out-of-nothing").text


def test_a_signed_in_person_reads_their_own_language_until_they_choose(
    browser: Browser, session: Session
) -> None:
    browser.sign_in(make_user(session, language="zh"))

    assert CHINESE in browser.get("/help").text

    browser.get("/help?lang=en")

    assert ENGLISH in browser.get("/help").text


def test_choosing_a_language_stores_nothing_here(app: Flask, browser: Browser) -> None:
    cookie = browser.get("/help?lang=zh").headers["Set-Cookie"]

    assert cookie.startswith("language=zh;")
    assert browser.get_cookie(app.config["SESSION_COOKIE_NAME"]) is None

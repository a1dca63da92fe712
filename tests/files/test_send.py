"""How stored files leave us: to be saved, by nobody else's leave, in parts if asked."""

import io

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.extensions import db
from servicedesk.files import queries, views
from servicedesk.files.operations import store
from servicedesk.files.store import place
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING
from tests.files.factories import pdf


@pytest.fixture
def sha256(app: Flask, session: Session) -> str:
    """Add a file, and two addresses that hand it over; whose it is, is not asked here."""

    def original(sha256: str) -> ResponseReturnValue:
        return views.send(queries.get_file(db.session, sha256), "营业执照<1>.html")

    def preview(sha256: str, page: int) -> ResponseReturnValue:
        return views.send_preview(queries.get_file(db.session, sha256), page)

    app.add_url_rule("/test-files/<sha256>", view_func=original)
    app.add_url_rule("/test-files/<sha256>/<int:page>", view_func=preview)
    stored = store(session, io.BytesIO(pdf(2)), now=MONDAY_MORNING)
    session.commit()
    return stored.sha256


def assert_harmless(response: TestResponse) -> None:
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_file_is_sent_whole_to_be_saved_under_a_safe_name(browser: Browser, sha256: str) -> None:
    response = browser.get(f"/test-files/{sha256}", buffered=True)

    assert response.data == pdf(2)
    assert response.mimetype == "application/pdf"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7_1_.html.pdf" in disposition
    assert_harmless(response)


def test_a_file_that_the_browser_has_is_not_sent_again(browser: Browser, sha256: str) -> None:
    etag = browser.get(f"/test-files/{sha256}", buffered=True).headers["ETag"]

    response = browser.get(f"/test-files/{sha256}", headers={"If-None-Match": etag}, buffered=True)

    assert (response.status_code, response.data) == (304, b"")
    assert sha256 in etag


def test_a_part_of_a_file_is_sent_when_asked_for(browser: Browser, sha256: str) -> None:
    response = browser.get(f"/test-files/{sha256}", headers={"Range": "bytes=5-9"}, buffered=True)

    assert (response.status_code, response.data) == (206, pdf(2)[5:10])
    assert_harmless(response)


def test_a_preview_is_a_picture_to_show(browser: Browser, sha256: str) -> None:
    response = browser.get(f"/test-files/{sha256}/2")

    assert response.mimetype == "image/png"
    assert response.data.startswith(b"\x89PNG")
    assert "Content-Disposition" not in response.headers
    assert_harmless(response)


def test_a_page_that_is_not_there_is_not_found(browser: Browser, sha256: str) -> None:
    assert browser.get(f"/test-files/{sha256}/3").status_code == 404


def test_a_file_that_is_gone_is_not_found(browser: Browser, sha256: str) -> None:
    place.shelf().remove(sha256)

    assert browser.get(f"/test-files/{sha256}", buffered=True).status_code == 404


def test_a_hash_without_a_row_is_not_found(browser: Browser, sha256: str) -> None:
    assert browser.get(f"/test-files/{'0' * len(sha256)}").status_code == 404

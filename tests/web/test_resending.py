"""A session that ends in mid-form loses no typed word (A7)."""

import re
from html import unescape

import pytest
from flask import Flask, request

from tests.conftest import Browser
from tests.web.probes import add_view

OWN = {"Origin": "http://localhost"}
TYPED = {"f_name": "林乔 & <co>", "f_about": "two\nlines", "f_scope": ["a", "b"]}


@pytest.fixture(autouse=True)
def probe(app: Flask) -> None:
    """Add a view that repeats what it was sent."""

    def view() -> str:
        return "|".join(f"{name}={value}" for name, value in request.form.items(multi=True))

    add_view(app, "/probe", view, methods=("POST",))


def test_what_was_typed_is_in_the_page_and_can_be_sent_again(browser: Browser) -> None:
    page = browser.open("/probe", method="POST", data=TYPED, headers=OWN)

    assert page.status_code == 400
    kept = re.findall(r'<textarea name="([^"]+)" hidden>(.*?)</textarea>', page.text, re.DOTALL)
    assert [(name, unescape(value)) for name, value in kept] == [
        ("f_name", "林乔 & <co>"),
        ("f_about", "two\nlines"),
        ("f_scope", "a"),
        ("f_scope", "b"),
    ]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token

    again = browser.open(
        "/probe", method="POST", data={**TYPED, "csrf_token": token[1]}, headers=OWN
    )

    assert again.status_code == 200
    assert "f_name=林乔 & <co>" in again.text


def test_secrets_are_never_written_into_the_page(browser: Browser) -> None:
    data = {"password": "hunter2", "code": "123456", "f_name": "Lin"}

    page = browser.open("/probe", method="POST", data=data, headers=OWN).text

    assert "Lin" in page
    assert "hunter2" not in page
    assert "123456" not in page


def test_the_code_of_a_company_is_no_secret(browser: Browser) -> None:
    data = {"f_owners-0-f_credit_code": "91110114MA01ABCD2X", "f_postcode": "102206"}

    page = browser.open("/probe", method="POST", data=data, headers=OWN).text

    assert "91110114MA01ABCD2X" in page
    assert "102206" in page


def test_words_that_another_site_sent_are_not_offered_for_sending(browser: Browser) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}):
        response = browser.open("/probe", method="POST", data=TYPED, headers=headers)

        assert response.status_code in {400, 403}
        assert "林乔" not in response.text

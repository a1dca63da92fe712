"""Help, and what programs ask for at the root."""

import re
from datetime import UTC, datetime

import pytest

from servicedesk.park import park
from tests.conftest import Browser

PAGES = ("/help", "/help/accessibility", "/help/complaints", "/help/privacy")


@pytest.mark.parametrize("path", PAGES)
def test_help_is_there_in_both_languages_and_says_whom_to_ask(browser: Browser, path: str) -> None:
    for language in ("en", "zh"):
        response = browser.get(f"{path}?lang={language}")

        assert response.status_code == 200
        assert park().hall.phone in response.text


def test_remedies_are_those_of_the_law(browser: Browser) -> None:
    page = browser.get("/help/complaints?lang=en").text

    assert "within 60 days" in page
    assert "within 6 months" in page
    assert "article 36" in page
    assert park().hall.hotline in page


def test_security_says_where_to_report_and_has_not_run_out(browser: Browser) -> None:
    response = browser.get("/.well-known/security.txt")

    assert response.content_type == "text/plain; charset=utf-8"
    fields = dict(re.findall(r"(?m)^([A-Za-z-]+): (.+)$", response.text))
    assert fields["Contact"].endswith("/help")
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now(UTC)


def test_robots_stay_out_of_what_is_personal(browser: Browser) -> None:
    assert "Disallow: /cases" in browser.get("/robots.txt").text

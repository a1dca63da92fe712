"""Style, script and fonts under one address that changes with them."""

import re

import pytest
from flask import Flask

from servicedesk import resources
from servicedesk.web import assets
from tests.conftest import Browser

NEEDED = (
    "bootstrap.min.css",
    "bootstrap-icons.min.css",
    "theme.css",
    "mark.svg",
    "js/main.js",
    "fonts/public-sans.ttf",
    "fonts/bootstrap-icons.woff2",
)


@pytest.mark.parametrize("name", NEEDED)
def test_what_pages_need_is_there_and_kept_for_good(
    app: Flask, browser: Browser, name: str
) -> None:
    with app.app_context():
        address = assets.url(name)

    response = browser.get(address)

    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


def test_text_is_sent_compressed_to_who_can_read_it(app: Flask, browser: Browser) -> None:
    with app.app_context():
        address = assets.url("bootstrap.min.css")

    plain = browser.get(address)
    small = browser.get(address, headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 3
    assert "Accept-Encoding" in small.headers["Vary"]


def test_an_address_of_another_release_is_not_kept(browser: Browser) -> None:
    response = browser.get("/assets/0123456789abcdef/theme.css")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "../config.py", "..%2fconfig.py", "js/../../x"])
def test_nothing_else_is_served(browser: Browser, name: str) -> None:
    assert browser.get(f"/assets/0123456789abcdef/{name}").status_code == 404


def test_modules_import_only_modules_that_are_there() -> None:
    for module in (resources.STATIC / "js").glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', module.read_text(encoding="utf-8")):
            assert (module.parent / name).is_file(), (module.name, name)


def test_a_misspelt_asset_is_an_error(app: Flask) -> None:
    with app.app_context(), pytest.raises(KeyError):
        assets.url("them.css")

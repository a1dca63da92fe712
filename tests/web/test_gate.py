"""Requests that are turned away before any view."""

from pathlib import Path

import pytest
from flask import Flask, request

import config as settings
from servicedesk import create_app
from tests.conftest import Browser
from tests.web.probes import add_view


@pytest.fixture
def public_app(engine_url: str, tmp_path: Path) -> Flask:
    """Return an application at an address of its own, behind one proxy."""
    config = settings.Testing(engine_url, tmp_path / "data")
    config.BASE_URL = "https://desk.example"
    config.TRUSTED_PROXIES = 1
    return create_app(config)


@pytest.mark.parametrize("host", ["evil.example", "desk.example.evil.example", "desk.example:99"])
def test_another_host_is_turned_away(public_app: Flask, host: str) -> None:
    response = public_app.test_client().get("/", headers={"Host": host})

    assert response.status_code == 400
    assert host not in response.text


def test_monitors_may_ask_by_address(public_app: Flask) -> None:
    response = public_app.test_client().get("/healthz", headers={"Host": "10.0.0.7:8000"})

    assert response.status_code == 200


def test_the_last_proxy_is_believed_and_none_before_it(public_app: Flask) -> None:
    add_view(public_app, "/probe", lambda: f"{request.remote_addr} {request.scheme}")
    headers = {
        "Host": "desk.example",
        "X-Forwarded-For": "6.6.6.6, 192.0.2.7",
        "X-Forwarded-Proto": "https",
    }

    assert public_app.test_client().get("/probe", headers=headers).text == "192.0.2.7 https"


def test_without_a_configured_proxy_forwarded_headers_are_nothing(
    app: Flask, browser: Browser
) -> None:
    add_view(app, "/probe", lambda: f"{request.remote_addr} {request.host}")

    text = browser.get(
        "/probe", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example"}
    ).text

    assert text == "127.0.0.1 localhost"


OWN, FOREIGN = "https://desk.example", "https://evil.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},  # browsers always say it
        {"Origin": FOREIGN},
        {"Origin": FOREIGN, "Referer": f"{OWN}/sign-in"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://desk.example"},
        {"Origin": "https://desk.example:8443"},
        {"Origin": "https://desk.example:port"},
        {"Origin": "https://desk.example.evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Referer": f"{FOREIGN}/page?{OWN}"},
        {"Referer": "https://desk.example@evil.example/"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_change_from_another_origin_is_refused(
    public_app: Flask, headers: dict[str, str]
) -> None:
    assert change(public_app, headers) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OWN},
        {"Origin": "https://desk.example:443"},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Referer": f"{OWN}/sign-in?next=/cases"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_change_from_our_own_pages_is_let_through(
    public_app: Flask, headers: dict[str, str]
) -> None:
    assert change(public_app, headers) == 200


def change(app: Flask, headers: dict[str, str]) -> int:
    """Return the status of a change that is asked for no token."""

    def without_token() -> str:
        return "done"

    add_view(app, "/probe", without_token, methods=("POST",), checks_token=False)
    named = {"Host": "desk.example"} | headers
    return app.test_client().post("/probe", headers=named).status_code


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:9999", "https://localhost", "http://[::1]:80"]
)
@pytest.mark.parametrize(("is_developing", "status"), [(True, 200), (False, 403)])
def test_only_in_development_any_loopback_address_is_our_own(
    engine_url: str, tmp_path: Path, origin: str, *, is_developing: bool, status: int
) -> None:
    config = settings.Testing(engine_url, tmp_path / "data")
    config.BASE_URL = "http://127.0.0.1:8700"
    config.ANY_LOOPBACK_IS_US = is_developing

    answered = change(create_app(config), {"Host": "127.0.0.1:8700", "Origin": origin})

    assert answered == status
    assert settings.Development.ANY_LOOPBACK_IS_US
    assert not settings.Production.ANY_LOOPBACK_IS_US


def test_a_change_from_another_origin_is_refused_even_with_a_token(
    app: Flask, browser: Browser
) -> None:
    add_view(app, "/probe", lambda: "done", methods=("POST",))

    assert browser.post("/probe").status_code == 200
    assert browser.post("/probe", headers={"Origin": FOREIGN}).status_code == 403


def test_a_change_without_a_token_is_refused(app: Flask, browser: Browser) -> None:
    add_view(app, "/probe", lambda: "done", methods=("POST",))
    own = {"Origin": "http://localhost"}

    assert browser.open("/probe", method="POST", headers=own).status_code == 400


@pytest.mark.parametrize("count", [3_000, 200_000])
def test_a_form_of_too_many_parts_is_turned_away_unread(browser: Browser, count: int) -> None:
    answer = browser.open(
        "/sign-in",
        method="POST",
        data="&".join(["a=1"] * count),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/help?q=%00", "/%00"])
def test_a_nul_is_turned_away(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 400

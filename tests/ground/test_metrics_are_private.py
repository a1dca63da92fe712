"""The numbers of the desk are for a collector beside it, not for everybody."""

import pytest

from tests.conftest import Browser


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 404),
        # through a proxy on this machine
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
        ("127.0.0.1", {"X-Real-IP": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
    ],
)
def test_only_the_machine_itself_gets_metrics(
    browser: Browser, address: str, headers: dict[str, str], status: int
) -> None:
    response = browser.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert response.status_code == status

"""What tests of accounts share: the link in a mail, a browser at an address."""

import re
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import Browser
from tests.notices.factories import text_of

GOOD_PASSWORD = "purple lorry under the bridge"  # noqa: S105 - of nobody


def link_in(mail: EmailMessage, beginning: str) -> str:
    """Return the path of the link in ``mail`` that begins so."""
    found = re.search(rf"http://localhost({beginning}\S*)", text_of(mail))
    assert found is not None
    return found[1]


def browser_at(app: Flask, session: Session | None = None, address: str = "192.0.2.1") -> Browser:
    """Return a browser of its own, calling from ``address``; in threads without a session."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.desk = session or Session()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def sign_in(browser: Browser, email: str, password: str, to: str = "/sign-in") -> TestResponse:
    """Fill in the sign-in page."""
    return browser.post(to, data={"email": email, "password": password})


def at_once(count: int, act: Any) -> list[Any]:  # noqa: ANN401 - whatever ``act`` returns
    """Do ``act(number)`` in as many threads at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))

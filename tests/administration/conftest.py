"""An administrator at their pages, and what a form of these sends as it is."""

import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from tests.conftest import Browser
from tests.factories import make_user


@pytest.fixture
def admin(session: Session, browser: Browser) -> User:
    """Sign in as an administrator."""
    user = make_user(session, role=Role.ADMIN)
    browser.sign_in(user)
    return user


def shown(browser: Browser, path: str) -> dict[str, str | list[str]]:
    """Return what a form sends as it is."""
    tags = re.findall(r"<input[^>]*>", browser.get(path).text)
    found: dict[str, list[str]] = {}
    for tag in tags:
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_sent = said.get("type") not in {"radio", "checkbox"} or "checked" in tag
        if is_sent and "name" in said:
            found.setdefault(said["name"], []).append(said.get("value", ""))
    return {
        key: values for key, values in found.items() if key not in {"csrf_token", "request_key"}
    }

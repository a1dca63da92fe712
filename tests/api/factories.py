"""Ready-made access tokens, and programs that show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.api import operations
from servicedesk.api.scopes import OF_A_HALL, Scope
from servicedesk.hall.models import Hall
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk

API = "/api/v1/hall"


def make_token(
    session: Session, scope: Scope, *, of: Hall | User | None = None, days: int = 1
) -> str:
    """Make an access token, and return its secret."""
    token, secret = operations.issue(
        session, scope, name="a test", of=of or _holder(session, scope), days=days, by=None,
        now=clock.now(),
    )  # fmt: skip
    assert token.id
    session.commit()
    return secret


def _holder(session: Session, scope: Scope) -> Hall | User:
    if scope in OF_A_HALL:
        return hall_of(session)
    return make_clerk(session) if scope is Scope.STAFF else make_user(session)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    json: Any
    data: bytes
    content_type: str
    headers: Mapping[str, str]


class Program:
    """Calls the API as a program does: no cookies, a token, a key for each change."""

    def __init__(self, app: Flask, desk: Session, token: str | None = None) -> None:
        self.client = FlaskClient(app, app.response_class, use_cookies=False)
        self.desk = desk
        self.token = token

    def call(self, method: str, path: str, json: object = None, **headers: str) -> Answer:
        """Make a call; the key is made up when not given."""
        if method != "GET":
            headers = {"Idempotency_Key": token_hex(16)} | headers
        return self.open(method, path, json=json, headers=headers)

    def open(self, method: str, path: str, *, headers: Mapping[str, str], **more: Any) -> Answer:  # noqa: ANN401 - as in Flask
        """Send just this, with the token."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        found = self.client.open(API + path, method=method, headers=sent, **more)
        self.desk.expire_all()
        return Answer(
            found.status_code, found.get_json(silent=True), found.data, found.content_type,
            dict(found.headers),
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Answer:
        """Ask."""
        return self.call("GET", path, **headers)

    def post(self, path: str, json: object = None, **headers: str) -> Answer:
        """Change."""
        return self.call("POST", path, {} if json is None else json, **headers)

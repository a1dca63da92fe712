"""Many people pressing a button at the same moment, on several servers of one desk.

Each server is an application of its own with its own pool of connections, as the web
processes of one installation are; they share nothing but the database and the files.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Barrier
from typing import TypeVar

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from servicedesk.accounts.models import User
from servicedesk.web import once
from tests.conftest import Browser

T = TypeVar("T")
_PATIENCE = 60  # seconds until a crowd that never assembles is given up


@dataclass(frozen=True)
class Window:
    """An open browser of somebody who is signed in: their session and its token."""

    cookie: str
    token: str


@dataclass(frozen=True)
class Click:
    """A form about to be sent."""

    window: Window
    path: str
    data: Mapping[str, str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Crowd:
    """The servers, and whose session the windows are opened beside."""

    servers: Sequence[Flask]
    app: Flask
    session: Session

    def window(self, user: User) -> Window:
        """Sign ``user`` in with a browser of their own and return its window."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        browser.desk = self.session
        browser.sign_in(user)
        token = browser._token()  # noqa: SLF001 - what our pages would give it
        cookie = browser.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return Window(cookie.value, token)

    def click(self, clicks: Sequence[Click]) -> list[TestResponse]:
        """Send all forms from one starting shot, spread over the servers."""
        answers = at_once([self._sender(number, one) for number, one in enumerate(clicks)])
        self.session.expire_all()
        return answers

    def _sender(self, number: int, one: Click) -> Callable[[], TestResponse]:
        server = self.servers[number % len(self.servers)]
        client = server.test_client()
        client.set_cookie(server.config["SESSION_COOKIE_NAME"], one.window.cookie)
        headers = {"X-CSRFToken": one.window.token, "Origin": "http://localhost"}
        if once.FIELD not in one.data:
            headers[once.HEADER] = token_hex(16)
        return lambda: client.post(one.path, data=MultiDict(one.data), headers=headers)


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run ``works`` in a thread each, all from one starting shot; return what they return."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        barrier.wait(_PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def statuses(answers: Sequence[TestResponse]) -> list[int]:
    """Return the answers' statuses in ascending order."""
    return sorted(answer.status_code for answer in answers)

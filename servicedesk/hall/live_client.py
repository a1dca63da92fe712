"""Calling a running service desk as a program does: JSON over HTTP, with tokens and request keys.

Knows no database: what it asks may run on another machine.  A call whose answer does not come
is sent again with the same key, which does it once.
"""

import http.client
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

API: Final = "/api/v1/hall"
_PATIENCE: Final = 20  # seconds for one answer
_TRIES: Final = 6
_AGAIN: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_KEY_BYTES: Final = 16


class CallRefused(Exception):
    """The desk refused; ``code`` is the problem's, ``status`` that of HTTP."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', 'no answer that can be read')}")
        self.status, self.code = status, problem.get("code")


class DeskAway(Exception):
    """No answer came, however often we asked."""


@dataclass
class LiveDesk:
    """A running service desk at ``url``; may be called from several threads."""

    url: str
    calls: int = 0  # that were sent, counting those sent again
    _kept: threading.local = field(default_factory=threading.local)
    _lines: list[http.client.HTTPConnection] = field(default_factory=list)

    def close(self) -> None:
        """Hang up, for every thread; calling again is possible."""
        while self._lines:
            self._lines.pop().close()
        self._kept = threading.local()

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        times: int = 1,
    ) -> Any:  # noqa: ANN401 - any JSON
        """Return the answer of a call; with ``times`` it is sent as often, under the same key.

        Raises:
            CallRefused: the desk says no.
            DeskAway: it does not answer.
        """
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if method != "GET":
            headers["Idempotency-Key"] = secrets.token_hex(_KEY_BYTES)
        sent = None if method == "GET" else json.dumps(body or {})
        answers = [self._until_answered(method, API + path, sent, headers) for _ in range(times)]
        status, answer = answers[-1]
        if status >= HTTPStatus.BAD_REQUEST:
            raise CallRefused(status, answer)
        return answer

    def _until_answered(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        wait = 0.2
        for _ in range(_TRIES):
            try:
                status, answer, after = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                self._hang_up()
            else:
                if status not in _AGAIN:
                    return status, answer
                wait = max(wait, min(after, 5.0))
            time.sleep(wait)
            wait *= 2
        raise DeskAway(self.url)

    def _once(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, Any, float]:
        self.calls += 1
        line = self._line()
        line.request(method, path, body, headers)
        response = line.getresponse()
        said = response.read()
        after = float(response.getheader("Retry-After") or 0)
        return response.status, json.loads(said) if said else {}, after

    def _line(self) -> http.client.HTTPConnection:
        """Return this thread's connection."""
        if getattr(self._kept, "line", None) is None:
            parts = urlsplit(self.url)
            is_safe = parts.scheme == "https"
            kind = http.client.HTTPSConnection if is_safe else http.client.HTTPConnection
            self._kept.line = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
            self._lines.append(self._kept.line)
        line: http.client.HTTPConnection = self._kept.line
        return line

    def _hang_up(self) -> None:
        line, self._kept.line = getattr(self._kept, "line", None), None
        if line is not None:
            line.close()

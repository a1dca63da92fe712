"""Somebody who applies over HTTP and does not give up when the server dies under them."""

import hashlib
import http.client
import io
import itertools
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from servicedesk.cases.examples import paper
from servicedesk.catalogue.definition import Service
from tests.cases.pages import form_data
from tests.races.crowd import Window

_PATIENCE = 120  # seconds until somebody gives up after all
_DIED = (OSError, http.client.HTTPException)  # what a client sees of a server that was killed


Answer = tuple[int, str, str]  # status, location, text


@dataclass(frozen=True)
class Sent:
    """An application whose sending was acknowledged, and the files that were with it."""

    reference: str
    files: frozenset[str]  # their SHA-256


@dataclass
class Applicant:
    """A person at a browser; sends one application after the other until told to stop."""

    name: str
    window: Window
    address: str
    service: Service
    begun: list[str] = field(default_factory=list)  # references
    sent: list[Sent] = field(default_factory=list)
    answered: int = 0  # forms that were taken
    lost: int = 0  # answers that never came
    put_off: list[str] = field(default_factory=list)  # what was said with a 503

    def apply_until(self, stop: threading.Event) -> None:
        """Send applications until ``stop``; the last one is still sent to its end."""
        for number in itertools.count():
            if stop.is_set():
                return
            self._apply(f"{self.name}-{number:04}")

    def _apply(self, key: str) -> None:
        code = self.service.code
        begin = {"request_key": f"start-{key:0>20}"}
        location = self._insist_twice(f"/services/{code}/start", begin)
        reference = location.rpartition("/")[2]
        self.begun.append(reference)
        base = f"/cases/{reference}"
        answers = self.service.examples[0].answers | {"hosted_from": date.today().isoformat()}  # noqa: DTZ011 - any day of these weeks
        for page in self.service.pages:
            path = f"{base}/{page.key}"
            hidden = {"seen": self._seen(path), "request_key": f"{page.key}-{key:0>20}"}
            self._insist_twice(path, form_data(page, answers) | hidden)
        files = frozenset(
            self._give(base, material, f"{material}-{key:0>20}")
            for material in self.service.examples[0].materials
        )
        send = {"declared": "y", "request_key": f"submit-{key:0>20}"}
        self._insist_twice(f"{base}/submit", send)
        self.sent.append(Sent(reference, files))

    def _give(self, base: str, material: str, key: str) -> str:
        content = paper(key)
        upload = FileStorage(io.BytesIO(content), f"{material}.png")
        data = {"material": material, "request_key": key}
        self._insist_twice(f"{base}/materials", data, upload)
        return hashlib.sha256(content).hexdigest()

    def _seen(self, path: str) -> str:
        """Return what the page says of the state it shows."""
        _, page = self._insist(lambda: self._get(path), path, 200)
        return page.partition('name="seen" value="')[2].partition('"')[0]

    def _insist_twice(
        self, path: str, data: Mapping[str, Any], upload: FileStorage | None = None
    ) -> str:
        """Send the form, and once more as if the answer had been lost: it must be the same."""
        first, second = (
            self._insist(lambda: self._post(path, data, upload), path, 303)[0] for _ in range(2)
        )
        assert first == second
        self.answered += 2
        return first

    def _insist(self, ask: Callable[[], Answer], path: str, wanted: int) -> tuple[str, str]:
        """Ask again and again until it is answered as ``wanted``; return location and text."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                status, location, text = ask()
            except _DIED:
                self.lost += 1
                time.sleep(0.1)
                continue
            if status == wanted:
                return location, text
            if status != 503:
                raise AssertionError(f"{status} {path}: {_heading(text)}")
            self.put_off.append(_heading(text))
            time.sleep(0.3)
        raise AssertionError(f"no answer for {path}: {self.put_off[-3:]}")

    def _get(self, path: str) -> Answer:
        return self._answer("GET", path, None, {"Cookie": f"session={self.window.cookie}"})

    def _post(self, path: str, data: Mapping[str, Any], upload: FileStorage | None) -> Answer:
        form: MultiDict[str, Any] = MultiDict(data)
        if upload is not None:
            upload.stream.seek(0)
            form.add("file", upload)
        body, length, boundary = stream_encode_multipart(form)
        headers = {
            "Content-Type": f'multipart/form-data; boundary="{boundary}"',
            "Content-Length": str(length),
            "Cookie": f"session={self.window.cookie}",
            "X-CSRFToken": self.window.token,
            "Origin": self.address,
        }
        return self._answer("POST", path, body.read(), headers)

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=15)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        finally:
            connection.close()


def _heading(page: str) -> str:
    """Return what an error page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<h1")[2]).split())[:300]

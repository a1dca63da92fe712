"""Somebody who applies over HTTP and does not give up when the server dies under them."""

import hashlib
import http.client
import io
import itertools
import re
import threading
import time
from collections.abc import Mapping
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
            self._insist(f"{base}/{page.key}", form_data(page, answers))
        files = frozenset(
            self._give(base, material, f"{key} {material}")
            for material in self.service.examples[0].materials
        )
        send = {"declared": "y", "request_key": f"submit-{key:0>20}"}
        self._insist_twice(f"{base}/submit", send)
        self.sent.append(Sent(reference, files))

    def _give(self, base: str, material: str, words: str) -> str:
        content = paper(words)
        upload = FileStorage(io.BytesIO(content), f"{material}.png")
        self._insist(f"{base}/materials", {"material": material}, upload)
        return hashlib.sha256(content).hexdigest()

    def _insist_twice(self, path: str, data: Mapping[str, Any]) -> str:
        """Send the form, and once more as if the answer had been lost: it must be the same."""
        first, second = self._insist(path, data), self._insist(path, data)
        assert first == second
        return first

    def _insist(self, path: str, data: Mapping[str, Any], upload: FileStorage | None = None) -> str:
        """Send the form again and again until it is answered; return where it leads."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                status, location, text = self._post(path, data, upload)
            except _DIED:
                self.lost += 1
                time.sleep(0.1)
                continue
            if status == 303:
                self.answered += 1
                return location
            if status != 503:
                raise AssertionError(f"{status} {path}: {_heading(text)}")
            self.put_off.append(_heading(text))
            time.sleep(0.3)
        raise AssertionError(f"no answer for {path}: {self.put_off[-3:]}")

    def _post(
        self, path: str, data: Mapping[str, Any], upload: FileStorage | None
    ) -> tuple[int, str, str]:
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
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=15)
        try:
            connection.request("POST", path, body.read(), headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        finally:
            connection.close()


def _heading(page: str) -> str:
    """Return what an error page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<h1")[2]).split())[:300]

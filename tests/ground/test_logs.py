"""What operators read: one line an event, references only."""

import json
import logging
import sys

import pytest
from flask import Flask
from granian.log import LogLevels, configure_logging

from servicedesk import logs
from servicedesk.logs import JsonLines, PlainLines
from tests.conftest import Browser
from tests.web.probes import add_view


def record(**facts: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "servicedesk.cases.operations", "levelname": "INFO", "created": 1772442000.0}
        | {"msg": "case withdrawn"}
        | facts
    )


def test_a_line_says_what_happened_and_to_which_thing() -> None:
    assert PlainLines().format(record(case="R26-00042", was="in progress")) == (
        '2026-03-02T09:00:00Z INFO servicedesk.cases.operations "case withdrawn"'
        ' case=R26-00042 was="in progress"'
    )


def test_in_production_a_line_is_one_json_object() -> None:
    line = JsonLines().format(record(case="R26-00042"))

    assert json.loads(line) == {
        "at": "2026-03-02T09:00:00Z",
        "level": "info",
        "logger": "servicedesk.cases.operations",
        "event": "case withdrawn",
        "case": "R26-00042",
    }


def test_an_exception_is_logged_by_place_and_class_not_by_its_message() -> None:
    try:
        int("passport E12345678")
    except ValueError:
        broken = record(exc_info=sys.exc_info())

    for formatter in (PlainLines(), JsonLines()):
        line = formatter.format(broken)
        assert "E12345678" not in line
        assert "ValueError" in line
        assert "test_logs.py" in line


def test_a_request_that_fails_is_logged_by_its_endpoint_not_by_its_path(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(secret: str) -> str:
        raise ValueError(f"passport {secret}")

    add_view(app, "/probe/<secret>", fail)

    assert browser.get("/probe/E12345678").status_code == 500

    lines = [JsonLines().format(line) for line in caplog.records]
    assert any('"endpoint": "probe_probe_<secret>"' in line for line in lines)
    assert not [line for line in lines if "E12345678" in line]


def test_every_answer_names_its_request(browser: Browser) -> None:
    first, second = browser.get("/healthz"), browser.get("/healthz")

    assert len(first.headers["X-Request-Id"]) == 16
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_the_web_server_writes_its_errors_in_our_lines_only() -> None:
    ours, theirs = logging.getLogger(), logging.getLogger("_granian")
    before = ours.handlers, ours.level
    configure_logging(LogLevels.info)  # as granian does in each process, before us
    try:
        logs.configure(as_json=True)

        assert theirs.handlers == []
        assert theirs.propagate
        assert isinstance(ours.handlers[0].formatter, JsonLines)
    finally:
        ours.handlers, level = before
        ours.setLevel(level)
        logging.captureWarnings(capture=False)

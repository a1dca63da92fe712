"""What machines are told."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Browser


def test_the_process_answers(browser: Browser) -> None:
    assert browser.get("/healthz").text == "ok\n"


def test_without_a_worker_the_desk_is_not_ready(browser: Browser) -> None:
    response = browser.get("/readyz")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.json == {"database": True, "migrations": True, "worker": False}


def test_with_a_worker_it_is(browser: Browser, session: Session) -> None:
    session.execute(sa.text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"))
    session.commit()

    assert browser.get("/readyz").status_code == 200


def test_tables_of_another_version_are_noticed(browser: Browser, session: Session) -> None:
    session.execute(sa.text("UPDATE alembic_version SET version_num = '0001_ground'"))
    session.commit()

    assert browser.get("/readyz").json["migrations"] is False  # type: ignore[index]


def test_numbers_are_counted(app: Flask, browser: Browser) -> None:
    browser.get("/healthz")

    text = browser.get("/metrics").text

    assert 'servicedesk_requests_total{endpoint="health.process",method="GET",status="200"}' in text
    assert "servicedesk_request_seconds_bucket" in text
    assert app.config["SECRET_KEY"] not in text

"""Administrators see what was not delivered, and send it again."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.notices import operations
from servicedesk.notices.models import DeliveryState, Notice
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user
from tests.notices.factories import deliver_all


def failed(session: Session, to: str = "wei@park.example") -> Notice:
    notice = operations.send(session, to, "password_changed", about="R26-00001", now=MONDAY_MORNING)
    notice.state, notice.attempts, notice.last_error = DeliveryState.FAILED, 11, "SMTPDataError 554"
    session.commit()
    return notice


@pytest.fixture
def admin(session: Session, browser: Browser) -> Browser:
    browser.sign_in(make_user(session, role=Role.ADMIN))
    return browser


def test_a_notice_that_was_given_up_is_listed_and_can_be_sent_again(
    app: Flask, session: Session, admin: Browser
) -> None:
    notice = failed(session)
    page = admin.get("/admin/notices?state=failed").text
    assert "wei@park.example" in page
    assert "SMTPDataError 554" in page
    assert "R26-00001" in page

    assert admin.post(f"/admin/notices/{notice.id}/retry").status_code == 303

    assert notice.state is DeliveryState.QUEUED
    assert len(deliver_all(app, session)) == 1


def test_one_that_has_not_failed_cannot_be_sent_again(session: Session, admin: Browser) -> None:
    notice = failed(session)
    path = f"/admin/notices/{notice.id}/retry"
    admin.post(path)

    assert admin.post(path).status_code == 409


def test_the_list_has_one_state_when_asked_and_ignores_what_is_none(
    session: Session, admin: Browser
) -> None:
    failed(session)

    assert "wei@park.example" not in admin.get("/admin/notices?state=sent").text
    assert "wei@park.example" in admin.get("/admin/notices?state=' OR 1=1").text


def test_a_long_list_has_pages(session: Session, admin: Browser) -> None:
    for number in range(30):
        failed(session, f"person{number}@park.example")

    first = admin.get("/admin/notices").text
    assert "person29@" in first
    assert "person0@" not in first
    assert 'rel="next"' in first


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_nobody_else_sees_them(session: Session, browser: Browser, role: Role) -> None:
    notice = failed(session)
    browser.sign_in(make_user(session, role=role))

    assert browser.get("/admin/notices").status_code == 403
    assert browser.post(f"/admin/notices/{notice.id}/retry").status_code == 403
    assert browser.post("/admin/notices/999/retry").status_code == 403


def test_administration_leads_there(admin: Browser) -> None:
    assert admin.get("/admin").location == "/admin/services"

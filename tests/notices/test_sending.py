"""A notice is there with the change it tells of, and is delivered once."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.accounts.email_addresses import NotAnAddress
from servicedesk.notices import operations, tasks
from servicedesk.notices.models import DeliveryState, Notice
from servicedesk.words import Secret
from tests.accounts.factories import at_once
from tests.factories import MONDAY_MORNING, make_user
from tests.notices.factories import deliver_all, html_of, mails, text_of

NOW = MONDAY_MORNING
WAITING_JOBS = sa.text(
    "SELECT count(*) FROM procrastinate_jobs"
    " WHERE status = 'todo' AND task_name = 'notices.deliver'"
)


def send(session: Session, to: str = "wei@park.example", **changes: str) -> Notice:
    notice = operations.send(
        session,
        to,
        changes.get("kind", "password_changed"),
        language=changes.get("language"),
        now=NOW,
    )
    session.commit()
    return notice


def test_notice_and_job_are_there_when_the_change_is(session: Session) -> None:
    notice = send(session)

    assert notice.state is DeliveryState.QUEUED
    assert session.scalar(WAITING_JOBS) == 1


def test_neither_is_there_when_the_change_is_not(session: Session) -> None:
    operations.send(session, "wei@park.example", "password_changed", now=NOW)
    session.rollback()

    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0
    assert session.scalar(WAITING_JOBS) == 0


def test_a_job_of_an_unknown_name_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        jobs.defer(session, "no.such.task")


def test_the_mail_has_text_and_html_and_says_whom_it_is_for(app: Flask, session: Session) -> None:
    user = make_user(session, name="Wei <b>Lin</b>")
    operations.send(session, user, "password_changed", now=NOW)
    session.commit()

    (mail,) = deliver_all(app, session)
    assert mail["To"] == user.email
    assert mail["From"] == "Service Desk <no-reply@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Dear Wei <b>Lin</b>," in text_of(mail)
    assert "Dear Wei &lt;b&gt;Lin&lt;/b&gt;," in html_of(mail)
    assert 'lang="en"' in html_of(mail)


def test_a_mail_is_in_the_language_of_its_reader(app: Flask, session: Session) -> None:
    user = make_user(session, language="zh")
    operations.send(session, user, "password_changed", now=NOW)
    session.commit()

    (mail,) = deliver_all(app, session)
    assert mail["Content-Language"] == "zh-CN"
    assert "一站式服务台" in text_of(mail)
    assert 'lang="zh-CN"' in html_of(mail)


def test_links_begin_with_the_base_url_whatever_the_host_of_the_request(
    app: Flask, session: Session
) -> None:
    app.config["BASE_URL"] = "https://desk.example/park"
    send(session)

    (mail,) = deliver_all(app, session)
    assert "https://desk.example/park/account/forgot" in text_of(mail)
    assert "localhost" not in mail.as_string()


def test_a_line_end_in_a_fact_begins_no_header(app: Flask, session: Session) -> None:
    user = make_user(session, name="Wei\r\nBcc: all@park.example\r\n")
    operations.send(session, user, "password_changed", now=NOW)
    session.commit()

    (mail,) = deliver_all(app, session)
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["wei@park.example\nBcc: a@b.example", "wei", "", "a@b@c.example", "<a@b.example>"]
)
def test_what_is_no_address_is_refused(session: Session, address: str) -> None:
    with pytest.raises(NotAnAddress):
        operations.send(session, address, "password_changed", now=NOW)


def test_a_delivered_notice_is_not_delivered_again(app: Flask, session: Session) -> None:
    notice = send(session)
    deliver_all(app, session)
    first = notice.sent_at

    with app.app_context():
        tasks.deliver(notice.id)

    session.expire_all()
    assert notice.sent_at == first
    assert notice.attempts == 1


def test_of_many_workers_one_delivers(app: Flask, session: Session) -> None:
    notice_id = send(session).id

    def work(_number: int) -> None:
        with app.app_context():
            tasks.deliver(notice_id)

    at_once(6, work)

    session.expire_all()
    notice = session.get_one(Notice, notice_id)
    assert (notice.state, notice.attempts) == (DeliveryState.SENT, 1)
    assert len(mails(app)) == 1


def test_a_secret_is_forgotten_once_it_is_delivered(app: Flask, session: Session) -> None:
    notice = operations.send(
        session, "wei@park.example", "reset_password", facts={"secret": Secret("s3cret")}, now=NOW
    )
    session.commit()
    assert "s3cret" in str(notice.facts)

    (mail,) = deliver_all(app, session)

    assert "/account/reset/s3cret" in text_of(mail)
    assert notice.facts == {}


def test_a_secret_of_any_name_is_forgotten(app: Flask, session: Session) -> None:
    """S3: the code that opens the tracking page's details, among them."""
    facts = {"code": Secret("123456"), "reference": "R26-00001"}
    notice = operations.send(session, "wei@park.example", "tracking_code", facts=facts, now=NOW)
    session.commit()

    (mail,) = deliver_all(app, session)

    assert "123456" in text_of(mail)
    assert notice.facts == {"reference": "R26-00001"}


def test_what_a_notice_says_lies_sealed_in_the_database(session: Session) -> None:
    operations.send(
        session, "wei@park.example", "reset_password", facts={"secret": Secret("s3cret")}, now=NOW
    )
    session.commit()

    stored = session.scalar(sa.text("SELECT facts FROM notices"))
    assert b"s3cret" not in bytes(stored)


def test_a_notice_whose_template_is_missing_is_shown_not_lost(app: Flask, session: Session) -> None:
    notice = send(session, kind="no_such_kind")
    assert deliver_all(app, session) == []

    assert notice.state is DeliveryState.QUEUED
    assert notice.last_error == "TemplateNotFound"
    assert session.scalar(WAITING_JOBS) == 2  # the first, and the next try


def test_every_attempt_is_later_than_the_one_before_and_the_last_gives_up(
    app: Flask, session: Session
) -> None:
    notice = send(session, kind="no_such_kind")
    for _ in range(len(operations.WAITS) + 1):
        deliver_all(app, session)

    assert notice.state is DeliveryState.FAILED
    times = session.scalars(
        sa.text(
            "SELECT scheduled_at FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL ORDER BY id"
        )
    ).all()
    assert len(times) == len(operations.WAITS)
    assert times == sorted(times)


def test_a_full_disk_is_told_and_tried_again(app: Flask, session: Session) -> None:
    folder = app.config["DATA_DIR"] / "mail"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    notice = send(session)
    deliver_all(app, session)
    assert (notice.state, notice.last_error) == (DeliveryState.QUEUED, "FileExistsError")

    folder.unlink()
    assert len(deliver_all(app, session)) == 1
    assert notice.state is DeliveryState.SENT

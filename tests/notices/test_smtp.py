"""Mails by a real SMTP server: taken, refused, away and back."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as Talk
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.notices import operations
from servicedesk.notices.delivery import Folder, Smtp, sender_for, transport_for
from servicedesk.notices.models import DeliveryState, Notice
from tests.factories import MONDAY_MORNING
from tests.notices.factories import deliver_all


class PostOffice:
    """Takes mails, except for those who do not exist or whose box is full."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd names it
        self, _server: object, _talk: Talk, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say whether there is such a person."""
        if address.startswith("gone"):
            return "550 no such person: secret words of the server"
        if address.startswith("full"):
            return "452 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _talk: Talk, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail."""
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def server(app: Flask, office: PostOffice, port: int) -> Iterator[Controller]:
    controller = Controller(office, hostname="127.0.0.1", port=port)
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}?from=desk@park.example"
    yield controller
    if controller.server is not None:
        controller.stop()


def send(session: Session, to: str = "wei@park.example") -> Notice:
    notice = operations.send(session, to, "password_changed", now=MONDAY_MORNING)
    session.commit()
    return notice


def test_the_server_gets_the_mail_as_written(
    app: Flask, session: Session, server: Controller, office: PostOffice
) -> None:
    server.start()
    notice = send(session)
    deliver_all(app, session)

    (envelope,) = office.taken
    assert envelope.mail_from == "desk@park.example"
    assert envelope.rcpt_tos == ["wei@park.example"]
    assert isinstance(envelope.content, bytes)
    assert f"Message-ID: <notice-{notice.id}@localhost>".encode() in envelope.content
    assert notice.state is DeliveryState.SENT


def test_while_the_server_is_away_the_notice_waits_and_then_goes_once(
    app: Flask, session: Session, server: Controller, office: PostOffice
) -> None:
    notice = send(session)
    deliver_all(app, session)
    assert notice.state is DeliveryState.QUEUED
    assert (notice.attempts, notice.last_error) == (1, "ConnectionRefusedError")

    server.start()
    deliver_all(app, session)
    deliver_all(app, session)

    assert len(office.taken) == 1
    assert (notice.state, notice.attempts, notice.last_error) == (DeliveryState.SENT, 2, None)


def test_an_address_that_does_not_exist_is_given_up_at_once(
    app: Flask, session: Session, server: Controller
) -> None:
    server.start()
    notice = send(session, "gone@park.example")
    deliver_all(app, session)

    assert notice.state is DeliveryState.FAILED
    assert notice.last_error == "SMTPRecipientsRefused 550"


def test_a_full_box_is_tried_again(app: Flask, session: Session, server: Controller) -> None:
    server.start()
    notice = send(session, "full@park.example")
    deliver_all(app, session)

    assert notice.state is DeliveryState.QUEUED
    assert notice.last_error == "SMTPRecipientsRefused 452"


def test_neither_the_log_nor_the_record_says_whom_or_what_the_server_said(
    app: Flask, session: Session, server: Controller, caplog: pytest.LogCaptureFixture
) -> None:
    server.start()
    notice = send(session, "gone@park.example")
    with caplog.at_level("DEBUG"):
        deliver_all(app, session)

    said = " ".join(str(vars(record)) for record in caplog.records if "servicedesk" in record.name)
    assert "notice given up" in said
    assert "gone@park" not in said
    assert "secret words" not in f"{said} {notice.last_error}"


def test_user_and_password_of_the_address_are_used(
    app: Flask, session: Session, office: PostOffice, port: int
) -> None:
    seen: list[LoginPassword] = []

    def check(*args: object) -> AuthResult:
        seen.append(cast("LoginPassword", args[-1]))
        return AuthResult(success=True)

    controller = Controller(
        office, hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False
    )
    app.config["SMTP_URL"] = f"smtp://desk%40park:p%3Ass@127.0.0.1:{port}"
    controller.start()
    try:
        send(session)
        deliver_all(app, session)
    finally:
        controller.stop()

    assert (seen[0].login, seen[0].password) == (b"desk@park", b"p:ss")
    assert len(office.taken) == 1


def test_the_address_of_the_server_says_how_to_talk_to_it(app: Flask) -> None:
    data_dir = app.config["DATA_DIR"]

    assert transport_for("smtps://u:p@relay.example", data_dir) == Smtp(
        "smtps", "relay.example", 465, "u", "p"
    )
    assert transport_for("smtp+starttls://relay.example", data_dir) == Smtp(
        "smtp+starttls", "relay.example", 587
    )
    assert transport_for(None, data_dir) == Folder(data_dir / "mail")


@pytest.mark.parametrize("url", ["http://relay.example", "relay.example:25", "smtp://"])
def test_an_address_that_cannot_be_read_stops_the_start(app: Flask, url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        transport_for(url, app.config["DATA_DIR"])


def test_a_mail_that_is_written_to_a_file_is_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "mail"

    Folder(folder).hand_over(EmailMessage(), "one")

    assert (folder / "one.eml").stat().st_mode & 0o777 == 0o600
    for path in (folder, folder.parent):
        assert path.stat().st_mode & 0o777 == 0o700


def test_without_a_server_named_mails_come_from_our_own_host() -> None:
    assert sender_for(None, "http://127.0.0.1:8000") == "no-reply@127.0.0.1"

"""Notices for tests, and what became of them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.notices import tasks
from servicedesk.notices.models import DeliveryState, Notice


def deliver_all(app: Flask, session: Session) -> list[EmailMessage]:
    """Do what a worker would do with the notices that wait; return all mails written so far."""
    waiting = session.scalars(
        sa.select(Notice.id).where(Notice.state == DeliveryState.QUEUED).order_by(Notice.id)
    ).all()
    for notice_id in waiting:
        with app.app_context():
            tasks.deliver(notice_id)
    session.expire_all()
    return mails(app)


def mails(app: Flask) -> list[EmailMessage]:
    """Return the mails in the folder, the oldest first."""
    folder = Path(app.config["DATA_DIR"]) / "mail"
    return [read(path) for path in sorted(folder.glob("*.eml"))]


def read(path: Path) -> EmailMessage:
    """Return the mail in a file."""
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """Return the HTML of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())

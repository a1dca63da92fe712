"""Words to people: mails written with what they tell of, and delivered afterwards."""

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import resources
from servicedesk.accounts.signals import mail_wanted
from servicedesk.notices import operations, tasks, views
from servicedesk.notices.delivery import transport_for

__all__ = ["init_app", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``.

    Raises:
        config.SettingMalformed: SMTP_URL cannot be read; better now than with the first mail.
    """
    try:
        transport_for(app.config["SMTP_URL"], app.config["DATA_DIR"])
    except ValueError as error:
        raise resources.settings.SettingMalformed(str(error)) from None
    app.register_blueprint(views.bp)
    mail_wanted.connect(_send)


def _send(session: Session, **mail: Any) -> None:  # noqa: ANN401 - as accounts.signals says
    operations.send(session, mail.pop("to"), mail.pop("kind"), **mail)

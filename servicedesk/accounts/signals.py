"""What accounts tell the features above them, in the transaction of what happened."""

from datetime import datetime
from typing import Any, Final

from blinker import Signal
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User

mail_wanted: Final = Signal()  # notices connect here


def ask_for_mail(
    session: Session,
    to: User | str,
    kind: str,
    *,
    facts: dict[str, Any],
    language: str,
    now: datetime,
) -> None:
    """Have the mail ``kind`` sent to a person or an address, if ``session`` commits."""
    mail_wanted.send(session, to=to, kind=kind, facts=facts, language=language, now=now)

"""What the board shows of each person: plain values, nothing left to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.confirmations.models import ConfirmationRequest
from servicedesk.confirmations.queries import Row, State, rows
from servicedesk.web.codes import QrCode, qr_code
from servicedesk.words import Text, Words, say

STATES: Final[dict[State, tuple[str, Words]]] = {
    State.NOT_INVITED: ("idle", say("Not invited")),
    State.INVITED: ("info", say("Invited")),
    State.EXPIRED: ("warn", say("Link too old")),
    State.OPENED: ("info", say("Opened")),
    State.CONFIRMED: ("ok", say("Confirmed")),
    State.CHANGED: ("warn", say("Changed since")),
}


@dataclass(frozen=True)
class Shown:
    """One person of the board."""

    row: Row
    state: State
    tag: str
    word: Words
    link: str | None  # while it works and there is something to confirm
    code: QrCode | None
    corrected: tuple[dict[str, Any], ...]  # what they put right: label, before, after, at

    @property
    def name(self) -> str:
        """Return what they are called."""
        return self.row.person.name

    @property
    def roles(self) -> tuple[Text, ...]:
        """Return as what they are named."""
        return self.row.person.roles

    @property
    def asked(self) -> ConfirmationRequest | None:
        """Return their request."""
        return self.row.request

    @property
    def may_be_reminded(self) -> bool:
        """Whether a reminder makes sense."""
        return bool(self.asked and self.asked.link_hash) and not self.row.is_confirmed


def shown(row: Row, *, is_open: bool, now: datetime) -> Shown:
    """Return what the board shows of ``row``; ``is_open``: people can still confirm."""
    state = row.state(now)
    tag, word = STATES[state]
    asked = row.request
    works = asked is not None and asked.expires_at is not None and asked.expires_at > now
    link = None
    if asked is not None and works and is_open and not row.is_confirmed:
        link = _address("personal_link.show", secret=asked.sealed["secret"])
    corrected = tuple(
        {**one, "at": datetime.fromisoformat(one["at"])}
        for one in (asked.sealed["corrected"] if asked else ())
    )
    return Shown(row, state, tag, word, link, qr_code(link) if link else None, corrected)


def on_desk(session: Session, case: Case, service: Service, *, now: datetime) -> list[Shown]:
    """Return what staff see of each person; empty where nobody has to confirm."""
    return [shown(one, is_open=False, now=now) for one in rows(session, case, service)]


def _address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for takes them
    """Return the whole address of a page, to be copied or scanned."""
    base = current_app.config["BASE_URL"] or request.url_root
    return str(base.rstrip("/") + url_for(endpoint, **values))

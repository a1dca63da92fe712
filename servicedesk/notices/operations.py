"""Writing notices, and recording how their delivery went."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk import jobs
from servicedesk.accounts.email_addresses import normalise
from servicedesk.accounts.models import User
from servicedesk.errors import RuleBroken
from servicedesk.notices.facts import packed, without_secrets
from servicedesk.notices.models import DeliveryState, Notice
from servicedesk.words import LANGUAGES, say

log = logging.getLogger(__name__)

DELIVER: Final = "notices.deliver"  # the task in tasks.py
WAITS: Final = (  # between one attempt and the next; then somebody has to look
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
)


class NothingToRetry(RuleBroken):
    """The notice has not failed."""

    def __init__(self) -> None:
        super().__init__(say("Only a notice that could not be delivered can be sent again."))


def send(
    session: Session,
    to: User | str,
    kind: str,
    *,
    facts: Mapping[str, object] | None = None,
    language: str | None = None,
    about: str | None = None,
    at: datetime | None = None,
    now: datetime,
) -> Notice:
    """Write a notice and have it delivered if, and only if, ``session`` commits.

    Args:
        session: the one that makes the change the notice tells of.
        to: a person, or an address that need not have an account.
        kind: the name of its templates, ``templates/mail/<kind>.html`` and ``.txt``.
        facts: what the templates need, each a name in them; dates, moments, amounts, texts
            and ``Words`` stay what they are.  A ``Secret`` is forgotten once it is sent.
        language: "en" or "zh"; by default the person's own.
        about: the reference of the matter, to find it by.
        at: not before this moment; at once if None.
        now: the present moment.

    Raises:
        NotAnAddress: ``to`` is neither.
    """
    person = to if isinstance(to, User) else None
    wished = language or (person.language if person else LANGUAGES[0])
    notice = Notice(
        user_id=person.id if person else None,
        address=normalise(to.email if isinstance(to, User) else to),
        language=wished if wished in LANGUAGES else LANGUAGES[0],
        kind=kind,
        about=about,
        facts=packed(facts or {}),
        state=DeliveryState.QUEUED,
        attempts=0,
        created_at=now,
    )
    session.add(notice)
    session.flush()
    jobs.defer(session, DELIVER, at=at, notice_id=notice.id)
    return notice


def record_delivery(notice: Notice, *, now: datetime) -> None:
    """Note that the notice was handed over, and forget what nobody may read later."""
    notice.state, notice.sent_at, notice.last_error = DeliveryState.SENT, now, None
    notice.attempts += 1
    notice.facts = without_secrets(notice.facts)
    log.info("notice delivered", extra={"notice": notice.id, "kind": notice.kind})


def record_failure(
    session: Session, notice: Notice, *, error: str, is_final: bool, now: datetime
) -> None:
    """Note what went wrong; try again after a while, or give up.

    Args:
        session: the one that holds ``notice``.
        notice: the one that was not delivered.
        error: the name of what went wrong, without what it says: that may name people.
        is_final: whether trying again is no use, as with an address that does not exist.
        now: the present moment.
    """
    notice.attempts += 1
    notice.last_error = error
    extra = {"notice": notice.id, "kind": notice.kind, "error": error, "try": notice.attempts}
    if is_final or notice.attempts > len(WAITS):
        notice.state = DeliveryState.FAILED
        log.error("notice given up", extra=extra)
        return
    jobs.defer(session, DELIVER, at=now + WAITS[notice.attempts - 1], notice_id=notice.id)
    log.warning("notice not delivered yet", extra=extra)


def retry(session: Session, notice: Notice) -> None:
    """Put a notice that was given up back into the queue.

    Raises:
        NothingToRetry: it was not given up.
    """
    if notice.state is not DeliveryState.FAILED:
        raise NothingToRetry
    notice.state, notice.attempts, notice.last_error = DeliveryState.QUEUED, 0, None
    jobs.defer(session, DELIVER, notice_id=notice.id)
    log.info("notice put back", extra={"notice": notice.id, "kind": notice.kind})

"""Enterprises that owe something."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision, next_code
from servicedesk.obligations.operations import reckoning
from servicedesk.park import park

NOW: Final = datetime(2026, 5, 6, 7, 0, tzinfo=UTC)  # Wednesday, 15:00 in Beijing
TODAY: Final = date(2026, 5, 6)
FILED: Final = {"beneficial_owners_filed": {"on": "2025-01-02", "by": "list"}}
_numbers = count(1)


def enter(
    session: Session,
    facts: Mapping[str, Any] | None = None,
    *,
    name: str = "",
    registered_on: date = date(2025, 3, 3),
    now: datetime = NOW,
) -> Enterprise:
    """Enter a limited company of 2025 that owes its first annual report, and commit."""
    said = {"name": name or f"Company {next(_numbers):03} Ltd", "org_form": "llc"}
    enterprise = register.enter(
        session,
        next_code(session, park().division),
        said | FILED | dict(facts or {}),
        registered_on=registered_on,
        kind=register.SET_UP,
        decision=Decision(None, None, now),
    )
    session.commit()
    return enterprise


def change(
    session: Session,
    enterprise: Enterprise,
    now: datetime = NOW,
    **facts: Any,  # noqa: ANN401
) -> None:
    """File that the register says something else from now on; None: not any more."""
    locked = register.locked(session, enterprise.id)
    said = {key: value for key, value in (locked.facts | facts).items() if value is not None}
    register.file(session, locked, "report_year", said, decision=Decision(None, None, now))
    session.commit()


def reckon(session: Session, now: datetime = NOW) -> None:
    """Let the job work out what is owed."""
    for ids in reckoning.stale(session, today=TODAY):
        reckoning.renew(session, ids, now=now)
    session.commit()

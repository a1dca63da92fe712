"""Enterprises that need a licence, and what is told of it."""

from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.models import Enterprise
from servicedesk.obligations import queries
from servicedesk.obligations.licences import Licence
from servicedesk.obligations.models import OpenObligation
from servicedesk.obligations.operations import licences
from tests.obligations.factories import NOW, TODAY, enter

REMINDER: Final = TODAY + timedelta(days=60)  # of a line that came into the register today
LICENCE: Final = Licence("京 20260001", "北京市药品监督管理局", date(2026, 5, 1), date(2026, 6, 30))


def enter_licensed(session: Session) -> Enterprise:
    """Enter one that has told everything but of the licence for one line of its scope."""
    reports = {f"annual_report_{year}": {"year": year} for year in (2025, 2026)}
    return enter(session, {"scope": ["BS001", "BS088"]} | reports)


def tell(
    session: Session, enterprise: Enterprise, by: User, licence: Licence = LICENCE, seen: int = 0
) -> None:
    """Tell of the licence, and commit."""
    licences.tell(session, enterprise.id, "BS088", licence, seen=seen, by=by, now=NOW)
    session.commit()


def owed(
    session: Session, enterprise: Enterprise, day: date = TODAY
) -> list[tuple[str, str, date]]:
    """Return what the register says is owed: kind, subject, day."""
    session.expire_all()
    found = queries.owed_by(session, [enterprise], today=day)[enterprise.id]
    return [(one.kind.value, one.subject, one.due_on) for one in found]


def kept(session: Session) -> list[tuple[str, str, date]]:
    """Return what the list over all enterprises has."""
    session.expire_all()
    found = session.scalars(sa.select(OpenObligation).order_by(OpenObligation.due_on))
    return [(one.kind.value, one.subject, one.due_on) for one in found]

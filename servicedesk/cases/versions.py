"""Which version of its service a case keeps, and who uses which.

A case keeps the version it was begun with: form, papers, stages, clocks and letters together.
Nothing that was sent is ever read by another version's rules.  Only a draft may go over, by
its applicant's own act; it may be sent as it is until ``send_until``.

Each version says for how many days after it was published drafts of older ones may still be
sent.  Where several have followed, the first of these days is the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseStatus
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.queries import get_service
from servicedesk.words import Words, say

_DAYS: Final = sa.func.coalesce(  # for older drafts, from the publication of the version on
    ServiceVersion.definition["old_drafts_days"].as_integer(),
    Service.model_fields["old_drafts_days"].default,
)


@dataclass(frozen=True)
class VersionUse:
    """How many cases keep one version of a service."""

    version_id: int
    number: int
    published_at: datetime
    drafts: int
    running: int
    closed: int
    drafts_until: datetime | None  # None: it is the version in force
    published_by: str | None  # None: a command, or nobody knows
    reason: str


def uses(
    session: Session, code: str, *, replaced_at: datetime | None = None
) -> Sequence[VersionUse]:
    """Return the versions of the service ``code``, the newest first, and who keeps them.

    With ``replaced_at``: as it would be, were a new version published then.
    """
    _entry, service = get_service(session, code)
    is_draft, is_closed = Case.status == CaseStatus.DRAFT, Case.status.in_(FINAL_STATUSES)
    count = sa.func.count(Case.id)
    rows = session.execute(
        sa.select(
            ServiceVersion.id,
            ServiceVersion.number,
            ServiceVersion.published_at,
            ServiceVersion.reason,
            _DAYS.label("days"),
            User.name.label("published_by"),
            count.filter(is_draft).label("drafts"),
            count.filter(~is_draft & ~is_closed).label("running"),
            count.filter(is_closed).label("closed"),
        )
        .outerjoin(Case, Case.service_version_id == ServiceVersion.id)
        .outerjoin(User, User.id == ServiceVersion.published_by_id)
        .where(ServiceVersion.code == code)
        .group_by(ServiceVersion.id, User.id)
        .order_by(ServiceVersion.number.desc())
    ).all()
    found: list[VersionUse] = []
    until = replaced_at + timedelta(days=service.old_drafts_days) if replaced_at else None
    for row in rows:
        found.append(
            VersionUse(
                row.id, row.number, row.published_at, row.drafts, row.running, row.closed,
                until, row.published_by, row.reason,
            )
        )  # fmt: skip
        ends = row.published_at + timedelta(days=row.days)
        until = min(until, ends) if until else ends
    return found


def of_part(session: Session, whole: Case, code: str) -> ServiceVersion:
    """Return the version of the service ``code`` that belongs to the one ``whole`` keeps.

    The one in force when the application was begun, or went over to its version: so that the
    form of the whole and the definitions of its parts are of one day.  The first where there
    was none yet.
    """
    since = max(whole.created_at, whole.service_version.published_at)
    is_later = ServiceVersion.published_at > since
    query = (
        sa.select(ServiceVersion)
        .where(ServiceVersion.code == code)
        .order_by(
            is_later, sa.case((is_later, ServiceVersion.number), else_=-ServiceVersion.number)
        )
        .limit(1)
    )
    return session.scalars(query).one()


def send_until(session: Session, case: Case) -> datetime | None:
    """Return until when a draft may be sent as it is; None while its version is in force."""
    later = session.execute(
        sa.select(ServiceVersion.published_at, _DAYS).where(
            ServiceVersion.code == case.service_code,
            ServiceVersion.number > case.service_version.number,
        )
    )
    return min((since + timedelta(days=days) for since, days in later), default=None)


def told(session: Session, code: str, *, replaced_at: datetime | None = None) -> Sequence[Words]:
    """Say which cases stay on older versions of the service ``code``, and which may move.

    With ``replaced_at``: as it would be, were a new version published then.
    """
    lines: list[Words] = []
    for use in uses(session, code, replaced_at=replaced_at):
        if use.drafts_until is None:
            continue
        if use.running:
            lines.append(
                say(
                    "1 case in progress stays on version %(number)s: what was sent is"
                    " decided by the rules it was begun with.",
                    number=use.number,
                )
                if use.running == 1
                else say(
                    "%(count)s cases in progress stay on version %(number)s: what was sent is"
                    " decided by the rules it was begun with.",
                    count=use.running,
                    number=use.number,
                )
            )
        if use.drafts:
            lines.append(
                say(
                    "1 draft of version %(number)s may be sent as it is until"
                    " %(until)s, or moved to the new version by its applicant.",
                    number=use.number,
                    until=use.drafts_until,
                )
                if use.drafts == 1
                else say(
                    "%(count)s drafts of version %(number)s may be sent as they are until"
                    " %(until)s, or moved to the new version by their applicants.",
                    count=use.drafts,
                    number=use.number,
                    until=use.drafts_until,
                )
            )
    return lines

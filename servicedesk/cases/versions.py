"""Which version of its service a case keeps, and who uses which.

A case keeps the version it was begun with: form, papers, stages, clocks and letters together.
Nothing that was sent is ever read by another version's rules.  Only a draft may go over, by
its applicant's own act; it may be sent as it is until ``send_until``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseStatus
from servicedesk.cases.models import Case
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.catalogue.queries import get_service, service_of
from servicedesk.words import Words, say


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
    entry, service = get_service(session, code)
    is_draft, is_closed = Case.status == CaseStatus.DRAFT, Case.status.in_(FINAL_STATUSES)
    count = sa.func.count(Case.id)
    rows = session.execute(
        sa.select(
            ServiceVersion.id,
            ServiceVersion.number,
            ServiceVersion.published_at,
            ServiceVersion.reason,
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
    grace = timedelta(days=service.old_drafts_days)
    followers = [replaced_at, *(row.published_at for row in rows)]
    return [
        VersionUse(
            row.id, row.number, row.published_at, row.drafts, row.running, row.closed,
            follower + grace if follower and (replaced_at or row.id != entry.current_id) else None,
            row.published_by, row.reason,
        )
        for row, follower in zip(rows, followers, strict=False)
    ]  # fmt: skip


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
    entry = session.get(CatalogueEntry, case.service_code)
    if entry is None or entry.current_id == case.service_version_id:
        return None
    grace = timedelta(days=service_of(entry.current).old_drafts_days)
    followed = session.scalar(
        sa.select(sa.func.min(ServiceVersion.published_at)).where(
            ServiceVersion.code == case.service_code,
            ServiceVersion.number > case.service_version.number,
        )
    )
    return followed + grace if followed else None


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

"""What lies ahead of a case besides its limits: silence that renews, a result to hand over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import handovers, queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.proceedings import HandOut
from servicedesk.cases.renewals import Renewal, is_granted, is_ruled, renewal_of
from servicedesk.catalogue.definition import Service
from servicedesk.words import Text


@dataclass(frozen=True)
class Outlook:
    """A renewal that silence would grant, and the duty to hand the result out."""

    renewal: Renewal | None
    basis: Text | None  # of the renewal
    working_days: int  # left to decide it, today not counted; below 0: over
    hand_out: HandOut | None


def outlook(session: Session, case: Case, service: Service, *, now: datetime) -> Outlook:
    """Return what lies ahead of ``case``."""
    calendar = load_calendar(session)
    renewal = _open_renewal(session, case, service, now=now)
    plan = service.clock.deemed_granted if service.clock else None
    left = 0
    if renewal is not None:
        today, last = calendar.day_of(now), calendar.day_of(renewal.decide_by)
        left = calendar.count(today, last) if now <= renewal.decide_by else -1
    is_handed_out = case.status is CaseStatus.APPROVED and handovers.is_handed_out(service)
    return Outlook(
        renewal=renewal,
        basis=plan.basis.plain() if plan else None,
        working_days=left,
        hand_out=queries.find_hand_out(session, case) if is_handed_out else None,
    )


def _open_renewal(
    session: Session, case: Case, service: Service, *, now: datetime
) -> Renewal | None:
    """Return the renewal while silence can still grant it: it will, unless somebody decides."""
    if case.is_closed:
        return None
    renewal = renewal_of(
        service,
        case.answers,
        load_calendar(session),
        sent_at=case.submitted_at,
        accepted_at=case.accepted_at,
    )
    plan = service.clock.deemed_granted if service.clock else None
    if renewal is None or plan is None:
        return None
    if plan.ruling is not None and (
        now >= renewal.ends_at or is_ruled(service, case.tasks, renewal)
    ):
        return None
    is_open = now < renewal.ends_at or is_granted(renewal, case.intervals, now=now)
    return renewal if is_open else None

"""Letting people act for an enterprise, and keeping who did what."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.member_models import MemberEvent, MemberEventKind
from servicedesk.enterprises.member_roles import FIRST_MANDATE_DAYS, MemberRole
from servicedesk.enterprises.models import Enterprise, Mandate, Member
from servicedesk.park import local_day


def record(
    session: Session,
    enterprise_id: int,
    kind: MemberEventKind,
    *,
    by: User | None,
    now: datetime,
    person_id: int | None = None,
    agency_id: int | None = None,
    **details: object,
) -> None:
    """Keep what was done; ``by`` is None for the desk itself, ``details`` name nobody."""
    session.add(
        MemberEvent(
            enterprise_id=enterprise_id,
            kind=kind,
            at=now,
            actor_id=by.id if by else None,
            person_id=person_id,
            agency_id=agency_id,
            details=details,
        )
    )


def admit(
    session: Session,
    enterprise_id: int,
    user_id: int,
    role: MemberRole,
    *,
    by: User | None,
    now: datetime,
) -> Member:
    """Make a person a member."""
    member = Member(enterprise_id=enterprise_id, user_id=user_id, role=role, since=now)
    session.add(member)
    record(
        session, enterprise_id, MemberEventKind.JOINED, by=by, now=now,
        person_id=user_id, role=role,
    )  # fmt: skip
    return member


def mandate(session: Session, given: Mandate, *, by: User | None) -> Mandate:
    """Let an agent act on the terms of ``given``."""
    session.add(given)
    record(
        session, given.enterprise_id, MemberEventKind.MANDATE_GRANTED, by=by,
        now=given.granted_at, person_id=given.user_id, agency_id=given.agency_id,
        services=list(given.services), may_send=given.may_send,
        first_day=given.first_day.isoformat(), last_day=given.last_day.isoformat(),
    )  # fmt: skip
    return given


def found(
    session: Session, enterprise: Enterprise, user_id: int, *, as_agent: bool, now: datetime
) -> None:
    """Let who set an enterprise up act for it: as its owner, or for a time as its agent."""
    if not as_agent:
        admit(session, enterprise.id, user_id, MemberRole.OWNER, by=None, now=now)
        return
    today = local_day(now)
    last_day = today + timedelta(days=FIRST_MANDATE_DAYS - 1)
    given = Mandate(
        enterprise_id=enterprise.id, user_id=user_id, services=[], may_send=True,
        first_day=today, last_day=last_day, granted_at=now,
    )  # fmt: skip
    mandate(session, given, by=None)

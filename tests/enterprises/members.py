"""Ready-made members and agents of an enterprise."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, Mandate
from servicedesk.enterprises.operations import members
from servicedesk.enterprises.operations.register import Decision, set_up
from servicedesk.park import local_day
from tests.factories import MONDAY_MORNING, make_user


def make_enterprise(session: Session, name: str = "Example Ltd") -> Enterprise:
    """Add an enterprise that nobody acts for yet."""
    decision = Decision(None, None, MONDAY_MORNING)
    enterprise = set_up(session, {"name": name, "org_form": "llc"}, decision=decision)
    session.commit()
    return enterprise


def add_member(
    session: Session,
    enterprise_id: int | None,
    user: User | None = None,
    role: MemberRole = MemberRole.OFFICER,
) -> User:
    """Make a person, by default a new one, a member; return them."""
    assert enterprise_id is not None
    person = user or make_user(session)
    members.admit(session, enterprise_id, person.id, role, by=None, now=MONDAY_MORNING)
    session.commit()
    return person


def give_mandate(
    session: Session,
    enterprise_id: int,
    user: User | None = None,
    *,
    agency_id: int | None = None,
    services: tuple[str, ...] = (),
    may_send: bool = False,
    days: int = 100,
    began: int = 10,
) -> Mandate:
    """Mandate a person, by default a new one, or an enterprise.

    It began so many days ago and ends in ``days``; below 0 it has ended.
    """
    today: date = local_day(clock.now())
    agent = user if user or agency_id else make_user(session)
    given = Mandate(
        enterprise_id=enterprise_id, user_id=agent.id if agent else None, agency_id=agency_id,
        services=list(services), may_send=may_send, first_day=today - timedelta(days=began),
        last_day=today + timedelta(days=days), granted_at=clock.now(),
    )  # fmt: skip
    members.mandate(session, given, by=None)
    session.commit()
    return given

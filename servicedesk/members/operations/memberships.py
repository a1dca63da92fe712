"""Roles of members, and members who leave.

The caller holds the lock on the enterprise's people (``queries.get_team``): of two owners who
leave at once the second sees that they are the last.  The database looks again at the commit.
"""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.operations import handing_on
from servicedesk.enterprises.member_models import Invitation, MemberEventKind
from servicedesk.enterprises.member_roles import MemberRole, may_let_in
from servicedesk.enterprises.models import Member
from servicedesk.enterprises.operations.members import record
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.members import queries
from servicedesk.members.queries import Team
from servicedesk.words import say

log = logging.getLogger(__name__)


class LastOwner(RuleBroken):
    """The enterprise would have no owner."""

    def __init__(self) -> None:
        super().__init__(
            say("An enterprise keeps at least one owner. Make somebody else an owner first.")
        )


class NoHeir(RuleBroken):
    """Nobody was named who goes on with the open applications."""

    def __init__(self) -> None:
        super().__init__(say("Choose who goes on with the open applications."))


def change_role(
    session: Session,
    member: Member,
    role: MemberRole,
    *,
    version: int,
    by: User,
    now: datetime,
) -> None:
    """Give a member another role; the same again changes nothing.

    What they invited others to and could not any more is void.

    Raises:
        Overtaken: somebody else changed the member since ``version``.
        LastOwner: they are the only owner.
    """
    _require_version(member, version)
    before = member.role
    if before is role:
        return
    if before is MemberRole.OWNER:
        _require_another_owner(session, member)
    member.role = role
    _void_invitations(session, member, now=now)
    record(
        session, member.enterprise_id, MemberEventKind.ROLE_CHANGED, by=by, now=now,
        person_id=member.user_id, before=before, role=role,
    )  # fmt: skip
    log.info("role changed", extra={"enterprise": member.enterprise_id, "role": role})


def end(
    session: Session,
    team: Team,
    member: Member,
    heir_id: int | None,
    *,
    version: int,
    by: User,
    now: datetime,
) -> None:
    """End a membership, one's own or another's; open applications go on with the heir.

    All at once, or not at all.  What the member invited others to is void.

    Raises:
        Overtaken: somebody else changed the member since ``version``.
        LastOwner: they are the only owner.
        NoHeir: there are open applications, and nobody who may go on with them was named.
    """
    _require_version(member, version)
    if member.role is MemberRole.OWNER:
        _require_another_owner(session, member)
    leaving, enterprise_id = member.user, member.enterprise_id
    heirs = {one.id: one for one in queries.heirs(session, team, leaving.id)}
    heir = heirs.get(heir_id) if heir_id else None
    if heir is None and queries.count_handed_on(session, enterprise_id, leaving.id):
        raise NoHeir
    handed = handing_on.hand_on(session, enterprise_id, leaving, heir, by=by, now=now)
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.enterprise_id == enterprise_id,
            Invitation.invited_by_id == leaving.id,
            Invitation.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    session.delete(member)
    kind = MemberEventKind.LEFT if by.id == leaving.id else MemberEventKind.ENDED
    record(
        session, enterprise_id, kind, by=by, now=now, person_id=leaving.id,
        role=member.role, handed=handed, heir=heir.id if heir else None,
    )  # fmt: skip
    session.flush()
    log.info("membership ended", extra={"enterprise": enterprise_id, "handed": handed})


def _void_invitations(session: Session, member: Member, *, now: datetime) -> None:
    query = sa.select(Invitation).where(
        Invitation.enterprise_id == member.enterprise_id,
        Invitation.invited_by_id == member.user_id,
        Invitation.ended_at.is_(None),
    )
    for one in session.scalars(query):
        if not may_let_in(member.role, one.role):
            one.ended_at = now


def _require_version(member: Member, version: int) -> None:
    if member.version != version:
        raise Overtaken


def _require_another_owner(session: Session, member: Member) -> None:
    others = sa.select(Member.user_id).where(
        Member.enterprise_id == member.enterprise_id,
        Member.role == MemberRole.OWNER,
        Member.user_id != member.user_id,
    )
    if session.scalar(others.limit(1)) is None:
        raise LastOwner

"""Invitations to act for an enterprise, and who did what about its people, as stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise


class Invitation(Base):
    """A link that was mailed: who follows it becomes a member (``role``), or an agent."""

    __tablename__ = "enterprise_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))  # lower case; only its owner can accept
    role: Mapped[MemberRole | None]  # None: a mandate, on the terms below
    services: Mapped[list[str]]
    may_send: Mapped[bool] = mapped_column(default=False)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # accepted or taken back

    enterprise: Mapped[Enterprise] = relationship()
    invited_by: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(role IS NULL) = (last_day IS NOT NULL)", name="member_or_agent"),
        sa.Index(
            "uq_enterprise_invitations_open",
            "enterprise_id",
            "email",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class MemberEventKind(StrEnum):
    """What was done about an enterprise's people.  Stored: add one, never rename one."""

    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    LEFT = "left"
    ENDED = "ended"
    MANDATE_GRANTED = "mandate_granted"
    MANDATE_EXTENDED = "mandate_extended"
    MANDATE_REVOKED = "mandate_revoked"
    MANDATE_GIVEN_UP = "mandate_given_up"  # by the agent


class MemberEvent(Base):
    """Who did what, when, about whom; never changed (trigger).  Names people by number only."""

    __tablename__ = "member_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    kind: Mapped[MemberEventKind]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: the desk
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"))
    details: Mapped[dict[str, Any]]

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    person: Mapped[User | None] = relationship(foreign_keys=[person_id])
    agency: Mapped[Enterprise | None] = relationship(foreign_keys=[agency_id])

    __table_args__ = (sa.Index("ix_member_events_enterprise", "enterprise_id", "id"),)

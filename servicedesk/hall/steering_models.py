"""What supervisors say and decide while a hall is open, and what is kept of each day.

Messages, calls for help and moves of clerks are history: they are ended, never removed.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.hall.models import Hall, Sitting
from servicedesk.words import Text


class Announcement(Base):
    """A message to everybody in a hall, until a time or until it is withdrawn."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    text_en: Mapped[str] = mapped_column(sa.String(200))
    text_zh: Mapped[str] = mapped_column(sa.String(200))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])

    __table_args__ = (
        sa.Index("ix_announcements_hall_latest", "hall_id", sa.text("id DESC")),
        sa.Index(
            "ix_announcements_shown",
            "hall_id",
            "until",
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    @property
    def text(self) -> Text:
        """Its words in both languages."""
        return Text(self.text_en, self.text_zh)


class Audience(StrEnum):
    """Whom a call for help is for.  The values are stored: add one, never rename one."""

    ALL = "all"  # who sits in the hall, and clerks who sit nowhere
    OFF_DUTY = "off_duty"  # clerks who sit nowhere
    COUNTER = "counter"  # who sits at one


class HelpCall(Base):
    """A supervisor asks for help; shown to clerks until they answer or it is ended."""

    __tablename__ = "help_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    audience: Mapped[Audience]
    clerk_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # of COUNTER
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_at: Mapped[datetime | None]

    hall: Mapped[Hall] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    clerk: Mapped[User | None] = relationship(foreign_keys=[clerk_id])
    answers: Mapped[list["HelpAnswer"]] = relationship(
        back_populates="call", order_by="HelpAnswer.id"
    )

    __table_args__ = (
        sa.Index("ix_help_calls_open", "hall_id", postgresql_where=sa.text("ended_at IS NULL")),
    )


class HelpAnswer(Base):
    """What one clerk answered."""

    __tablename__ = "help_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("help_calls.id"))
    clerk_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    comes: Mapped[bool]

    call: Mapped[HelpCall] = relationship(back_populates="answers")
    clerk: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("call_id", "clerk_id"),)


class ClerkMove(Base):
    """A supervisor asked a clerk to serve other lines; the clerk sees it until noted.

    Whose counter was opened by it served none before.
    """

    __tablename__ = "clerk_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sittings.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    served_before: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.Integer))
    serves: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.Integer))
    noted_at: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()
    by: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index(
            "ix_clerk_moves_not_noted", "sitting_id", postgresql_where=sa.text("noted_at IS NULL")
        ),
    )

    @property
    def is_opening(self) -> bool:
        """Whether the clerk was sent to the counter."""
        return not self.served_before


class HallDay(Base):
    """What one day of a hall came to; written once, when the day is closed."""

    __tablename__ = "hall_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    day: Mapped[date]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: by itself
    report: Mapped[dict[str, Any]]  # as ``day_figures`` writes it; no personal data

    hall: Mapped[Hall] = relationship()

    __table_args__ = (sa.UniqueConstraint("hall_id", "day"),)

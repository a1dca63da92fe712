"""What is owed as lists need it, and what must be remembered: reminders, starts, licences, links.

The page of one enterprise works its obligations out anew.  ``OpenObligation`` holds the same for
lists over many enterprises; a job keeps it, and ``servicedesk check`` tells where it disagrees.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.enterprises.models import Enterprise
from servicedesk.obligations.duty_kinds import Kind
from servicedesk.obligations.licences import Licence

SUBJECT_LENGTH = 60  # characters
NUMBER_LENGTH = 80  # of a licence
AUTHORITY_LENGTH = 120


class OpenObligation(Base):
    """Something that an enterprise owed when this was worked out last."""

    __tablename__ = "open_obligations"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    kind: Mapped[Kind]
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT_LENGTH))  # which of several
    due_on: Mapped[date]
    service: Mapped[str] = mapped_column(sa.String(31))
    facts: Mapped[dict[str, Any]]  # for the words; no names of people

    enterprise: Mapped[Enterprise] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "kind", "subject"),
        sa.Index("ix_open_obligations_due", "due_on", "id"),
        sa.Index("ix_open_obligations_kind", "kind", "due_on", "id"),
    )


class Reckoning(Base):
    """When the obligations of an enterprise were worked out last, and from which state of it."""

    __tablename__ = "obligation_reckonings"

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), primary_key=True)
    version: Mapped[int]  # of the enterprise
    day: Mapped[date]
    at: Mapped[datetime]


class ObligationReminder(Base):
    """That an enterprise was told of something due, so long before; once."""

    __tablename__ = "obligation_reminders"

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT_LENGTH), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class ObligationStart(Base):
    """Which application was begun to fulfil which obligation."""

    __tablename__ = "obligation_starts"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    kind: Mapped[Kind]
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT_LENGTH))


class LicenceTelling(Base):
    """That somebody told of a licence for a line of the scope, or took that back.

    Only added to, never changed (trigger).  What was said last of a line counts; without a number
    it is that nothing is told any more.
    """

    __tablename__ = "licence_tellings"

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), primary_key=True)
    line: Mapped[str] = mapped_column(sa.String(20), primary_key=True)  # business_scope.csv
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, ... of the line
    number: Mapped[str | None] = mapped_column(sa.String(NUMBER_LENGTH))
    authority: Mapped[str | None] = mapped_column(sa.String(AUTHORITY_LENGTH))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]  # None: the licence names no last day
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]

    by: Mapped[User] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "num_nonnulls(number, authority, valid_from) IN (0, 3)"
            " AND (number IS NOT NULL OR valid_until IS NULL)",
            name="whole_or_taken_back",
        ),
        sa.CheckConstraint("valid_until >= valid_from", name="days_in_order"),
    )

    @property
    def licence(self) -> Licence | None:
        """What was told; None: what was told before was taken back."""
        if self.number is None or self.authority is None or self.valid_from is None:
            return None
        return Licence(self.number, self.authority, self.valid_from, self.valid_until)


class CalendarLink(Base):
    """The secret address of a person's calendar; of the secret only a hash is kept (S3)."""

    __tablename__ = "obligation_calendar_links"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]

    user: Mapped[User] = relationship()

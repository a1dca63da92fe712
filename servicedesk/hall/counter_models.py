"""What counters keep beside their tickets: notes on visits, and calls for help."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.hall.models import Counter, Ticket

NOTE_LENGTH: Final = 1000  # characters


class VisitNote(Base):
    """What a clerk wrote about a visit, for later counters.  Its words can be erased."""

    __tablename__ = "visit_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    counter_id: Mapped[int] = mapped_column(sa.ForeignKey("counters.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH))  # empty once it was erased
    erased_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()
    counter: Mapped[Counter] = relationship()
    by: Mapped[User] = relationship()


class Alarm(Base):
    """A clerk who called for help, quietly; open until a supervisor has seen it."""

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    counter_id: Mapped[int] = mapped_column(sa.ForeignKey("counters.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    seen_at: Mapped[datetime | None]

    counter: Mapped[Counter] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    seen_by: Mapped[User | None] = relationship(foreign_keys=[seen_by_id])

    __table_args__ = (
        sa.Index(
            "uq_alarms_counter_open",
            "counter_id",
            unique=True,
            postgresql_where=sa.text("seen_at IS NULL"),
        ),
        sa.Index("ix_alarms_hall_at", "hall_id", "at"),
    )

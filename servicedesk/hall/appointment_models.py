"""Slots and appointments as stored.

No slot is oversold: its row counts the places taken of each contingent, and the database refuses
a count above the capacity.  What was taken before the hours or places were changed stays, beyond
the capacity if need be (``over``).
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.database import Base
from servicedesk.enterprises.models import Enterprise
from servicedesk.hall.models import Queue, Ticket


class Slot(Base):
    """A stretch of a line's day, with places for the public and for staff to give out."""

    __tablename__ = "slots"

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"))
    starts_at: Mapped[datetime]
    public: Mapped[int]  # places
    staff: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    staff_taken: Mapped[int] = mapped_column(default=0)
    over: Mapped[int] = mapped_column(default=0)  # taken beyond the places there are now
    staff_over: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.UniqueConstraint("queue_id", "starts_at"),
        sa.CheckConstraint("taken BETWEEN 0 AND public + over", name="public_places"),
        sa.CheckConstraint("staff_taken BETWEEN 0 AND staff + staff_over", name="staff_places"),
    )


class AppointmentStatus(StrEnum):
    """Where an appointment stands.  The values are stored: add one, never rename one."""

    HELD = "held"  # while the form is open
    BOOKED = "booked"
    HERE = "here"  # checked in: there is a ticket
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # held, and never confirmed
    MISSED = "missed"


OPEN = frozenset({AppointmentStatus.HELD, AppointmentStatus.BOOKED})


class Appointment(Base):
    """A time that somebody has booked."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    nonce: Mapped[bytes] = mapped_column(unique=True)  # half of its link
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)  # said at the kiosk
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"))
    queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"))
    starts_at: Mapped[datetime]
    slots: Mapped[int]  # in a row
    persons: Mapped[int]
    by_staff: Mapped[bool] = mapped_column(default=False)  # of which contingent
    language: Mapped[str] = mapped_column(sa.String(8))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    status: Mapped[AppointmentStatus] = mapped_column(default=AppointmentStatus.HELD)
    held_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    is_freed: Mapped[bool] = mapped_column(default=False)  # cancelled, and its places given back
    stranded_at: Mapped[datetime | None]  # since then its time is outside the hours
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship(viewonly=True)
    queue: Mapped[Queue] = relationship()
    case: Mapped[Case | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_appointments_user", "user_id", "starts_at"),
        sa.Index("ix_appointments_enterprise", "enterprise_id", "starts_at"),
        sa.Index("ix_appointments_queue", "queue_id", "starts_at"),
        sa.Index("ix_appointments_held", "held_until", postgresql_where=sa.text("status = 'held'")),
    )

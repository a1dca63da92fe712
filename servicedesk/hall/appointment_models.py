"""Slots and appointments as stored.

No slot is oversold: its row counts the places taken of each contingent, and the database refuses
a count above the capacity.  What was taken before the hours or places were changed stays, beyond
the capacity if need be (``over``).  A place that was given back counts as taken until its row in
``freed_places`` goes: to somebody on the waitlist, or with the delay against trading.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.database import Base, SealedJson
from servicedesk.enterprises.models import Enterprise
from servicedesk.hall.booking import Leg, Stretch
from servicedesk.hall.models import Hall, Queue, Ticket


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


class WaitingStatus(StrEnum):
    """Where a wish for an earlier time stands.  The values are stored: never rename one."""

    WAITING = "waiting"
    OFFERED = "offered"  # there is a held appointment for it
    BOOKED = "booked"
    CANCELLED = "cancelled"
    UNANSWERED = "unanswered"  # an offer was let go by
    EXPIRED = "expired"  # its days are over


class WaitingEntry(Base):
    """Somebody's wish to be told when a time is free: a place in the waitlist of a hall."""

    __tablename__ = "waiting_entries"

    id: Mapped[int] = mapped_column(primary_key=True)  # the order in which it is served
    version: Mapped[int] = mapped_column()
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"))
    chosen: Mapped[list[str]]  # codes of services and keys of lines, as ``wishes`` reads them
    persons: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(8))
    first_day: Mapped[date]
    last_day: Mapped[date]
    earliest: Mapped[time]  # in the hall's zone; the visit begins between the two
    latest: Mapped[time]
    declined: Mapped[list[str]] = mapped_column(default=list)  # starts, not offered again
    status: Mapped[WaitingStatus] = mapped_column(default=WaitingStatus.WAITING)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    hall: Mapped[Hall] = relationship()
    user: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_waiting_entries_user", "user_id"),
        sa.Index(
            "ix_waiting_entries_waiting", "hall_id", "id",
            postgresql_where=sa.text("status = 'waiting'"),
        ),
        sa.CheckConstraint("last_day >= first_day", name="days_in_order"),
        sa.CheckConstraint("latest >= earliest", name="hours_in_order"),
    )  # fmt: skip


class Appointment(Base):
    """A time that somebody has booked.

    ``queue_id`` and ``starts_at`` are those of its first part; ``slots`` is the sum of all.
    """

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    nonce: Mapped[bytes] = mapped_column(unique=True)  # half of its link
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)  # said at the kiosk
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: ``guest``
    guest: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)  # name and phone
    people: Mapped[list[Any] | None] = mapped_column(SealedJson)  # names of those who come
    urgent: Mapped[str | None] = mapped_column(SealedJson)  # why staff gave it a place
    waiting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("waiting_entries.id"))
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
    is_freed: Mapped[bool] = mapped_column(default=False)  # nothing reads it any more
    stranded_at: Mapped[datetime | None]  # since then its time is outside the hours
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    user: Mapped[User | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship(viewonly=True)
    queue: Mapped[Queue] = relationship()
    waiting: Mapped[WaitingEntry | None] = relationship()
    parts: Mapped[list["AppointmentPart"]] = relationship(
        back_populates="appointment",
        order_by="AppointmentPart.position",
        cascade="all, delete-orphan",
    )
    case: Mapped[Case | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_appointments_user", "user_id", "starts_at"),
        sa.Index("ix_appointments_enterprise", "enterprise_id", "starts_at"),
        sa.Index("ix_appointments_queue", "queue_id", "starts_at"),
        sa.Index(
            "ix_appointments_ticket",
            "ticket_id",
            postgresql_where=sa.text("ticket_id IS NOT NULL"),
        ),
        sa.Index("ix_appointments_held", "held_until", postgresql_where=sa.text("status = 'held'")),
        sa.Index(
            "uq_appointments_offer",  # one offer at a time
            "waiting_id",
            unique=True,
            postgresql_where=sa.text("status = 'held'"),
        ),
    )

    @property
    def is_offer(self) -> bool:
        """Whether it is held for somebody of the waitlist who has not answered yet."""
        return self.waiting_id is not None and self.status is AppointmentStatus.HELD

    @property
    def stretches(self) -> list[Stretch]:
        """The slots that it takes, of each line."""
        return [
            Stretch(one.queue_id, one.starts_at, one.slots, tuple(one.services))
            for one in self.parts
        ]

    @property
    def legs(self) -> list[Leg]:
        """What it needs in each line, whenever it begins."""
        return [Leg(one.queue_id, one.slots, tuple(one.services)) for one in self.parts]

    def begin_at(self, stretches: Sequence[Stretch]) -> None:
        """Lay its parts onto ``stretches``, one each; nothing else moves them."""
        for part, stretch in zip(self.parts, stretches, strict=True):
            part.starts_at = stretch.starts_at
        self.starts_at = stretches[0].starts_at


class AppointmentPart(Base):
    """What is done of an appointment in one line."""

    __tablename__ = "appointment_parts"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(sa.ForeignKey("appointments.id"))
    position: Mapped[int]
    queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"))
    starts_at: Mapped[datetime]
    slots: Mapped[int]  # in a row
    services: Mapped[list[str]]  # codes of the catalogue; none: was not asked

    appointment: Mapped[Appointment] = relationship(back_populates="parts")
    queue: Mapped[Queue] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("appointment_id", "position"),
        sa.Index("ix_appointment_parts_queue", "queue_id", "starts_at"),
    )


class FreedPlace(Base):
    """A place of the public that was given back, and still counts as taken in its slot."""

    __tablename__ = "freed_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slots.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(sa.ForeignKey("appointments.id"), index=True)

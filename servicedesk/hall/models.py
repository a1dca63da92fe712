"""Halls, counters, queues and tickets as stored.

What must never happen at once is kept here: one clerk a counter, one ticket a counter, one
number a day.  The order of a line is kept by the lock of its queue's row (``operations``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.database import Base
from servicedesk.hall import breaks, stops
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.line_up import Reason
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import (
    AT_A_COUNTER,
    OVER,
    TicketAction,
    TicketStatus,
    next_status,
)
from servicedesk.words import Text, Words

PLACES: Final = sa.Sequence("ticket_places", metadata=Base.metadata)


def _one_of(column: str, statuses: frozenset[TicketStatus]) -> sa.TextClause:
    listed = ", ".join(f"'{status.value}'" for status in sorted(statuses))
    return sa.text(f"{column} IN ({listed})")


class Priority(StrEnum):
    """Why somebody has legal priority.  Only that it is so is shown to others."""

    AGE = "age"
    DISABILITY = "disability"
    PREGNANCY = "pregnancy"


class Hall(Base):
    """A place with counters, where people come."""

    __tablename__ = "halls"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # in addresses
    name_en: Mapped[str] = mapped_column(sa.String(120))
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    address_en: Mapped[str] = mapped_column(sa.String(200))
    address_zh: Mapped[str] = mapped_column(sa.String(200))
    is_training: Mapped[bool] = mapped_column(default=False)  # nothing in it is real
    hours: Mapped[dict[str, Any]]  # as ``hall_files`` reads them
    rules: Mapped[dict[str, Any]]  # figures of the line, as ``hall_files`` reads them
    booking: Mapped[dict[str, Any] | None]  # figures of appointments; None: there are none
    joining: Mapped[dict[str, Any] | None]  # figures of tickets from phones; None: there are none
    closed_early_on: Mapped[date | None]  # no more tickets on this day

    queues: Mapped[list["Queue"]] = relationship(back_populates="hall", order_by="Queue.letter")
    counters: Mapped[list["Counter"]] = relationship(
        back_populates="hall", order_by="Counter.number"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(self.name_en, self.name_zh)

    @property
    def address(self) -> Text:
        """Where it is, in both languages."""
        return Text(self.address_en, self.address_zh)


class Queue(Base):
    """One line of a hall, for the services whose definitions name its key."""

    __tablename__ = "queues"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    key: Mapped[str] = mapped_column(sa.String(40))  # ``appointment.queue`` of a definition
    letter: Mapped[str] = mapped_column(sa.String(2))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    minutes: Mapped[int]  # a service usually takes, until the hall knows better
    phase: Mapped[Phase] = mapped_column(default=Phase.HAND_IN)  # of a visit to several lines
    hours: Mapped[dict[str, Any] | None]  # None: the hall's
    public_places: Mapped[int] = mapped_column(default=0)  # in each slot, for appointments
    staff_places: Mapped[int] = mapped_column(default=0)

    hall: Mapped[Hall] = relationship(back_populates="queues")

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "key"),
        sa.UniqueConstraint("hall_id", "letter"),
    )

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(self.name_en, self.name_zh)


class QueueDay(Base):
    """What is counted of one queue on one day; its row is the lock of the numbers."""

    __tablename__ = "queue_days"

    queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)
    lately: Mapped[list[str]] = mapped_column(default=list)  # calls, see ``recent``


class Counter(Base):
    """A counter of a hall."""

    __tablename__ = "counters"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    number: Mapped[int]
    side_en: Mapped[str] = mapped_column(sa.String(40))  # where to go, on boards
    side_zh: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(40))  # ``CounterKind``
    equipment: Mapped[list[str]] = mapped_column(default=list)  # ``Equipment``
    queue_keys: Mapped[list[str]]  # usually served here

    hall: Mapped[Hall] = relationship(back_populates="counters")

    __table_args__ = (sa.UniqueConstraint("hall_id", "number"),)

    @property
    def side(self) -> Text:
        """Where it is in the hall, in both languages."""
        return Text(self.side_en, self.side_zh)


class Sitting(Base):
    """A clerk at a counter, from signing on to signing off."""

    __tablename__ = "sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    counter_id: Mapped[int] = mapped_column(sa.ForeignKey("counters.id"))
    clerk_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    queue_ids: Mapped[list[int]] = mapped_column(postgresql.ARRAY(sa.Integer))
    languages: Mapped[list[str]]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    break_since: Mapped[datetime | None]
    break_reason: Mapped[str] = mapped_column(sa.String(40), default="")
    back_at: Mapped[datetime | None]  # from the last break

    counter: Mapped[Counter] = relationship()
    clerk: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index(
            "uq_sittings_counter_open",
            "counter_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_sittings_clerk_open",
            "clerk_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_sittings_counter_began", "counter_id", "began_at"),
    )

    @property
    def lines(self) -> list[Queue]:
        """The lines that are served there, in the order of the hall."""
        return [one for one in self.counter.hall.queues if one.id in self.queue_ids]

    @property
    def break_words(self) -> Words:
        """Why the clerk is away."""
        return breaks.words_of(self.break_reason)


def name_of(letter: str, number: int) -> str:
    """Return what a ticket is called out as.

    >>> name_of("A", 12)
    'A012'
    """
    return f"{letter}{number:03}"


class Ticket(Base):
    """A place in the line of one queue, from issue to the end of the visit."""

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    nonce: Mapped[bytes] = mapped_column(unique=True)  # half of its link; see ``links``
    queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"))
    issuing_queue_id: Mapped[int] = mapped_column(sa.ForeignKey("queues.id"))
    day: Mapped[date]
    number: Mapped[int]  # of the queue that issued it, on that day
    status: Mapped[TicketStatus] = mapped_column(default=TicketStatus.WAITING)
    place: Mapped[float] = mapped_column(sa.Double)
    issued_at: Mapped[datetime]
    lined_up_at: Mapped[datetime]  # anew after a transfer
    changed_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(sa.String(8))
    stops_kept: Mapped[list[dict[str, Any]]] = mapped_column("stops", postgresql.JSONB)
    priority: Mapped[Priority | None]
    priority_checked_at: Mapped[datetime | None]  # by a clerk who has seen the paper
    device: Mapped[bytes | None]  # hash of the phone that took it; None: no phone did
    booked_for: Mapped[datetime | None]
    away_until: Mapped[datetime | None]  # passed over until then; keeps the place
    only_counter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("counters.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"))
    counter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("counters.id"))
    called_at: Mapped[datetime | None]  # first
    started_at: Mapped[datetime | None]  # in this line
    ended_at: Mapped[datetime | None]
    recalls: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(sa.String(40), default="")
    expected_from: Mapped[datetime | None]  # the call, as foretold when it was issued
    expected_to: Mapped[datetime | None]

    queue: Mapped[Queue] = relationship(foreign_keys=[queue_id])
    issuing_queue: Mapped[Queue] = relationship(foreign_keys=[issuing_queue_id])
    counter: Mapped[Counter | None] = relationship(foreign_keys=[counter_id])
    case: Mapped[Case | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.UniqueConstraint("issuing_queue_id", "day", "number"),
        sa.Index(
            "uq_tickets_counter_open",
            "counter_id",
            unique=True,
            postgresql_where=_one_of("status", AT_A_COUNTER),
        ),
        sa.Index(
            "ix_tickets_open",
            "queue_id",
            "place",
            postgresql_where=_one_of("status", frozenset(TicketStatus) - OVER),
        ),
        sa.Index(
            "uq_tickets_device_open",
            "device",
            unique=True,
            postgresql_where=_one_of("status", frozenset(TicketStatus) - OVER),
        ),
        sa.Index(
            "ix_tickets_of_phones",
            "issued_at",
            postgresql_where=sa.text("device IS NOT NULL"),
        ),
        sa.Index(
            "ix_tickets_done",
            "queue_id",
            sa.text("ended_at DESC"),
            postgresql_where=sa.text("status = 'done'"),
        ),
        sa.Index("ix_tickets_case", "case_id", postgresql_where=sa.text("case_id IS NOT NULL")),
    )

    @property
    def name(self) -> str:
        """What is called out: ``A012``."""
        return name_of(self.issuing_queue.letter, self.number)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What the visit is for, in the order in which it is done."""
        return stops.read(self.stops_kept)

    def plan(self, planned: Sequence[Stop]) -> None:
        """Make ``planned`` what the visit is for."""
        self.stops_kept = stops.kept(planned)

    def wait_again(self, *, at: datetime) -> None:
        """Wait again after a missed call, at the place it had.

        Raises:
            ActionNotAllowed: it was not missed.
        """
        self.advance(TicketAction.COME_BACK, at=at)
        self.counter_id, self.recalls = None, 0

    def advance(self, action: TicketAction, *, at: datetime) -> TicketStatus:
        """Take one step of its life and return the status before; nothing else sets ``status``.

        Raises:
            ActionNotAllowed: there is no such step from here.
        """
        before = self.status
        self.status = next_status(self.name, before, action)
        self.changed_at = at
        self.ended_at = at if self.status in OVER else None
        return before


# Written out, so that the planner knows that a partial index serves.
DONE = sa.literal(TicketStatus.DONE, Ticket.status.type, literal_execute=True)
WAITING = sa.literal(TicketStatus.WAITING, Ticket.status.type, literal_execute=True)


class TicketEvent(Base):
    """One thing that happened to a ticket.  Never changed, but for erasing its words."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: its holder
    counter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("counters.id"))
    action: Mapped[str] = mapped_column(sa.String(40))
    why: Mapped[Reason | None]  # of a call: why this one
    words: Mapped[str] = mapped_column(sa.String(400), default="")  # a reason that was asked for
    before: Mapped[dict[str, Any]]  # what it changed, as it was: for undoing

    ticket: Mapped[Ticket] = relationship()

    __table_args__ = (sa.Index("ix_ticket_events_counter_at", "counter_id", "at"),)


class Call(Base):
    """A number called out to a counter: what boards show and say."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    counter_id: Mapped[int] = mapped_column(sa.ForeignKey("counters.id"))
    at: Mapped[datetime]
    is_again: Mapped[bool]

    ticket: Mapped[Ticket] = relationship()
    counter: Mapped[Counter] = relationship()

    __table_args__ = (sa.Index("ix_calls_hall_latest", "hall_id", sa.text("id DESC")),)

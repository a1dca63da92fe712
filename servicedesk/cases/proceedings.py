"""What happens beside the stages of a case, as stored.

Its clock is stopped and extended, staff ask each other and keep what they found, its result is
handed out.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base, SealedJson

if TYPE_CHECKING:
    from servicedesk.cases.models import Case, ClockInterval, Task


class ClockStop(Base):
    """Why the desk lets the clock stand, and for how long it expects to (行政许可法 art. 45)."""

    __tablename__ = "clock_stops"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    interval_id: Mapped[int] = mapped_column(sa.ForeignKey("clock_intervals.id"), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))  # ``cases.excluded_time.StopKind``
    reason: Mapped[str] = mapped_column(sa.String(2000))  # told to the applicant
    working_days: Mapped[int]  # that it is expected to take
    expected_at: Mapped[datetime]  # closing time of the last of them
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]

    interval: Mapped["ClockInterval"] = relationship(back_populates="stop")


class ExtensionState(StrEnum):
    """Whether an extension was granted."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class ClockExtension(Base):
    """A longer legal limit: asked by who examines, signed by a supervisor, once a round."""

    __tablename__ = "clock_extensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"))
    round: Mapped[int]  # of the clock; one that starts anew has its own
    days: Mapped[int]  # of the kind that the limit counts
    state: Mapped[ExtensionState]
    reason: Mapped[str] = mapped_column(sa.String(2000))  # told to the applicant
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(sa.String(2000))  # why it was refused

    case: Mapped["Case"] = relationship(back_populates="extensions")
    task: Mapped["Task"] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        sa.Index(
            "uq_clock_extensions_once",
            "case_id",
            "round",
            unique=True,
            postgresql_where=sa.text("state <> 'refused'"),
        ),
    )


class QuestionKind(StrEnum):
    """What is asked among staff."""

    COLLEAGUE = "colleague"  # what somebody else knows
    DECISION = "decision"  # yes or no, of a supervisor


class Question(Base):
    """A question about a case among staff.  The task it came up with stays with its holder."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"), index=True)
    kind: Mapped[QuestionKind]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    asked_at: Mapped[datetime]
    department: Mapped[str | None] = mapped_column(sa.String(40))  # anybody there may answer
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # only this person may
    body: Mapped[str] = mapped_column(SealedJson)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    verdict: Mapped[bool | None]  # of a decision
    answer: Mapped[str | None] = mapped_column(SealedJson)

    case: Mapped["Case"] = relationship()
    task: Mapped["Task"] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    to: Mapped[User | None] = relationship(foreign_keys=[to_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    __table_args__ = (
        sa.Index(
            "ix_questions_waiting",
            "department",
            "to_id",
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )


class HandOut(Base):
    """A result that is to be handed over (行政许可法 art. 44), and how it was."""

    __tablename__ = "hand_outs"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    department: Mapped[str] = mapped_column(sa.String(40))  # which hands it out
    way: Mapped[str] = mapped_column(sa.String(20))  # as the definition has it
    ready_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None: no limit is written
    due_order: Mapped[datetime] = mapped_column(  # what lists are sorted by: undue ones last
        sa.Computed("coalesce(due_at, '9999-01-01 00:00:00+00'::timestamptz)", persisted=True)
    )
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    given_way: Mapped[str | None] = mapped_column(sa.String(20))  # how it went in the end
    given_to: Mapped[str | None] = mapped_column(SealedJson)

    case: Mapped["Case"] = relationship()
    given_by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.Index(
            "ix_hand_outs_waiting",
            "department",
            "due_order",
            "id",
            postgresql_where=sa.text("given_at IS NULL"),
        ),
    )


class Examination(Base):
    """What an officer found and confirmed in a task, each saving a row; never changed (trigger).

    The last row of a task counts.
    """

    __tablename__ = "examinations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"))
    number: Mapped[int]  # of the task's savings
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    found: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # {key of a field or check: answer}

    task: Mapped["Task"] = relationship()

    __table_args__ = (sa.UniqueConstraint("task_id", "number"),)

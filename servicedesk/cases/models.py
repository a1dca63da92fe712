"""Applications and what departments do with them, as stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseAction, CaseStatus, next_status
from servicedesk.cases.proceedings import ClockExtension, ClockStop
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.database import Base, SealedJson
from servicedesk.enterprises.models import Enterprise
from servicedesk.files.models import StoredFile

SEAL: Final = "case events"  # what the key of ``Case.seal`` is for


class Case(Base):
    """One application for one service, pinned to the version of it that it began with."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()  # a change based on a stale one fails
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)  # R26-04417
    service_code: Mapped[str] = mapped_column(sa.String(31))
    service_version_id: Mapped[int] = mapped_column(sa.ForeignKey("service_versions.id"))
    applicant_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    for_enterprise: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(200), default="")  # whom or what it is about
    title_grams: Mapped[list[str]] = mapped_column(default=list)  # ``title_search.grams``
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # {field key: value}, valid pages
    typed: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # {page key: raw form}, to put right
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]  # day zero of the clock; back-dated when deemed
    closed_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(sa.String(41))  # the present one, while open
    entry: Mapped[int] = mapped_column(default=0)  # how many stages it has entered so far
    legal_due: Mapped[datetime | None]  # None while the clock is stopped or there is no limit
    committed_due: Mapped[datetime | None]
    message_since: Mapped[datetime | None]  # the applicant wrote and waits for an answer
    last_seq: Mapped[int] = mapped_column(default=0)  # of its events
    last_hash: Mapped[bytes] = mapped_column(default=b"")
    seal: Mapped[bytes | None]  # keyed, under both; None: from before there were seals

    applicant: Mapped[User] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship(viewonly=True)
    service_version: Mapped[ServiceVersion] = relationship()
    people: Mapped[list["CasePerson"]] = relationship(
        back_populates="case", cascade="all, delete-orphan"
    )
    documents: Mapped[list["Document"]] = relationship(
        back_populates="case", order_by="Document.id"
    )
    tasks: Mapped[list["Task"]] = relationship(back_populates="case", order_by="Task.id")
    lists: Mapped[list["CorrectionList"]] = relationship(
        back_populates="case", order_by="CorrectionList.number"
    )
    intervals: Mapped[list["ClockInterval"]] = relationship(
        back_populates="case", order_by="ClockInterval.id"
    )
    extensions: Mapped[list[ClockExtension]] = relationship(
        back_populates="case", order_by=ClockExtension.id
    )
    events: Mapped[list["CaseEvent"]] = relationship(
        back_populates="case", order_by="CaseEvent.seq"
    )
    part_of: Mapped["CasePart | None"] = relationship(
        back_populates="child", foreign_keys="CasePart.child_id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_cases_applicant", "applicant_id", sa.text("changed_at DESC")),
        sa.Index("ix_cases_status", "status", "changed_at"),
        sa.Index("ix_cases_title_grams", "title_grams", postgresql_using="gin"),
        sa.Index(
            "ix_cases_message_since",
            "id",
            postgresql_where=sa.text("message_since IS NOT NULL"),
        ),
    )

    def advance(self, action: CaseAction, *, at: datetime) -> None:
        """Take one step of the life cycle; nothing else sets ``status``.

        Raises:
            TransitionNotAllowed: the life cycle has no such step from here.
        """
        self.status = next_status(self.status, action)
        self.changed_at = at
        self.closed_at = at if self.status in FINAL_STATUSES else None

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.status in FINAL_STATUSES

    @property
    def helpers(self) -> list["CasePerson"]:
        """Return who helps with it; those who help with the whole help with its parts."""
        return [*self.people, *(self.part_of.whole.people if self.part_of else ())]

    @property
    def last_done(self) -> "Task | None":
        """Return the task that was done last; of a decided case, the one that decided it."""
        done = [task for task in self.tasks if task.state is TaskState.DONE]
        return max(done, key=lambda one: (one.done_at or one.opened_at, one.id), default=None)


class CasePerson(Base):
    """Who may see and work on an application besides staff."""

    __tablename__ = "case_people"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True, index=True)
    capacity: Mapped[str] = mapped_column(sa.String(20))  # applicant, agent

    case: Mapped[Case] = relationship(back_populates="people")
    user: Mapped[User] = relationship()


class Document(Base):
    """A file somebody gave for a material or a question.  Replaced ones are kept and marked."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    material: Mapped[str] = mapped_column(sa.String(100))  # its key; or "field:owners.paper"
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_files.sha256"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))  # as given, made safe
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    given_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # replaced or taken back; in force while None
    verdict: Mapped[str | None] = mapped_column(sa.String(20))  # in_order, by staff
    verdict_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    case: Mapped[Case] = relationship(back_populates="documents")
    file: Mapped[StoredFile] = relationship(lazy="joined")


class Submission(Base):
    """What was sent, each time, exactly; two of them make a difference to show."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    document_ids: Mapped[list[Any]] = mapped_column(SealedJson)
    findings: Mapped[list[Any]] = mapped_column(SealedJson)  # what the machine checked

    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)


class CasePart(Base):
    """An application that was opened as a part of another: for which of its tasks, and when."""

    __tablename__ = "case_parts"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)  # the whole
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"), unique=True)
    child_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    opened_at: Mapped[datetime]

    whole: Mapped[Case] = relationship(foreign_keys=[case_id])
    task: Mapped["Task"] = relationship()
    child: Mapped[Case] = relationship(back_populates="part_of", foreign_keys=[child_id])


class TaskState(StrEnum):
    """Whether a task is still to be done."""

    OPEN = "open"
    WAITING = "waiting"  # for the part that does it; in nobody's inbox
    DONE = "done"
    CANCELLED = "cancelled"  # overtaken by a decision elsewhere, or withdrawn


class Task(Base):
    """What one department has to do now; an open row is a line of somebody's inbox."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    stage: Mapped[str] = mapped_column(sa.String(41))
    entry: Mapped[int]  # the case's entry into this stage: tasks of one entry are joined
    key: Mapped[str] = mapped_column(sa.String(41))
    department: Mapped[str] = mapped_column(sa.String(40))
    duty: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    with_applicant: Mapped[bool] = mapped_column(default=False)  # waits for corrections
    is_again: Mapped[bool] = mapped_column(default=False)  # mended, to be looked at again
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None: stopped, or no limit
    due_order: Mapped[datetime] = mapped_column(  # what lists are sorted by: undue ones last
        sa.Computed("coalesce(due_at, '9999-01-01 00:00:00+00'::timestamptz)", persisted=True)
    )
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    held_since: Mapped[datetime | None]
    action: Mapped[str | None] = mapped_column(sa.String(40))  # how it was done
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(2000))  # told to the applicant

    case: Mapped[Case] = relationship(back_populates="tasks")
    holder: Mapped[User | None] = relationship(foreign_keys=[holder_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index(
            "uq_tasks_open",
            "case_id",
            "stage",
            "key",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "uq_tasks_waiting",
            "case_id",
            "stage",
            "key",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        # The order of every inbox, and all that its views are counted by.
        sa.Index(
            "ix_tasks_inbox",
            "department",
            "due_order",
            "id",
            postgresql_include=["holder_id", "with_applicant", "is_again"],
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_tasks_due", "due_order", "id", postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_tasks_done", "done_by_id", "done_at"),
        sa.Index(
            "ix_tasks_held",
            "holder_id",
            "due_order",
            "id",
            postgresql_where=sa.text("state = 'open'"),
        ),
    )


class ListState(StrEnum):
    """How far a correction list has come."""

    PROPOSED = "proposed"  # a second list, waiting for a supervisor
    SENT = "sent"
    ANSWERED = "answered"
    DECLINED = "declined"  # the supervisor did not allow it


class CorrectionList(Base):
    """The one list of what the applicant must mend (一次性告知)."""

    __tablename__ = "correction_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    number: Mapped[int]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"))
    state: Mapped[ListState]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(sa.String(2000))  # why a second list is needed
    allowed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="lists")
    task: Mapped[Task] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    items: Mapped[list["CorrectionItem"]] = relationship(
        back_populates="list", order_by="CorrectionItem.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("case_id", "number"),
        sa.Index(
            "uq_correction_lists_open",
            "case_id",
            unique=True,
            postgresql_where=sa.text("state IN ('proposed', 'sent')"),
        ),
    )


class CorrectionItem(Base):
    """One place to mend: a field or a material, and what is wrong with it."""

    __tablename__ = "correction_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("correction_lists.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(100))  # "field:capital", "material:lease"
    words: Mapped[str] = mapped_column(sa.String(1000))  # the clerk's, to the applicant
    left_at: Mapped[datetime | None]  # the applicant left it as it is, and said why

    list: Mapped[CorrectionList] = relationship(back_populates="items")


class ClockInterval(Base):
    """A stretch of time in which the clock ran or stood, and why (the clock is a ledger)."""

    __tablename__ = "clock_intervals"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    runs: Mapped[bool]
    kind: Mapped[str] = mapped_column(sa.String(40))  # acceptance, handling, correction, ...
    round: Mapped[int] = mapped_column(default=1)  # a clock that starts anew counts from here
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    basis_en: Mapped[str] = mapped_column(sa.String(300), default="")
    basis_zh: Mapped[str] = mapped_column(sa.String(300), default="")

    case: Mapped[Case] = relationship(back_populates="intervals")
    stop: Mapped[ClockStop | None] = relationship(back_populates="interval", lazy="joined")

    @property
    def matter(self) -> str:
        """Return what the desk let the clock stand for; nothing where it did not."""
        return self.stop.kind if self.stop else ""

    __table_args__ = (
        sa.Index(
            "uq_clock_intervals_open",
            "case_id",
            unique=True,
            postgresql_where=sa.text("until IS NULL"),
        ),
    )


class CaseEvent(Base):
    """What happened, in order, each chained to the one before; never changed (trigger)."""

    __tablename__ = "case_events"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))  # ``cases.chronicle.EventKind``
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: the desk
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    details_hash: Mapped[bytes]  # salted, so that details may be erased and the chain still holds
    hash: Mapped[bytes]

    case: Mapped[Case] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()


class Message(Base):
    """A line between applicant and desk, or (``is_internal``) a note among staff."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    is_from_desk: Mapped[bool]
    is_internal: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(SealedJson)
    at: Mapped[datetime]

    author: Mapped[User] = relationship()


class IssuedLetter(Base):
    """A letter to the applicant: its facts as they were; its words come from the templates."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    issued_at: Mapped[datetime]

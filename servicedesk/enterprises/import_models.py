"""Files of existing enterprises that staff brought in, and exports of the register, as stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base, SealedJson


class ImportState(StrEnum):
    """How far a file has come.  Stored: add one, never rename one."""

    CHECKED = "checked"  # tried; nothing is entered
    WAITING = "waiting"  # somebody said so; the worker enters it
    DONE = "done"
    REFUSED = "refused"  # it did not fit the register any more; nothing is entered
    EXPIRED = "expired"  # nobody said so in time
    FAILED = "failed"  # the worker could not enter it; nothing is entered


class RegisterImport(Base):
    """A file of enterprises that a person has brought; it stays as a note when the file is gone."""

    __tablename__ = "register_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ImportState]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: a command
    at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    content: Mapped[bytes | None]  # sealed; None: entered, or forgotten
    rows: Mapped[int]
    wrong_rows: Mapped[int]
    faults: Mapped[Any | None] = mapped_column(SealedJson)  # what is wrong with some of the rows
    unread: Mapped[list[str]]  # headings of columns that are not read
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # since when the file is gone

    by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("wrong_rows BETWEEN 0 AND rows", name="wrong_rows_are_rows"),
        sa.CheckConstraint("state <> 'done' OR wrong_rows = 0", name="nothing_wrong_is_entered"),
        sa.CheckConstraint(
            "(content IS NULL) = (state IN ('done', 'refused', 'expired', 'failed'))",
            name="kept_while_needed",
        ),
        sa.Index("ix_register_imports_newest", sa.text("at DESC"), sa.text("id DESC")),
        sa.Index(
            "ix_register_imports_expires_at",
            "expires_at",
            postgresql_where=sa.text("content IS NOT NULL"),
        ),
    )


class RegisterExport(Base):
    """That somebody took the whole register along; a trigger refuses to alter or delete it."""

    __tablename__ = "register_exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: a command
    at: Mapped[datetime]

    by: Mapped[User | None] = relationship()

    __table_args__ = (
        sa.Index("ix_register_exports_newest", sa.text("at DESC"), sa.text("id DESC")),
    )

"""Words sent to people, and whether they arrived."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base, SealedJson


class DeliveryState(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # given up after the last attempt; shown to staff


class Notice(Base):
    """One mail to one person: written in the transaction of what it tells, sent afterwards."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(8))
    kind: Mapped[str] = mapped_column(sa.String(60))  # templates/mail/<kind>.html and .txt
    about: Mapped[str | None] = mapped_column(sa.String(40), index=True)  # a case's reference
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # what the template needs
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(80))  # the error's class, no text
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_notices_state", "state", "id"),)  # what staff look at

"""Who changed the hours, places, counters, lines or figures of a hall when, and why."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.hall.models import Hall


class HallChange(Base):
    """One change of a hall's hours, places, counters, lines or figures.  Never changed."""

    __tablename__ = "hall_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("halls.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(500))  # not for the public
    what: Mapped[list[dict[str, Any]]] = mapped_column(postgresql.JSONB)  # ``words_as_json``
    figures: Mapped[dict[str, Any]]  # what it did to slots and appointments; of counters none
    before: Mapped[dict[str, Any]]  # ``Timetable.kept``

    hall: Mapped[Hall] = relationship()
    by: Mapped[User] = relationship()

    __table_args__ = (sa.Index("ix_hall_changes_hall", "hall_id", sa.text("id DESC")),)

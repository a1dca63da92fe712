"""Who asked to be told when three are before them.

An address is here until the mail is written, and no longer than the visit.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.database import Base, SealedJson
from servicedesk.hall.models import Ticket


class TicketWatch(Base):
    """A wish to be told, once, when it is nearly the turn of a ticket."""

    __tablename__ = "ticket_watches"

    ticket_id: Mapped[int] = mapped_column(
        sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str | None] = mapped_column(SealedJson)  # None: was told
    language: Mapped[str] = mapped_column(sa.String(8))
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    notice_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("notices.id", ondelete="SET NULL")
    )  # deleted when the visit is over

    ticket: Mapped[Ticket] = relationship()

"""Who was asked to confirm what an application says of them, and what they confirmed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.cases.models import Case
from servicedesk.database import Base, SealedJson


class ConfirmationRequest(Base):
    """A person who is asked to confirm; there is one for each person of an application.

    ``sealed`` has the person (``key``, ``name``), what makes ``mark`` of the key (``salt``), the
    ``secret`` of the link so that the board can show it again, the ``email`` it was sent to, the
    ``representative`` of an organisation, and what they corrected (``corrected``).
    """

    __tablename__ = "confirmation_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    mark: Mapped[bytes]  # of the person, under the salt: the database alone names nobody
    sealed: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    language: Mapped[str] = mapped_column(sa.String(2), default="en")  # of the mails
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)  # SHA-256; None: no link is out
    expires_at: Mapped[datetime | None]  # of the link
    invited_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # when they gave a code for the first time

    case: Mapped[Case] = relationship()
    confirmations: Mapped[list["Confirmation"]] = relationship(
        back_populates="request", order_by="Confirmation.id"
    )

    __table_args__ = (sa.UniqueConstraint("case_id", "mark"),)


class Confirmation(Base):
    """What a person confirmed, when and in which words.  Never changed, but for ending it once.

    ``sealed`` has the ``text`` as it was shown, its ``salt``, and the ``digest`` of what it says
    (``people.Person.digest``): a confirmation counts for exactly that, and so a change voids it
    without anybody's doing.
    """

    __tablename__ = "confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation_requests.id"), index=True)
    at: Mapped[datetime]
    language: Mapped[str] = mapped_column(sa.String(2))
    sha256: Mapped[bytes]  # of salt and text
    sealed: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    withdrawn_at: Mapped[datetime | None]  # the person said that it is not right, and corrected it

    request: Mapped[ConfirmationRequest] = relationship(back_populates="confirmations")

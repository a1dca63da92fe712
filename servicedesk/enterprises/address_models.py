"""What staff changed in the park's stock of addresses: written once, never altered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.enterprises.models import AddressHolding, AddressUnit


class AddressChange(Base):
    """One change of a place or of who is there, by a person, with the reason.

    A trigger refuses to alter or delete it.
    """

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("address_units.id"))
    holding_id: Mapped[int | None] = mapped_column(sa.ForeignKey("address_holdings.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    what: Mapped[list[dict[str, Any]]] = mapped_column(postgresql.JSONB)  # ``words_as_json``

    unit: Mapped[AddressUnit] = relationship()
    holding: Mapped[AddressHolding | None] = relationship()
    by: Mapped[User] = relationship()

    __table_args__ = (sa.Index("ix_address_changes_unit", "unit_id", sa.text("id DESC")),)

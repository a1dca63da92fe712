"""The keys that sign certificates."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base
from servicedesk.enterprises.signatures import KeyState, PublicKey


class SigningKey(Base):
    """An Ed25519 key.  Its private half lies sealed, and is destroyed when it signs no more."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(sa.String(43), primary_key=True)  # RFC 7638
    state: Mapped[KeyState] = mapped_column(default=KeyState.ACTIVE)
    public: Mapped[bytes]
    private_sealed: Mapped[bytes | None]  # by the field keys
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_signing_keys_active",
            "state",
            unique=True,
            postgresql_where=sa.text("state = 'active'"),
        ),
        sa.CheckConstraint(
            "(state = 'active') = (private_sealed IS NOT NULL) AND"
            " (state = 'active') = (until IS NULL)",
            name="only_the_active_signs",
        ),
    )

    def published(self) -> PublicKey:
        """Return what everybody may know of it."""
        return PublicKey(bytes(self.public), self.since, self.until, self.state)

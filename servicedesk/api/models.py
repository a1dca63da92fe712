"""Access tokens as stored."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.api.scopes import Scope
from servicedesk.database import Base
from servicedesk.hall.models import Hall


class AccessToken(Base):
    """What lets a program in, of a hall or of a person; only its hash is kept (S3)."""

    __tablename__ = "access_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[Scope]
    name: Mapped[str] = mapped_column(sa.String(80))  # of the machine or program that holds it
    secret_hash: Mapped[bytes] = mapped_column(unique=True)  # SHA-256
    hall_id: Mapped[int | None] = mapped_column(sa.ForeignKey("halls.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # None: command
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # to the minute

    hall: Mapped[Hall | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])

    __table_args__ = (
        sa.CheckConstraint("(hall_id IS NULL) <> (user_id IS NULL)", name="of_a_hall_or_a_person"),
    )

    def is_good(self, now: datetime) -> bool:
        """Whether it lets somebody in at ``now``."""
        return self.revoked_at is None and self.expires_at > now

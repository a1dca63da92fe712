"""What every page needs stored: sessions, request keys, counters of attempts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base, SealedJson


class WebSession(Base):
    """One browser's session; the cookie holds the secret, this row only its hash."""

    __tablename__ = "web_sessions"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256
    user_id: Mapped[int | None] = mapped_column(index=True)  # whom to sign out
    data: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RequestKey(Base):
    """A request that was answered; the same key gets the same answer (R6)."""

    __tablename__ = "request_keys"

    actor: Mapped[str] = mapped_column(sa.String(80), primary_key=True)  # "user:7", "session:.."
    route: Mapped[str] = mapped_column(
        sa.String(200), primary_key=True
    )  # endpoint, digest of the path
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    body_hash: Mapped[bytes]
    answer: Mapped[dict[str, Any] | None]  # {"sealed": ..}; ``once`` alone reads it
    created_at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Base):
    """How often something was tried in a window of time; lost in a crash without harm."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = {"prefixes": ["UNLOGGED"]}

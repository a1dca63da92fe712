"""Stored files: one row for each content, whoever gave it and how often."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base


class StoredFile(Base):
    """A content that lies in the store, checked and on disk before this row is committed."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(sa.CHAR(64), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    media_type: Mapped[str] = mapped_column(sa.String(100))  # found by content, never by name
    pages: Mapped[int | None]  # of a PDF
    created_at: Mapped[datetime]

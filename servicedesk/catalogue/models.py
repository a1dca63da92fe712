"""Services and their published versions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base

REASON_LENGTH = 500  # characters


class CatalogueEntry(Base):
    """A service as the catalogue lists it now; what lists and searches need is beside it."""

    __tablename__ = "services"

    code: Mapped[str] = mapped_column(sa.String(31), primary_key=True)
    current_id: Mapped[int] = mapped_column(
        sa.ForeignKey("service_versions.id", use_alter=True, deferrable=True, initially="DEFERRED")
    )
    audience: Mapped[str] = mapped_column(sa.String(20))
    listed: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    topics: Mapped[list[str]]
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_zh: Mapped[str] = mapped_column(sa.String(200))
    name_pinyin: Mapped[str] = mapped_column(sa.String(400))  # the order of the Chinese list
    grams: Mapped[list[str]]  # what a search finds it by: ``searching.grams``
    parts: Mapped[list[str]] = mapped_column(server_default="{}")  # services that do its tasks
    pages_of: Mapped[list[str]] = mapped_column(server_default="{}")  # services it took pages of
    checked: Mapped[str | None] = mapped_column(sa.CHAR(64))  # ``checking.fingerprint``

    current: Mapped["ServiceVersion"] = relationship(foreign_keys=[current_id])

    __table_args__ = (
        sa.Index("ix_services_grams", "grams", postgresql_using="gin"),
        sa.Index("ix_services_topics", "topics", postgresql_using="gin"),
        sa.Index("ix_services_parts", "parts", postgresql_using="gin"),
        sa.Index("ix_services_pages_of", "pages_of", postgresql_using="gin"),
        sa.Index("ix_services_name_zh", "name_pinyin", "code", postgresql_where=sa.text("listed")),
        sa.Index(
            "ix_services_name_en",
            sa.func.lower(sa.literal_column("name_en")),
            "code",
            postgresql_where=sa.text("listed"),
        ),
    )


class SearchTerm(Base):
    """A word or sound by which some service is found, or was once."""

    __tablename__ = "service_terms"

    term: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    pairs: Mapped[list[str]]  # of letters: ``searching.likeness``

    __table_args__ = (sa.Index("ix_service_terms_pairs", "pairs", postgresql_using="gin"),)


class ServiceVersion(Base):
    """A definition as published: numbered, immutable, what cases are pinned to."""

    __tablename__ = "service_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(31))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # large; ``service_of``
    digest: Mapped[str] = mapped_column(sa.CHAR(64))  # SHA-256 of the definition
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH), server_default="", default="")

    published_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("code", "number"),)


class SettingValue(Base):
    """What an administrator set instead of the value of a definition, or of a shared setting."""

    __tablename__ = "service_settings"

    code: Mapped[str] = mapped_column(sa.String(31), primary_key=True)  # or ``SHARED``
    key: Mapped[str] = mapped_column(sa.String(41), primary_key=True)
    value: Mapped[Any] = mapped_column(postgresql.JSONB)
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    changed_at: Mapped[datetime]

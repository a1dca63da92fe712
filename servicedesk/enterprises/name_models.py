"""Names that somebody holds or held, and what they are found by, as stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.database import Base
from servicedesk.enterprises.name_parts import LONGEST, tidy

_IS_HELD: Final = "state = 'registered' OR (state = 'reserved' AND enterprise_id IS NULL)"
_WHOLE: Final = "translate(normalize(full_name, NFKC), ' ', '')"  # as ``name_parts.tidy``


class NameState(StrEnum):
    """What holds a name."""

    RESERVED = "reserved"  # for an applicant, until ``until``
    REGISTERED = "registered"  # by an enterprise
    RELEASED = "released"  # reservation lapsed or withdrawn: free at once
    FORMER = "former"  # given up (``NameEnd``): barred to others for a year from ``ended_on``


class NameEnd(StrEnum):
    """Why a registered name is one no more (art. 17)."""

    CHANGED = "changed"  # for another name
    DEREGISTERED = "deregistered"  # the enterprise is
    ANNULLED = "annulled"  # the registration is


class EnterpriseName(Base):
    """A name somebody holds or held.  Two cannot hold the same in one industry (art. 17).

    Nor the same whole name, wherever its parts end: where one is written out, they are guessed.
    """

    __tablename__ = "enterprise_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[NameState]
    full_name: Mapped[str] = mapped_column(sa.String(120))
    division: Mapped[str] = mapped_column(sa.String(LONGEST["division"]))
    trade_name: Mapped[str] = mapped_column(sa.String(LONGEST["trade_name"]))
    industry: Mapped[str] = mapped_column(sa.String(LONGEST["industry"]))
    form: Mapped[str] = mapped_column(sa.String(LONGEST["form"]))
    trade_key: Mapped[str] = mapped_column(sa.String(60))  # simplified, without blanks
    industry_key: Mapped[str] = mapped_column(sa.String(60))
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)  # by which application
    used_by_case_id: Mapped[int | None] = mapped_column(index=True)  # which set-up uses it
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # of a reservation
    ended_on: Mapped[date | None]
    ended_by: Mapped[NameEnd | None]  # None: not ended, or from before it was kept

    keys: Mapped[list["NameKey"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        # An enterprise may hold another spelling of its own name, to change to it.
        sa.Index(
            "uq_enterprise_names_held",
            "trade_key",
            "industry_key",
            unique=True,
            postgresql_where=sa.text(_IS_HELD),
        ),
        sa.Index(
            "uq_enterprise_names_whole",
            sa.text(_WHOLE),
            unique=True,
            postgresql_where=sa.text(_IS_HELD),
        ),
        sa.Index("ix_enterprise_names_whole", sa.text(_WHOLE)),
        sa.Index("ix_enterprise_names_trade_key", "trade_key"),
        sa.Index(
            "ix_enterprise_names_until",
            "until",
            postgresql_where=sa.text("state = 'reserved'"),
        ),
    )


def is_whole(*full_names: str) -> sa.ColumnElement[bool]:
    """Whether a name is one of these, written out, wherever its parts end."""
    return sa.literal_column(_WHOLE, sa.Text).in_([tidy(one) for one in full_names])


class NameKey(Base):
    """What a name that stands in somebody's way is found by: ``name_index``.

    The primary key is the order in which names are looked for, byte by byte.
    """

    __tablename__ = "enterprise_name_keys"

    key: Mapped[str] = mapped_column(sa.Text(collation="C"), primary_key=True)
    shelf: Mapped[str] = mapped_column(sa.Text(collation="C"), primary_key=True)
    name_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enterprise_names.id", ondelete="CASCADE"), primary_key=True, index=True
    )

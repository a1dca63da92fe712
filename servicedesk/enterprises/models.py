"""The register: names, enterprises, filings, addresses, certificates."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.enterprises.member_roles import MemberRole


class NameState(StrEnum):
    """What holds a name."""

    RESERVED = "reserved"  # for an applicant, until ``until``
    REGISTERED = "registered"  # by an enterprise
    RELEASED = "released"  # reservation lapsed or withdrawn: free at once
    FORMER = "former"  # deregistered or changed: barred to others for a year from ``ended_on``


class EnterpriseName(Base):
    """A name somebody holds or held.  Two cannot hold the same in one industry (art. 17)."""

    __tablename__ = "enterprise_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[NameState]
    full_name: Mapped[str] = mapped_column(sa.String(120))
    division: Mapped[str] = mapped_column(sa.String(40))
    trade_name: Mapped[str] = mapped_column(sa.String(60))
    industry: Mapped[str] = mapped_column(sa.String(60))
    form: Mapped[str] = mapped_column(sa.String(40))
    trade_key: Mapped[str] = mapped_column(sa.String(60))  # simplified, without blanks
    industry_key: Mapped[str] = mapped_column(sa.String(60))
    sound_key: Mapped[str] = mapped_column(sa.String(200))  # pinyin without tones
    tone_key: Mapped[str] = mapped_column(sa.String(240))  # pinyin with tones
    shape_key: Mapped[str] = mapped_column(sa.String(60))  # look-alikes made one
    near_keys: Mapped[list[str]]  # what it is found by: name_likeness.NameKeys
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(index=True)  # by which application
    used_by_case_id: Mapped[int | None] = mapped_column(index=True)  # which set-up uses it
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # of a reservation
    ended_on: Mapped[date | None]

    __table_args__ = (
        sa.Index(
            "uq_enterprise_names_held",
            "trade_key",
            "industry_key",
            unique=True,
            postgresql_where=sa.text("state IN ('reserved', 'registered')"),
        ),
        sa.Index("ix_enterprise_names_trade_key", "trade_key"),
        sa.Index("ix_enterprise_names_near_keys", "near_keys", postgresql_using="gin"),
        sa.Index(
            "ix_enterprise_names_until",
            "until",
            postgresql_where=sa.text("state = 'reserved'"),
        ),
    )


class EnterpriseState(StrEnum):
    """Where an enterprise stands in its life."""

    REGISTERED = "registered"
    SUSPENDED = "suspended"
    DEREGISTERED = "deregistered"


class Enterprise(Base):
    """A registered enterprise, as of its last filing.  Only filings change it."""

    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    credit_code: Mapped[str] = mapped_column(sa.CHAR(18), unique=True)
    state: Mapped[EnterpriseState] = mapped_column(default=EnterpriseState.REGISTERED)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_pinyin: Mapped[str] = mapped_column(sa.String(400))
    grams: Mapped[list[str]]  # characters and bigrams of the name, letters of its pinyin by three
    org_form: Mapped[str] = mapped_column(sa.String(20))  # org_forms.csv
    is_foreign_invested: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]]  # what the register publishes
    registered_on: Mapped[date]
    last_seq: Mapped[int] = mapped_column(default=0)  # of its filings
    last_hash: Mapped[bytes] = mapped_column(default=b"")
    seal: Mapped[bytes | None]  # keyed, under both; None: from before there were seals

    filings: Mapped[list["Filing"]] = relationship(
        back_populates="enterprise", order_by="Filing.seq"
    )
    members: Mapped[list["Member"]] = relationship(back_populates="enterprise")
    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="enterprise", foreign_keys="Mandate.enterprise_id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_enterprises_grams", "grams", postgresql_using="gin"),
        sa.Index("ix_enterprises_newest", "registered_on", "id"),  # the order of the register
    )


class Member(Base):
    """Who belongs to an enterprise here, and as what.  It never loses its last owner (trigger)."""

    __tablename__ = "enterprise_members"

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True, index=True)
    version: Mapped[int] = mapped_column()
    role: Mapped[MemberRole]
    since: Mapped[datetime]

    enterprise: Mapped[Enterprise] = relationship(back_populates="members")
    user: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Mandate(Base):
    """What an outside agent may do for an enterprise, on which days; a person, or an enterprise.

    An enterprise acts by its own members.  Rows stay when a mandate has ended or was revoked.
    """

    __tablename__ = "mandates"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    services: Mapped[list[str]]  # their codes; none: all that are for enterprises
    may_send: Mapped[bool]  # else: prepare only
    first_day: Mapped[date]
    last_day: Mapped[date]  # counts too
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    told_days: Mapped[int | None]  # so long before its end it was last told of

    enterprise: Mapped[Enterprise] = relationship(
        back_populates="mandates", foreign_keys=[enterprise_id]
    )
    user: Mapped[User | None] = relationship()
    agency: Mapped[Enterprise | None] = relationship(foreign_keys=[agency_id])

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="in_order"),
        sa.CheckConstraint("num_nonnulls(user_id, agency_id) = 1", name="one_agent"),
        sa.CheckConstraint("agency_id <> enterprise_id", name="an_outsider"),
        sa.Index("ix_mandates_end", "last_day", postgresql_where=sa.text("revoked_at IS NULL")),
        *(
            postgresql.ExcludeConstraint(  # an agent has one mandate of an enterprise at a time
                (sa.text("int4range(enterprise_id, enterprise_id, '[]')"), "&&"),
                (sa.text(f"int4range({agent}, {agent}, '[]')"), "&&"),
                (sa.text("daterange(first_day, last_day, '[]')"), "&&"),
                where=sa.text(f"revoked_at IS NULL AND {agent} IS NOT NULL"),
                name=f"ex_mandates_{agent}",
                using="gist",
            )
            for agent in ("user_id", "agency_id")
        ),
    )


class Filing(Base):
    """An immutable change of the register, made by a decided case; chained by hash."""

    __tablename__ = "filings"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    seq: Mapped[int]  # 1, 2, ... within the enterprise
    kind: Mapped[str] = mapped_column(sa.String(40))  # set_up, ...
    case_id: Mapped[int | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]
    effective_on: Mapped[date]
    changes: Mapped[dict[str, Any]]  # {"name": [before, after], ...}
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]

    enterprise: Mapped[Enterprise] = relationship(back_populates="filings")

    __table_args__ = (sa.UniqueConstraint("enterprise_id", "seq"),)


class CodeCounter(Base):
    """The last identifier handed out to make a credit code of; one row a division."""

    __tablename__ = "code_counters"

    division: Mapped[str] = mapped_column(sa.CHAR(6), primary_key=True)
    last: Mapped[int]


HOSTED: Final = "hosted"  # a shared address, which the park admits companies to


class AddressUnit(Base):
    """A place in the park where enterprises may be registered."""

    __tablename__ = "address_units"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)  # "4-207"
    kind: Mapped[str] = mapped_column(sa.String(20))  # room, desk, HOSTED
    building_en: Mapped[str] = mapped_column(sa.String(120))
    building_zh: Mapped[str] = mapped_column(sa.String(120))
    floor: Mapped[int]
    area: Mapped[int | None]  # square metres
    address_en: Mapped[str] = mapped_column(sa.String(240))
    address_zh: Mapped[str] = mapped_column(sa.String(240))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)  # held for applications or taken

    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="never_over_capacity"),
    )


class HoldingState(StrEnum):
    """Whether a place is held, used or free again."""

    HELD = "held"  # while an application runs
    TAKEN = "taken"
    RELEASED = "released"


class AddressHolding(Base):
    """One place of a unit, held for an application or taken by an enterprise."""

    __tablename__ = "address_holdings"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("address_units.id"), index=True)
    state: Mapped[HoldingState]
    case_id: Mapped[int | None]
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    # The reserved name of a company that was admitted before it is there; its set-up moves in.
    name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise_names.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    unit: Mapped[AddressUnit] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_address_holdings_open_case",
            "case_id",
            unique=True,
            postgresql_where=sa.text("state <> 'released'"),
        ),
        sa.Index(
            "uq_address_holdings_open_name",
            "name_id",
            unique=True,
            postgresql_where=sa.text("state <> 'released'"),
        ),
    )


class CertificateState(StrEnum):
    """Whether a certificate still speaks the truth."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


class Certificate(Base):
    """A document we certify; anybody who holds its code may verify it."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)  # random, >= 128 bit
    template: Mapped[str] = mapped_column(sa.String(40))  # licence, name_notice, address_proof, ...
    state: Mapped[CertificateState] = mapped_column(default=CertificateState.VALID)
    case_id: Mapped[int | None] = mapped_column(index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    facts: Mapped[dict[str, Any]]  # exactly what is printed
    issued_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates.id"))
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))

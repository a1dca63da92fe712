"""The register: enterprises, filings, addresses, certificates; their names are beside it."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.database import Base
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.register_search import LONGEST_LETTERS

if TYPE_CHECKING:
    from servicedesk.enterprises.name_models import EnterpriseName


class EnterpriseState(StrEnum):
    """Where an enterprise stands in its life."""

    REGISTERED = "registered"
    SUSPENDED = "suspended"
    REVOKED = "revoked"  # the licence is; the enterprise has to be ended
    DEREGISTERED = "deregistered"


class Enterprise(Base):
    """A registered enterprise, as of its last filing.  Only filings change it."""

    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    credit_code: Mapped[str] = mapped_column(sa.CHAR(18), unique=True)
    state: Mapped[EnterpriseState] = mapped_column(default=EnterpriseState.REGISTERED)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_pinyin: Mapped[str] = mapped_column(sa.String(LONGEST_LETTERS))
    org_form: Mapped[str] = mapped_column(sa.String(20))  # org_forms.csv
    is_foreign_invested: Mapped[bool] = mapped_column(default=False)
    parent_code: Mapped[str | None] = mapped_column(sa.CHAR(18), index=True)  # of a branch
    facts: Mapped[dict[str, Any]]  # what the register publishes
    registered_on: Mapped[date]
    last_seq: Mapped[int] = mapped_column(default=0)  # of its filings
    last_hash: Mapped[bytes] = mapped_column(default=b"")
    seal: Mapped[bytes | None]  # keyed, under both; None: from before there were seals
    next_effect_on: Mapped[date | None]  # when the next filing takes effect that lies ahead

    filings: Mapped[list["Filing"]] = relationship(
        back_populates="enterprise", order_by="Filing.seq"
    )
    members: Mapped[list["Member"]] = relationship(back_populates="enterprise")
    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="enterprise", foreign_keys="Mandate.enterprise_id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index("ix_enterprises_newest", "registered_on", "id"),  # the order of the register
        sa.Index(
            "ix_enterprises_next_effect_on",
            "next_effect_on",
            postgresql_where=sa.text("next_effect_on IS NOT NULL"),
        ),
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
    replaces_seq: Mapped[int | None]  # the filing of this enterprise in whose place this stands
    reason: Mapped[str | None] = mapped_column(sa.String(1000))  # of the registrar's own
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]

    enterprise: Mapped[Enterprise] = relationship(back_populates="filings")

    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "seq"),
        sa.ForeignKeyConstraint(
            ["enterprise_id", "replaces_seq"], ["filings.enterprise_id", "filings.seq"]
        ),
        sa.CheckConstraint("replaces_seq < seq", name="replaces_an_earlier_one"),
        sa.Index("ix_filings_case_id", "case_id"),
        sa.Index(
            "uq_filings_replaces_once",
            "enterprise_id",
            "replaces_seq",
            unique=True,
            postgresql_where=sa.text("replaces_seq IS NOT NULL"),
        ),
    )


class RegisterRow(Base):
    """One thing that a filing says, from a day on; only added to, never changed.

    What is not said of it any more is a row without a value.  Which rows count when a filing
    was annulled or corrected says ``chronology``; here one finds who was ever registered where.
    """

    __tablename__ = "register_rows"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    seq: Mapped[int]  # of the filing
    topic: Mapped[str] = mapped_column(sa.String(60))  # shareholders, officers, address, ...
    subject: Mapped[str] = mapped_column(sa.String(200))  # who or what of several; else empty
    value: Mapped[Any | None] = mapped_column(postgresql.JSONB(none_as_null=True))
    effective_on: Mapped[date]

    __table_args__ = (
        sa.ForeignKeyConstraint(["enterprise_id", "seq"], ["filings.enterprise_id", "filings.seq"]),
        sa.Index("ix_register_rows_filing", "enterprise_id", "seq"),
        sa.Index("ix_register_rows_subject", "subject", "topic", "id"),
    )


class Proceeding(Base):
    """An application about an enterprise that runs; of one kind, one at a time."""

    __tablename__ = "register_proceedings"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    case_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(40))  # of the filing it is to bring
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_register_proceedings_under_way",
            "enterprise_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_register_proceedings_case",
            "case_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class CodeCounter(Base):
    """The last identifier handed out to make a credit code of; one row a division."""

    __tablename__ = "code_counters"

    division: Mapped[str] = mapped_column(sa.CHAR(6), primary_key=True)
    last: Mapped[int]


HOSTED: Final = "hosted"  # a shared address, which the park admits companies to


def _building_of(context: DefaultExecutionContext) -> str:
    """Return the building that the code of a place begins with: "4" of "4-207"."""
    code: str = context.get_current_parameters()["code"]  # type: ignore[no-untyped-call]
    return code.partition("-")[0][:20]


class AddressUnit(Base):
    """A place in the park where enterprises may be registered."""

    __tablename__ = "address_units"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)  # "4-207"
    kind: Mapped[str] = mapped_column(sa.String(20))  # room, desk, HOSTED
    building: Mapped[str] = mapped_column(sa.String(20), default=_building_of)  # its key
    building_en: Mapped[str] = mapped_column(sa.String(120))
    building_zh: Mapped[str] = mapped_column(sa.String(120))
    floor: Mapped[int]
    area: Mapped[int | None]  # square metres
    address_en: Mapped[str] = mapped_column(sa.String(240))
    address_zh: Mapped[str] = mapped_column(sa.String(240))
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)  # held for applications or taken
    lease_en: Mapped[str | None] = mapped_column(sa.String(300))  # on what conditions it is let
    lease_zh: Mapped[str | None] = mapped_column(sa.String(300))
    out_of_use_at: Mapped[datetime | None]  # since when nobody may come; None: in use

    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="never_over_capacity"),
        sa.CheckConstraint("out_of_use_at IS NULL OR taken = 0", name="out_of_use_is_empty"),
        sa.Index("ix_address_units_place", "building", "floor", "code"),  # the order of lists
    )

    @property
    def is_open(self) -> bool:
        """Whether one more may come."""
        return self.out_of_use_at is None and self.taken < self.capacity


class HoldingState(StrEnum):
    """Whether a place is held, used or free again."""

    HELD = "held"  # while an application runs
    TAKEN = "taken"
    RELEASED = "released"


class AddressHolding(Base):
    """One place of a unit, held for an application or taken by an enterprise."""

    __tablename__ = "address_holdings"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("address_units.id"))
    state: Mapped[HoldingState]
    case_id: Mapped[int | None]
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"), index=True)
    # The reserved name of a company that was admitted before it is there; its set-up moves in.
    name_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise_names.id"))
    occupant: Mapped[str | None] = mapped_column(sa.String(120))  # came without an application
    since: Mapped[datetime]
    until: Mapped[date | None]  # the last day of the lease or stay; None: open
    warned_days: Mapped[int | None]  # how many days before ``until`` the last notice was for
    ended_at: Mapped[datetime | None]

    unit: Mapped[AddressUnit] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    name: Mapped["EnterpriseName | None"] = relationship()

    __table_args__ = (
        sa.Index(
            "ix_address_holdings_unit", "unit_id", sa.text("since DESC"), sa.text("id DESC")
        ),  # who is here, who was
        sa.Index(
            "ix_address_holdings_until",
            "until",
            "id",
            postgresql_where=sa.text("state = 'taken' AND until IS NOT NULL"),
        ),
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


ADDRESS_PROOF: Final = "address_proof"
LICENCE: Final = "licence"  # the template of which an enterprise has one in force


class CertificateState(StrEnum):
    """Whether a certificate still speaks the truth."""

    VALID = "valid"
    SUSPENDED = "suspended"  # as long as its enterprise is
    REPLACED = "replaced"
    REVOKED = "revoked"  # by a decision about it, or because of what became of its enterprise


class EndReason(StrEnum):
    """What became of an enterprise, that ended its certificates.  Stored: rename none."""

    DEREGISTERED = "deregistered"
    LICENCE_REVOKED = "licence_revoked"  # as a penalty
    REGISTRATION_ANNULLED = "registration_annulled"
    NOT_IN_USE = "not_in_use"  # what it certified is given up, as an address is


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
    seal: Mapped[str | None] = mapped_column(sa.Text)  # our signature; None: not signed yet
    sealed_with: Mapped[str | None] = mapped_column(sa.ForeignKey("signing_keys.kid"), index=True)
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificates.id"))
    # A decision about the certificate; its case vouches for both.
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    # What became of the enterprise; the chain of its filings vouches for it.
    suspended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[EndReason | None]

    replaced_by: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id")

    __table_args__ = (
        sa.Index(
            "uq_certificates_licence_in_force",
            "enterprise_id",
            unique=True,
            postgresql_where=sa.text("template = 'licence' AND state IN ('valid', 'suspended')"),
        ),
        sa.Index(  # the published list of what is not in force
            "ix_certificates_not_in_force",
            "id",
            postgresql_where=sa.text("state <> 'valid'"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name="ended_for_a_reason"
        ),
    )

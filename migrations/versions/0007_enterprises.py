"""Lay down the register: names, enterprises, filings, addresses, certificates.

Why: the first services register enterprises.  Two guards live here and nowhere else:
the partial unique index ``uq_enterprise_names_held`` (two cannot hold one name) and the
trigger that refuses every change of a filing.

Safe to deploy before the code: yes, nothing reads these tables yet.
Locks: only new tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_enterprises"
down_revision = "0006_catalogue"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
WORDS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    _create_enterprises()
    _create_names()
    _create_filings()
    _create_addresses()
    _create_certificates()


def downgrade() -> None:
    op.drop_table("certificates")
    op.drop_table("address_holdings")
    op.drop_table("address_units")
    op.drop_table("filings")
    op.execute("DROP FUNCTION filings_are_immutable()")
    op.drop_table("enterprise_names")
    op.drop_table("enterprise_members")
    op.drop_table("code_counters")
    op.drop_table("enterprises")


def _create_enterprises() -> None:
    op.create_table(
        "enterprises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.CHAR(18), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_pinyin", sa.String(400), nullable=False),
        sa.Column("grams", WORDS, nullable=False),
        sa.Column("org_form", sa.String(20), nullable=False),
        sa.Column("is_foreign_invested", sa.Boolean(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enterprises"),
        sa.UniqueConstraint("credit_code", name="uq_enterprises_credit_code"),
    )
    op.create_index("ix_enterprises_grams", "enterprises", ["grams"], postgresql_using="gin")
    op.create_index("ix_enterprises_newest", "enterprises", ["registered_on", "id"])
    op.create_table(
        "enterprise_members",
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "user_id", name="pk_enterprise_members"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_enterprise_members_enterprise_id_enterprises",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_enterprise_members_user_id_users"
        ),
    )
    op.create_index("ix_enterprise_members_user_id", "enterprise_members", ["user_id"])
    op.create_table(
        "code_counters",
        sa.Column("division", sa.CHAR(6), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("division", name="pk_code_counters"),
    )


def _create_names() -> None:
    op.create_table(
        "enterprise_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("full_name", sa.String(120), nullable=False),
        sa.Column("division", sa.String(40), nullable=False),
        sa.Column("trade_name", sa.String(60), nullable=False),
        sa.Column("industry", sa.String(60), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("trade_key", sa.String(60), nullable=False),
        sa.Column("industry_key", sa.String(60), nullable=False),
        sa.Column("sound_key", sa.String(200), nullable=False),
        sa.Column("tone_key", sa.String(240), nullable=False),
        sa.Column("shape_key", sa.String(60), nullable=False),
        sa.Column("near_keys", WORDS, nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("used_by_case_id", sa.Integer(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_enterprise_names"),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["users.id"], name="fk_enterprise_names_holder_id_users"
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_enterprise_names_enterprise_id_enterprises",
        ),
    )
    for column in (
        "sound_key", "shape_key", "holder_id", "enterprise_id", "case_id", "used_by_case_id",
        "trade_key",
    ):
        op.create_index(f"ix_enterprise_names_{column}", "enterprise_names", [column])
    op.create_index(
        "ix_enterprise_names_near_keys", "enterprise_names", ["near_keys"], postgresql_using="gin"
    )
    op.create_index(
        "ix_enterprise_names_until", "enterprise_names", ["until"],
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_index(
        "uq_enterprise_names_held", "enterprise_names", ["trade_key", "industry_key"],
        unique=True, postgresql_where=sa.text("state IN ('reserved', 'registered')"),
    )


def _create_filings() -> None:
    op.create_table(
        "filings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filings"),
        sa.UniqueConstraint("enterprise_id", "seq", name="uq_filings_enterprise_id_seq"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name="fk_filings_enterprise_id_enterprises"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name="fk_filings_decided_by_id_users"
        ),
    )
    op.execute("""
        CREATE FUNCTION filings_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'filings are immutable: % refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER filings_are_immutable BEFORE UPDATE OR DELETE ON filings
        FOR EACH ROW EXECUTE FUNCTION filings_are_immutable()
    """)
    op.execute("""
        CREATE TRIGGER filings_are_not_truncated BEFORE TRUNCATE ON filings
        FOR EACH STATEMENT EXECUTE FUNCTION filings_are_immutable()
    """)


def _create_addresses() -> None:
    op.create_table(
        "address_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("building_en", sa.String(120), nullable=False),
        sa.Column("building_zh", sa.String(120), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("address_en", sa.String(240), nullable=False),
        sa.Column("address_zh", sa.String(240), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_address_units"),
        sa.UniqueConstraint("code", name="uq_address_units_code"),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= capacity",
            name=op.f("ck_address_units_never_over_capacity"),
        ),
    )
    op.create_table(
        "address_holdings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_address_holdings"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["address_units.id"], name="fk_address_holdings_unit_id_address_units"
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_address_holdings_enterprise_id_enterprises",
        ),
    )
    op.create_index("ix_address_holdings_unit_id", "address_holdings", ["unit_id"])
    op.create_index("ix_address_holdings_enterprise_id", "address_holdings", ["enterprise_id"])
    op.create_index(
        "uq_address_holdings_open_case", "address_holdings", ["case_id"],
        unique=True, postgresql_where=sa.text("state <> 'released'"),
    )


def _create_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("code", name="uq_certificates_code"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name="fk_certificates_enterprise_id_enterprises"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["certificates.id"],
            name="fk_certificates_replaced_by_id_certificates",
        ),
    )
    op.create_index("ix_certificates_case_id", "certificates", ["case_id"])
    op.create_index("ix_certificates_enterprise_id", "certificates", ["enterprise_id"])

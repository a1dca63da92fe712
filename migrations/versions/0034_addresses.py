"""The stock of addresses: buildings, leases with an end, places out of use, who changed what.

Why: a stay in the park ends on a day; those who act for the company hear of it in time, and a
clerk releases or prolongs the place with a reason.  What staff change of a place is kept, and a
trigger refuses to alter that.  Companies that were here before this desk are entered by name.
Hosted stays decided before take their last day from the proof of address that was issued.

Safe to deploy before the code: no, ``address_units.building`` has no default that the old code
could leave.  Locks: ``address_units`` and ``address_holdings`` while their columns are filled and
the indexes are built; a park has some thousands.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034_addresses"
down_revision = "0033_names"
branch_labels = None
depends_on = None

NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_address_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'address_changes is append-only';
END $$;
CREATE TRIGGER address_changes_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON address_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_address_changes();
"""
LAST_DAYS = """
UPDATE address_holdings AS h SET until = c.valid_until FROM certificates AS c
WHERE c.case_id = h.case_id AND c.template = 'address_proof' AND c.state = 'valid'
AND h.state = 'taken' AND c.valid_until IS NOT NULL
"""


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    op.add_column("address_units", sa.Column("building", sa.String(20), nullable=True))
    op.execute("UPDATE address_units SET building = left(split_part(code, '-', 1), 20)")
    op.alter_column("address_units", "building", nullable=False)
    op.add_column("address_units", sa.Column("lease_en", sa.String(300), nullable=True))
    op.add_column("address_units", sa.Column("lease_zh", sa.String(300), nullable=True))
    op.add_column("address_units", sa.Column("out_of_use_at", moment, nullable=True))
    op.create_check_constraint(
        op.f("ck_address_units_out_of_use_is_empty"),
        "address_units",
        "out_of_use_at IS NULL OR taken = 0",
    )
    op.create_index("ix_address_units_place", "address_units", ["building", "floor", "code"])

    op.add_column("address_holdings", sa.Column("occupant", sa.String(120), nullable=True))
    op.add_column("address_holdings", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("address_holdings", sa.Column("warned_days", sa.Integer(), nullable=True))
    op.execute(LAST_DAYS)
    op.drop_index("ix_address_holdings_unit_id", table_name="address_holdings")
    op.create_index(
        "ix_address_holdings_unit",
        "address_holdings",
        ["unit_id", sa.literal_column("since DESC"), sa.literal_column("id DESC")],
    )
    op.create_index(
        "ix_address_holdings_until",
        "address_holdings",
        ["until", "id"],
        postgresql_where=sa.text("state = 'taken' AND until IS NOT NULL"),
    )
    _create_changes()


def downgrade() -> None:
    op.execute("DROP TRIGGER address_changes_append_only ON address_changes")
    op.execute("DROP FUNCTION refuse_change_of_address_changes()")
    op.drop_table("address_changes")
    op.drop_index("ix_address_holdings_until", table_name="address_holdings")
    op.drop_index("ix_address_holdings_unit", table_name="address_holdings")
    op.create_index("ix_address_holdings_unit_id", "address_holdings", ["unit_id"])
    for column in ("warned_days", "until", "occupant"):
        op.drop_column("address_holdings", column)
    op.drop_index("ix_address_units_place", table_name="address_units")
    op.drop_constraint(
        op.f("ck_address_units_out_of_use_is_empty"), "address_units", type_="check"
    )
    for column in ("out_of_use_at", "lease_zh", "lease_en", "building"):
        op.drop_column("address_units", column)


def _create_changes() -> None:
    op.create_table(
        "address_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("holding_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("what", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["address_units.id"], name=op.f("fk_address_changes_unit_id_address_units")
        ),
        sa.ForeignKeyConstraint(
            ["holding_id"],
            ["address_holdings.id"],
            name=op.f("fk_address_changes_holding_id_address_holdings"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_address_changes_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
    )
    op.create_index(
        "ix_address_changes_unit", "address_changes", ["unit_id", sa.literal_column("id DESC")]
    )
    op.execute(NEVER_CHANGED)

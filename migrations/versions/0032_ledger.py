"""Let filings take effect later, stand in the place of others, and be found row by row.

Why: a filing could only take effect at once; nothing could correct or annul one.  Who was ever
registered where could not be asked.  And two applications for the same change of one enterprise
could run side by side: ``uq_register_proceedings_under_way`` refuses the second.

Safe to deploy before the code: yes; new columns may be empty, new tables are read by nothing.
Locks: ``filings`` and ``enterprises``, for a moment; the rows of older filings are written from
their changes in the same transaction.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032_ledger"
down_revision = "0031_erasing"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)

APPEND_ONLY = """
CREATE FUNCTION register_rows_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'register_rows are immutable: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER register_rows_are_immutable BEFORE UPDATE OR DELETE ON register_rows
    FOR EACH ROW EXECUTE FUNCTION register_rows_are_immutable();
CREATE TRIGGER register_rows_are_not_truncated BEFORE TRUNCATE ON register_rows
    FOR EACH STATEMENT EXECUTE FUNCTION register_rows_are_immutable();
"""

# Every enterprise has one filing so far, its set-up: what it says is there from then on.
ROWS_OF_SET_UPS = """
INSERT INTO register_rows (enterprise_id, seq, topic, subject, value, effective_on)
SELECT f.enterprise_id, f.seq, topic, '', after, f.effective_on
FROM filings f, LATERAL (
    SELECT key AS topic, value -> 1 AS after FROM jsonb_each(f.changes)
) AS said
WHERE jsonb_typeof(after) NOT IN ('array', 'null')
UNION ALL
SELECT f.enterprise_id, f.seq, topic,
    left(coalesce(one ->> 'name', one ->> 'full_name', one #>> '{}'), 190)
    || CASE WHEN nth = 1 THEN '' ELSE ' (' || nth || ')' END, one, f.effective_on
FROM filings f, LATERAL (
    SELECT key AS topic, value -> 1 AS after FROM jsonb_each(f.changes)
) AS said, LATERAL (
    SELECT member AS one, row_number() OVER (
        PARTITION BY coalesce(member ->> 'name', member ->> 'full_name', member #>> '{}')
        ORDER BY place
    ) AS nth
    FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(after) = 'array' THEN after ELSE '[]' END
    ) WITH ORDINALITY AS members (member, place)
) AS members
"""


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("parent_code", sa.CHAR(18), nullable=True))
    op.create_index("ix_enterprises_parent_code", "enterprises", ["parent_code"])
    op.add_column("enterprises", sa.Column("next_effect_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_enterprises_next_effect_on", "enterprises", ["next_effect_on"],
        postgresql_where=sa.text("next_effect_on IS NOT NULL"),
    )
    _mend_filings()
    _create_rows()
    _create_proceedings()


def downgrade() -> None:
    op.drop_table("register_proceedings")
    op.drop_table("register_rows")
    op.execute("DROP FUNCTION register_rows_are_immutable()")
    op.drop_index("uq_filings_replaces_once", "filings")
    op.drop_index("ix_filings_case_id", "filings")
    op.drop_constraint(op.f("ck_filings_replaces_an_earlier_one"), "filings")
    op.drop_constraint("fk_filings_enterprise_id_filings", "filings")
    op.drop_column("filings", "reason")
    op.drop_column("filings", "replaces_seq")
    op.drop_index("ix_enterprises_next_effect_on", "enterprises")
    op.drop_column("enterprises", "next_effect_on")
    op.drop_index("ix_enterprises_parent_code", "enterprises")
    op.drop_column("enterprises", "parent_code")


def _mend_filings() -> None:
    op.add_column("filings", sa.Column("replaces_seq", sa.Integer(), nullable=True))
    op.add_column("filings", sa.Column("reason", sa.String(1000), nullable=True))
    op.create_foreign_key(
        "fk_filings_enterprise_id_filings", "filings", "filings",
        ["enterprise_id", "replaces_seq"], ["enterprise_id", "seq"],
    )
    op.create_check_constraint(
        op.f("ck_filings_replaces_an_earlier_one"), "filings", "replaces_seq < seq"
    )
    op.create_index("ix_filings_case_id", "filings", ["case_id"])
    op.create_index(
        "uq_filings_replaces_once", "filings", ["enterprise_id", "replaces_seq"],
        unique=True, postgresql_where=sa.text("replaces_seq IS NOT NULL"),
    )


def _create_rows() -> None:
    op.create_table(
        "register_rows",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_rows"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_register_rows_enterprise_id_enterprises",
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id", "seq"], ["filings.enterprise_id", "filings.seq"],
            name="fk_register_rows_enterprise_id_filings",
        ),
    )
    op.create_index("ix_register_rows_filing", "register_rows", ["enterprise_id", "seq"])
    op.create_index("ix_register_rows_subject", "register_rows", ["subject", "topic", "id"])
    op.execute(ROWS_OF_SET_UPS)
    op.execute(APPEND_ONLY)


def _create_proceedings() -> None:
    op.create_table(
        "register_proceedings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_register_proceedings"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_register_proceedings_enterprise_id_enterprises",
        ),
    )
    for name, columns in [
        ("uq_register_proceedings_under_way", ["enterprise_id", "kind"]),
        ("uq_register_proceedings_case", ["case_id"]),
    ]:
        op.create_index(
            name, "register_proceedings", columns,
            unique=True, postgresql_where=sa.text("ended_at IS NULL"),
        )

"""Keep files of existing enterprises until they are entered, and who took the register along.

Why: enterprises that were there before this register come as a table, which is tried first and
entered afterwards; every export of the whole register is noted.

Safe to deploy before the code: yes, two new tables.
Locks: none but those of new tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041_imports"
down_revision = "0040_obligations"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
REFUSE = """
CREATE FUNCTION refuse_change_of_register_exports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exports of the register are only added, never changed';
END $$;
CREATE TRIGGER register_exports_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_exports
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_register_exports();
"""


def upgrade() -> None:
    op.create_table(
        "register_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.CHAR(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("wrong_rows", sa.Integer(), nullable=False),
        sa.Column("faults", sa.LargeBinary(), nullable=True),
        sa.Column("unread", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "wrong_rows BETWEEN 0 AND rows",
            name="wrong_rows_are_rows",
        ),
        sa.CheckConstraint(
            "state <> 'done' OR wrong_rows = 0",
            name="nothing_wrong_is_entered",
        ),
        sa.CheckConstraint(
            "(content IS NULL) = (state IN ('done', 'refused', 'expired'))",
            name="kept_while_needed",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_register_imports_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_register_imports"),
    )
    op.create_index(
        "ix_register_imports_newest", "register_imports", [sa.text("at DESC"), sa.text("id DESC")]
    )
    op.create_index(
        "ix_register_imports_expires_at",
        "register_imports",
        ["expires_at"],
        postgresql_where=sa.text("content IS NOT NULL"),
    )
    op.create_table(
        "register_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_register_exports_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_register_exports"),
    )
    op.create_index(
        "ix_register_exports_newest", "register_exports", [sa.text("at DESC"), sa.text("id DESC")]
    )
    op.execute(REFUSE)


def downgrade() -> None:
    op.drop_table("register_exports")
    op.execute("DROP FUNCTION refuse_change_of_register_exports()")
    op.drop_table("register_imports")

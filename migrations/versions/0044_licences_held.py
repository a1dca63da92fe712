"""Let enterprises tell which licences they have.

Why: a licence that follows the registration is not given here, so nothing in the register says
that it was: only the enterprise can.  What it tells and what it takes back are rows that are only
added, so that who told what, and when, stays.

Safe to deploy before the code: yes, a table of its own.  What is owed is worked out anew, so
that the licences that are missing are listed at once.
Locks: ``enterprises`` and ``users`` for a moment, as the table refers to them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044_licences_held"
down_revision = "0043_failed_imports"
branch_labels = None
depends_on = None

NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_licence_tellings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'licence_tellings is append-only';
END
$$;
CREATE TRIGGER licence_tellings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON licence_tellings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_licence_tellings();
"""
KINDS = "('licence', 'licence_renewal')"


def upgrade() -> None:
    op.create_table(
        "licence_tellings",
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(20), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(80), nullable=True),
        sa.Column("authority", sa.String(120), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(number, authority, valid_from) IN (0, 3)"
            " AND (number IS NOT NULL OR valid_until IS NULL)",
            name=op.f("ck_licence_tellings_whole_or_taken_back"),
        ),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_licence_tellings_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_licence_tellings_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_licence_tellings_by_id_users")
        ),
        sa.PrimaryKeyConstraint("enterprise_id", "line", "seq", name=op.f("pk_licence_tellings")),
    )
    op.execute(NEVER_CHANGED)
    op.execute("DELETE FROM obligation_reckonings")


def downgrade() -> None:
    op.drop_table("licence_tellings")
    op.execute("DROP FUNCTION refuse_change_of_licence_tellings()")
    for table in ("open_obligations", "obligation_reminders"):  # the old code knows no such kind
        op.execute(f"DELETE FROM {table} WHERE kind IN {KINDS}")  # noqa: S608

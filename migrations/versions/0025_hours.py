"""Hours that can be changed: what was booked before, and who changed what.

Why: slots follow the hours and places of their line now.  A slot in which somebody had booked
keeps that beyond its places (``over``); who has booked a time that is outside the hours now is
marked (``stranded_at``) and asked to choose another; each change is kept with its reason, and a
trigger refuses to change that.

Safe to deploy before the code: yes, the old code leaves the new columns at their defaults.
Locks: ``slots`` while its checks are made anew; a hall has a few thousand.  ``appointments`` for
a moment.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025_hours"
down_revision = "0024_stops"
branch_labels = None
depends_on = None

NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_hall_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hall_changes is append-only';
END $$;
CREATE TRIGGER hall_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON hall_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_hall_changes();
"""
_CHECKS = (("public_places", "taken", "public", "over"),
           ("staff_places", "staff_taken", "staff", "staff_over"))  # fmt: skip


def upgrade() -> None:
    for name, taken, places, over in _CHECKS:
        op.add_column("slots", sa.Column(over, sa.Integer(), nullable=False, server_default="0"))
        op.drop_constraint(op.f(f"ck_slots_{name}"), "slots", type_="check")
        op.create_check_constraint(
            op.f(f"ck_slots_{name}"), "slots", f"{taken} BETWEEN 0 AND {places} + {over}"
        )
    op.add_column(
        "appointments", sa.Column("stranded_at", sa.TIMESTAMP(timezone=True), nullable=True)
    )
    op.create_table(
        "hall_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("what", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_hall_changes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["halls.id"], name=op.f("fk_hall_changes_hall_id_halls")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_changes")),
    )
    op.create_index("ix_hall_changes_hall", "hall_changes", ["hall_id", sa.literal_column("id DESC")])
    op.execute(NEVER_CHANGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER hall_changes_append_only ON hall_changes")
    op.execute("DROP FUNCTION refuse_change_of_hall_changes()")
    op.drop_table("hall_changes")
    op.drop_column("appointments", "stranded_at")
    op.execute(
        "UPDATE slots SET public = greatest(public, taken), staff = greatest(staff, staff_taken)"
        " WHERE over > 0 OR staff_over > 0"
    )
    for name, taken, places, over in _CHECKS:
        op.drop_constraint(op.f(f"ck_slots_{name}"), "slots", type_="check")
        op.create_check_constraint(
            op.f(f"ck_slots_{name}"), "slots", f"{taken} BETWEEN 0 AND {places}"
        )
        op.drop_column("slots", over)

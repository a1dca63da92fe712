"""Keep what officers found and confirmed when they did a task.

Why: a definition may ask the officer too (``fields`` and ``checks`` of a task); until now only the
action and its reason were kept.

A row is one saving of one task, the last one counts; like ``case_events``, rows are never
changed (a trigger refuses it), so that later officers read what was found as it was found.

Safe to deploy before the code: yes, a new table only.  Locks: none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_examinations"
down_revision = "0016_commitments"
branch_labels = None
depends_on = None

NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_examinations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'examinations is append-only';
END
$$;
CREATE TRIGGER examinations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON examinations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_examinations();
"""


def upgrade() -> None:
    op.create_table(
        "examinations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        _to("case_id", "cases"),
        _to("task_id", "tasks"),
        _to("by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examinations")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_examinations_task_id_number")),
    )
    op.create_index(op.f("ix_examinations_case_id"), "examinations", ["case_id"])
    op.execute(NEVER_CHANGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER examinations_append_only ON examinations")
    op.execute("DROP FUNCTION refuse_change_of_examinations()")
    op.drop_table("examinations")


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_examinations_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)

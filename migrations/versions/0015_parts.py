"""Open applications as parts of others; keep services that are only parts out of the lists.

Why: one questionnaire, several services (高效办成一件事).  ``case_parts`` says which application
was opened for which task of which other one, once each.

Safe to deploy before the code: yes, a new table, and a column with a default that the old code
leaves alone.  Locks: the column with its constant default and the partial index over no row yet
take a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_parts"
down_revision = "0014_beside_the_stages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "services", sa.Column("listed", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.create_table(
        "case_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_parts_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_case_parts_task_id_tasks")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["cases.id"], name=op.f("fk_case_parts_child_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parts")),
        sa.UniqueConstraint("task_id", name=op.f("uq_case_parts_task_id")),
        sa.UniqueConstraint("child_id", name=op.f("uq_case_parts_child_id")),
    )
    op.create_index(op.f("ix_case_parts_case_id"), "case_parts", ["case_id"], unique=False)
    op.create_index(
        "uq_tasks_waiting",
        "tasks",
        ["case_id", "stage", "key"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index("uq_tasks_waiting", "tasks")
    op.drop_table("case_parts")
    op.drop_column("services", "listed")

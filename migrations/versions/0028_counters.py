"""Keep notes on visits and calls for help; find the visits of a case.

Why: a clerk writes down what the next counter has to know, and can call a supervisor quietly;
both stay on record.  The visits of one case are shown at the counter, so they have an index.

Safe to deploy before the code: yes, the old code does not look at them.
Locks: ``tickets`` against changes while its index is built; a hall has some hundred thousand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_counters"
down_revision = "0027_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("body", sa.String(length=1000), nullable=False),
        sa.Column("erased_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_visit_notes_by_id_users")),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_visit_notes_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_visit_notes_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notes")),
    )
    op.create_index(op.f("ix_visit_notes_ticket_id"), "visit_notes", ["ticket_id"])
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_alarms_by_id_users")),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_alarms_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_alarms_hall_id_halls")),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["users.id"], name=op.f("fk_alarms_seen_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(
        "uq_alarms_counter_open",
        "alarms",
        ["counter_id"],
        unique=True,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_index("ix_alarms_hall_at", "alarms", ["hall_id", "at"])
    op.create_index(
        "ix_tickets_case", "tickets", ["case_id"], postgresql_where=sa.text("case_id IS NOT NULL")
    )
    op.create_index(
        "ix_appointments_ticket",
        "appointments",
        ["ticket_id"],
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_appointments_ticket", "appointments")
    op.drop_index("ix_tickets_case", "tickets")
    op.drop_table("alarms")
    op.drop_table("visit_notes")

"""Slots and appointments, and the figures that rule them.

Why: people book a time at a hall.  A slot counts the places taken of each contingent; a check
refuses a count above the capacity.

Halls that are there already have no figures of appointments, and so none can be booked there
until an administrator gives them some.

Safe to deploy before the code: yes, the old code ignores the columns and tables.
Locks: ``halls`` and ``queues`` for a moment; they have a few rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_appointments"
down_revision = "0021_halls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("halls", sa.Column("booking", postgresql.JSONB(), nullable=True))
    for column in ("public_places", "staff_places"):
        op.add_column(
            "queues", sa.Column(column, sa.Integer(), nullable=False, server_default="0")
        )
        op.alter_column("queues", column, server_default=None)
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("public", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("staff_taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND public", name=op.f("ck_slots_public_places")),
        sa.CheckConstraint("staff_taken BETWEEN 0 AND staff", name=op.f("ck_slots_staff_places")),
        _to("slots", "queue_id", "queues"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("queue_id", "starts_at", name=op.f("uq_slots_queue_id_starts_at")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("held_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("is_freed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        *(
            _to("appointments", column, other)
            for column, other in (
                ("user_id", "users"),
                ("enterprise_id", "enterprises"),
                ("queue_id", "queues"),
                ("case_id", "cases"),
                ("ticket_id", "tickets"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("nonce", name=op.f("uq_appointments_nonce")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
    )
    for key in ("user", "enterprise", "queue"):
        op.create_index(f"ix_appointments_{key}", "appointments", [f"{key}_id", "starts_at"])
    op.create_index(
        "ix_appointments_held",
        "appointments",
        ["held_until"],
        postgresql_where=sa.text("status = 'held'"),
    )


def downgrade() -> None:
    op.drop_table("appointments")
    op.drop_table("slots")
    for column in ("staff_places", "public_places"):
        op.drop_column("queues", column)
    op.drop_column("halls", "booking")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)

"""Parts of an appointment, the waitlist, and appointments that staff make for people.

Why: somebody comes for services of several lines in one visit; a place that is given back goes
to who waits for one first; and staff book for people without an account, whose name lies sealed.

What is there becomes an appointment of one part.  Places that were cancelled and still count as
taken get their rows, so that they come free when their time is up.

Safe to deploy before the code: no, the old code writes no parts; deploy both at once.
Locks: ``appointments`` while the parts are filled; a hall has some thousand ahead.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026_booking"
down_revision = "0025_hours"
branch_labels = None
depends_on = None

_MOMENT = sa.TIMESTAMP(timezone=True)
_PARTS = """
    INSERT INTO appointment_parts (appointment_id, position, queue_id, starts_at, slots, services)
    SELECT id, 0, queue_id, starts_at, slots, '{}' FROM appointments
"""
_FREED = """
    INSERT INTO freed_places (slot_id, appointment_id)
    SELECT slots.id, a.id
    FROM appointments a
    JOIN queues ON queues.id = a.queue_id
    JOIN halls ON halls.id = queues.hall_id
    JOIN slots ON slots.queue_id = a.queue_id AND slots.starts_at >= a.starts_at
        AND slots.starts_at < a.starts_at
            + a.slots * make_interval(mins => (halls.booking ->> 'every')::int)
    WHERE a.status = 'cancelled' AND NOT a.is_freed AND NOT a.by_staff
        AND slots.taken > 0 AND a.changed_at > now() - interval '1 day'
"""


def upgrade() -> None:
    _create_waiting_entries()
    op.alter_column("appointments", "user_id", nullable=True)
    for column in ("guest", "people", "urgent"):
        op.add_column("appointments", sa.Column(column, sa.LargeBinary(), nullable=True))
    op.add_column("appointments", sa.Column("waiting_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_appointments_waiting_id_waiting_entries"),
        "appointments", "waiting_entries", ["waiting_id"], ["id"],
    )  # fmt: skip
    op.create_index(
        "uq_appointments_offer", "appointments", ["waiting_id"], unique=True,
        postgresql_where=sa.text("status = 'held'"),
    )  # fmt: skip
    op.create_table(
        "appointment_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        _to("appointment_parts", "appointment_id", "appointments"),
        _to("appointment_parts", "queue_id", "queues"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_parts")),
        sa.UniqueConstraint(
            "appointment_id", "position", name=op.f("uq_appointment_parts_appointment_id_position")
        ),
    )
    op.create_index("ix_appointment_parts_queue", "appointment_parts", ["queue_id", "starts_at"])
    op.create_table(
        "freed_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        _to("freed_places", "slot_id", "slots"),
        _to("freed_places", "appointment_id", "appointments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_places")),
    )
    for column in ("slot_id", "appointment_id"):
        op.create_index(op.f(f"ix_freed_places_{column}"), "freed_places", [column])
    op.execute(_PARTS)
    op.execute(_FREED)


def downgrade() -> None:
    op.drop_table("freed_places")
    op.drop_table("appointment_parts")
    op.drop_index("uq_appointments_offer", "appointments")
    for column in ("waiting_id", "urgent", "people", "guest"):
        op.drop_column("appointments", column)
    # Whoever has no account cannot be kept; their tickets stay.
    op.execute("DELETE FROM appointments WHERE user_id IS NULL")
    op.alter_column("appointments", "user_id", nullable=False)
    op.drop_table("waiting_entries")


def _create_waiting_entries() -> None:
    op.create_table(
        "waiting_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("chosen", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("earliest", sa.Time(), nullable=False),
        sa.Column("latest", sa.Time(), nullable=False),
        sa.Column("declined", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_waiting_entries_days_in_order")),
        sa.CheckConstraint("latest >= earliest", name=op.f("ck_waiting_entries_hours_in_order")),
        *(
            _to("waiting_entries", column, other)
            for column, other in (
                ("hall_id", "halls"),
                ("user_id", "users"),
                ("enterprise_id", "enterprises"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
    )
    op.create_index("ix_waiting_entries_user", "waiting_entries", ["user_id"])
    op.create_index(
        "ix_waiting_entries_waiting", "waiting_entries", ["hall_id", "id"],
        postgresql_where=sa.text("status = 'waiting'"),
    )  # fmt: skip


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)

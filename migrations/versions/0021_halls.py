"""Halls, counters, queues, tickets and calls.

Why: the service hall.  One clerk a counter, one ticket a counter and one number a day are unique
indexes; what happened to a ticket is never changed (a trigger refuses it).

Safe to deploy before the code: yes, new tables only.  Locks: none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_halls"
down_revision = "0020_long_catalogues"
branch_labels = None
depends_on = None

TABLES = (
    "ticket_events",
    "calls",
    "tickets",
    "sittings",
    "queue_days",
    "queues",
    "counters",
    "halls",
)
NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_ticket_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ticket_events is append-only';
END
$$;
CREATE TRIGGER ticket_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ticket_events();
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE ticket_places")
    op.create_table(
        "halls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("address_en", sa.String(length=200), nullable=False),
        sa.Column("address_zh", sa.String(length=200), nullable=False),
        sa.Column("is_training", sa.Boolean(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("closed_early_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls")),
        sa.UniqueConstraint("key", name=op.f("uq_halls_key")),
    )
    op.create_table(
        "counters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side_en", sa.String(length=40), nullable=False),
        sa.Column("side_zh", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("equipment", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("queue_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_counters_hall_id_halls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_counters_hall_id_number")),
    )
    op.create_table(
        "queues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_queues_hall_id_halls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
        sa.UniqueConstraint("hall_id", "key", name=op.f("uq_queues_hall_id_key")),
        sa.UniqueConstraint("hall_id", "letter", name=op.f("uq_queues_hall_id_letter")),
    )
    op.create_table(
        "queue_days",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("lately", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queues.id"], name=op.f("fk_queue_days_queue_id_queues")
        ),
        sa.PrimaryKeyConstraint("queue_id", "day", name=op.f("pk_queue_days")),
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("queue_ids", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("began_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("break_since", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("break_reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["users.id"], name=op.f("fk_sittings_clerk_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_sittings_counter_id_counters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
    )
    op.create_index(
        "uq_sittings_clerk_open",
        "sittings",
        ["clerk_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_sittings_counter_open",
        "sittings",
        ["counter_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("issuing_queue_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("issued_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lined_up_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("service_code", sa.String(length=31), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=True),
        sa.Column("booked_for", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("away_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("only_counter_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("recalls", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("expected_from", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expected_to", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tickets_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_tickets_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(
            ["issuing_queue_id"], ["queues.id"], name=op.f("fk_tickets_issuing_queue_id_queues")
        ),
        sa.ForeignKeyConstraint(
            ["only_counter_id"], ["counters.id"], name=op.f("fk_tickets_only_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queues.id"], name=op.f("fk_tickets_queue_id_queues")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint(
            "issuing_queue_id", "day", "number", name=op.f("uq_tickets_issuing_queue_id_day_number")
        ),
        sa.UniqueConstraint("nonce", name=op.f("uq_tickets_nonce")),
    )
    op.create_index(
        "ix_tickets_done",
        "tickets",
        ["queue_id", sa.literal_column("ended_at DESC")],
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "ix_tickets_open",
        "tickets",
        ["queue_id", "place"],
        postgresql_where=sa.text("status IN ('called', 'held', 'no_show', 'serving', 'waiting')"),
    )
    op.create_index(
        "uq_tickets_counter_open",
        "tickets",
        ["counter_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('called', 'serving')"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("is_again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_calls_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_calls_hall_id_halls")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_calls_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_hall_latest", "calls", ["hall_id", sa.literal_column("id DESC")])
    op.create_index(op.f("ix_calls_ticket_id"), "calls", ["ticket_id"])
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_ticket_events_by_id_users")),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_ticket_events_counter_id_counters")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
    )
    op.create_index("ix_ticket_events_counter_at", "ticket_events", ["counter_id", "at"])
    op.create_index(op.f("ix_ticket_events_ticket_id"), "ticket_events", ["ticket_id"])
    op.execute(NEVER_CHANGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER ticket_events_append_only ON ticket_events")
    op.execute("DROP FUNCTION refuse_change_of_ticket_events()")
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP SEQUENCE ticket_places")

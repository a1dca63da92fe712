"""Messages, calls for help, moves of clerks, and a report of each day of a hall.

Why: a supervisor steers the hall while it is open, and reads afterwards what the day came to.
``sittings.back_at`` says since when a clerk who was on a break is free again; the index of
sittings finds those of one day.

Safe to deploy before the code: yes, new tables and a nullable column.  Locks: ``sittings`` for
as long as its index is built; it has some rows a day.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029_watching"
down_revision = "0028_counters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _messages()
    _help()
    op.add_column("sittings", sa.Column("back_at", sa.TIMESTAMP(timezone=True), nullable=True))
    op.create_index("ix_sittings_counter_began", "sittings", ["counter_id", "began_at"])
    op.create_table(
        "clerk_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("served_before", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("serves", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("noted_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_clerk_moves_sitting_id_sittings")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_clerk_moves_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerk_moves")),
    )
    op.create_index(
        "ix_clerk_moves_not_noted",
        "clerk_moves",
        ["sitting_id"],
        postgresql_where=sa.text("noted_at IS NULL"),
    )
    op.create_table(
        "hall_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_hall_days_hall_id_halls")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_hall_days_closed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_days")),
        sa.UniqueConstraint("hall_id", "day", name=op.f("uq_hall_days_hall_id_day")),
    )


def _messages() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.String(length=200), nullable=False),
        sa.Column("text_zh", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("until", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["halls.id"], name=op.f("fk_announcements_hall_id_halls")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_announcements_by_id_users")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["users.id"], name=op.f("fk_announcements_withdrawn_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_hall_latest", "announcements", ["hall_id", sa.text("id DESC")])
    op.create_index(
        "ix_announcements_shown",
        "announcements",
        ["hall_id", "until"],
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _help() -> None:
    op.create_table(
        "help_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_help_calls_hall_id_halls")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_help_calls_by_id_users")),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["users.id"], name=op.f("fk_help_calls_clerk_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_calls")),
    )
    op.create_index(
        "ix_help_calls_open", "help_calls", ["hall_id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_table(
        "help_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("clerk_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("comes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["help_calls.id"], name=op.f("fk_help_answers_call_id_help_calls")
        ),
        sa.ForeignKeyConstraint(
            ["clerk_id"], ["users.id"], name=op.f("fk_help_answers_clerk_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_answers")),
        sa.UniqueConstraint("call_id", "clerk_id", name=op.f("uq_help_answers_call_id_clerk_id")),
    )


def downgrade() -> None:
    op.drop_table("hall_days")
    op.drop_table("clerk_moves")
    op.drop_table("help_answers")
    op.drop_table("help_calls")
    op.drop_table("announcements")
    op.drop_index("ix_sittings_counter_began", "sittings")
    op.drop_column("sittings", "back_at")

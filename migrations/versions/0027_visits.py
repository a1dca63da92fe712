"""Phases of lines, tickets from phones, priority that was checked, and who asked to be told.

Why: a visit to several lines is made in the order that ends first, and a line's phase says what
must come before what.  A phone has one open ticket (a unique index), and a hall gives out so many
to phones in a time.  Who has legal priority can be asked for the paper.  Whoever wants to be told
when three are before them gives an address, which is kept no longer than the visit.

Safe to deploy before the code: no, the old code names no phase; deploy both at once.
Locks: ``tickets``, ``queues`` and ``halls`` for a moment; the two indexes are on rows that do not
exist yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_visits"
down_revision = "0026_booking"
branch_labels = None
depends_on = None

_MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column(
        "queues", sa.Column("phase", sa.String(40), nullable=False, server_default="hand_in")
    )
    op.alter_column("queues", "phase", server_default=None)
    op.add_column("halls", sa.Column("joining", postgresql.JSONB(), nullable=True))
    op.add_column("tickets", sa.Column("priority_checked_at", _MOMENT, nullable=True))
    op.add_column("tickets", sa.Column("device", sa.LargeBinary(), nullable=True))
    op.create_index(
        "uq_tickets_device_open",
        "tickets",
        ["device"],
        unique=True,
        postgresql_where=sa.text("status IN ('called', 'held', 'no_show', 'serving', 'waiting')"),
    )
    op.create_index(
        "ix_tickets_of_phones",
        "tickets",
        ["issued_at"],
        postgresql_where=sa.text("device IS NOT NULL"),
    )
    op.create_table(
        "ticket_watches",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT, nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name=op.f("fk_ticket_watches_ticket_id_tickets"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_ticket_watches_notice_id_notices"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_watches")),
    )


def downgrade() -> None:
    op.drop_table("ticket_watches")
    op.drop_index("ix_tickets_of_phones", "tickets")
    op.drop_index("uq_tickets_device_open", "tickets")
    op.drop_column("tickets", "device")
    op.drop_column("tickets", "priority_checked_at")
    op.drop_column("halls", "joining")
    op.drop_column("queues", "phase")

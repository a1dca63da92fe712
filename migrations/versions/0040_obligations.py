"""Let enterprises see what they owe and by when.

Why: annual reports, contributions, suspensions, leases and changes each have their day, and nobody
told of them together.  What is owed is worked out from the register; these tables hold it for lists
over many enterprises, and remember which reminders were sent, which application fulfils what, and
whose calendar has which secret address.

Safe to deploy before the code: yes, tables of their own.  The first run of the job fills them.
Locks: ``enterprises``, ``cases`` and ``users`` for a moment, as tables refer to them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040_obligations"
down_revision = "0039_names_are_found_elsewhere"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "open_obligations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("enterprise_id", sa.Integer, sa.ForeignKey("enterprises.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("service", sa.String(31), nullable=False),
        sa.Column("facts", postgresql.JSONB, nullable=False),
        sa.UniqueConstraint("enterprise_id", "kind", "subject"),
    )
    op.create_index("ix_open_obligations_due", "open_obligations", ["due_on", "id"])
    op.create_index("ix_open_obligations_kind", "open_obligations", ["kind", "due_on", "id"])
    op.create_table(
        "obligation_reckonings",
        sa.Column(
            "enterprise_id", sa.Integer, sa.ForeignKey("enterprises.id"),
            primary_key=True, autoincrement=False,
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "obligation_reminders",
        sa.Column(
            "enterprise_id", sa.Integer, sa.ForeignKey("enterprises.id"),
            primary_key=True, autoincrement=False,
        ),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("subject", sa.String(60), primary_key=True),
        sa.Column("due_on", sa.Date, primary_key=True),
        sa.Column("days", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "obligation_starts",
        sa.Column(
            "case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("enterprise_id", sa.Integer, sa.ForeignKey("enterprises.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
    )
    op.create_index("ix_obligation_starts_enterprise_id", "obligation_starts", ["enterprise_id"])
    op.create_table(
        "obligation_calendar_links",
        sa.Column(
            "user_id", sa.Integer, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("obligation_calendar_links")
    op.drop_table("obligation_starts")
    op.drop_table("obligation_reminders")
    op.drop_table("obligation_reckonings")
    op.drop_table("open_obligations")

"""Remember which appointments were reminded of.

Why: a reminder goes out once, a day before.

Safe to deploy before the code: yes, the old code ignores the column.  Locks: a nullable column
locks nothing for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_reminded"
down_revision = "0022_appointments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "appointments", sa.Column("reminded_at", sa.TIMESTAMP(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("appointments", "reminded_at")

"""Keep the days on which the ordinary week does not hold.

Why: limits are counted in working days, and which days these are is announced year by
year.  Rows, not code: a new notice is loaded, nothing is released.

Safe to deploy before the code: yes, it adds a table.
Locks: nothing that exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_calendar"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_days"),
    )


def downgrade() -> None:
    op.drop_table("calendar_days")
